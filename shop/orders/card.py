"""The card's panel on the order page: for the buyer only, since it leads to the payment."""

from typing import Any

from shop.cards.panel import facts_of
from shop.orders.models import Order
from shop.orders.panels import Viewer, panel
from shop.payments.models import Payment


def _build(_order: Order, payment: Payment, viewer: Viewer) -> dict[str, Any] | None:
    return facts_of(payment, is_buyer=viewer.is_buyer)


panel(10, "card", _build, "cards/_panel.html", where="now")
