"""Rules of gift baskets on plain values: seasons, sums of parts, how many can be made."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
WITHDRAWN: Final = "withdrawn"

#: What a basket is for.
OCCASIONS = ("tet", "wedding", "visit", "thanks", "business", "any")
#: Parts in one basket, baskets in one press.
MOST_PARTS, MOST_BASKETS = 20, 20
#: In place of a part's other pack: nothing.
DROP: Final = "drop"


def is_in_season(from_on: date | None, until_on: date | None, on: date) -> bool:
    """Whether a basket is offered on a day; both days count."""
    return (from_on is None or from_on <= on) and (until_on is None or on <= until_on)


def sums(parts: Iterable[tuple[int, int]], times: int = 1) -> dict[int, int]:
    """Units needed by SKU id for so many baskets: a pack that stands in it twice is needed twice."""
    needed: dict[int, int] = {}
    for sku_id, quantity in parts:
        needed[sku_id] = needed.get(sku_id, 0) + quantity * times
    return needed


def can_be_made(parts: Iterable[tuple[int, int]], free: Mapping[int, int]) -> int:
    """How many baskets the free units (by SKU id) of one store make up."""
    needed = sums(parts)
    return min((free.get(sku_id, 0) // units for sku_id, units in needed.items()), default=0)


def short(wants: Mapping[int, int], free: Mapping[int, int]) -> dict[int, int]:
    """SKUs of which less lies free than is wanted, with what lies free."""
    return {sku_id: free.get(sku_id, 0) for sku_id, units in wants.items() if free.get(sku_id, 0) < units}
