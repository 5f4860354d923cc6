"""What cards do when something happened: all of it outside a transaction, by the worker, until it succeeds."""

from core.events import later
from shop.cards import capturing, inbox, refunding, settling
from shop.cards.events import BuyerCameBack, SignalStored
from shop.payments.events import (
    PaymentAuthorised,
    PaymentCalledOff,
    PaymentExpired,
    RefundPromised,
    ReservedTooLate,
)
from shop.payments.rules import Way


@later(SignalStored, outside=True)
def deal_with_signal(event: SignalStored) -> None:
    """Look at what the provider told us about."""
    inbox.deal_with(event.event_id)


@later(BuyerCameBack, outside=True)
def look_for_buyer(event: BuyerCameBack) -> None:
    """Look without waiting for the provider's signal."""
    settling.look(event.reference)


@later(PaymentAuthorised, outside=True)
def take_reserved(event: PaymentAuthorised) -> None:
    """Take what is reserved."""
    capturing.take(event.reference)


@later(PaymentCalledOff, outside=True)
def release_called_off(event: PaymentCalledOff) -> None:
    """Let nobody pay any more, and free what is reserved."""
    settling.release(event.reference)


@later(PaymentExpired, outside=True)
def release_expired(event: PaymentExpired) -> None:
    """Let nobody pay any more, and free what is reserved."""
    settling.release(event.reference)


@later(ReservedTooLate, outside=True)
def release_late(event: ReservedTooLate) -> None:
    """Free what was reserved too late."""
    settling.release(event.reference)


@later(RefundPromised, outside=True)
def send_back(event: RefundPromised) -> None:
    """Send a refund to its card."""
    if event.way == Way.CARD:
        refunding.give_back(event.code)
