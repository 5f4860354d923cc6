"""Which listings can be had where: the showcase of a day joined with what lies on the shelves at an instant."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

import numpy as np

from catalog.search.facets import FacetValue
from catalog.showcase.day import Day, Mask, Rows
from catalog.showcase.derived import Derived
from catalog.showcase.faces import Face
from catalog.showcase.kept import showcase
from core.clock import local_day
from shop.inventory.shelves import Shelves, StoreName, shelves, trading_stores

T = TypeVar("T")
#: So many derived things are kept for a shelf; then all are dropped.
MOST_DERIVED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Shelf:
    """What of a day's listings lies on which shelves."""

    day: Day
    shelves: Shelves
    stores: Mapping[int, StoreName]
    _masks: dict[int, Mask] = field(default_factory=dict[int, Mask])
    _derived: Derived = field(default_factory=lambda: Derived(MOST_DERIVED))

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """Something made of this day's listings and these shelves alone: any change of either drops it."""
        return self._derived.get(key, make)

    def known(self, key: Hashable) -> Any:
        """What `derived` has made under a key; else None."""
        return self._derived.known(key)

    def has(self, listing_id: int) -> bool:
        """Whether any store can sell some of it now."""
        row = self.day.row_of.get(listing_id)
        return row is not None and self.holds(self.day.faces[row])

    def holds(self, face: Face) -> bool:
        """Whether any store can sell some of it now."""
        return any(self.units(pack.sku_id) for pack in face.packs)

    def units(self, sku_id: int) -> list[tuple[StoreName, int]]:
        """Stores that trade and have some of a pack, with the units that they can sell now."""
        free = self.shelves.units(sku_id)
        return [(store, free[one]) for one, store in self.stores.items() if one in free] if free else []

    def of_store(self, store_id: int) -> Mask:
        """By row of the day: whether the store can sell some of it now."""
        if store_id not in self._masks:
            rows = (self.day.row_of_sku(sku) for sku, free in self.shelves.free.items() if store_id in free)
            found = np.zeros(len(self.day.faces), np.bool_)
            found[[row for row in rows if row is not None]] = True
            self._masks[store_id] = found
        return self._masks[store_id]

    def facet(self, rows: Rows) -> list[FacetValue]:
        """How many of some rows each store has in stock; most first, then by name."""
        counts = [(store, int(self.of_store(one)[rows].sum())) for one, store in self.stores.items()]
        found = [FacetValue(store.code, store.name, count) for store, count in counts if count]
        return sorted(found, key=lambda one: -one.count)


#: The last shelf that was made: nearly every request asks for the same one.
_last: list[Shelf] = []


def last_shelf(on: date) -> Shelf | None:
    """The shelf that was looked at last, if it is of this day: for who asks next whether it is so still."""
    last = _last[-1] if _last else None
    return last if last is not None and last.day.on == on else None


def shelf_at(now: datetime, day: Day | None = None) -> Shelf:
    """The shelf at an instant, of that instant's day unless another is given."""
    wanted, lying, stores = day or showcase(local_day(now)), shelves(now), trading_stores()
    last = _last[-1] if _last else None
    if last is not None and last.day is wanted and last.shelves is lying and last.stores is stores:
        return last
    _last[:] = [Shelf(wanted, lying, stores)]
    return _last[-1]
