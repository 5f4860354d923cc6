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
class PaymentExpired:
    """The window ended without money."""

    reference: str


@dataclass(frozen=True)
class PaymentToRefund:
    """Money is here that must go back: called off after capture, or come too late."""

    reference: str
    amount_vnd: int


@dataclass(frozen=True)
class PaymentRefunded:
    """The money went back."""

    reference: str
    amount_vnd: int
