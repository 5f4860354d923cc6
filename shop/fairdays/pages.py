"""An exhibitor prepares her booth: badges, fascia, power, a slot for her van. And what a badge's QR leads to."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.producers.models import Producer
from catalog.producers.queries import find_producer
from core.clock import now, today
from core.db import db, transaction
from core.errors import Invalid, Refusal
from core.web.access import current_actor, needs, public
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import Pages, flash, render
from shop.fairdays import badges, schemas, slots
from shop.fairdays import needs as booth_needs
from shop.fairdays.desk import pdf_answer
from shop.fairdays.papers import badges_pdf
from shop.fairdays.queries import badges_of, booking_for, bookings_of, find_badge, runs_fair
from shop.fairdays.refusals import BadgeNotFound
from shop.fairdays.rules import Direction, needs_until
from shop.fairdays.words import DIRECTIONS
from shop.fairs.models import Booking, Booth, Fair
from shop.fairs.rules import LIVE_BOOKING

pages = Pages("fairdays", __name__)
BASE = "/gian-hang-cua-toi"


@pages.get(BASE)
@needs("fairdays.prepare")
def mine() -> Response:
    """The caller's booths at fairs that are not over."""
    own = [one.id for one in map(find_producer, current_actor().scopes_of("producer")) if one is not None]
    on = today()
    found = [(held, fair) for held, fair in bookings_of(own) if fair.closes_on >= on] if own else []
    return render("fairdays/mine.html", found=found)


@pages.get(f"{BASE}/<code>")
@needs("fairdays.prepare")
def prepare(code: str) -> Response:
    """One booth: its badges, what contractors build, its slots at the gate."""
    return _page(code)


@pages.post(f"{BASE}/<code>/the")
@needs("fairdays.prepare")
def add_badge(code: str) -> Response:
    """Give one more badge."""
    form = Form(schemas.FairBadgeIn()).read(request.form)
    if not form.ok:
        return _page(code, 422, badge=form)

    def issue() -> None:
        only_once(request.form.get("once"))
        badges.issue_badge(code, form.data["name"], form.data["title"], current_actor())

    return _try(code, "badge", form, issue, _("Đã cấp thẻ."))


@pages.post(f"{BASE}/<code>/the/<badge>/thu")
@needs("fairdays.prepare")
def revoke(code: str, badge: str) -> Response:
    """Take a badge back."""
    booking_for(code, current_actor(), "fairdays.prepare")
    badges.revoke_badge(badge, current_actor())
    flash(_("Thẻ %(code)s không dùng được nữa.", code=badge))
    return _back(code)


@pages.get(f"{BASE}/<code>/the.pdf")
@needs("badges.read")
def badges_file(code: str) -> Response:
    """Her badges to print."""
    held = booking_for(code, current_actor(), "badges.read")
    found = badges_of([held.booking.id]).get(held.booking.id, [])
    if not found:
        raise BadgeNotFound
    fair = db.session.get_one(Fair, held.booking.fair_id)
    return pdf_answer(badges_pdf(fair, [(held, one) for one in found], now()), f"the-{code}.pdf")


@pages.post(f"{BASE}/<code>/can")
@needs("fairdays.prepare")
def set_needs(code: str) -> Response:
    """Say what contractors build."""
    form = Form(schemas.NeedsIn()).read(request.form)
    if not form.ok:
        return _page(code, 422, needs=form)
    said = booth_needs.Needs(**form.data)
    version = request.form.get("version", "")
    expected = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0

    def say() -> None:
        booth_needs.set_needs(code, said, expected, current_actor())

    return _try(code, "needs", form, say, _("Đã ghi nhu cầu của gian."))


@pages.post(f"{BASE}/<code>/khung-gio")
@needs("fairdays.prepare")
def take_slot(code: str) -> Response:
    """Book a slot at the gate, or another in its place."""
    form = Form(schemas.SeatIn()).read(request.form)
    if not form.ok:
        return _page(code, 422, seat=form)
    data = form.data

    def take() -> None:
        slots.take_seat(code, data["slot"], (data["plate"], data["phone"]), current_actor())

    return _try(code, "seat", form, take, _("Đã đặt khung giờ cho xe."))


@pages.post(f"{BASE}/<code>/khung-gio/<direction>/bo")
@needs("fairdays.prepare")
def leave_slot(code: str, direction: str) -> Response:
    """Give a slot up."""
    if direction not in [one.value for one in Direction]:
        raise Invalid({"direction": [_("Giá trị không hợp lệ.")]})
    slots.leave_seat(code, Direction(direction), current_actor())
    flash(_("Đã bỏ khung giờ."))
    return _back(code)


@pages.get("/the/<code>")
@public
def badge(code: str) -> Response:
    """What a badge's QR leads to: whether it is good, of which booth and fair; never whose name stands on it."""
    found = find_badge(code)
    if found is None:
        raise BadgeNotFound
    booking, fair = db.session.get_one(Booking, found.booking_id), db.session.get_one(Fair, found.fair_id)
    is_good = found.revoked_at is None and booking.state in LIVE_BOOKING and today() <= fair.closes_on
    shown = render(
        "fairdays/badge.html", badge=found, fair=fair, is_good=is_good,
        booth=db.session.get_one(Booth, booking.booth_id), producer=db.session.get_one(Producer, booking.producer_id),
    )  # fmt: skip
    shown.headers["X-Robots-Tag"] = "noindex"
    return shown


def _try(code: str, name: str, form: Form, verb: Callable[[], None], done: str) -> Response:
    try:
        with transaction():
            verb()
    except Refusal as refusal:
        return _page(code, refusal.status, **{name: form.refuse(refusal)})
    flash(done)
    return _back(code)


def _page(code: str, status: int = 200, **forms: Form) -> Response:
    held = booking_for(code, current_actor(), "fairdays.prepare")
    fair = db.session.get_one(Fair, held.booking.fair_id)
    said, version = booth_needs.standing_needs(held)
    at, has = now(), slots.seats_of(held.booking)
    free = [one for one in slots.slots_of(fair.id) if one.row.starts_at > at and one.free]
    runs = runs_fair(fair, current_actor())
    context: dict[str, Any] = {
        "held": held, "fair": fair, "badges": badges_of([held.booking.id]).get(held.booking.id, []),
        "most": badges.most_badges(fair), "needs_form": forms.get("needs") or Form(schemas.NeedsIn(), vars(said)),
        "version": version, "until": needs_until(fair.opens_on),
        "is_closed": today() > needs_until(fair.opens_on) and not runs, "runs": runs,
        "badge_form": forms.get("badge") or Form(schemas.FairBadgeIn()), "has": has, "free": free,
        "seat_form": forms.get("seat") or Form(schemas.SeatIn()), "directions": DIRECTIONS,
        "is_live": held.booking.state in LIVE_BOOKING,
    }  # fmt: skip
    return render("fairdays/prepare.html", status, **context)


def _back(code: str) -> Response:
    return redirect(url_for("fairdays.prepare", code=code), 303)  # type: ignore[return-value]
