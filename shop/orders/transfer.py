"""The transfer's panel on the order page: for the buyer only, since it says how to pay."""

from typing import Any

from shop.bank.panel import facts_of
from shop.orders.models import Order
from shop.orders.panels import Viewer, panel
from shop.orders.rules import State
from shop.payments.models import Payment


def _build(order: Order, payment: Payment, viewer: Viewer) -> dict[str, Any] | None:
    facts = facts_of(payment) if viewer.is_buyer else None
    return facts and {**facts, "is_awaited": order.state in (State.PAID, State.PACKING)}


panel(10, "transfer", _build, "bank/_transfer.html", where="now")
