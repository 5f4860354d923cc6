"""Pure rules of returns: what may come back and until when, what it is worth, and who must look at it twice.

What a line is worth is what was paid for it: its total less its discount. A part of it is worth the difference of
two shares, so that the pieces of a line, given back one by one, in any cut and any order, come to it exactly.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shop.orders.rules import RETURN_DAYS

#: Days after the handing over in which goods that were the seller's fault can be complained of.
FAULT_DAYS = 30
#: Goods that keep no longer than this are fresh: they do not come back for a change of mind.
FRESH_DAYS = 30
#: From this sum on, all that an order gave back by returns together, a second person settles (in đồng).
SECOND_PERSON_FROM_VND = 2_000_000


class Kind(StrEnum):
    """What is asked for."""

    RETURN = "return"  #: the goods come back, and the money
    EXCHANGE = "exchange"  #: the goods come back, the money too, and the same is ordered anew
    REFUND = "refund"  #: money for goods that were short or broken; nothing comes back


class Reason(StrEnum):
    """Why."""

    BROKEN = "broken"
    SPOILED = "spoiled"
    WRONG = "wrong"
    MISSING = "missing"
    NOT_AS_TOLD = "not_as_told"
    CHANGED_MIND = "changed_mind"
    GOODWILL = "goodwill"  #: a sum that the store gives, for no single line


#: The seller answers for these: fresh goods too, longer, and the charges go back with the last piece.
FAULTS = frozenset({Reason.BROKEN, Reason.SPOILED, Reason.WRONG, Reason.MISSING, Reason.NOT_AS_TOLD})
#: What a buyer may choose from.
BUYERS = (*sorted(FAULTS, key=list(Reason).index), Reason.CHANGED_MIND)


class State(StrEnum):
    """Where a return stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"  #: the goods are awaited; or, without goods, a second person
    RECEIVED = "received"  #: the goods are here, and a second person settles the sum
    DONE = "done"  #: the refund is promised
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.ASKED, State.ACCEPTED, State.RECEIVED})
#: Whose units count: everything but what came to nothing.
COUNTING = OPEN | {State.DONE}


class Problem(StrEnum):
    """Why a line cannot be asked for."""

    TOO_MANY = "return.too_many"
    FRESH = "return.fresh"
    LATE = "return.late"


@dataclass(frozen=True)
class Line:
    """What the rules look at of an order's line: units, paid đồng, and how many units are asked for already."""

    quantity: int
    paid_vnd: int
    gone: int
    is_fresh: bool


@dataclass(frozen=True)
class Charge:
    """Something paid besides goods."""

    kind: str
    amount_vnd: int


def share(paid_vnd: int, quantity: int, units: int) -> int:
    """What the first `units` of a line's units are worth: largest remainder over equal pieces (core.money.allocate).

    Raises ValueError when there are not so many units.
    """
    if not 0 <= units <= quantity or quantity < 1:
        raise ValueError("no such part of a line")
    each, over = divmod(paid_vnd, quantity)
    return each * units + min(units, over)


def worth(line: Line, units: int) -> int:
    """What `units` more of a line are worth, after those that are gone."""
    return share(line.paid_vnd, line.quantity, line.gone + units) - share(line.paid_vnd, line.quantity, line.gone)


def charges_back(charges: Sequence[Charge], reasons: Collection[Reason], *, is_last: bool) -> int:
    """What of the charges goes back with a return.

    With the last piece of an order: deposits always; delivery, wrapping and bags only when everything that came
    back was the seller's fault. Before it: nothing. Whoever changed her mind has had her delivery.
    """
    if not is_last:
        return 0
    is_fault = all(reason in FAULTS for reason in reasons)
    return sum(one.amount_vnd for one in charges if is_fault or one.kind == "deposit")


def find_problem(line: Line, units: int, reason: Reason, received_on: date, on: date) -> Problem | None:
    """Why a line's units cannot be asked for on a day, or None."""
    if not 0 < units <= line.quantity - line.gone:
        return Problem.TOO_MANY
    if reason in FAULTS:
        return Problem.LATE if on > received_on + timedelta(days=FAULT_DAYS) else None
    if line.is_fresh:
        return Problem.FRESH
    return Problem.LATE if on > received_on + timedelta(days=RETURN_DAYS) else None


def is_fresh(*, is_cold: bool, shelf_days: int | None, unit: str) -> bool:
    """Whether goods are fresh: kept cold, weighed out, or good for a month at most."""
    return is_cold or unit == "gram" or (shelf_days is not None and shelf_days <= FRESH_DAYS)


def needs_second(given_vnd: int, amount_vnd: int) -> bool:
    """Whether a second person settles a sum after what the order's returns have given before."""
    return given_vnd + amount_vnd > SECOND_PERSON_FROM_VND


def last_day(received_on: date, reason: Reason) -> date:
    """Until when this can be asked for."""
    return received_on + timedelta(days=FAULT_DAYS if reason in FAULTS else RETURN_DAYS)
