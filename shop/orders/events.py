"""What orders tell. ``parcel`` is a parcel's code, such as ``DH-7K3M9QXT-1``."""

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
    """A parcel is packed: waiting at the counter, or for the carrier."""

    number: str
    parcel: str = ""


@dataclass(frozen=True)
class OrderShipped:
    """A carrier has a parcel and takes it to the buyer; `again`: once more, after it failed."""

    number: str
    parcel: str
    again: bool = False


@dataclass(frozen=True)
class DeliveryFailed:
    """The carrier could not deliver a parcel; `reason` is a code of `words.FAILURES`."""

    number: str
    parcel: str
    reason: str


@dataclass(frozen=True)
class OrderReturned:
    """A parcel came back to the store undelivered."""

    number: str
    parcel: str


@dataclass(frozen=True)
class ParcelDropped:
    """The store called off one parcel while others go on; `owed_vnd` of what was paid goes back."""

    number: str
    parcel: str
    owed_vnd: int


@dataclass(frozen=True)
class OrderHandedOver:
    """The buyer has the goods and the seller has the money."""

    number: str


@dataclass(frozen=True)
class OrderCompleted:
    """The days to give the goods back are over."""

    number: str


@dataclass(frozen=True)
class CollectSoon:
    """The goods wait at the counter, and the last day to fetch them is tomorrow."""

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
