"""Pure rules of transfers: their states, what a line's numbers must come to, and what may become of what is missing.

Quantities are integers: pieces, or grams for goods sold by weight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """A draft moves nothing; dispatched goods are in transit; received with differences waits for another person."""

    DRAFT = "draft"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of missing units: lost on the way, never left (they lie at the sender), or arrived after all."""

    LOST = "lost"
    BACK = "back"
    ARRIVED = "arrived"


#: States in which somebody still has something to do.
OPEN: Final = (State.DRAFT, State.DISPATCHED, State.RECEIVED)
#: States in which goods of a transfer lie in transit.
MOVING: Final = (State.DISPATCHED, State.RECEIVED)
MOST_LINES: Final = 200
#: The movement behind every paper of this feature.
DOCUMENT: Final = "transfer"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of one line, in units: good, damaged, and (the rest of what was sent) missing."""

    received: int
    damaged: int
    missing: int

    @property
    def differs(self) -> bool:
        """Whether somebody else has to look at it."""
        return self.damaged > 0 or self.missing > 0


def arrival(sent: int, received: int, damaged: int) -> Arrived | None:
    """What a line comes to; None when more arrived than was sent (the sender then sends a second paper) or a number is
    negative.
    """
    missing = sent - received - damaged
    if received < 0 or damaged < 0 or missing < 0:
        return None
    return Arrived(received, damaged, missing)


def in_transit(state: str, quantity: int, damaged: int | None, missing: int | None) -> int:
    """Units of a dispatched line that lie in transit: all until they are received, then what is in dispute."""
    if state == State.DISPATCHED:
        return quantity
    return (damaged or 0) + (missing or 0) if state == State.RECEIVED else 0


def arrival_warnings(covered_until: date | None, expires_on: date | None, on: date) -> list[str]:
    """What the receiver should know of a lot: ``certificate.lapsed`` (it may not be sold), ``certificate.ends_soon``,
    ``shelf_life.over``. The goods are taken in all the same: they are there.
    """
    warnings: list[str] = []
    if covered_until is None:
        warnings.append("certificate.lapsed")
    elif (covered_until - on).days < 30:
        warnings.append("certificate.ends_soon")
    if expires_on is not None and expires_on < on:
        warnings.append("shelf_life.over")
    return warnings


def repeated(keys: Iterable[tuple[int, str]]) -> bool:
    """Whether a lot stands twice with the same place."""
    seen = list(keys)
    return len(seen) != len(set(seen))
