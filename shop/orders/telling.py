"""Tells buyers what happens to their orders: one message for each event that matters to them, by the outbox."""

from typing import Any

from flask import current_app

from core.events import later
from core.messages import Message, rebuilds, send
from core.web.links import address_of
from shop.delivery.carriers.known import tracking_link
from shop.orders.collecting import pickup_code
from shop.orders.consents import has_agreed
from shop.orders.events import (
    CollectSoon,
    DeliveryFailed,
    OrderCompleted,
    OrderPaid,
    OrderReady,
    OrderReturned,
    OrderShipped,
)
from shop.orders.goods import due_for
from shop.orders.letters import build
from shop.orders.letters.build import to_buyer
from shop.orders.models import Order, Shipment
from shop.orders.queries import get_order
from shop.orders.rules import State, reference_of
from shop.payments.providers.port import is_cash
from shop.payments.queries import get_payment
from shop.stores.rules import week

#: The pages where reviews are written, of an upper part, where there are any.
REVIEWS = "reviews.of_order"


@later(OrderPaid, outside=True)
def tell_paid(event: OrderPaid) -> None:
    """The money is here."""
    send(build.paid(event.number))


@later(OrderReady, outside=True)
def tell_ready(event: OrderReady) -> None:
    """All of it waits at the counter: come and fetch it. What goes by a carrier is told when it left."""
    message = ready(event.number)
    if message is not None:
        send(message)


@later(CollectSoon, outside=True)
def tell_soon(event: CollectSoon) -> None:
    """Tomorrow is the last day: the same once more."""
    message = ready(event.number, key="order-soon")
    if message is not None:
        send(message)


@later(OrderShipped, outside=True)
def tell_shipped(event: OrderShipped) -> None:
    """A carrier has it."""
    order, parcel = _parcel(event.number, event.parcel)
    context = {
        "parcel": parcel.code, "parcels": len(order.shipments), "position": parcel.position,
        "courier": parcel.courier, "tracking": parcel.tracking,
        "tracking_url": tracking_link(parcel.courier or parcel.carrier, parcel.tracking),
        "due_vnd": due_for(order, parcel) if _is_cash(order) else 0,
    }  # fmt: skip
    send(to_buyer(order, "order.shipped", f"order-shipped:{parcel.code}:{parcel.attempts}", **context))


@later(DeliveryFailed, outside=True)
def tell_failed(event: DeliveryFailed) -> None:
    """The carrier stood before a closed door."""
    order, parcel = _parcel(event.number, event.parcel)
    context = {
        "parcel": parcel.code, "courier": parcel.courier, "reason": event.reason, "store_phone": parcel.store.phone,
    }  # fmt: skip
    key = f"order-failed:{parcel.code}:{parcel.attempts}"
    send(to_buyer(order, "order.delivery_failed", key, **context))


@later(OrderReturned, outside=True)
def tell_returned(event: OrderReturned) -> None:
    """It came back undelivered."""
    order, parcel = _parcel(event.number, event.parcel)
    payment = get_payment(reference_of(order.number))
    context = {
        "parcel": parcel.code, "store": parcel.store.name, "has_money": payment.captured_vnd > payment.refunded_vnd,
    }  # fmt: skip
    send(to_buyer(order, "order.returned", f"order-returned:{parcel.code}:{parcel.attempts}", **context))


@later(OrderCompleted, outside=True)
def tell_completed(event: OrderCompleted) -> None:
    """All is done; an invitation to review goes only to whoever agreed to such letters."""
    order = get_order(event.number)
    if not has_agreed(order, "marketing") or REVIEWS not in current_app.view_functions:
        return
    url = address_of(REVIEWS, number=order.number, token=order.token)
    send(to_buyer(order, "order.completed", f"order-completed:{order.number}", review_url=url))


@rebuilds("order.ready")
def ready(number: str, key: str = "order-ready") -> Message | None:
    """Where, when, with which code, until which day; None when it does not wait to be fetched."""
    order = get_order(number)
    if order.method != "pickup" or order.state != State.READY:
        return None
    context: dict[str, Any] = {
        "store": order.store.name, "address": f"{order.store.address}, {order.store.area.name}",
        "hours": week(order.store.hours), "code": pickup_code(order), "collect_by": order.collect_by,
        "due_vnd": order.total_vnd if _is_cash(order) else 0,
    }  # fmt: skip
    return to_buyer(order, "order.ready", f"{key}:{number}", **context)


def _parcel(number: str, code: str) -> tuple[Order, Shipment]:
    order = get_order(number)
    return order, next(one for one in order.shipments if one.code == code)


def _is_cash(order: Order) -> bool:
    return is_cash(order.provider)
