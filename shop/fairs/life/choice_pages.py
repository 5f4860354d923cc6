"""After a postponement: the holder's page, on which she stays or leaves."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from core.accounts.permissions import authorize
from core.clock import today
from core.db import db
from core.errors import Invalid
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.fairs import permissions, queries
from shop.fairs.booths.fees import share_of
from shop.fairs.life import moving
from shop.fairs.life.models import Choice
from shop.fairs.life.schemas import ChoiceIn
from shop.fairs.models import Booking, Booth, Fair
from shop.fairs.pages import pages
from shop.fairs.refusals import MoveNotYours
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, BookingState

_PAID = (BookingState.PAID, BookingState.CHECKED_IN)


@pages.get("/hoi-cho/doi-ngay/<code>")
@needs("moves.choose")
def choice(code: str) -> Response:
    """What the postponement means for her booth, and the two answers."""
    booking = _own(code)
    found = moving.asked_of([booking.id]).get(booking.id)
    if found is None:
        raise MoveNotYours
    asked, move = found
    days = queries.days_of(booking.id, *LIVE_DAY)
    paid = sum(share_of(one) for one in days) if booking.state in _PAID else 0
    is_open = asked.state in (Choice.OPEN, Choice.STAYS) and today() <= move.choose_by
    context: dict[str, Any] = {
        "booking": booking, "asked": asked, "move": move, "fair": db.session.get_one(Fair, booking.fair_id),
        "booth": db.session.get_one(Booth, booking.booth_id), "paid_vnd": paid,
        "is_open": is_open and booking.state in LIVE_BOOKING,
    }  # fmt: skip
    return render("fairs/choice.html", **context)


@pages.post("/hoi-cho/doi-ngay/<code>")
@needs("moves.choose")
def choose(code: str) -> Response:
    """Stay, or leave and get everything back."""
    form = Form(ChoiceIn()).read(request.form)
    if not form.ok:
        raise Invalid(dict(form.errors))
    said = moving.choose(code, Choice(form.data["choice"]), current_actor())
    flash(_("Đã ghi: bạn ở lại.") if said.state == Choice.STAYS else _("Đã ghi: bạn không tham dự."))
    return redirect(url_for("fairs.choice", code=code), 303)  # type: ignore[return-value]


def _own(code: str) -> Booking:
    """A booking of the caller's producer, or of a fair she runs. Raises BookingNotFound, NotFound alike."""
    booking = queries.get_booking(code)
    owner = scope_of(db.session.get_one(Producer, booking.producer_id))
    fair = permissions.scope_of(db.session.get_one(Fair, booking.fair_id))
    authorize(current_actor(), "moves.choose", owner, fair)
    return booking
