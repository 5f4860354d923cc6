"""/api/v1: offers and their answers, the waiting list, moves and swaps, what may be shown on which day."""

from typing import Any

from flask import Response

from core.accounts.permissions import authorize
from core.web.access import current_actor, needs
from core.web.api import Blueprint
from core.web.idempotency import idempotent
from shop.fairs import queries, schemas, views
from shop.fairs.answers import answer, booking_answer, scopes
from shop.fairs.api import fairs
from shop.fairs.booths import leaving, moves, offers, paying, queueing, swaps
from shop.fairs.booths import schemas as life_schemas
from shop.fairs.booths.api import bookings_api
from shop.fairs.booths.shown import ShownDay, list_days
from shop.fairs.rulebook import last_promotion_day

swaps_api = Blueprint("api_swaps", __name__, url_prefix="/swaps", description="Exhibitors who change booths")


@fairs.post("/<slug>/offers")
@needs("bookings.manage")
@fairs.arguments(life_schemas.OffersIn)
@idempotent
@fairs.response(201, life_schemas.OffersOut)
def offer(body: dict[str, Any], slug: str) -> Response:
    """Offer booths to exhibitors, all of them or none; each is told until when to answer."""
    given = [
        offers.Given(one["application"], one["booth"], one.get("days"), one["conditional"]) for one in body["offers"]
    ]
    made = offers.offer(slug, given, current_actor())
    return answer(life_schemas.OffersOut(), {"items": [views.booking_view(one) for one in made]}, 201)


@fairs.get("/<slug>/queue")
@needs("applications.decide")
@fairs.response(200, life_schemas.QueueOut)
def show_queue(slug: str) -> Response:
    """The waiting list in its order, with the reasons."""
    fair = queueing.fair_of(slug, current_actor(), "applications.decide")
    waiting = queueing.list_waiting(fair)
    names = queries.names_of({one.application.producer_id for one in waiting}, ()).producers
    items = [
        {
            "number": one.number, "application": one.application.code, "state": one.state, "place": one.place,
            "producer": names[one.application.producer_id], "reason": one.reason, "since": one.since,
        }
        for one in waiting
    ]  # fmt: skip
    return answer(life_schemas.QueueOut(), {"items": items, "last_promotion_on": last_promotion_day(fair)}, 200)


@fairs.put("/<slug>/queue")
@needs("applications.decide")
@fairs.arguments(life_schemas.QueueIn)
@idempotent
@fairs.response(200, life_schemas.QueueOut)
def order_queue(body: dict[str, Any], slug: str) -> Response:
    """Put the first of the list in this order."""
    queueing.set_order(slug, body["applications"], current_actor())
    return show_queue(slug)


@fairs.post("/<slug>/promotions")
@needs("bookings.manage")
@idempotent
@fairs.response(201, life_schemas.OffersOut)
def promote(slug: str) -> Response:
    """Offer every free booth to the first of the waiting list who may have it."""
    made = queueing.promote_all(slug, current_actor())
    return answer(life_schemas.OffersOut(), {"items": [views.booking_view(one) for one in made]}, 201)


@bookings_api.post("/<code>/acceptance")
@needs("bookings.read")
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def accept(code: str) -> Response:
    """Yes to an offer: by its exhibitor, or by the organizer for her."""
    return booking_answer(offers.accept(code, current_actor()))


@bookings_api.post("/<code>/refusal")
@needs("bookings.read")
@bookings_api.arguments(life_schemas.OfferDeclineIn)
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def decline(body: dict[str, Any], code: str) -> Response:
    """No to an offer, or to a booth that is not paid yet."""
    return booking_answer(offers.decline(code, current_actor(), stays=body["stays"]))


@bookings_api.post("/<code>/checkout")
@needs("bookings.read")
@bookings_api.arguments(life_schemas.BoothCheckoutIn)
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def checkout(body: dict[str, Any], code: str) -> Response:
    """Ask for the fee by card (`payment.redirect_url`) or by transfer (`payment.qr_text`)."""
    return booking_answer(paying.pay(code, body["provider"], current_actor()))


@bookings_api.post("/<code>/withdrawal")
@needs("bookings.read")
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def leave(code: str) -> Response:
    """Give a paid booth up; what comes back follows the fair's steps of refund."""
    return booking_answer(leaving.leave(code, current_actor()))


@bookings_api.post("/<code>/move")
@needs("bookings.manage")
@bookings_api.arguments(life_schemas.BoothMoveIn)
@idempotent
@bookings_api.response(200, schemas.BookingOut)
def move(body: dict[str, Any], code: str) -> Response:
    """Put an exhibitor on another booth that is free on her days."""
    return booking_answer(moves.move(code, body["booth"], current_actor()))


@bookings_api.get("/<code>/days")
@needs("bookings.read")
@bookings_api.response(200, life_schemas.ShownDaysOut)
def show_days(code: str) -> Response:
    """What may be shown on the booth on each of its days."""
    booking = queries.get_booking(code)
    authorize(current_actor(), "bookings.read", *scopes(booking))
    return answer(life_schemas.ShownDaysOut(), {"items": [_day(one) for one in list_days([booking])[booking.id]]}, 200)


@bookings_api.post("/<code>/swap")
@needs("bookings.read")
@bookings_api.arguments(life_schemas.SwapIn)
@idempotent
@bookings_api.response(201, life_schemas.SwapOut)
def ask_swap(body: dict[str, Any], code: str) -> Response:
    """Ask to change booths; done when both exhibitors have agreed."""
    return _swap(swaps.ask_swap(swaps.Wish(code, body["booking"], body.get("note")), current_actor()), 201)


@swaps_api.post("/<code>/answer")
@needs("bookings.read")
@swaps_api.arguments(life_schemas.SwapAnswerIn)
@idempotent
@swaps_api.response(200, life_schemas.SwapOut)
def answer_swap(body: dict[str, Any], code: str) -> Response:
    """Yes or no; with the second yes the booths change."""
    return _swap(swaps.answer_swap(code, agrees=body["agrees"], by=current_actor()), 200)


def _swap(swap: Any, status: int) -> Response:
    return answer(life_schemas.SwapOut(), views.swap_view(swap), status)


def _day(one: ShownDay) -> dict[str, Any]:
    products = [
        {
            "slug": shown.product.slug, "name": shown.product.name, "certificate": shown.certificate_number,
            "stars": shown.stars, "ends_on": shown.ends_on,
        }
        for shown in one.products
    ]  # fmt: skip
    return {
        "day": one.day, "state": one.state, "products": products, "missing": [product.slug for product in one.missing],
    }  # fmt: skip
