"""What a buyer agreed to, and took back: each by an act of hers, with wording and time (Law 91/2025/QH15)."""

from datetime import datetime
from typing import Any

from shop.orders.models import Order


def items_of(order: Order) -> list[dict[str, Any]]:
    """Each consent as it was given: purpose, version of the wording, ``at``, and ``withdrawn_at`` once taken back."""
    return [dict(one) for one in (order.consents or {}).get("items", [])]


def has_agreed(order: Order, purpose: str) -> bool:
    """Whether she agreed to a purpose and has not taken it back."""
    return any(one["purpose"] == purpose and not one.get("withdrawn_at") for one in items_of(order))


def withdraw(order: Order, purpose: str, at: datetime) -> bool:
    """Take a consent back; that it was given stays known. Call inside a transaction. False when there is none."""
    if not has_agreed(order, purpose):
        return False
    items = items_of(order)
    for one in items:
        if one["purpose"] == purpose and not one.get("withdrawn_at"):
            one["withdrawn_at"] = at.isoformat()
    order.consents = {**order.consents, "items": items}
    return True
