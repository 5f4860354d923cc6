"""The card panel of the order page: what to do now, or what the bank is doing."""

from typing import Any

from flask import url_for

from shop.payments.models import Payment
from shop.payments.refunds import list_open
from shop.payments.rules import Status, Way

#: What the panel shows, by the payment's status.
_SHOWN = {
    Status.PENDING: "pay", Status.AUTHORISED: "taking", Status.TO_REFUND: "giving_back", Status.FAILED: "failed",
}  # fmt: skip


def facts_of(payment: Payment, *, is_buyer: bool) -> dict[str, Any] | None:
    """What the panel shows to a buyer; None when cards have nothing to say."""
    shown = _SHOWN.get(Status(payment.status))
    if payment.token is None or shown is None or not is_buyer:
        return None
    if shown == "giving_back" and not any(one.way == Way.CARD for one in list_open(payment.id)):
        return None  # it could not go to the card, and goes another way
    return {"shown": shown, "start": url_for("cards.start", token=payment.token)}
