"""An exhibitor's booth: the offer and its answer, the fee, what may be shown on which day, changing, giving up.

Every verb behind these forms has the effect of once, however often it is sent.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from core.accounts.permissions import authorize, is_allowed
from core.clock import now, today
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.pages import Pages, flash, render
from shop.bank.panel import facts_of as transfer_facts
from shop.cards.links import start_path
from shop.cards.panel import facts_of as card_facts
from shop.fairs import permissions, queries
from shop.fairs.booths import fees, leaving, offers, paying, queueing, swaps
from shop.fairs.booths.deadlines import refund_steps
from shop.fairs.booths.models import BookingStep, BoothSwap
from shop.fairs.booths.shown import list_days, runs_of
from shop.fairs.life import moving
from shop.fairs.life.models import Choice
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.rules import LIVE_BOOKING, ApplicationState, BookingState
from shop.payments.models import Payment
from shop.payments.queries import find_payment
from shop.payments.rules import Status

pages = Pages("fair_bookings", __name__)

#: Who may be asked to change booths.
_SETTLED = (BookingState.ACCEPTED, BookingState.PAID)


@pages.get("/hoi-cho/gian/<code>")
@needs("bookings.read")
def show(code: str) -> Response:
    """A booth as its exhibitor, and the organizers of its fair, see it."""
    return _page(code)


@pages.post("/hoi-cho/gian/<code>/nhan-loi")
@needs("bookings.answer")
def accept(code: str) -> Response:
    """Yes."""
    return _do(code, lambda: offers.accept(code, current_actor()), _("Bạn đã nhận gian hàng này."))


@pages.post("/hoi-cho/gian/<code>/tu-choi")
@needs("bookings.answer")
def decline(code: str) -> Response:
    """No, and perhaps another."""
    stays = request.form.get("stays") == "true"
    said = _("Bạn đã từ chối; hồ sơ vẫn ở danh sách chờ.") if stays else _("Bạn đã từ chối gian hàng này.")
    return _do(code, lambda: offers.decline(code, current_actor(), stays=stays), said)


@pages.post("/hoi-cho/gian/<code>/tra-tien")
@needs("bookings.answer")
def pay(code: str) -> Response:
    """By card: on to the provider's page, through an address of ours; by transfer: its code is on this page."""
    try:
        booking = paying.pay(code, request.form.get("provider", ""), current_actor())
    except Refusal as refusal:
        return _page(code, refusal)
    payment = _payment(booking)
    path = start_path(payment) if payment else None
    return _go(path or url_for("fair_bookings.show", code=code, _anchor="tra-tien"))


@pages.get("/hoi-cho/gian/<code>/roi")
@needs("bookings.answer")
def ask_leave(code: str) -> Response:
    """What giving a paid booth up would mean today."""
    booking = _own(code, "bookings.answer")
    return render(
        "fairs/booking_leave.html", booking=booking, loss=leaving.foresee(booking), fair=_fair(booking),
        booth=db.session.get_one(Booth, booking.booth_id), steps=refund_steps(_fair(booking)),
    )  # fmt: skip


@pages.post("/hoi-cho/gian/<code>/roi")
@needs("bookings.answer")
def leave(code: str) -> Response:
    """Give it up."""
    return _do(code, lambda: leaving.leave(code, current_actor()), _("Bạn đã trả lại gian hàng."))


@pages.post("/hoi-cho/gian/<code>/doi")
@needs("bookings.answer")
def ask_swap(code: str) -> Response:
    """Ask another exhibitor to change booths."""
    wish = swaps.Wish(code, request.form.get("other", ""), request.form.get("note", "").strip()[:300] or None)
    return _do(code, lambda: swaps.ask_swap(wish, current_actor()), _("Đã gửi lời đề nghị đổi gian."))


@pages.post("/hoi-cho/gian/<code>/doi/<swap>")
@needs("bookings.answer")
def answer_swap(code: str, swap: str) -> Response:
    """Yes or no to another's wish, or one's own taken back."""
    agrees = request.form.get("answer") == "yes"
    said = _("Bạn đã đồng ý đổi gian.") if agrees else _("Không đổi gian.")
    return _do(code, lambda: swaps.answer_swap(swap, agrees=agrees, by=current_actor()), said)


@pages.post("/hoi-cho/gian/<code>/cho-gian-khac")
@needs("bookings.answer")
def wait_again(code: str) -> Response:
    """After an offer that came to nothing: back to the waiting list."""
    application = db.session.get_one(FairApplication, _own(code, "bookings.answer").application_id)
    said = _("Hồ sơ của bạn lại ở danh sách chờ.")
    return _do(code, lambda: queueing.wait_again(application.code, current_actor()), said)


def _own(code: str, action: str) -> Booking:
    """A booking for its exhibitor, or (to read) an organizer of its fair. Raises NotFound for another's."""
    booking = queries.get_booking(code)
    authorize(current_actor(), action, *_scopes(booking))
    return booking


def _scopes(booking: Booking) -> tuple[Any, Any]:
    producer = db.session.get_one(Producer, booking.producer_id)
    return permissions.scope_of(_fair(booking)), scope_of(producer)


def _fair(booking: Booking) -> Fair:
    return db.session.get_one(Fair, booking.fair_id)


def _payment(booking: Booking) -> Payment | None:
    return find_payment(booking.payment_reference) if booking.payment_reference else None


def _do(code: str, verb: Callable[[], object], said: str) -> Response:
    """A deed, then the page again; a refusal stands on the page."""
    try:
        verb()
    except Refusal as refusal:
        return _page(code, refusal)
    flash(said)
    return _go(url_for("fair_bookings.show", code=code))


def _go(path: str) -> Response:
    return redirect(path, 303)  # type: ignore[return-value]


def _page(code: str, refusal: Refusal | None = None) -> Response:
    booking = _own(code, "bookings.read")
    producer = db.session.get_one(Producer, booking.producer_id)
    is_mine = is_allowed(current_actor(), "bookings.answer", scope_of(producer))
    days, is_past = list_days([booking])[booking.id], _fair(booking).closes_on < today()
    application = db.session.get_one(FairApplication, booking.application_id)
    context: dict[str, Any] = {
        "fair": _fair(booking), "booking": booking, "booth": db.session.get_one(Booth, booking.booth_id),
        "producer": producer, "application": application, "days": days, "runs": runs_of(days),
        "is_mine": is_mine, "refusal": refusal, "is_past": is_past,
        "due_vnd": fees.fee_due(booking), "subsidy_vnd": sum(one.subsidy_vnd for one in days),
        "steps": _steps(booking), "swaps": _swaps(booking),
        "others": _others(booking) if is_mine and not is_past else (),
        "is_over_time": booking.expires_at is not None and booking.expires_at <= now(),
        "waits": any(one.state == "conditional" for one in days),
        "choice_until": _choice_until(booking),
        "is_on_list": application.state == ApplicationState.WAITLISTED, **_paid_facts(booking, is_mine=is_mine),
    }  # fmt: skip
    return render("fairs/booking.html", refusal.status if refusal else 200, **context)


def _choice_until(booking: Booking) -> date | None:
    """Until when she says whether she stays after a postponement; None where she is not asked, or no longer."""
    asked, move = moving.asked_of([booking.id]).get(booking.id, (None, None))
    if asked is None or move is None or booking.state not in LIVE_BOOKING or asked.state == Choice.LEAVES:
        return None
    return move.choose_by if today() <= move.choose_by else None


def _paid_facts(booking: Booking, *, is_mine: bool) -> dict[str, Any]:
    """How the fee can be paid, or is being paid. Only the exhibitor is shown the way to a payment."""
    payment = _payment(booking)
    is_open = payment is not None and payment.status in (Status.PENDING, Status.AUTHORISED)
    asked = booking.state in (BookingState.HOLD, BookingState.OFFERED, BookingState.ACCEPTED)
    return {
        "payment": payment, "ways": paying.ways_of(booking) if is_mine and asked else [],
        "by_card": card_facts(payment, is_buyer=True) if payment and is_mine and is_open else None,
        "transfer": transfer_facts(payment) if payment and is_mine and is_open else None,
    }  # fmt: skip


def _steps(booking: Booking) -> Sequence[BookingStep]:
    """What happened, the latest first; the certificates of single days stand with the days."""
    told = BookingStep.booking_id == booking.id, BookingStep.action.not_like("day/_%", escape="/")
    query = select(BookingStep).where(*told)
    return db.session.scalars(query.order_by(BookingStep.id.desc()).limit(30)).all()


def _swaps(booking: Booking) -> list[dict[str, Any]]:
    """Proposals about this booth: with whom, and what this side may do."""
    found = swaps.list_swaps(booking.id)
    ids = {one.first_id for one in found} | {one.second_id for one in found}
    rows = db.session.execute(_holders().where(Booking.id.in_(ids)))
    names = {row[0].id: (row[1].name, row[2].code) for row in rows}
    return [_swap_line(one, booking, names) for one in found]


def _swap_line(swap: BoothSwap, booking: Booking, names: dict[int, tuple[str, str]]) -> dict[str, Any]:
    is_first = swap.first_id == booking.id
    name, booth = names[swap.second_id if is_first else swap.first_id]
    agreed_at = swap.first_agreed_at if is_first else swap.second_agreed_at
    return {"swap": swap, "name": name, "booth": booth, "has_agreed": agreed_at is not None}


def _others(booking: Booking) -> Sequence[Any]:
    """Exhibitors of the same fair who hold a booth for good: (booking, producer, booth)."""
    if booking.state not in (*_SETTLED, BookingState.HOLD):
        return ()
    same = Booking.fair_id == booking.fair_id, Booking.id != booking.id, Booking.state.in_(_SETTLED)
    return db.session.execute(_holders().where(*same).order_by(Booth.hall, Booth.code)).all()


def _holders() -> Select[Booking, Producer, Booth]:
    """Bookings with who holds them, and where."""
    query = select(Booking, Producer, Booth).join(Producer, Producer.id == Booking.producer_id)
    return query.join(Booth, Booth.id == Booking.booth_id)
