"""The transfer on the buyer's own order page: how to pay, how long, and that it has come."""

from typing import Any

from flask import url_for

from shop.bank import picture
from shop.bank.links import token_of
from shop.bank.queries import holder_of, received_of, returning_of
from shop.payments.banks import bank_name
from shop.payments.models import Payment
from shop.payments.rules import Status
from shop.payments.service import TRANSFER


def facts_of(payment: Payment) -> dict[str, Any] | None:
    """What ``bank/_transfer.html`` shows of a payment; None for other ways to pay, and for money that went back.

    `state` is ``open``, ``part`` (some of the sum came), ``more`` (too much did), ``received``, or ``over`` (some came,
    and the time is over).
    """
    if payment.provider != TRANSFER:
        return None
    if payment.status == Status.CAPTURED:
        return {"state": "received", "received_vnd": payment.captured_vnd, "at": payment.captured_at}
    if payment.status != Status.PENDING:
        back = returning_of(payment.id)
        return {"state": "over", "received_vnd": back} if back else None
    came = received_of(payment.id)
    text, token = picture.due_text(payment), token_of(payment.reference)
    return {
        "state": "open" if not came else "part" if came < payment.amount_vnd else "more",
        "qr": picture.svg(text) if text else None,
        "due_vnd": max(0, payment.amount_vnd - came), "received_vnd": came, "bank": bank_name(payment.bank_bin or ""),
        "holder": holder_of(payment),
        "picture_url": url_for("bank.qr_picture", token=token),
        "state_url": url_for("bank.transfer_state", token=token, seen=state_of(payment)),
    }  # fmt: skip


def state_of(payment: Payment) -> str:
    """A word that changes whenever the page would show something else."""
    return f"{payment.status}-{received_of(payment.id)}-{payment.refunded_vnd}"
