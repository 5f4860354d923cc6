"""Pure rules of vouchers: codes, days of use, what a piece is worth, and why one cannot be used now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.ids import ALPHABET
from core.money import allocate

#: Signs of a code after its prefix: 60 random bits, and tries are limited.
CODE_LENGTH = 12
PREFIX = "PV"
#: Days to use a voucher when neither its season nor its pack promises any.
DEFAULT_DAYS = 180
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE = re.compile(f"{PREFIX}-?([{ALPHABET}]{{{CODE_LENGTH}}})")


class State(StrEnum):
    """Where a voucher stands. Whether its days are over is judged by date, never stored."""

    LIVE = "live"
    REDEEMED = "redeemed"
    RETURNED = "returned"  #: given back unused; its money goes back
    VOID = "void"  #: its money went back with the order's


class Obstacle(StrEnum):
    """Why a voucher cannot be used now."""

    REDEEMED = "redeemed"
    RETURNED = "returned"
    VOID = "void"
    EARLY = "early"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Season:
    """So many pieces out of one lot; `ends_on`: the last day of its season, None when it has no end."""

    pieces: int
    ends_on: date | None


def last_days(sold_on: date, pieces: int, seasons: Sequence[Season], shelf_days: int | None) -> list[date]:
    """The last day of use of each piece: never beyond the season it was sold from, nor the days its pack promises."""
    ends = [season.ends_on for season in seasons for _piece in range(season.pieces)][:pieces]
    known = [end for end in ends if end is not None]
    ends += [min(known) if known else None] * (pieces - len(ends))
    own = sold_on + timedelta(days=shelf_days or DEFAULT_DAYS)
    return [min(own, end) if end else own for end in ends]


def values(paid_vnd: int, pieces: int) -> list[int]:
    """What was paid for each piece of a line, after its discount; together exactly the line's sum."""
    return allocate(paid_vnd, [1] * pieces)


def clean_code(text: str) -> str | None:
    """A code as typed or scanned, brought to its one form; None when it is none. Scanned: the address of its page."""
    last = text.partition("?")[0].strip().rstrip("/").rpartition("/")[2]
    squeezed = re.sub(r"[\s\-]", "", last).upper()
    body = squeezed.removeprefix(PREFIX).translate(_ALIKE)
    found = _CODE.fullmatch(PREFIX + body) if len(body) == CODE_LENGTH else None
    return f"{PREFIX}-{found[1]}" if found else None


def shown_code(code: str) -> str:
    """In groups of four, for reading aloud: ``PV-7K3M 9QXT 4TG8``."""
    body = code.removeprefix(f"{PREFIX}-")
    return f"{PREFIX}-" + " ".join(body[at : at + 4] for at in range(0, len(body), 4))


def obstacle(state: State, valid_from: date, valid_until: date, on: date) -> Obstacle | None:
    """Why it cannot be used on a day, or None. A certificate that has lapsed since the sale is no obstacle."""
    if state != State.LIVE:
        return Obstacle(state.value)
    if on < valid_from:
        return Obstacle.EARLY
    return Obstacle.LATE if on > valid_until else None
