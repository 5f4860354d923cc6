"""The verbs of payments. One lock order for the whole shop: payment, then its order or booking, then stock.

Each verb is one transaction and joins an outer one. Only `steps.take_step` changes a status, by the
table of `rules`. Money that goes back: `refunds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import now
from core.db import db, run, table_of, transaction, written
from core.events import publish
from core.ids import secret_token
from shop.payments import rules
from shop.payments.events import (
    PaymentCalledOff,
    PaymentExpired,
    PaymentSucceeded,
    PaymentToRefund,
    TransferBooked,
)
from shop.payments.models import Payment
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
from shop.payments.steps import note_step, take_step

#: The way to pay that bank lines belong to.
TRANSFER = "vietqr"
_NEW = insert(table_of(Payment)).returning(table_of(Payment).c.id)


@dataclass(frozen=True)
class Asked:
    """A payment to open: `amount_vnd` whole đồng for `reference`, payable until `expires_at` (None: in person)."""

    reference: str
    provider: str
    amount_vnd: int
    memo: str
    payee: Payee
    expires_at: datetime | None
    #: Path of the page to which the payer comes back from a provider's page.
    back_to: str = "/"


def open_payment(asked: Asked, by: Actor, at: datetime) -> Payment:
    """Ask for money; the answer carries the QR text and the end of the window where there is one.

    Refuses ProviderUnavailable. Raises ValueError for an amount that is not a positive whole number of đồng.
    """
    if asked.amount_vnd <= 0:
        raise ValueError("a payment needs a positive amount")
    provider = get_provider(asked.provider, asked.payee)
    started = provider.open(Request(asked.reference, asked.amount_vnd, asked.memo, asked.payee))
    values = {
        "reference": asked.reference, "provider": provider.name, "seller_id": asked.payee.seller_id,
        "amount_vnd": asked.amount_vnd, "captured_vnd": 0, "refunding_vnd": 0, "refunded_vnd": 0,
        "status": Status.PENDING, "memo": memo_text(asked.memo), "qr_text": started.qr_text,
        "bank_bin": asked.payee.bank_bin, "bank_account": asked.payee.bank_account, "payee_name": asked.payee.name,
        "provider_ref": None, "refund_ref": None, "opened_at": at, "expires_at": asked.expires_at, "captured_at": None,
        "token": secret_token() if started.is_hosted else None,
        "back_to": asked.back_to if started.is_hosted else None,
        "authorised_at": None, "capture_at": None, "version": 1,
    }  # fmt: skip
    with transaction():
        payment = written(Payment(id=run(_NEW, values).scalar_one(), **values))
        note_step(payment, "open", by, 0, {})
    return payment


def lock_payment(reference: str) -> Payment:
    """The payment, locked until the transaction ends: every verb that moves money starts here."""
    query = select(Payment).where(Payment.reference == reference).with_for_update()
    payment = db.session.scalar(query.execution_options(populate_existing=True))
    if payment is None:
        raise PaymentNotFound
    return payment


def take_cash(reference: str, by: Actor, amount_vnd: int | None = None) -> Payment:
    """Money was handed over against the goods: the whole amount, or less (``amount_vnd``) when not all of the goods
    reached the buyer. Taking it twice has the effect of once.
    """
    with transaction():
        payment = lock_payment(reference)
        if not is_cash(payment.provider):
            raise WrongProvider(provider=payment.provider)
        _receive(payment, now(), None, by, amount_vnd)
        return payment


@dataclass(frozen=True)
class BankLine:
    """A transfer seen at the bank: whole đồng, the bank's own reference, and its booking time."""

    amount_vnd: int
    provider_ref: str
    booked_at: datetime


def confirm_transfer(reference: str, line: BankLine, by: Actor) -> Payment:
    """The transfer was seen at the bank. The bank's booking time decides the sale (decision 4).

    Refuses another amount (AmountDiffers), a bank line used before (ReferenceUsed), a booking time in the
    future or before the payment (BookingTimeRefused). Money for a payment that ended is recorded and must go back.
    """
    return confirm_lines(reference, (line,), by)


def confirm_lines(reference: str, lines: Sequence[BankLine], by: Actor) -> Payment:
    """Transfers seen at the bank that together are the whole sum; the last of them decides. Refuses as above."""
    with transaction():
        payment = lock_payment(reference)
        if payment.provider != TRANSFER:
            raise WrongProvider(provider=payment.provider)
        last, total = max(lines, key=lambda line: line.booked_at), sum(line.amount_vnd for line in lines)
        if payment.provider_ref == last.provider_ref and payment.captured_vnd == total:
            return payment
        _check_lines(payment, lines, total)
        provider_ref = _free_ref(payment, last.provider_ref)
        for line in lines:
            publish(TransferBooked(reference, line.provider_ref, line.amount_vnd, line.booked_at, by.label))
        _receive(payment, max(last.booked_at, payment.opened_at), provider_ref, by)
        return payment


def cancel(reference: str, by: Actor, reason: str) -> Payment:
    """Call a payment off. Money that is already here becomes a duty to give it back."""
    with transaction():
        payment = lock_payment(reference)
        before = payment.status
        take_step(payment, Signal.CANCEL, by, 0, {"reason": reason})
        if payment.status == Status.TO_REFUND and before != Status.TO_REFUND:
            publish(PaymentToRefund(reference, payment.captured_vnd))
        elif payment.status == Status.CANCELLED and before != Status.CANCELLED:
            publish(PaymentCalledOff(reference))
        return payment


def expire_due(at: datetime) -> int:
    """End every payment whose window is over, each in its own transaction; answers how many."""
    with transaction():
        query = select(Payment.reference).where(
            Payment.status.in_([Status.PENDING, Status.AUTHORISED]), Payment.expires_at <= at,
            Payment.capture_at.is_(None),
        )  # fmt: skip
        due = list(db.session.scalars(query.order_by(Payment.id)))
    return sum(_expire(reference, at) for reference in due)


def _expire(reference: str, at: datetime) -> bool:
    with transaction():
        payment = lock_payment(reference)
        open_still = payment.status in (Status.PENDING, Status.AUTHORISED)
        if not open_still or payment.expires_at is None or payment.expires_at > at or payment.capture_at:
            return False
        end_window(payment)
    return True


def end_window(payment: Payment) -> None:
    """The (locked) payment's time is over: it expires, and whoever waits for it is told."""
    take_step(payment, Signal.EXPIRE, SYSTEM, 0, {})
    publish(PaymentExpired(payment.reference))


def book_receipt(
    payment: Payment, at: datetime, provider_ref: str | None, by: Actor, amount_vnd: int | None = None
) -> None:
    """The whole amount of a (locked) payment is here, or of cash less of it. One that was open succeeds; one that had
    ended owes it back.
    """
    received = payment.amount_vnd if amount_vnd is None else amount_vnd
    payment.captured_vnd, payment.captured_at = received, at
    payment.provider_ref = provider_ref
    take_step(payment, Signal.CAPTURE, by, received, {"provider_ref": provider_ref})
    record("payment.received", f"payment:{payment.reference}", by, amount_vnd=received, ref=provider_ref)
    if payment.status == Status.CAPTURED:
        publish(PaymentSucceeded(payment.reference, received, at))
    else:
        publish(PaymentToRefund(payment.reference, received))


def _receive(
    payment: Payment, at: datetime, provider_ref: str | None, by: Actor, amount_vnd: int | None = None
) -> None:
    """Book what came. A payment that was open succeeds; one that had ended owes the money back."""
    if payment.status in rules.RECEIVED:
        if provider_ref is not None:
            raise PaymentStateRefused(status=payment.status, signal=Signal.CAPTURE)
        return
    if payment.status in (Status.CANCELLED, Status.EXPIRED, Status.FAILED) and provider_ref is None:
        raise PaymentStateRefused(status=payment.status, signal=Signal.CAPTURE)
    book_receipt(payment, at, provider_ref, by, amount_vnd)


def _check_lines(payment: Payment, lines: Sequence[BankLine], total_vnd: int) -> None:
    if total_vnd != payment.amount_vnd:
        raise AmountDiffers(expected_vnd=payment.amount_vnd, received_vnd=total_vnd)
    # Bank statements show minutes: a transfer made in the minute of the order may look earlier than the order.
    opened, at = payment.opened_at.replace(second=0, microsecond=0), now()
    if not all(opened <= line.booked_at <= at for line in lines):
        raise BookingTimeRefused


def _free_ref(payment: Payment, provider_ref: str) -> str:
    """The bank's reference, once for each seller: two banks may number alike. Refuses ReferenceUsed."""
    own = rules.seller_ref(provider_ref, payment.seller_id)
    used = select(Payment.seller_id).where(
        Payment.provider == payment.provider, Payment.provider_ref.in_([provider_ref, own]), Payment.id != payment.id
    )
    owners = set(db.session.scalars(used))
    if payment.seller_id in owners:
        raise ReferenceUsed(provider_ref=provider_ref)
    return own if owners else provider_ref
