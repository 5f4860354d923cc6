"""The organizer's desk: applications to decide, booths to give, fees to take, exhibitors who arrive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.producers.models import Producer
from core.accounts.permissions import authorize, is_allowed
from core.clock import ZONE, now, today
from core.db import db
from core.errors import Invalid, Refusal
from core.money import dong
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from shop.fairs import applications, bookings, coverage, drawing, fees, permissions, queries, schemas, service
from shop.fairs.directory import directory_of
from shop.fairs.models import Booking, Booth, BoothDay, Fair, FairApplication
from shop.fairs.rules import LIVE_DAY, ApplicationState, fair_days
from shop.payments.models import Payment
from shop.payments.queries import find_payment

pages = Pages("fair_desk", __name__)

#: What the organizer should look at first.
_WAITING = tuple(map(ApplicationState, ("submitted", "waitlisted", "accepted", "rejected", "withdrawn", "draft")))


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


@pages.get("/quan-ly/hoi-cho")
@needs("fairs.read")
def index() -> Response:
    """The caller's fairs, drafts included."""
    by = current_actor()
    found = [one for one in queries.list_all() if is_allowed(by, "fairs.read", permissions.scope_of(one))]
    return render("fairs/desk_index.html", fairs=found)


@pages.get("/quan-ly/hoi-cho/<slug>")
@needs("fairs.read")
def show(slug: str) -> Response:
    """One fair at work; ``?thu=CODE`` opens the form for the bank's line of that booking."""
    return _page(slug, Form(schemas.BookingForm()), paying=request.args.get("thu"))


@pages.post("/quan-ly/hoi-cho/<slug>/mo")
@needs("fairs.manage")
def open_fair(slug: str) -> Response:
    """Show a draft to the public."""
    service.open_fair(slug, current_actor())
    return _back(slug, _("Hội chợ đã mở cho mọi người xem."))


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
    return _back(slug, _("Đã giữ gian %(booth)s (%(code)s).", booth=data["booth"], code=booking.code))


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
    slug, booth = _slug_of(seen.fair_id), db.session.get_one(Booth, seen.booth_id).code
    application = db.session.get_one(FairApplication, seen.application_id).code
    booking = bookings.release(slug, booth, application, current_actor())
    if booking.refund_due_vnd:
        flash(_("Cần trả lại chủ thể %(amount)s.", amount=dong(booking.refund_due_vnd)), "warning")
    return _back(slug, _("Gian %(booth)s đã trống.", booth=booth))


@pages.post("/quan-ly/ho-so-hoi-cho/<code>")
@needs("applications.decide")
def decide(code: str) -> Response:
    """Accept, put on the waiting list, or reject."""
    form = Form(schemas.DecisionForm()).read(request.form)
    slug = _slug_of(queries.get_application(code).fair_id)
    if not form.ok:
        raise Invalid(dict(form.errors))
    applications.decide(code, ApplicationState(form.data["decision"]), form.data.get("note"), current_actor())
    return _back(slug, _("Đã ghi quyết định về hồ sơ %(code)s.", code=code))


@pages.post("/quan-ly/giu-gian/<code>/thu")
@needs("bookings.manage")
def pay(code: str) -> Response:
    """Take the fee in cash, ask for it by VietQR, or record the bank's line."""
    form = Form(schemas.PaymentForm()).read(request.form)
    slug = _slug_of(queries.get_booking(code).fair_id)
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
    slug = _slug_of(queries.get_booking(code).fair_id)
    coverage.check_in(code, current_actor())
    return _back(slug, _("%(code)s đã đến.", code=code))


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
    return _back(slug, done)


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
    fair = queries.get_fair(slug)
    authorize(current_actor(), "fairs.read", permissions.scope_of(fair))
    directory = directory_of(fair, now())
    found = sorted(queries.list_applications(fair.id), key=lambda one: _WAITING.index(one.state))
    lines = _lines(fair)
    names = queries.names_of(
        {one.producer_id for one in found}, {shown.product_id for one in found for shown in one.products}
    )
    context: dict[str, Any] = {
        "fair": fair, "directory": directory, "applications": found, "names": names, "lines": lines,
        "halls": [drawing.draw_hall(one, directory) for one in directory.halls], "form": form, "paying": paying,
        "pay_form": pay_form or Form(schemas.PaymentForm(), {"amount": _asked_of(lines, paying)}),
        "free": [one for one in directory.booths if one.free_days], "may_manage": _may_manage(fair),
        "accepted": [one for one in found if one.state == ApplicationState.ACCEPTED],
    }  # fmt: skip
    return render("fairs/desk.html", status, **context)


def _lines(fair: Fair) -> Sequence[Line]:
    on = today()
    booths = {one.id: one for one in queries.list_booths(fair.id)}
    return [
        Line(
            one, booths[one.booth_id], runs_of(day for day in one.days if day.state in LIVE_DAY), fees.fee_due(one),
            find_payment(one.payment_reference) if one.payment_reference else None,
            any(day.day == on and day.state == "paid" for day in one.days),
        )
        for one in queries.list_bookings(fair.id)
        if one.booth_id in booths
    ]  # fmt: skip


def _asked_of(lines: Sequence[Line], code: str | None) -> int | None:
    """What the bank's line of that booking should say, to propose it."""
    return next((one.due_vnd for one in lines if one.booking.code == code), None)


def _may_manage(fair: Fair) -> bool:
    return is_allowed(current_actor(), "fairs.manage", permissions.scope_of(fair))


def _slug_of(fair_id: int) -> str:
    return db.session.get_one(Fair, fair_id).slug


def _back(slug: str, message: str) -> Response:
    flash(message)
    return redirect(url_for("fair_desk.show", slug=slug), 303)  # type: ignore[return-value]
