"""What orders tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OrderPlaced:
    """An order was accepted; `number` is its public number."""

    number: str


@dataclass(frozen=True)
class OrderPaid:
    """The money of an order came in time and the sale is decided."""

    number: str


@dataclass(frozen=True)
class OrderReady:
    """The order is packed: waiting at the counter, or for the courier."""

    number: str


@dataclass(frozen=True)
class OrderHandedOver:
    """The buyer has the goods and the seller has the money."""

    number: str


@dataclass(frozen=True)
class OrderHeld:
    """A decided order was stopped for a product's certificate; `kind`: revoked or suspended."""

    number: str
    kind: str


@dataclass(frozen=True)
class OrderEnded:
    """The order was called off; `reason` is a code, `owes_money` whether the buyer's money must go back."""

    number: str
    reason: str
    owes_money: bool
