"""What lies on all shelves, kept in memory by each process and exact to the last commit: for lists and counts.

The database alone decides whether something can be bought (holds.py); this answers the common question "in stock?".
What is free is judged by the instant, as everywhere: neither a hold that has run out nor a lot past its day counts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from core.clock import day_end, local_day
from core.db import db, in_chunks
from core.feed import Kept, Subjects
from core.text import sort_key
from shop.inventory.models import Lot, StockHold, StockLevel
from shop.inventory.rules import LotState
from shop.stores.models import Place, Store
from shop.stores.rules import SELLABLE_PLACES

#: Units free by store id.
Free = Mapping[int, int]


class StoreName(NamedTuple):
    """A store that trades."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Level:
    """What lies of one good lot at one selling place, and what is promised until when (None: until handed out)."""

    store_id: int
    expires_on: date | None
    on_hand: int
    promised: tuple[tuple[datetime | None, int], ...] = ()

    def free(self, now: datetime) -> int:
        """Units that can be sold at an instant."""
        if self.expires_on is not None and self.expires_on < local_day(now):
            return 0
        return self.on_hand - sum(units for until, units in self.promised if until is None or until > now)


@dataclass(frozen=True, slots=True)
class Shelves:
    """What is free by SKU id and store id, from one instant until before another; nothing free is left out."""

    since: datetime
    until: datetime
    free: Mapping[int, Free]
    #: SKUs of which some is promised for a time.
    pending: frozenset[int]

    def units(self, sku_id: int) -> Free:
        """Units free of a SKU, by store id."""
        return self.free.get(sku_id, {})


@dataclass(frozen=True, slots=True)
class Stock:
    """All levels of all stores as of one position of the feed. Never changed: a change makes another one."""

    levels: Mapping[int, tuple[Level, ...]]
    #: Stores that trade, by id, in the order of a Vietnamese dictionary.
    stores: Mapping[int, StoreName]
    _judged: list[Shelves] = field(default_factory=list[Shelves])

    def at(self, now: datetime) -> Shelves:
        """What is free at an instant."""
        last = self._judged[-1] if self._judged else None
        if last is not None and last.since <= now < last.until:
            return last
        if last is not None and last.until <= now < day_end(local_day(last.since)):
            found = _judge(self.levels, now, last.pending, last)
        else:
            found = _judge(self.levels, now, self.levels.keys(), None)
        self._judged[:] = [found]
        return found

    def renewed(self, fresh: Mapping[int, tuple[Level, ...]]) -> "Stock":
        """The same with other levels of some SKUs."""
        levels = {**self.levels, **fresh}
        last = self._judged[-1] if self._judged else None
        return Stock(levels, self.stores, [_judge(levels, last.since, fresh.keys(), last)] if last else [])


def shelves(now: datetime) -> Shelves:
    """What is free at an instant, everywhere."""
    return _KEPT.current().at(now)


def trading_stores() -> Mapping[int, StoreName]:
    """The stores that trade, by id, in the order of a Vietnamese dictionary."""
    return _KEPT.current().stores


def _judge(
    levels: Mapping[int, tuple[Level, ...]], now: datetime, sku_ids: Collection[int], before: Shelves | None
) -> Shelves:
    """Judge some SKUs at an instant; the others stay as they were judged before."""
    free = dict(before.free) if before else {}
    pending = set(before.pending) - set(sku_ids) if before else set[int]()
    until = min(before.until, day_end(local_day(now))) if before and now < before.until else day_end(local_day(now))
    for sku_id in sku_ids:
        found = _by_store(levels.get(sku_id, ()), now)
        if found:
            free[sku_id] = found
        else:
            free.pop(sku_id, None)
        ends = [end for level in levels.get(sku_id, ()) for end, _units in level.promised if end and end > now]
        if ends:
            pending.add(sku_id)
            until = min(until, *ends)
    return Shelves(now, until, free, frozenset(pending))


def _by_store(levels: Iterable[Level], now: datetime) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for level in levels:
        found[level.store_id] += level.free(now)
    return {store_id: units for store_id, units in found.items() if units > 0}


_LEVELS = (
    select(StockLevel.id, Lot.sku_id, Place.store_id, Lot.expires_on, StockLevel.on_hand)
    .join(Lot, Lot.id == StockLevel.lot_id)
    .join(Place, Place.id == StockLevel.place_id)
    .where(Lot.state == LotState.OK, Place.code.in_(SELLABLE_PLACES), StockLevel.on_hand > 0)
)
_HOLDS = (
    select(StockHold.level_id, StockHold.expires_at, StockHold.quantity)
    .join(StockLevel, StockLevel.id == StockHold.level_id)
    .join(Lot, Lot.id == StockLevel.lot_id)
    .where(StockHold.state == "active")
)


def _read_levels(sku_ids: Collection[int] | None) -> dict[int, tuple[Level, ...]]:
    """Levels by SKU, of all or of some: two statements (for every 5,000 SKUs)."""
    promised: dict[int, list[tuple[datetime | None, int]]] = defaultdict(list)
    for level_id, until, units in _rows(_HOLDS, sku_ids):
        promised[level_id].append((until, units))
    found: dict[int, list[Level]] = defaultdict(list)
    for level_id, sku_id, *facts in _rows(_LEVELS, sku_ids):
        found[sku_id].append(Level(*facts, promised=tuple(promised.get(level_id, ()))))
    return {sku_id: tuple(levels) for sku_id, levels in found.items()}


def _rows(query: Any, sku_ids: Collection[int] | None) -> Iterable[Any]:
    if sku_ids is None:
        return db.session.execute(query)
    return (row for chunk in in_chunks(sku_ids) for row in db.session.execute(query.where(Lot.sku_id.in_(chunk))))


def _read() -> Stock:
    names = [
        StoreName(*row) for row in db.session.execute(select(Store.id, Store.code, Store.name).where(Store.is_active))
    ]
    return Stock(_read_levels(None), {one.id: one for one in sorted(names, key=lambda one: sort_key(one.name))})


def _renewed(old: Stock, subjects: Subjects) -> Stock:
    if subjects.get("store"):
        return _read()
    changed = set(subjects["stock"])
    return old.renewed(dict.fromkeys(changed, ()) | _read_levels(changed))


_KEPT = Kept(["stock", "store"], _read, _renewed)
