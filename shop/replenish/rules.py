"""When to order, how much, what to mark down: pure decisions on whole numbers.

Units are pieces, or grams of goods sold by weight; money is whole đồng; days are local days.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

#: Sales of so many days make the pace.
WINDOW_DAYS: Final = 28
#: A producer brings within so many days: the shelf must last that long.
LEAD_DAYS: Final = 7
#: An order fills up for so many days.
COVER_DAYS: Final = 28
#: With fewer days left of the star nothing more is ordered.
LEAST_STAR_DAYS: Final = 7
#: A request without an answer is called to mind after so many days.
REMIND_DAYS: Final = 2
#: Pieces come in sixes once there are more than that; goods by weight in whole kilograms.
_BATCH: Final = 6
_KILOGRAM: Final = 1000
_WHOLE: Final = 10_000


class State(StrEnum):
    """Where a request to a producer stands."""

    DRAFT = "draft"  #: the keeper is still writing
    SENT = "sent"  #: the producer has the link
    CONFIRMED = "confirmed"  #: she brings all or a part
    DECLINED = "declined"  #: she brings nothing, and says why
    CLOSED = "closed"  #: the goods came
    DROPPED = "dropped"  #: the store wants it no more


#: Nothing more happens to these.
OVER = (State.DECLINED, State.CLOSED, State.DROPPED)
#: Goods of these are on their way.
COMING = (State.SENT, State.CONFIRMED)


class Why(StrEnum):
    """Why nothing, or less than would fill the shelf, is proposed."""

    LAPSED = "lapsed"  #: no certificate covers today
    STAR_ENDS = "star_ends"  #: it ends too soon for a delivery
    OFF = "off"  #: the keeper orders it no more
    ENOUGH = "enough"  #: more than the minimum is here or on its way
    NOT_SOLD = "not_sold"  #: nothing was sold, so nothing can be foretold
    UNTIL_STAR = "until_star"  #: less: no more than sells until the last day of its star
    UNTIL_SHELF_LIFE = "until_shelf_life"  #: less: no more than sells in half of its shelf life


@dataclass(frozen=True, slots=True)
class Levels:
    """At `minimum` or fewer units it is time to order, up to `target`."""

    minimum: int
    target: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One pack at one store: everything that a proposal rests on."""

    #: Units sold in the last `window` days, less what came back.
    sold: int
    #: Units that lie there and may be sold, and how many of them are promised to orders.
    on_hand: int
    promised: int = 0
    #: Units that other stores have sent, and that producers were asked for or have confirmed.
    in_transit: int = 0
    requested: int = 0
    #: Days that were looked at: fewer than `WINDOW_DAYS` for goods that came later.
    window: int = WINDOW_DAYS
    is_weighed: bool = False
    #: Days that the goods keep; None when they do not expire.
    shelf_days: int | None = None
    #: Days on which the present star covers sales, today included; 0: none.
    star_days: int = 10_000

    @property
    def reach(self) -> int:
        """Units that can still be sold: here and not promised, or on their way."""
        return self.on_hand - self.promised + self.in_transit + self.requested


@dataclass(frozen=True, slots=True)
class Proposal:
    """So many units to order, and why not more."""

    units: int
    why: Why | None = None


def weekly(sold: int, window: int = WINDOW_DAYS) -> int:
    """Units sold a week, rounded up: what a person reads as the pace."""
    return -(-max(0, sold) * 7 // max(1, window))


def forecast(sold: int, days: int, window: int = WINDOW_DAYS) -> int:
    """Units that sell within some days at the pace of the window, rounded down."""
    return max(0, sold) * max(0, days) // max(1, window)


def sell_through(sold: int, on_hand: int) -> int | None:
    """Of what was there to sell, how much was sold, in percent; None where there was nothing."""
    there = max(0, sold) + max(0, on_hand)
    return max(0, sold) * 100 // there if there else None


def propose_levels(shelf: Shelf) -> Levels:
    """Levels by the pace: the minimum lasts while a producer brings, the target four weeks; both within half of the
    shelf life (the shopper needs the other half). Nothing sold: nothing is kept.
    """
    if shelf.sold <= 0:
        return Levels(0, 0)
    half = shelf.shelf_days // 2 if shelf.shelf_days else COVER_DAYS
    least = -(-shelf.sold * min(LEAD_DAYS, max(1, half)) // max(1, shelf.window))
    target = -(-shelf.sold * min(COVER_DAYS, max(1, half)) // max(1, shelf.window))
    return Levels(least, max(least, _in_batches(target, is_weighed=shelf.is_weighed)))


def propose(shelf: Shelf, levels: Levels) -> Proposal:
    """Units to order now: up to the target once the minimum is reached, and never more than is foretold to sell until
    the last day of the star or within half of the shelf life, whichever ends first.
    """
    if shelf.star_days <= 0:
        return Proposal(0, Why.LAPSED)
    if shelf.star_days <= LEAST_STAR_DAYS:
        return Proposal(0, Why.STAR_ENDS)
    if levels.target == 0:
        return Proposal(0, Why.NOT_SOLD if shelf.sold <= 0 else Why.OFF)
    if shelf.reach > levels.minimum:
        return Proposal(0, Why.ENOUGH)
    if shelf.sold <= 0:
        return Proposal(0, Why.NOT_SOLD)
    wanted = _in_batches(levels.target - shelf.reach, is_weighed=shelf.is_weighed)
    most, why = _most(shelf)
    return Proposal(wanted) if wanted <= most else Proposal(most, why)


def most_to_sell(shelf: Shelf) -> int:
    """Units that may still be ordered without ordering more than is foretold to sell."""
    return _most(shelf)[0]


def _most(shelf: Shelf) -> tuple[int, Why]:
    days, why = shelf.star_days, Why.UNTIL_STAR
    if shelf.shelf_days is not None and shelf.shelf_days // 2 < days:
        days, why = shelf.shelf_days // 2, Why.UNTIL_SHELF_LIFE
    return max(0, forecast(shelf.sold, days, shelf.window) - max(0, shelf.reach)), why


def _in_batches(units: int, *, is_weighed: bool) -> int:
    if units <= 0:
        return 0
    batch = _KILOGRAM if is_weighed else _BATCH if units > _BATCH else 1
    return -(-units // batch) * batch


@dataclass(frozen=True, slots=True)
class LotLeft:
    """A lot at a store, in the order in which lots are sold (first expired, first out)."""

    lot_id: int
    units: int
    expires_on: date | None


def left_over(lots: Iterable[LotLeft], sold: int, on: date, window: int = WINDOW_DAYS) -> dict[int, int]:
    """Units of each lot that will be left after its HSD at the pace of the window, sold first expired, first out."""
    gone, found = 0, dict[int, int]()
    for lot in lots:
        if lot.expires_on is None:
            continue
        days = (lot.expires_on - on).days + 1
        sells = min(lot.units, max(0, forecast(sold, days, window) - gone))
        gone += sells
        found[lot.lot_id] = lot.units - sells
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """A line of ``data/markdowns.csv``."""

    shelf_days: int
    days_left: int
    off_bp: int


@cache
def markdown_steps() -> Sequence[Step]:
    """The steps of the markdown rule, as the data tells them."""
    path = Path(__file__).parent / "data" / "markdowns.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Step(int(r["shelf_days_up_to"] or 100_000), int(r["days_left"]), int(r["off_bp"]))
            for r in csv.DictReader(lines)
        ]


def days_of_interest(shelf_days: int | None) -> int:
    """How many days before its HSD a lot is watched: the first step of its kind of goods."""
    return max((step.days_left for step in _steps_for(shelf_days)), default=0)


def off_bp(days_left: int, shelf_days: int | None) -> int:
    """How much to take off, in basis points: the deepest step that the days left have reached; 0 for none."""
    return max((step.off_bp for step in _steps_for(shelf_days) if days_left <= step.days_left), default=0)


def marked_down(price_vnd: int, off: int, least_vnd: int = 0) -> int:
    """The price after a markdown, in whole 500 đồng downwards, never under `least_vnd` (what bought goods cost)."""
    price = price_vnd * (_WHOLE - off) // _WHOLE
    return max(price // 500 * 500 or price, least_vnd, 1)


def _steps_for(shelf_days: int | None) -> list[Step]:
    """The steps of the shortest kind of goods that this shelf life belongs to; unknown: the middle kind."""
    steps = markdown_steps()
    kinds = sorted({step.shelf_days for step in steps})
    wanted = next((kind for kind in kinds if shelf_days is not None and shelf_days <= kind), None)
    kind = wanted if wanted is not None else kinds[-1] if shelf_days is not None else kinds[len(kinds) // 2]
    return [step for step in steps if step.shelf_days == kind]
