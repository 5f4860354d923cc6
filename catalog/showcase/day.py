"""The showcase on one day: columns of numbers, one row a live listing, for filters, counts and orders.

Everything that a list asks (which group, how many stars, how dear) is an array; a facet over ten thousand listings is
one pass of a few microseconds. Rows stand by rising listing id and never move; a listing that is withdrawn keeps its
row and is closed.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from catalog.listings.places import Places
from catalog.products.sets import GROUPS
from catalog.showcase.derived import Derived
from catalog.showcase.faces import Face
from core.text import sort_key

T = TypeVar("T")
#: So many derived things are kept for a day; then all are dropped.
MOST_DERIVED: Final = 30_000
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_GROUPS = list(GROUPS)
#: Columns of numbers, as `_row` gives them.
COLUMNS = (
    "listing_id", "is_open", "group", "set", "stars", "area", "province", "producer", "price_vnd", "published",
    "ends_on", "is_alcohol", "is_gift",
)  # fmt: skip


@dataclass(slots=True)
class Names:
    """Numbers for things that have none: each gets the next one when it is first met, and keeps it."""

    numbers: dict[Any, int] = field(default_factory=dict[Any, int])
    things: list[Any] = field(default_factory=list[Any])

    def number(self, key: Any, thing: Any) -> int:
        """The number of a key; what it stands for is remembered the first time, and replaced when it changes."""
        found = self.numbers.setdefault(key, len(self.things))
        if found == len(self.things):
            self.things.append(thing)
        elif self.things[found] != thing:
            self.things[found] = thing
        return found


@dataclass(frozen=True, slots=True)
class Day:
    """All live listings as they are on one day."""

    on: date
    tree: Places
    #: By row.
    faces: Sequence[Face]
    columns: Mapping[str, Numbers]
    #: Area ids, and code and name of provinces (None: not known) and producers, by their numbers.
    areas: Names
    provinces: Names
    producers: Names
    #: Row by listing id and by slug.
    row_of: Mapping[int, int]
    slugs: Mapping[str, int]
    _orders: dict[str, Numbers] = field(default_factory=dict[str, Numbers])
    _skus: dict[int, int] = field(default_factory=dict[int, int])
    _derived: Derived = field(default_factory=lambda: Derived(MOST_DERIVED))

    def rows_of(self, listing_ids: Iterable[int] | Numbers) -> Rows:
        """Rows of listings in the given order; unknown ones are left out."""
        wanted = np.fromiter(listing_ids, np.int64) if not isinstance(listing_ids, np.ndarray) else listing_ids
        ids = self.columns["listing_id"]
        if not len(ids):
            return np.empty(0, np.intp)
        places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
        return places[ids[places] == wanted]

    def open_rows(self) -> Rows:
        """Rows of everything that is for sale on the day."""
        return np.flatnonzero(self.columns["is_open"])

    def open_among(self, listing_ids: Iterable[int] | Numbers) -> Rows:
        """Rows of the listings among these that are for sale on the day, in the given order."""
        rows = self.rows_of(listing_ids)
        return rows[self.columns["is_open"][rows] == 1]

    def find(self, slug: str) -> Face | None:
        """The face with this address, if it is for sale on the day."""
        row = self.slugs.get(slug)
        return self.faces[row] if row is not None and self.columns["is_open"][row] else None

    def row_of_sku(self, sku_id: int) -> int | None:
        """The row of the listing to which an active pack belongs."""
        if not self._skus:
            self._skus.update({pack.sku_id: row for row, face in enumerate(self.faces) for pack in face.packs})
        return self._skus.get(sku_id)

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """Something made of this day's faces alone, kept as long as the day: a change of any of them drops it."""
        return self._derived.get(key, make)

    def name_order(self) -> Numbers:
        """Each row's place in the order of names; made when it is first asked for."""
        if "name" not in self._orders:
            keys = sorted(range(len(self.faces)), key=lambda row: (sort_key(self.faces[row].name), row))
            places = np.empty(len(keys), np.int64)
            places[np.array(keys, np.intp)] = np.arange(len(keys))
            self._orders["name"] = places
        return self._orders["name"]

    def areas_within(self, codes: frozenset[str]) -> Mask:
        """By number of an area: whether it lies within one of these units, by the codes of any epoch."""
        found = [bool(self.tree.codes(area_id) & codes) for area_id in self.areas.things]
        return np.array([*found, False], np.bool_)

    def named(self, name: str) -> tuple[Sequence[tuple[str, str] | None], Numbers]:
        """Provinces or producers by number, and each one's place in the order of names."""
        things = self.provinces.things if name == "province" else self.producers.things
        known = self._orders.get(name)
        if known is None or len(known) < len(things):
            labels = [sort_key(thing[1]) if thing else "" for thing in things]
            known = np.empty(len(things), np.int64)
            known[sorted(range(len(things)), key=lambda number: labels[number])] = np.arange(len(things))
            self._orders[name] = known
        return things, known

    def renewed(self, changed: Mapping[int, Face | None]) -> "Day | None":
        """The day after changes of listings (None: not live any more); None when it must be made anew."""
        last = self.columns["listing_id"][-1] if self.faces else 0
        fresh = sorted(one for one, face in changed.items() if face is not None and one not in self.row_of)
        if fresh and fresh[0] < last:
            return None
        faces = [*self.faces, *(face for one in fresh if (face := changed[one]))]
        columns = {name: np.resize(column, len(faces)) for name, column in self.columns.items()}
        row_of = {**self.row_of, **{one: len(self.faces) + place for place, one in enumerate(fresh)}}
        slugs = dict(self.slugs)
        renewed = replace(
            self,
            faces=faces,
            columns=columns,
            row_of=row_of,
            slugs=slugs,
            _orders={},
            _skus={},
            _derived=Derived(MOST_DERIVED),
        )
        for listing_id, face in changed.items():
            renewed._put(row_of.get(listing_id), face)
        return renewed

    def _put(self, row: int | None, face: Face | None) -> None:
        if row is None:
            return
        if self.slugs.get(self.faces[row].slug) == row:
            self.slugs.pop(self.faces[row].slug)  # type: ignore[attr-defined]
        if face is None:
            self.columns["is_open"][row] = 0
            return
        self.faces[row] = face  # type: ignore[index]
        self.slugs[face.slug] = row  # type: ignore[index]
        for name, number in zip(COLUMNS, _row(face, self), strict=True):
            self.columns[name][row] = number


def make_day(faces: Sequence[Face], on: date, tree: Places) -> Day:
    """A day made whole, from faces by rising listing id."""
    day = Day(
        on, tree, list(faces), {}, Names(), Names(), Names(),
        {face.listing_id: row for row, face in enumerate(faces)}, {face.slug: row for row, face in enumerate(faces)},
    )  # fmt: skip
    table = np.array([_row(face, day) for face in faces], np.int64).reshape(len(faces), len(COLUMNS))
    return replace(day, columns={name: np.ascontiguousarray(table[:, n]) for n, name in enumerate(COLUMNS)})


def _row(face: Face, day: Day) -> tuple[int, ...]:
    """One listing as numbers. What is closed that day is never looked at, so its stars and last day do not matter."""
    governing = face.governing(day.on)
    prices = face.prices(day.on)
    province = day.tree.province(face.area_id)
    return (
        face.listing_id, governing is not None, _GROUPS.index(face.group), face.set_no,
        governing.stars if governing else 0, day.areas.number(face.area_id, face.area_id),
        day.provinces.number(province and province.code, province and (province.code, province.name)),
        day.producers.number(face.producer_code, (face.producer_code, face.producer_name)),
        prices[0][0] if prices else 0, int(face.published_at.timestamp() * 1_000_000),
        governing.ends_on.toordinal() if governing else 0, face.is_alcohol, face.is_gift,
    )  # fmt: skip


def group_at(number: int) -> str:
    """The group (I to VI) that a number of the column stands for."""
    return _GROUPS[number]


def group_number(group: str) -> int:
    """The number of a group in its column, or -1."""
    return _GROUPS.index(group) if group in GROUPS else -1
