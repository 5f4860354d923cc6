"""What payments tell: references and amounts in whole đồng, never what the money was for."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PaymentSucceeded:
    """The whole amount was received; `at` is the instant that decides the sale (decision 4)."""

    reference: str
    amount_vnd: int
    at: datetime


@dataclass(frozen=True)
class PaymentAuthorised:
    """The whole amount is reserved on the payer's card, and is to be taken next; `at` is when we heard of it."""

    reference: str
    amount_vnd: int
    at: datetime


@dataclass(frozen=True)
class CaptureBegins:
    """Reserved money is about to be taken. Whoever finds that it must not be calls the payment off, now."""

    reference: str


@dataclass(frozen=True)
class PaymentFailed:
    """The provider gave the reserved money free, or refused it for good: nothing will come."""

    reference: str


@dataclass(frozen=True)
class ReservedTooLate:
    """Money was reserved for a payment that is over: the provider must let it go."""

    reference: str


@dataclass(frozen=True)
class PaymentExpired:
    """The window ended without money."""

    reference: str


@dataclass(frozen=True)
class PaymentCalledOff:
    """The payment was called off before its whole amount had come."""

    reference: str


@dataclass(frozen=True)
class TransferBooked:
    """A bank line counts for a payment, wholly or with `amount_vnd` of it; told before the payment moves."""

    reference: str
    bank_ref: str
    amount_vnd: int
    booked_at: datetime
    actor: str


@dataclass(frozen=True)
class PaymentToRefund:
    """Money is here that must go back: called off after capture, or come too late."""

    reference: str
    amount_vnd: int


@dataclass(frozen=True)
class RefundPromised:
    """A sum is promised back; `way` says who sends it: card (the provider), bank (a payout file), cash (the store)."""

    code: str
    reference: str
    way: str
    amount_vnd: int


@dataclass(frozen=True)
class PaymentRefunded:
    """A refund has gone back; `is_whole` when nothing of the payment is left here."""

    reference: str
    amount_vnd: int
    is_whole: bool = True
    #: The refund's own.
    code: str = ""


@dataclass(frozen=True)
class RefundFailed:
    """A refund cannot go back this way; its promise is given back, and a person decides how it goes on."""

    code: str
    reference: str
    amount_vnd: int
    #: It had been counted as gone.
    was_done: bool = False


@dataclass(frozen=True)
class MoneyToReturn:
    """Money that belongs to no payment must go back to the account it came from: `source` is `bankline:ID`."""

    source: str
    amount_vnd: int
    seller_id: int
    bank_bin: str
    account: str
    holder: str


@dataclass(frozen=True)
class MoneyReturned:
    """Money of a bank line went back to its sender: `source` is `bankline:ID`, `bank_ref` the bank's number."""

    source: str
    bank_ref: str
