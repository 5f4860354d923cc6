"""Pure rules of invoices: kinds, states and moves, series, who the buyer is, and what takes back how much.

Law: Decree 123/2020/NĐ-CP as amended by 70/2025/NĐ-CP, Articles 9 (when), 10 (what it says), 19 (what is wrong is
adjusted or replaced, and nothing is removed); Circular 32/2025/TT-BTC on series.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.money import allocate

#: How it was paid, in the words of the form: cash, or anything that goes through a bank.
CASH, TRANSFER = "TM", "CK"


class Kind(StrEnum):
    """What an invoice is to others."""

    ORIGINAL = "original"
    ADJUSTMENT = "adjustment"  #: changes the sums of another: here, takes back
    REPLACEMENT = "replacement"  #: stands in the place of another


class State(StrEnum):
    """Where an invoice stands."""

    DRAFT = "draft"  #: made by itself at the transfer of goods; has no number yet
    DISCARDED = "discarded"  #: a draft that came to nothing; kept, without a number
    ISSUED = "issued"  #: has its number; waits for the tax authority
    ACCEPTED = "accepted"  #: the tax authority gave its code
    REJECTED = "rejected"  #: the tax authority said no: sent again, or replaced


class Action(StrEnum):
    """What can happen to an invoice."""

    ISSUE = "issue"
    DISCARD = "discard"
    ACCEPT = "accept"
    REJECT = "reject"
    RESEND = "resend"


class BuyerKind(StrEnum):
    """Who is named as the buyer."""

    NONE = "none"  #: a consumer who wants no invoice: "khách lẻ không lấy hóa đơn"
    PERSON = "person"
    BUSINESS = "business"  #: an enterprise or a cooperative, with its tax code


class LineKind(StrEnum):
    """What a line is for."""

    GOODS = "goods"
    CHARGE = "charge"


_S, _A = State, Action
#: (state, action) -> state. What is not here is refused.
NEXT: Mapping[tuple[State, Action], State] = {
    (_S.DRAFT, _A.ISSUE): _S.ISSUED,
    (_S.DRAFT, _A.DISCARD): _S.DISCARDED,
    (_S.ISSUED, _A.ACCEPT): _S.ACCEPTED,
    (_S.ISSUED, _A.REJECT): _S.REJECTED,
    (_S.REJECTED, _A.RESEND): _S.ISSUED,
}
#: It has a number, so what is wrong with it is adjusted or replaced.
NUMBERED = frozenset({State.ISSUED, State.ACCEPTED, State.REJECTED})
#: Years that invoices are kept from the end of theirs (Law 88/2015, Article 41; Decree 174/2016, Article 13).
KEPT_YEARS = 10

#: Series of the form: with or without the authority's code, the year, the kind, two letters of the seller's own.
SERIES = re.compile(r"[CK]\d{2}[TDLMNBGHX][A-Z]{2}")
#: Tax codes: 10 digits, with three more for a branch, or the 12 of a person.
TAX_CODE = re.compile(r"\d{10}(-?\d{3})?|\d{12}")


def next_state(state: State, action: Action) -> State | None:
    """Where an action leads, or None when it makes no sense there."""
    return NEXT.get((state, action))


def is_series(series: str) -> bool:
    """Whether a seller's series has the form that the circular gives: ``C26MKT``."""
    return SERIES.fullmatch(series) is not None


def series_of(seller_series: str, vat_method: str, on: date) -> str:
    """Form and series of a day: ``C26MKT`` in 2027 becomes ``1C27MKT``; 2 before it for who pays by turnover.

    Raises ValueError for a series that is none.
    """
    if not is_series(seller_series):
        raise ValueError(f"no series: {seller_series}")
    form = "1" if vat_method == "credit" else "2"
    return f"{form}{seller_series[0]}{on.year % 100:02d}{seller_series[3:]}"


def paid_words(ways: Set[str]) -> str:
    """How something was paid that may have been paid in two ways: ``TM``, ``CK``, ``TM/CK``; nothing is cash."""
    return "/".join(way for way in (CASH, TRANSFER) if way in ways) or CASH


def number_words(number: int) -> str:
    """A number as printed, with its eight places: ``00000042``."""
    return f"{number:08d}"


def kept_until(issued_on: date) -> date:
    """The last day on which an invoice must be kept: the end of the tenth year after its own."""
    return date(issued_on.year + KEPT_YEARS, 12, 31)


@dataclass(frozen=True, slots=True)
class Owed:
    """What stands on an invoice for one line: units and đồng, VAT included."""

    quantity: int
    gross_vnd: int


def share_out(amount_vnd: int, left: Mapping[str, Owed]) -> dict[str, int]:
    """An amount given back, over the lines that still stand, by what is left of each: largest remainder.

    Never more of a line than is left of it. Raises ValueError for more than is left of all.
    """
    keys = [key for key, owed in left.items() if owed.gross_vnd > 0]
    weights = [left[key].gross_vnd for key in keys]
    if not 0 <= amount_vnd <= sum(weights):
        raise ValueError("more is taken back than stands")
    if not amount_vnd:
        return {}
    return {key: part for key, part in zip(keys, allocate(amount_vnd, weights), strict=True) if part}


def remaining(first: Mapping[str, Owed], taken: Sequence[Mapping[str, Owed]]) -> dict[str, Owed]:
    """What is left of each line after everything that was taken back."""
    left = dict(first)
    for one in taken:
        for key, owed in one.items():
            if key in left:
                left[key] = Owed(left[key].quantity - owed.quantity, left[key].gross_vnd - owed.gross_vnd)
    return left


def excess(says: Mapping[str, Owed], kept: Mapping[str, Owed]) -> dict[str, Owed]:
    """What is said of each line beyond what is kept of it; lines of which money stands beyond it only."""
    over = {key: (one.quantity - kept[key].quantity, one.gross_vnd - kept[key].gross_vnd) for key, one in says.items()}
    return {key: Owed(max(0, units), vnd) for key, (units, vnd) in over.items() if vnd > 0}


def tax_left(tax_vnd: int, gross_vnd: int, left_vnd: int) -> int:
    """How much of a printed line's tax belongs to what is left of its gross amount, half up: all of it, or none, at
    the ends. Each step takes back the difference, so that steps together take back exactly what was printed.
    """
    return (2 * tax_vnd * left_vnd + gross_vnd) // (2 * gross_vnd) if gross_vnd else 0


def within(amount_vnd: int, wanted: Mapping[str, Owed], left: Mapping[str, Owed]) -> dict[str, Owed]:
    """What a given-back amount takes from each line: where it was told, there; the rest from all that is left.

    Never more than is left of a line. Raises ValueError for more than is left of all.
    """
    taken = {
        key: Owed(max(0, min(one.quantity, left[key].quantity)), min(one.gross_vnd, left[key].gross_vnd))
        for key, one in wanted.items()
        if key in left
    }
    rest = amount_vnd - sum(one.gross_vnd for one in taken.values())
    if rest < 0:
        shared = share_out(amount_vnd, taken)
        return {key: Owed(one.quantity, shared.get(key, 0)) for key, one in taken.items()}
    for key, more in _rest(rest, remaining(left, [taken]), prefers_charges=bool(wanted)).items():
        had = taken.get(key, Owed(0, 0))
        taken[key] = Owed(had.quantity, had.gross_vnd + more)
    return {key: _whole(one, left[key]) for key, one in taken.items() if one.gross_vnd}


def _rest(vnd: int, left: Mapping[str, Owed], *, prefers_charges: bool) -> dict[str, int]:
    """What no line was told for: where lines were told, it is the delivery that goes back; else all share it."""
    charges = {key: one for key, one in left.items() if prefers_charges and key.startswith("c:")}
    first = min(vnd, sum(one.gross_vnd for one in charges.values()))
    shared = share_out(first, charges) if charges else {}
    goods = {key: one for key, one in left.items() if key not in charges}
    return shared | share_out(vnd - first, goods)


def _whole(taken: Owed, left: Owed) -> Owed:
    """Whoever gets all the money of a line back keeps none of its units."""
    return left if taken.gross_vnd == left.gross_vnd else taken
