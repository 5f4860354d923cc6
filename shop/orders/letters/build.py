"""Builds the messages about an order from the order as it is now, so that they can be sent, and sent again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.messages import Message, Recipient, rebuilds
from core.web.links import address_of
from shop.orders.models import Order
from shop.orders.queries import get_order, is_only_services
from shop.orders.rules import reference_of
from shop.orders.words import invoice_words
from shop.payments.queries import get_payment
from shop.payments.rules import Status


def about(number: str) -> str:
    """How the log of messages knows an order."""
    return f"order:{number}"


def to_buyer(order: Order, kind: str, key: str, **context: Any) -> Message:
    """A message to the buyer of an order; ``number`` and ``url`` are in its context already."""
    to = Recipient(order.contact_email, order.contact_phone or None, order.contact_name)
    known: Mapping[str, Any] = {"number": order.number, "url": address(order)}
    return Message(to, kind, key, order.locale, {**known, **context}, about(order.number))


def address(order: Order) -> str:
    """The order's page with its token: the buyer's own way to it."""
    return address_of("orders.show", number=order.number, token=order.token)


@rebuilds("order.placed")
def placed(number: str) -> Message:
    """The confirmation."""
    order = get_order(number)
    lines = [(one.product_name, one.label, one.quantity, one.unit, one.line_total_vnd) for one in order.lines]
    return to_buyer(
        order, "order.placed", f"order-placed:{number}", seller=order.seller.name, store=order.store.name, lines=lines,
        charges=[(one.kind, one.amount_vnd) for one in order.charges], discount_vnd=order.discount_total_vnd,
        total_vnd=order.total_vnd, pays_until=_pays_until(order), collect_by=order.collect_by, method=order.method,
        address=_where(order), provider=order.provider, invoice=invoice_words(order.invoice_wish),
    )  # fmt: skip


@rebuilds("order.paid")
def paid(number: str) -> Message:
    """The money is here."""
    order = get_order(number)
    is_service = is_only_services(order)
    return to_buyer(order, "order.paid", f"order-paid:{number}", total_vnd=order.total_vnd, is_service=is_service)


@rebuilds("order.held")
def held(number: str) -> Message:
    """It waits for the store."""
    order = get_order(number)
    return to_buyer(order, "order.held", f"order-held:{number}:{order.held_on}")


def ended(number: str, reason: str, owes_money: bool) -> Message:
    """It is over."""
    return to_buyer(get_order(number), "order.ended", f"order-ended:{number}", reason=reason, owes_money=owes_money)


def _where(order: Order) -> str:
    """Where the goods are handed to her: her own address, or the store's."""
    if order.method == "delivery":
        return ", ".join(part for part in (order.address_line, order.area_name) if part)
    return f"{order.store.address}, {order.store.area.name}"


def _pays_until(order: Order) -> datetime | None:
    """The end of the window in which the money is awaited; None when it is here, or is paid in person."""
    payment = get_payment(reference_of(order.number))
    return payment.expires_at if payment.status == Status.PENDING else None
