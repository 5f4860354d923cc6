"""Invariants of stock: the level is the sum of its movements, and what is held is what was promised."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select

from core.db import db
from core.doctor import invariant
from shop.inventory.models import StockHold, StockLevel, StockMovement


@invariant("I1", "stock on hand of each level equals the sum of its movements")
def ledger_equals_stock() -> Iterable[str]:
    """A line for each level whose ``on_hand`` is not the sum of its ledger."""
    moved = func.coalesce(func.sum(StockMovement.delta), 0)
    query = (
        select(StockLevel.id, StockLevel.on_hand, moved)
        .outerjoin(StockMovement, StockMovement.level_id == StockLevel.id)
        .group_by(StockLevel.id, StockLevel.on_hand)
        .having(moved != StockLevel.on_hand)
    )
    for level_id, on_hand, ledger in db.session.execute(query):
        yield f"level {level_id}: on hand {on_hand}, ledger {ledger}"


@invariant("I2", "held units of each level equal its active holds, between nothing and all on hand")
def held_equals_holds() -> Iterable[str]:
    """A line for each level whose ``held`` is not the sum of its active holds or leaves its bounds."""
    active = (
        select(StockHold.level_id, func.sum(StockHold.quantity).label("units"))
        .where(StockHold.state == "active")
        .group_by(StockHold.level_id)
        .subquery()
    )
    promised = func.coalesce(active.c.units, 0)
    wrong = or_(promised != StockLevel.held, StockLevel.held < 0, StockLevel.held > StockLevel.on_hand)
    query = select(StockLevel.id, StockLevel.on_hand, StockLevel.held, promised)
    query = query.outerjoin(active, active.c.level_id == StockLevel.id).where(wrong)
    for level_id, on_hand, held, units in db.session.execute(query):
        yield f"level {level_id}: held {held}, active holds {units}, on hand {on_hand}"
