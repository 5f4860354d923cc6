"""/api/v1/bookings, and booths given and taken back: the organizer's work and the exhibitor's view."""

from typing import Any

from flask import Response

from core.accounts.permissions import authorize
from core.web.access import current_actor, needs
from core.web.api import Blueprint
from core.web.idempotency import idempotent
from shop.fairs import queries, schemas
from shop.fairs.answers import booking_answer, scopes
from shop.fairs.api import fairs
from shop.fairs.booths import bookings, coverage, fees

bookings_api = Blueprint("api_bookings", __name__, url_prefix="/bookings", description="Bookings of booths")


@fairs.put("/<slug>/booths/<code>/booking")
@needs("bookings.manage")
@fairs.arguments(schemas.BookingIn)
@idempotent
@fairs.response(200, schemas.BookingOut)
@fairs.alt_response(201, schema=schemas.BookingOut)
def book(body: dict[str, Any], slug: str, code: str) -> Response:
    """Hold a booth for an exhibitor: all of the days, or 409 `booth.taken` naming those that somebody has."""
    claim = bookings.Claim(body["application"], body.get("days"), body["conditional"])
    booking, is_new = bookings.book(slug, code, claim, current_actor())
    return booking_answer(booking, 201 if is_new else 200)


@fairs.delete("/<slug>/booths/<code>/booking")
@needs("bookings.manage")
@fairs.arguments(schemas.ReleaseQuery, location="query")
@idempotent
@fairs.response(200, schemas.BookingOut)
def release(query: dict[str, Any], slug: str, code: str) -> Response:
    """Take a booth back; answers the released booking with what is owed back."""
    return booking_answer(bookings.release(slug, code, query.get("application"), current_actor()))


@bookings_api.get("/<code>")
@needs("bookings.read")
@bookings_api.response(200, schemas.BookingOut)
def show_booking(code: str) -> Response:
    """A booking with its version (ETag): to its exhibitor and to the organizers."""
    booking = queries.get_booking(code)
    authorize(current_actor(), "bookings.read", *scopes(booking))
    return booking_answer(booking)


@bookings_api.post("/<code>/payment")
@needs("bookings.manage")
@bookings_api.arguments(schemas.PaymentIn)
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def pay(body: dict[str, Any], code: str) -> Response:
    """Take the fee in cash, ask for it by VietQR, or record the transfer that paid it."""
    line = body.get("transfer")
    transfer = fees.Transfer(line["amount"], line["reference"], line["booked_at"]) if line else None
    return booking_answer(fees.record_payment(code, body["provider"], transfer, current_actor()))


@bookings_api.post("/<code>/checkin")
@needs("bookings.manage")
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def check_in(code: str) -> Response:
    """The exhibitor has arrived: today's booth must be paid and covered."""
    return booking_answer(coverage.check_in(code, current_actor()))
