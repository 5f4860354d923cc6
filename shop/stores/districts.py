"""The districts of the first tree, and which of them have a mart (Decision 674/QĐ-UBND of Hải Phòng, 3.d).

Districts ended on 1 July 2025; the programme's fifteen are those of the first tree, to 31 December 2024 (decision 19).
A mart stands in a commune of today and serves one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.areas.models import Area
from catalog.areas.queries import find_area, list_districts
from shop.stores.models import Store
from shop.stores.queries import list_stores

PROVINCE, TREE = "31", date(2024, 12, 31)


@dataclass(frozen=True)
class Covered:
    """A former district with the stores that trade and serve it; none: it has no mart."""

    district: Area
    stores: tuple[Store, ...]


def districts() -> Sequence[Area]:
    """The fifteen, in Vietnamese order; none where the tree was not loaded."""
    return list_districts(PROVINCE, TREE) if find_area(PROVINCE, TREE) else ()


def coverage() -> list[Covered]:
    """Every district with its stores of today, those without one first."""
    stores = list_stores()
    found = [Covered(one, tuple(store for store in stores if store.serves_area_id == one.id)) for one in districts()]
    return sorted(found, key=lambda one: bool(one.stores))
