"""Money that is first reserved on a card and then taken: authorised, captured, or let go.

Between the two stands a decision. `begin_capture` makes it behind all locks (payment, order, certificates) and
keeps its instant, which decides the sale (decision 4); then the provider is asked, outside any transaction;
`capture` books what it answered. Nothing is begun within fifteen seconds of the end of the window, which is
never later than the midnight of the last day: what is taken was taken on a day that was covered.
"""

from datetime import datetime

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import transaction
from core.events import publish
from shop.payments.events import CaptureBegins, PaymentAuthorised, PaymentFailed, ReservedTooLate
from shop.payments.models import Payment
from shop.payments.refusals import WrongProvider
from shop.payments.rules import CAPTURE_MARGIN, RECEIVED, Signal, Status
from shop.payments.service import book_receipt, end_window, lock_payment
from shop.payments.steps import take_step


def authorise(reference: str, provider_ref: str) -> Payment:
    """The provider reserved the whole amount under its own id. Twice has the effect of once.

    Too late (called off, or the window is over) it is never taken: the provider is told to let it go.
    """
    with transaction():
        payment = _lock_card(reference)
        if payment.status == Status.PENDING and _is_over(payment, now()):
            end_window(payment)
            return payment
        was_open = payment.status == Status.PENDING
        take_step(payment, Signal.AUTHORISE, SYSTEM, 0, {"provider_ref": provider_ref})
        if was_open:
            at = now()
            payment.provider_ref, payment.authorised_at = provider_ref, at
            publish(PaymentAuthorised(reference, payment.amount_vnd, at))
        elif payment.status not in (Status.AUTHORISED, *RECEIVED):
            publish(ReservedTooLate(reference))
        return payment


def begin_capture(reference: str) -> Payment | None:
    """Decide that the reserved money is taken now, or None when it may not be (any more).

    Everybody who listens looks once more behind their own locks and may call the payment off. A capture that was
    begun before answers the same payment again, with the instant of the first time.
    """
    with transaction():
        payment = _lock_card(reference)
        if payment.status != Status.AUTHORISED:
            return None
        if payment.capture_at is not None:
            return payment
        publish(CaptureBegins(reference))
        if payment.status != Status.AUTHORISED:
            return None
        at = now()  # behind every lock that the listeners took
        if not may_begin(payment, at):
            end_window(payment)
            return None
        payment.capture_at = at
        return payment


def may_begin(payment: Payment, at: datetime) -> bool:
    """Whether the provider may still be asked to take the money: never so late that it could be taken too late."""
    return payment.expires_at is None or at < payment.expires_at - CAPTURE_MARGIN


def capture(reference: str, provider_ref: str, taken_at: datetime | None) -> Payment:
    """The provider took the whole amount, by its own clock at `taken_at`. Twice has the effect of once.

    The sale is decided at the instant that `begin_capture` kept, unless the money was taken later than that. A
    payment that had ended meanwhile owes the money back.
    """
    with transaction():
        payment = _lock_card(reference)
        if payment.status in RECEIVED:
            return payment
        begun = payment.capture_at or now()
        book_receipt(payment, max(begun, taken_at or begun), provider_ref, SYSTEM)
        return payment


def fail(reference: str) -> Payment:
    """The provider will never take it: the reserved money is free again. Twice has the effect of once."""
    with transaction():
        payment = _lock_card(reference)
        was_open = payment.status in (Status.PENDING, Status.AUTHORISED)
        take_step(payment, Signal.FAIL, SYSTEM, 0, {})
        if was_open:
            publish(PaymentFailed(reference))
        return payment


def _lock_card(reference: str) -> Payment:
    payment = lock_payment(reference)
    if payment.token is None:
        raise WrongProvider(provider=payment.provider)
    return payment


def _is_over(payment: Payment, at: datetime) -> bool:
    return payment.expires_at is not None and payment.expires_at <= at
