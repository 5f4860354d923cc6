"""Which orders a shortage touches: promised units that are not there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.db import db
from shop.inventory.models import Lot, StockHold, StockLevel
from shop.stores.models import Place


@dataclass(frozen=True)
class Touched:
    """A level of which less would be left than is promised, and to whom: units by reference, the newest first."""

    level_id: int
    lot: str
    place: str
    left: int
    held: int
    references: dict[str, int]

    @property
    def orders(self) -> list[tuple[str, int]]:
        """Numbers of the orders with their units; the newest promise first, since the oldest is kept first."""
        return [(reference.partition(":")[2] or reference, units) for reference, units in self.references.items()]

    def facts(self) -> dict[str, Any]:
        """As a refusal tells it."""
        orders = [{"order": number, "quantity": units} for number, units in self.orders]
        return {"lot": self.lot, "place": self.place, "left": self.left, "promised": self.held, "orders": orders}


def touched(changes: Mapping[int, int]) -> list[Touched]:
    """The levels that a change (units by level id, negative takes) would leave with less than is promised."""
    query = (
        select(StockLevel, Lot.code, Place.code)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(StockLevel.id.in_(changes), StockLevel.held > 0)
        .order_by(StockLevel.id)
    )
    short = [
        (level, lot, place, level.on_hand + changes[level.id])
        for level, lot, place in db.session.execute(query.execution_options(populate_existing=True))
        if level.on_hand + changes[level.id] < level.held
    ]
    promised = _promised([level.id for level, *_rest in short])
    return [
        Touched(level.id, lot, place, left, level.held, promised.get(level.id, {})) for level, lot, place, left in short
    ]


def _promised(level_ids: Collection[int]) -> dict[int, dict[str, int]]:
    query = select(StockHold).where(StockHold.level_id.in_(level_ids), StockHold.state == "active")
    found: dict[int, dict[str, int]] = {}
    for one in db.session.scalars(query.order_by(StockHold.id.desc())):
        of_level = found.setdefault(one.level_id, {})
        of_level[one.reference] = of_level.get(one.reference, 0) + one.quantity
    return found
