"""Pure rules of a stocktake: what a line's entries come to, what they change, and what a scanner read.

Quantities are whole pieces, or whole grams of goods sold by weight.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class State(StrEnum):
    """A stocktake is counted (and counted again), looked at, and then approved or dropped."""

    COUNTING = "counting"
    REVIEW = "review"
    APPROVED = "approved"
    DROPPED = "dropped"


class Part(StrEnum):
    """Which part of a store is counted."""

    STORE = "store"  #: everything
    PRODUCER = "producer"  #: one producer's goods
    GROUP = "group"  #: one group of products ("ngành"): how shelves are laid out
    STALE = "stale"  #: so many lots, those first that nobody has counted for longest


class Mode(StrEnum):
    """What an entry does to what is counted of its line already."""

    FIRST = "first"  #: refused when somebody has counted the line in this round
    ADD = "add"  #: more of the same lot, found elsewhere in the place
    REPLACE = "replace"  #: the whole again, in place of what was entered


class Missing(StrEnum):
    """What becomes of lines that nobody has counted when the counting is closed."""

    REFUSE = "refuse"
    ZERO = "zero"  #: nobody found any: none is there
    LEAVE = "leave"  #: not counted this time; what the books say stands


#: Open: its lines are nobody else's.
LIVE = (State.COUNTING, State.REVIEW)
#: What differences may be worth, in đồng at selling prices, before another person must approve them.
DEFAULT_LIMIT_VND = 500_000
#: No shelf holds more of one lot: ten tonnes in grams.
MOST = 10_000_000
#: How many lots are counted when what was not counted for longest is asked for.
FEW, MANY = 20, 500
#: An entry older than a day did not wait for a network: somebody's clock is wrong.
OLDEST_SECONDS = 24 * 3600

_LOT = re.compile(r"[A-Za-z0-9._-]{2,20}")


@dataclass(frozen=True)
class Entry:
    """What somebody counted at an instant, and what the books said at that instant."""

    mode: str
    quantity: int
    expected: int


@dataclass(frozen=True)
class Tally:
    """What a line's entries of one round come to; ``is_moved``: goods moved between two of them."""

    counted: int
    expected: int
    is_moved: bool


def tally(entries: Sequence[Entry]) -> Tally | None:
    """Add up a line's entries in their order; None when there is none.

    The books are those of the last entry. Where goods moved between two entries that are added, nobody can say
    whether they came from what was counted already: such a line is counted once more, at one instant.
    """
    counted, books = 0, list[int]()
    for one in entries:
        if one.mode == Mode.ADD:
            counted, books = counted + one.quantity, [*books, one.expected]
        else:
            counted, books = one.quantity, [one.expected]
    return Tally(counted, books[-1], len(set(books)) > 1) if books else None


def change(counted: int, expected: int, corrected: int) -> int:
    """The movement that sets the books right: what differed when it was counted.

    What moved since stays moved; ``corrected`` is what count differences booked by hand since have put right already.
    """
    return counted - expected - corrected


def worth(units: int, unit: str, price_vnd: int) -> int:
    """What so many units are worth at a selling price (of a piece, or of a kilogram), without sign, in đồng."""
    return abs(units) * price_vnd // (1000 if unit == "gram" else 1)


def read_label(text: str) -> str:
    """What stands in a scanned or typed label: the last piece of our QR's address, or the text itself."""
    said = text.strip()
    parts = urlsplit(said)
    if parts.scheme in ("http", "https") and parts.path:
        said = parts.path.rstrip("/").rsplit("/", 1)[-1]
    return said.upper() if _LOT.fullmatch(said) else said
