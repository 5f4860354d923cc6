"""Pure rules of the till: money of a sale, rounding, limits, denominations. No table, no clock, no request."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a receipt of the till is."""

    SALE = "sale"
    RETURN = "return"


class Way(StrEnum):
    """How money changes hands at the till."""

    CASH = "cash"
    VIETQR = "vietqr"
    CARD = "card"


class Trouble(StrEnum):
    """Why a sale that was made without the network needs a person's decision."""

    LAPSED = "lapsed"  #: no certificate covered a line when the server received it
    STOCK = "stock"  #: the ledger has less than was sold
    UNFIT = "unfit"  #: a scanned lot is blocked, recalled or past its HSD
    PRICE = "price"  #: a price that no list good at that time said
    SHIFT = "shift"  #: the shift was closed already
    LIMIT = "limit"  #: a discount above the cashier's limit that nobody approved
    ADULT = "adult"  #: wine or spirits without the age tick
    OTHER = "other"  #: anything else that would have been refused with the network


class Decision(StrEnum):
    """What a person made of it."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Act(StrEnum):
    """What a manager's PIN approves in place: one act, one use."""

    DISCOUNT = "discount"
    RETURN = "return"
    CASH = "cash"


#: Notes and coins in circulation (the State Bank), in đồng.
DENOMINATIONS = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200)
#: Lines of one receipt.
MOST_LINES = 100


def counted_total(pieces: Mapping[int, int]) -> int:
    """Đồng in a drawer, of pieces by denomination."""
    return sum(value * number for value, number in pieces.items())


def cash_rounding(amount_vnd: int, step_vnd: int) -> int:
    """What rounding to the step adds (+) or takes (-), half up; 0 for no step. The browser has the same rule."""
    return 0 if step_vnd == 0 else (amount_vnd + step_vnd // 2) // step_vnd * step_vnd - amount_vnd
