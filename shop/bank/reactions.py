"""What bank lines do when payments move: each in the payment's own transaction."""

from core.events import on
from shop.bank import service
from shop.payments.events import PaymentCalledOff, PaymentExpired, TransferBooked
from shop.payments.service import BankLine


@on(TransferBooked)
def settle_line(event: TransferBooked) -> None:
    """A transfer counts, whoever confirmed it: its line is stored if it is new, and counted once."""
    service.settle(event.reference, BankLine(event.amount_vnd, event.bank_ref, event.booked_at), event.actor)


@on(PaymentExpired)
def return_of_expired(event: PaymentExpired) -> None:
    """The window ended: what came of the sum goes back."""
    service.let_go(event.reference)


@on(PaymentCalledOff)
def return_of_called_off(event: PaymentCalledOff) -> None:
    """The payment was called off: what came of the sum goes back."""
    service.let_go(event.reference)
