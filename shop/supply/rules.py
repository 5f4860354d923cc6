"""When to bring more: pure decisions on whole numbers. Units are pieces, or grams of goods sold by weight."""

from dataclasses import dataclass
from typing import Final

#: Sales of so many days are looked at.
WINDOW_DAYS: Final = 28
#: A shelf that lasts for fewer days is called short.
SHORT_DAYS: Final = 14
#: A delivery should last for so many days, where neither shelf life nor star ends before.
COVER_DAYS: Final = 42
#: With fewer days left of the star nothing more should be brought.
LEAST_STAR_DAYS: Final = 7
#: Pieces come in sixes once there are more than that; goods by weight in whole kilograms.
_BATCH: Final = 6
_KILOGRAM: Final = 1000


@dataclass(frozen=True, slots=True)
class Shelf:
    """One pack at one store."""

    #: Units free to sell.
    free: int
    #: Units sold in the last `WINDOW_DAYS`.
    sold: int
    is_weighed: bool = False
    #: Days that the goods keep; None when they do not expire.
    shelf_days: int | None = None
    #: Days on which they may still be sold under the present star, today included.
    star_days: int = COVER_DAYS


def lasts(shelf: Shelf) -> int | None:
    """For how many days the shelf lasts at the pace of the last four weeks; None when nothing was sold."""
    return shelf.free * WINDOW_DAYS // shelf.sold if shelf.sold > 0 else None


def to_bring(shelf: Shelf) -> int:
    """Units to bring now: none while the shelf lasts two weeks, or while nothing sells.

    Enough for six weeks, but no more than sells in half of the shelf life (the shopper needs the other half) and
    before the star ends; in sixes, or in whole kilograms.
    """
    days = lasts(shelf)
    if days is None or days >= SHORT_DAYS or shelf.star_days <= LEAST_STAR_DAYS:
        return 0
    cover = min(COVER_DAYS, shelf.star_days, shelf.shelf_days // 2 if shelf.shelf_days else COVER_DAYS)
    wanted = -(-shelf.sold * cover // WINDOW_DAYS) - shelf.free
    return _in_batches(wanted, is_weighed=shelf.is_weighed) if wanted > 0 else 0


def a_week(sold: int) -> int:
    """Units sold a week, from the sales of four weeks, rounded, at least one."""
    return max(1, (sold * 7 * 2 + WINDOW_DAYS) // (WINDOW_DAYS * 2))


def _in_batches(units: int, *, is_weighed: bool) -> int:
    batch = _KILOGRAM if is_weighed else _BATCH if units > _BATCH else 1
    return -(-units // batch) * batch
