"""The verbs of payments. One lock order for the whole shop: payment, then its order or booking, then stock.

Each verb is one transaction and joins an outer one. Only `_apply` changes a status, by the table of `rules`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.events import publish
from shop.payments import rules
from shop.payments.events import PaymentExpired, PaymentRefunded, PaymentSucceeded, PaymentToRefund
from shop.payments.models import Payment, PaymentEvent
from shop.payments.providers.emvco import memo_text
from shop.payments.providers.port import Payee, Request, get_provider, is_cash
from shop.payments.refusals import (
    AmountDiffers,
    BookingTimeRefused,
    PaymentNotFound,
    PaymentStateRefused,
    ReferenceUsed,
    WrongProvider,
)
from shop.payments.rules import Signal, Status


@dataclass(frozen=True)
class Asked:
    """A payment to open: `amount_vnd` whole đồng for `reference`, payable until `expires_at` (None: in person)."""

    reference: str
    provider: str
    amount_vnd: int
    memo: str
    payee: Payee
    expires_at: datetime | None


def open_payment(asked: Asked, by: Actor, at: datetime) -> Payment:
    """Ask for money; the answer carries the QR text and the end of the window where there is one.

    Refuses ProviderUnavailable. Raises ValueError for an amount that is not a positive whole number of đồng.
    """
    if asked.amount_vnd <= 0:
        raise ValueError("a payment needs a positive amount")
    provider = get_provider(asked.provider, asked.payee)
    started = provider.open(Request(asked.reference, asked.amount_vnd, asked.memo, asked.payee))
    with transaction() as session:
        payment = Payment(
            reference=asked.reference, provider=provider.name, seller_id=asked.payee.seller_id,
            amount_vnd=asked.amount_vnd, captured_vnd=0, refunded_vnd=0, status=Status.PENDING,
            memo=memo_text(asked.memo), qr_text=started.qr_text, bank_bin=asked.payee.bank_bin,
            bank_account=asked.payee.bank_account, payee_name=asked.payee.name, opened_at=at,
            expires_at=asked.expires_at,
        )  # fmt: skip
        session.add(payment)
        session.flush()
        _note(payment, "open", by, 0, {})
    return payment


def lock_payment(reference: str) -> Payment:
    """The payment, locked until the transaction ends: every verb that moves money starts here."""
    query = select(Payment).where(Payment.reference == reference).with_for_update()
    payment = db.session.scalar(query.execution_options(populate_existing=True))
    if payment is None:
        raise PaymentNotFound
    return payment


def take_cash(reference: str, by: Actor) -> Payment:
    """Money was handed over against the goods, the whole amount. Taking it twice has the effect of once."""
    with transaction():
        payment = lock_payment(reference)
        if not is_cash(payment.provider):
            raise WrongProvider(provider=payment.provider)
        _receive(payment, now(), None, by)
        return payment


@dataclass(frozen=True)
class BankLine:
    """A transfer seen at the bank: whole đồng, the bank's own reference, and its booking time."""

    amount_vnd: int
    provider_ref: str
    booked_at: datetime


def confirm_transfer(reference: str, line: BankLine, by: Actor) -> Payment:
    """A member of staff saw the transfer at the bank. The bank's booking time decides the sale (decision 4).

    Refuses another amount (AmountDiffers), a bank line used before (ReferenceUsed), a booking time in the
    future or before the payment (BookingTimeRefused). Money for a payment that ended is recorded and must go back.
    """
    with transaction():
        payment = lock_payment(reference)
        if is_cash(payment.provider):
            raise WrongProvider(provider=payment.provider)
        if payment.provider_ref == line.provider_ref and payment.captured_vnd == line.amount_vnd:
            return payment
        _check_line(payment, line)
        _receive(payment, max(line.booked_at, payment.opened_at), line.provider_ref, by)
        return payment


def cancel(reference: str, by: Actor, reason: str) -> Payment:
    """Call a payment off. Money that is already here becomes a duty to give it back."""
    with transaction():
        payment = lock_payment(reference)
        before = payment.status
        _apply(payment, Signal.CANCEL, by, 0, {"reason": reason})
        if payment.status == Status.TO_REFUND and before != Status.TO_REFUND:
            publish(PaymentToRefund(reference, payment.captured_vnd))
        return payment


def record_refund(reference: str, refund_ref: str, by: Actor) -> Payment:
    """The whole amount went back, under the bank's (or the till's) reference. Twice has the effect of once.

    Refuses unless money is owed back (PaymentStateRefused).
    """
    with transaction():
        payment = lock_payment(reference)
        if payment.status == Status.REFUNDED:
            return payment
        _apply(payment, Signal.REFUND, by, payment.captured_vnd, {"refund_ref": refund_ref})
        payment.refunded_vnd = payment.captured_vnd
        payment.refund_ref = refund_ref
        record("payment.refunded", f"payment:{reference}", by, amount_vnd=payment.refunded_vnd, ref=refund_ref)
        publish(PaymentRefunded(reference, payment.refunded_vnd))
        return payment


def expire_due(at: datetime) -> int:
    """End every payment whose window is over, each in its own transaction; answers how many."""
    with transaction():
        query = select(Payment.reference).where(
            Payment.status.in_([Status.PENDING, Status.AUTHORISED]), Payment.expires_at <= at
        )
        due = list(db.session.scalars(query.order_by(Payment.id)))
    return sum(_expire(reference, at) for reference in due)


def _expire(reference: str, at: datetime) -> bool:
    with transaction():
        payment = lock_payment(reference)
        open_still = payment.status in (Status.PENDING, Status.AUTHORISED)
        if not open_still or payment.expires_at is None or payment.expires_at > at:
            return False
        _apply(payment, Signal.EXPIRE, SYSTEM, 0, {})
        publish(PaymentExpired(reference))
    return True


def _receive(payment: Payment, at: datetime, provider_ref: str | None, by: Actor) -> None:
    """Book the whole amount. A payment that was open succeeds; one that had ended owes the money back."""
    if payment.status in rules.RECEIVED:
        if provider_ref is not None:
            raise PaymentStateRefused(status=payment.status, signal=Signal.CAPTURE)
        return
    if payment.status in (Status.CANCELLED, Status.EXPIRED, Status.FAILED) and provider_ref is None:
        raise PaymentStateRefused(status=payment.status, signal=Signal.CAPTURE)
    payment.captured_vnd, payment.captured_at = payment.amount_vnd, at
    payment.provider_ref = provider_ref
    _apply(payment, Signal.CAPTURE, by, payment.amount_vnd, {"provider_ref": provider_ref})
    record("payment.received", f"payment:{payment.reference}", by, amount_vnd=payment.amount_vnd, ref=provider_ref)
    if payment.status == Status.CAPTURED:
        publish(PaymentSucceeded(payment.reference, payment.amount_vnd, at))
    else:
        publish(PaymentToRefund(payment.reference, payment.amount_vnd))


def _check_line(payment: Payment, line: BankLine) -> None:
    if line.amount_vnd != payment.amount_vnd:
        raise AmountDiffers(expected_vnd=payment.amount_vnd, received_vnd=line.amount_vnd)
    # Bank statements show minutes: a transfer made in the minute of the order may look earlier than the order.
    if not payment.opened_at.replace(second=0, microsecond=0) <= line.booked_at <= now():
        raise BookingTimeRefused
    used = select(Payment.id).where(
        Payment.provider == payment.provider, Payment.provider_ref == line.provider_ref, Payment.id != payment.id
    )
    if db.session.scalar(used) is not None:
        raise ReferenceUsed(provider_ref=line.provider_ref)


def _apply(payment: Payment, signal: Signal, by: Actor, amount_vnd: int, data: dict[str, Any]) -> None:
    """Move by the table; a repeat changes nothing and leaves no event. Refuses PaymentStateRefused."""
    after = rules.next_status(Status(payment.status), signal)
    if after is None:
        raise PaymentStateRefused(status=payment.status, signal=signal)
    if after == payment.status:
        return
    payment.status = after
    _note(payment, signal, by, amount_vnd, data)


def _note(payment: Payment, signal: str, by: Actor, amount_vnd: int, data: dict[str, Any]) -> None:
    """Append to the payment's history."""
    event = PaymentEvent(
        payment_id=payment.id, at=now(), signal=signal, status=payment.status, amount_vnd=amount_vnd,
        actor=by.label, data=data,
    )  # fmt: skip
    db.session.add(event)
