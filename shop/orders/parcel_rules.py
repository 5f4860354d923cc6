"""What can happen to one parcel of an order, as one table; and how money and goods are shared among parcels.

An order stands where its parcels say (`rules.whole`). Nothing here knows a table, a clock or a request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.money import allocate
from shop.orders.rules import INSIDE, OUTSIDE, Parcel


class Act(StrEnum):
    """What the store does with a parcel, or hears of it from the carrier."""

    PACK = "pack"
    SHIP = "ship"  #: the carrier has it
    HAND_OVER = "hand_over"  #: the buyer has it
    FAIL = "fail"  #: the carrier could not deliver it
    RETRY = "retry"  #: and takes it to the buyer once more
    TAKE_BACK = "take_back"  #: undelivered, and in the store again
    SEND_AGAIN = "send_again"  #: to be packed once more, from stock
    DROP = "drop"  #: called off, while others of the order go on


@dataclass(frozen=True)
class Step:
    """An allowed step of a parcel; ``only``: for goods that are delivered (True) or collected (False)."""

    act: Act
    sources: frozenset[Parcel]
    target: Parcel
    only: bool | None = None


_P = Parcel

#: Every allowed step of a parcel. At most one row fits any (state, act).
STEPS: tuple[Step, ...] = (
    Step(Act.PACK, frozenset({_P.WAITING}), _P.PACKED),
    Step(Act.SHIP, frozenset({_P.PACKED}), _P.SHIPPED, only=True),
    Step(Act.HAND_OVER, frozenset({_P.WAITING, _P.PACKED, _P.SHIPPED, _P.FAILED}), _P.DELIVERED),
    Step(Act.FAIL, frozenset({_P.SHIPPED}), _P.FAILED, only=True),
    Step(Act.RETRY, frozenset({_P.FAILED}), _P.SHIPPED, only=True),
    Step(Act.TAKE_BACK, frozenset({_P.SHIPPED, _P.FAILED}), _P.RETURNED, only=True),
    Step(Act.SEND_AGAIN, frozenset({_P.RETURNED}), _P.WAITING, only=True),
    Step(Act.DROP, frozenset({_P.WAITING, _P.PACKED, _P.RETURNED}), _P.CANCELLED),
)

#: While the order is stopped by a revocation the store gives nothing out; what is on its way arrives or comes back.
WHILE_HELD = frozenset({Act.HAND_OVER, Act.FAIL, Act.RETRY, Act.TAKE_BACK, Act.DROP})


def find_step(parcel: Parcel, act: Act, is_delivery: bool, *, is_held: bool = False) -> Parcel | None:
    """Where an act leads a parcel, or None when the table does not allow it."""
    if is_held and (act not in WHILE_HELD or (act != Act.DROP and parcel in INSIDE)):
        return None
    for step in STEPS:
        if step.act == act and parcel in step.sources and step.only in (None, is_delivery):
            return step.target
    return None


def next_fitting(parcels: Sequence[Parcel], act: Act, is_delivery: bool, *, is_held: bool = False) -> int | None:
    """The first parcel (its place in the list) that an act fits when nobody said which; None when it fits none.

    What is nearest to its end goes first: a hand-over means the parcel on its way before the one still to be packed.
    """
    nearest = (_P.FAILED, _P.SHIPPED, _P.PACKED, _P.RETURNED, _P.WAITING)
    fitting = [at for at, one in enumerate(parcels) if find_step(one, act, is_delivery, is_held=is_held) is not None]
    return min(fitting, key=lambda at: (nearest.index(parcels[at]), at), default=None)


@dataclass(frozen=True)
class Share:
    """An order's line as the sharing sees it: its units, and what they cost after discount, in đồng."""

    quantity: int
    paid_vnd: int


def by_line(lines: Mapping[int, Share], parts: Sequence[Mapping[int, int]]) -> list[dict[int, int]]:
    """What each line costs in each parcel, in đồng. A line is split by its units, largest remainder first.

    ``parts``: for each parcel the units by line.
    """
    found: list[dict[int, int]] = [{} for _part in parts]
    for line_id, line in lines.items():
        weights = [part.get(line_id, 0) for part in parts]
        if sum(weights):
            for at, amount_vnd in enumerate(allocate(line.paid_vnd, weights)):
                if weights[at]:
                    found[at][line_id] = amount_vnd
    return found


def shares(
    lines: Mapping[int, Share], parts: Sequence[Mapping[int, int]], charges_vnd: int, bears: int | None
) -> list[int]:
    """What each parcel costs, in đồng; together exactly the order's total, as long as one ``bears`` its charges."""
    owed = [sum(costs.values()) for costs in by_line(lines, parts)]
    if bears is not None:
        owed[bears] += charges_vnd
    return owed


@dataclass(frozen=True)
class Box:
    """A parcel as the charges see it; ``has_charges``: since it was packed, they are to be taken with it."""

    state: Parcel
    has_charges: bool = False


def find_bearer(boxes: Sequence[Box]) -> int | None:
    """The parcel (its place in the list) that an order's charges are paid with; None when none can be any more.

    The one that has them, as long as it is not called off. Where none has, the next to go: what is packed, then what is
    to be packed, then what came back. Never one that left without: its carrier was told what to take.
    """
    live = [at for at, one in enumerate(boxes) if one.state != Parcel.CANCELLED]
    for at in live:
        if boxes[at].has_charges:
            return at
    here = [at for at in live if boxes[at].state not in OUTSIDE]
    turns = (Parcel.PACKED, Parcel.WAITING, Parcel.RETURNED)
    return min(here, key=lambda at: (turns.index(boxes[at].state), at), default=None)


def given_of_part(given: int, elsewhere: int, part: int) -> int:
    """How much of what went back for a line falls to a ``part`` of it that is called off; units or đồng alike.

    What went back is for what the buyer has or still gets (``elsewhere``) first, since only of that can she say
    something; the rest is for what she never gets. So no unit is paid back twice, and none is left out.
    """
    return min(part, max(0, given - elsewhere))
