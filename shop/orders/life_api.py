"""What the store does with an order's parcels over REST, and lists of orders."""

from typing import Any

from core.web.access import current_actor, needs, signed_in
from core.web.api import listed, page_args, paged
from core.web.idempotency import idempotent
from shop.delivery.carriers.known import find_carrier
from shop.orders import parcels
from shop.orders.api import Answer, answer, blp, optional
from shop.orders.life_schemas import (
    DropIn,
    FailureIn,
    HandOverIn,
    OrderBriefOut,
    OrdersQuery,
    ParcelIn,
    ShipmentIn,
    TakenBackIn,
    TrackingIn,
)
from shop.orders.queries import list_mine, search_of_store, staffed_store
from shop.orders.schemas import OrderOut
from shop.orders.view import brief_out


@blp.get("/orders")
@signed_in
@blp.arguments(OrdersQuery, location="query")
@blp.response(200, listed(OrderBriefOut))
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """The caller's own orders; with `store`, the orders of a store for its staff. Newest first."""
    page, per_page = page_args(query)
    states = (query["state"],) if "state" in query else ()
    if "store" in query:
        store = staffed_store(query["store"], current_actor())
        rows, total = search_of_store([store.id], query.get("q"), states, page, per_page)
    else:
        rows, total = list_mine(current_actor().user_id, states, page, per_page)
    return paged([brief_out(one) for one in rows], total, page, per_page)


@blp.post("/orders/<number>/packing")
@needs("orders.pack")
@idempotent
@blp.response(200, OrderOut)
def pack(number: str) -> Answer:
    """A parcel is packed."""
    return answer(parcels.pack(number, current_actor(), optional(ParcelIn()).get("parcel")))


@blp.post("/orders/<number>/shipment")
@needs("orders.ship")
@idempotent
@blp.response(200, OrderOut)
def ship(number: str) -> Answer:
    """The carrier has a parcel; its stock leaves the ledger."""
    body = optional(ShipmentIn())
    known = find_carrier(body.get("courier"))
    done = parcels.ship(
        number, current_actor(), body.get("courier"), body.get("tracking"), body.get("parcel"),
        carrier=known.code if known else None,
    )  # fmt: skip
    return answer(done)


@blp.post("/orders/<number>/handover")
@needs("orders.hand_over")
@idempotent
@blp.response(200, OrderOut)
def hand_over(number: str) -> Answer:
    """The buyer has a parcel; cash is taken with it, and stock leaves the ledger unless it had shipped."""
    body = optional(HandOverIn())
    return answer(parcels.hand_over(number, current_actor(), body.get("parcel"), to=body.get("to")))


@blp.post("/orders/<number>/tracking")
@needs("orders.ship")
@blp.arguments(TrackingIn)
@idempotent
@blp.response(200, OrderOut)
def track(body: dict[str, Any], number: str) -> Answer:
    """The carrier's number of a parcel."""
    known = find_carrier(body.get("courier"))
    done = parcels.track(
        number, current_actor(), body.get("courier"), body["tracking"], body.get("parcel"),
        carrier=known.code if known else None,
    )  # fmt: skip
    return answer(done)


@blp.post("/orders/<number>/delivery-failure")
@needs("orders.ship")
@blp.arguments(FailureIn)
@idempotent
@blp.response(200, OrderOut)
def fail(body: dict[str, Any], number: str) -> Answer:
    """The carrier could not deliver a parcel; it still has it."""
    return answer(parcels.fail(number, current_actor(), body["reason"], body.get("parcel")))


@blp.post("/orders/<number>/retry")
@needs("orders.ship")
@idempotent
@blp.response(200, OrderOut)
def retry(number: str) -> Answer:
    """The carrier takes it to the buyer once more."""
    return answer(parcels.retry(number, current_actor(), optional(ParcelIn()).get("parcel")))


@blp.post("/orders/<number>/taking-back")
@needs("orders.ship")
@idempotent
@blp.response(200, OrderOut)
def take_back(number: str) -> Answer:
    """An undelivered parcel is in the store again; its goods are back in the ledger."""
    body = optional(TakenBackIn())
    is_fit, note = body.get("fit", True), body.get("note")
    return answer(parcels.take_back(number, current_actor(), body.get("parcel"), is_fit=is_fit, note=note))


@blp.post("/orders/<number>/sending-again")
@needs("orders.pack")
@idempotent
@blp.response(200, OrderOut)
def send_again(number: str) -> Answer:
    """What came back is to be packed once more."""
    return answer(parcels.send_again(number, current_actor(), optional(ParcelIn()).get("parcel")))


@blp.post("/orders/<number>/parcel-cancellation")
@needs("orders.call_off")
@blp.arguments(DropIn)
@idempotent
@blp.response(200, OrderOut)
def drop(body: dict[str, Any], number: str) -> Answer:
    """The store calls off one parcel; its share of what was paid goes back."""
    return answer(parcels.drop(number, current_actor(), body["reason"], body.get("parcel")))
