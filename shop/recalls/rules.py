"""Pure rules of recalls: what a recall takes, and how a buyer can be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Basis(StrEnum):
    """What a recall takes."""

    LOT = "lot"  #: every lot of the product under one number of its producer
    MADE = "made"  #: every lot of the product made between two days (NSX)
    RECEIVED = "received"  #: every lot of the product that came in between two days


class State(StrEnum):
    """Open while goods or buyers are still looked for. What is recalled stays recalled for ever."""

    OPEN = "open"
    CLOSED = "closed"


class Source(StrEnum):
    """Where a buyer bought."""

    ORDER = "order"
    TILL = "till"


class Told(StrEnum):
    """How a buyer stands."""

    WAITING = "waiting"  #: a message is on its way
    SENT = "sent"  #: by mail or SMS
    CALLED = "called"  #: somebody spoke with her
    UNREACHED = "unreached"  #: there is a contact, and nothing reached it: telephone
    UNKNOWN = "unknown"  #: only the receipt's number is known
    BACK = "back"  #: all of it came back


@dataclass(frozen=True)
class Goods:
    """Units of one lot that a buyer bought, and of these what came back."""

    lot: str
    number: str
    name: str
    label: str
    unit: str
    bought: int
    back: int

    @property
    def left(self) -> int:
        """Units that she may still have."""
        return max(0, self.bought - self.back)


def standing(goods: Sequence[Goods], *, has_contact: bool, outcome: str | None, is_called: bool) -> Told:
    """How a buyer stands: what came back counts most, then a talk, then what became of the message."""
    if goods and all(not one.left for one in goods):
        return Told.BACK
    if is_called:
        return Told.CALLED
    if not has_contact:
        return Told.UNKNOWN
    if outcome is None:
        return Told.WAITING
    return Told.SENT if outcome == "sent" else Told.UNREACHED


def is_taken(made_on: date | None, received_on: date | None, basis: Basis, first: date, last: date) -> bool:
    """Whether a lot falls into the days of a recall. A lot without NSX counts by the day it came in."""
    day = received_on if basis == Basis.RECEIVED else made_on or received_on
    return day is not None and first <= day <= last


def key_of(recall: str, source: str, ref: str) -> str:
    """The key of a buyer's message: the same however often it is tried."""
    return f"recall:{recall}:{source}:{ref}"
