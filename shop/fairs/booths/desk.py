"""The booths of one fair at the desk: given, paid, taken back, exhibitors who arrive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from catalog.producers.models import Producer
from core.accounts.permissions import authorize
from core.clock import ZONE, now, today
from core.db import db
from core.errors import Invalid, Refusal
from core.money import dong
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.fairs import permissions, queries, schemas
from shop.fairs.booths import bookings, coverage, fees
from shop.fairs.desk import back, may_manage, own_fair, pages, slug_of
from shop.fairs.directory import directory_of
from shop.fairs.models import Booking, Booth, BoothDay, Fair, FairApplication
from shop.fairs.rules import LIVE_DAY, ApplicationState, fair_days
from shop.payments.models import Payment
from shop.payments.queries import payments_of


@dataclass(frozen=True)
class Run:
    """Days in a row with the same state under the same certificate."""

    first_on: date
    last_on: date
    state: str
    certificate: str | None


@dataclass(frozen=True)
class Line:
    """A booking as the desk shows it."""

    booking: Booking
    booth: Booth
    runs: list[Run]
    due_vnd: int
    payment: Payment | None
    is_today: bool


def runs_of(days: Iterable[BoothDay]) -> list[Run]:
    """Live days gathered into runs of the same state and certificate, so that a fair of two weeks is one line."""
    runs: list[Run] = []
    for one in days:
        if runs and _continues(runs[-1], one):
            runs[-1] = replace(runs[-1], last_on=one.day)
        else:
            runs.append(Run(one.day, one.day, one.state, one.certificate_number))
    return runs


def _continues(run: Run, day: BoothDay) -> bool:
    same = (run.state, run.certificate) == (day.state, day.certificate_number)
    return same and (day.day - run.last_on).days == 1


@pages.get("/quan-ly/hoi-cho/<slug>/gian")
@needs("fairs.read")
def list_bookings(slug: str) -> Response:
    """Who has which booth; ``?thu=CODE`` opens the form for the bank's line of that booking."""
    return _page(slug, Form(schemas.BookingForm()), paying=request.args.get("thu"))


@pages.post("/quan-ly/hoi-cho/<slug>/giu")
@needs("bookings.manage")
def book(slug: str) -> Response:
    """Give a booth to an exhibitor; what was chosen comes back when it is refused."""
    form = Form(schemas.BookingForm()).read(request.form)
    if not form.ok:
        return _page(slug, form, 422)
    data = form.data
    days = _days(queries.get_fair(slug), data.get("first_on"), data.get("last_on"))
    claim = bookings.Claim(data["application"], days, data["conditional"])
    try:
        booking, _is_new = bookings.book(slug, data["booth"], claim, current_actor())
    except Refusal as refusal:
        return _page(slug, form.refuse(refusal), refusal.status)
    return back(
        "fair_desk.list_bookings", slug, _("Đã giữ gian %(booth)s (%(code)s).", booth=data["booth"], code=booking.code)
    )


@pages.get("/quan-ly/giu-gian/<code>/tra")
@needs("bookings.manage")
def ask_release(code: str) -> Response:
    """What taking the booth back will do, before it is done."""
    booking = queries.get_booking(code)
    fair = db.session.get_one(Fair, booking.fair_id)
    authorize(current_actor(), "bookings.manage", permissions.scope_of(fair))
    days = queries.days_of(booking.id, *LIVE_DAY)
    context: dict[str, Any] = {
        "fair": fair, "booking": booking, "booth": db.session.get_one(Booth, booking.booth_id), "days": days,
        "producer": db.session.get_one(Producer, booking.producer_id),
        "back_vnd": fees.back_for(booking, days, today()),
    }  # fmt: skip
    return render("fairs/desk_release.html", **context)


@pages.post("/quan-ly/giu-gian/<code>/tra")
@needs("bookings.manage")
def release(code: str) -> Response:
    """Take a booth back."""
    seen = queries.get_booking(code)
    slug, booth = slug_of(seen.fair_id), db.session.get_one(Booth, seen.booth_id).code
    application = db.session.get_one(FairApplication, seen.application_id).code
    is_kept = request.form.get("kept") == "true"
    booking = bookings.release(slug, booth, application, current_actor(), is_kept=is_kept)
    if booking.refund_due_vnd:
        flash(_("Cần trả lại chủ thể %(amount)s.", amount=dong(booking.refund_due_vnd)), "warning")
    return back("fair_desk.list_bookings", slug, _("Gian %(booth)s đã trống.", booth=booth))


@pages.post("/quan-ly/giu-gian/<code>/thu")
@needs("bookings.manage")
def pay(code: str) -> Response:
    """Take the fee in cash, ask for it by VietQR, or record the bank's line."""
    form = Form(schemas.PaymentForm()).read(request.form)
    slug = slug_of(queries.get_booking(code).fair_id)
    if not form.ok:
        return _page(slug, Form(schemas.BookingForm()), 422, paying=code, pay_form=form)
    data = form.data

    def take() -> object:
        return fees.record_payment(code, data["provider"], _transfer(data), current_actor())

    return _try(slug, take, code, form, _("Đã ghi khoản thu của %(code)s.", code=code))


@pages.post("/quan-ly/giu-gian/<code>/den")
@needs("bookings.manage")
def check_in(code: str) -> Response:
    """The exhibitor has arrived."""
    slug = slug_of(queries.get_booking(code).fair_id)
    coverage.check_in(code, current_actor())
    return back("fair_desk.list_bookings", slug, _("%(code)s đã đến.", code=code))


def _days(fair: Fair, first: date | None, last: date | None) -> list[date] | None:
    """The days from ``first`` to ``last``; None, all that are left, when neither is given."""
    if first is None and last is None:
        return None
    days = fair_days(fair.opens_on, fair.closes_on)
    begin, end = first or max(fair.opens_on, today()), last or fair.closes_on
    return [day for day in days if begin <= day <= end]


def _try(slug: str, verb: Callable[[], object], code: str, form: Form, done: str) -> Response:
    try:
        verb()
    except Refusal as refusal:
        return _page(slug, Form(schemas.BookingForm()), refusal.status, paying=code, pay_form=form.refuse(refusal))
    return back("fair_desk.list_bookings", slug, done)


def _transfer(data: dict[str, Any]) -> fees.Transfer | None:
    """The bank's line from the form; none when its reference was left empty."""
    if "reference" not in data:
        return None
    missing = [name for name in ("amount", "booked_on") if name not in data]
    if missing:
        raise Invalid({name: [_("Cần điền mục này.")] for name in missing})
    at = time.fromisoformat(data.get("booked_time", "00:00"))
    booked_at = datetime.combine(data["booked_on"], at, tzinfo=ZONE)
    return fees.Transfer(data["amount"], data["reference"], booked_at)


def _page(
    slug: str, form: Form, status: int = 200, paying: str | None = None, pay_form: Form | None = None
) -> Response:
    fair = own_fair(slug)
    directory = directory_of(fair, now())
    accepted = queries.list_applications(fair.id, state=ApplicationState.ACCEPTED)
    lines = _lines(fair)
    names = queries.names_of({one.producer_id for one in accepted} | {one.booking.producer_id for one in lines}, ())
    context: dict[str, Any] = {
        "fair": fair, "accepted": accepted, "names": names, "lines": lines, "form": form, "paying": paying,
        "pay_form": pay_form or Form(schemas.PaymentForm(), {"amount": _asked_of(lines, paying)}),
        "free": [one for one in directory.booths if one.free_days], "may_manage": may_manage(fair),
    }  # fmt: skip
    return render("fairs/desk_bookings.html", status, **context)


def _lines(fair: Fair) -> Sequence[Line]:
    on = today()
    booths = {one.id: one for one in queries.list_booths(fair.id)}
    found = queries.list_bookings(fair.id)
    payments = payments_of(one.payment_reference for one in found if one.payment_reference)
    return [
        _line(one, booths[one.booth_id], payments.get(one.payment_reference or ""), on)
        for one in found
        if one.booth_id in booths
    ]


def _line(booking: Booking, booth: Booth, payment: Payment | None, on: date) -> Line:
    live = [day for day in booking.days if day.state in LIVE_DAY]
    is_today = any(day.day == on and day.state == "paid" for day in live)
    return Line(booking, booth, runs_of(live), sum(day.price_vnd for day in live), payment, is_today)


def _asked_of(lines: Sequence[Line], code: str | None) -> int | None:
    """What the bank's line of that booking should say, to propose it."""
    return next((one.due_vnd for one in lines if one.booking.code == code), None)
