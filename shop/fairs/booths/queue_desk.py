"""The waiting list at the desk: its order, offers under way, booths offered by hand, swaps proposed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select

from catalog.producers.models import Producer
from core.accounts.permissions import authorize
from core.clock import now, today
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import render
from shop.fairs import permissions, queries
from shop.fairs.booths import offers, queueing, swaps
from shop.fairs.booths.models import BookingStep, BoothSwap
from shop.fairs.booths.rows import ASKED
from shop.fairs.booths.schemas import OfferForm
from shop.fairs.desk import back, may_manage, own_fair, pages, slug_of
from shop.fairs.models import Booking, Booth, BoothDay, Fair, FairApplication
from shop.fairs.rulebook import last_promotion_day, rules_of
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, ApplicationState, FairState

LIST = "fair_desk.list_waiting"


@dataclass(frozen=True)
class Asked:
    """A booth whose exhibitor has not answered, or not paid."""

    booking: Booking
    producer: Producer
    booth: Booth
    is_promoted: bool


@pages.get("/quan-ly/hoi-cho/<slug>/danh-sach-cho")
@needs("fairs.read")
def list_waiting(slug: str) -> Response:
    """Who waits and why there, and which booths wait for an answer."""
    return _page(slug)


@pages.post("/quan-ly/hoi-cho/<slug>/moi")
@needs("bookings.manage")
def offer(slug: str) -> Response:
    """Offer a booth to an exhibitor who was accepted or waits."""
    form = Form(OfferForm()).read(request.form)
    if not form.ok:
        return _page(slug, form=form, status=422)
    given = offers.Given(form.data["application"], form.data["booth"], None, form.data["conditional"])
    try:
        (booking,) = offers.offer(slug, [given], current_actor())
    except Refusal as refusal:
        return _page(slug, form=form.refuse(refusal), status=refusal.status)
    said = _("Đã mời nhận gian %(booth)s (%(code)s).", booth=given.booth, code=booking.code)
    return back(LIST, slug, said)


@pages.post("/quan-ly/hoi-cho/<slug>/moi-danh-sach-cho")
@needs("bookings.manage")
def promote(slug: str) -> Response:
    """Let the list move up into every free booth, now."""

    def move_up() -> str:
        made = queueing.promote_all(slug, current_actor())
        return _("Đã mời %(count)s hồ sơ trong danh sách chờ.", count=len(made))

    return _do(slug, move_up)


@pages.post("/quan-ly/hoi-cho/<slug>/thu-tu")
@needs("applications.decide")
def order(slug: str) -> Response:
    """One step up, or to the top: the whole order as the page showed it, with that change."""

    def put() -> str:
        shown, moved = request.form.getlist("line"), request.form.get("code", "")
        queueing.set_order(slug, _raised(shown, moved, request.form.get("to", "")), current_actor())
        if reason := request.form.get("reason", "").strip()[:300]:
            queueing.explain(slug, moved, reason, current_actor())
        return _("Đã ghi thứ tự.")

    return _do(slug, put)


@pages.post("/quan-ly/ho-so-hoi-cho/<code>/cho-lai")
@needs("applications.decide")
def wait_again(code: str) -> Response:
    """Who let a booth go waits again."""

    def put() -> str:
        queueing.wait_again(code, current_actor())
        return _("Hồ sơ %(code)s lại ở danh sách chờ.", code=code)

    return _do(slug_of(queries.get_application(code).fair_id), put)


@pages.post("/quan-ly/giu-gian/<code>/tra-loi")
@needs("bookings.manage")
def answer(code: str) -> Response:
    """The exhibitor said yes or no by telephone."""
    seen = queries.get_booking(code)

    def put() -> str:
        if request.form.get("answer") == "yes":
            offers.accept(code, current_actor())
            return _("Đã ghi lời nhận của %(code)s.", code=code)
        offers.decline(code, current_actor(), stays=request.form.get("answer") == "other")
        return _("Đã ghi lời từ chối của %(code)s.", code=code)

    return _do(slug_of(seen.fair_id), put)


@pages.post("/quan-ly/hoi-cho/<slug>/doi-gian")
@needs("bookings.manage")
def propose_swap(slug: str) -> Response:
    """Ask two exhibitors whether they would change booths; nothing happens before both agree."""

    def put() -> str:
        first, second = request.form.get("first", ""), request.form.get("second", "")
        authorize(current_actor(), "bookings.manage", permissions.scope_of(own_fair(slug)))
        swaps.ask_swap(swaps.Wish(first, second, request.form.get("note", "").strip()[:300] or None), current_actor())
        return _("Đã hỏi cả hai bên.")

    return _do(slug, put)


def _do(slug: str, verb: Callable[[], str]) -> Response:
    """A deed, then the list again; a refusal stands on the page."""
    try:
        said = verb()
    except Refusal as refusal:
        return _page(slug, refusal=refusal, status=refusal.status)
    return back(LIST, slug, said)


def _raised(shown: Sequence[str], code: str, to: str) -> list[str]:
    """The codes as shown, one of them ``up`` a place, at the ``top``, or where it is."""
    order = [one for one in dict.fromkeys(shown) if one != code]
    if code in shown:
        place = list(dict.fromkeys(shown)).index(code)
        order.insert({"top": 0, "up": max(0, place - 1)}.get(to, place), code)
    return order


def _page(slug: str, form: Form | None = None, refusal: Refusal | None = None, status: int = 200) -> Response:
    fair = own_fair(slug)
    waiting = queueing.list_waiting(fair)
    accepted = _without_booth(fair)
    names = queries.names_of({one.application.producer_id for one in waiting} | {a.producer_id for a in accepted}, ())
    on = today()
    context: dict[str, Any] = {
        "fair": fair, "waiting": waiting, "names": names, "asked": _asked(fair), "free": _free(fair),
        "swaps": _swaps(fair), "accepted": accepted, "form": form or Form(OfferForm()), "refusal": refusal,
        "may_manage": may_manage(fair), "rules": rules_of(fair), "cut_off": last_promotion_day(fair), "now": now(),
        "moves_up": fair.state == FairState.OPEN and on <= last_promotion_day(fair),
    }  # fmt: skip
    return render("fairs/desk_queue.html", status, **context)


def _without_booth(fair: Fair) -> Sequence[FairApplication]:
    """Accepted applications without a booth: they can be offered one by hand."""
    placed = select(Booking.application_id).where(Booking.fair_id == fair.id, Booking.state.in_(LIVE_BOOKING))
    mine = FairApplication.fair_id == fair.id, FairApplication.state == ApplicationState.ACCEPTED
    query = select(FairApplication).where(*mine, FairApplication.id.not_in(placed))
    return db.session.scalars(query.order_by(FairApplication.submitted_at, FairApplication.id)).all()


def _asked(fair: Fair) -> list[Asked]:
    """Offers and unpaid booths, the first to end first."""
    promoted = select(BookingStep.booking_id).where(BookingStep.action == "promoted")
    query = (
        select(Booking, Producer, Booth, Booking.id.in_(promoted))
        .join(Producer, Producer.id == Booking.producer_id)
        .join(Booth, Booth.id == Booking.booth_id)
        .where(Booking.fair_id == fair.id, Booking.state.in_(ASKED))
    )
    ends = query.order_by(Booking.expires_at.is_(None), Booking.expires_at, Booking.id)
    return [Asked(row[0], row[1], row[2], bool(row[3])) for row in db.session.execute(ends)]


def _free(fair: Fair) -> Sequence[Booth]:
    """Booths that nobody holds on any day."""
    taken = select(BoothDay.booth_id).where(BoothDay.state.in_(LIVE_DAY))
    mine = Booth.fair_id == fair.id, Booth.is_on_plan, Booth.use == "exhibitor", Booth.id.not_in(taken)
    return db.session.scalars(select(Booth).where(*mine).order_by(Booth.hall, Booth.code)).all()


@dataclass(frozen=True)
class SwapLine:
    """A proposal with the booths of both sides and who has agreed."""

    swap: BoothSwap
    sides: tuple[tuple[str, str, datetime | None], tuple[str, str, datetime | None]]


def _swaps(fair: Fair) -> list[SwapLine]:
    """Proposals that wait for an answer, and the last that ended."""
    query = select(BoothSwap).where(BoothSwap.fair_id == fair.id)
    found = db.session.scalars(query.order_by(BoothSwap.state != "asked", BoothSwap.id.desc()).limit(20)).all()
    ids = {one.first_id for one in found} | {one.second_id for one in found}
    holders = select(Booking.id, Producer.name, Booth.code).join(Producer, Producer.id == Booking.producer_id)
    rows = db.session.execute(holders.join(Booth, Booth.id == Booking.booth_id).where(Booking.id.in_(ids)))
    names = {row[0]: (str(row[1]), str(row[2])) for row in rows}
    return [
        SwapLine(
            one, ((*names[one.first_id], one.first_agreed_at), (*names[one.second_id], one.second_agreed_at))
        )
        for one in found
    ]  # fmt: skip
