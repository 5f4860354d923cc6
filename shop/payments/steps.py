"""One step of a payment: the status by the table of `rules`, and its line in the history. For the verbs only."""

from typing import Any

from sqlalchemy import insert

from core.accounts.actor import Actor
from core.clock import now
from core.db import run, table_of
from shop.payments import rules
from shop.payments.models import Payment, PaymentEvent
from shop.payments.refusals import PaymentStateRefused
from shop.payments.rules import Signal, Status

_STEP = insert(table_of(PaymentEvent))


def take_step(payment: Payment, signal: Signal, by: Actor, amount_vnd: int, data: dict[str, Any]) -> None:
    """Move by the table; a repeat changes nothing and leaves no event. Refuses PaymentStateRefused."""
    after = rules.next_status(Status(payment.status), signal)
    if after is None:
        raise PaymentStateRefused(status=payment.status, signal=signal)
    if after == payment.status:
        return
    payment.status = after
    note_step(payment, signal, by, amount_vnd, data)


def note_step(payment: Payment, signal: str, by: Actor, amount_vnd: int, data: dict[str, Any]) -> None:
    """Append to the payment's history."""
    values = {
        "payment_id": payment.id, "at": now(), "signal": signal, "status": payment.status, "amount_vnd": amount_vnd,
        "actor": by.label, "data": data,
    }  # fmt: skip
    run(_STEP, values, flush=False)
