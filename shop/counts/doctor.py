"""Invariants of stocktakes: what an approval said is what the ledger has."""

from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import db
from core.doctor import invariant
from shop.counts.models import Stocktake, StocktakeLine
from shop.counts.rules import State
from shop.inventory.models import StockMovement


@invariant(
    "I41", "every difference of an approved stocktake is one movement of its level, and no other stocktake moved"
)
def differences_are_movements() -> Iterable[str]:
    """A line for each line whose movement is missing or another, and for each movement of a stocktake without one."""
    moved = (
        select(StockMovement.level_id, StockMovement.document_ref, func.sum(StockMovement.delta).label("units"))
        .where(StockMovement.document_type == "stocktake")
        .group_by(StockMovement.level_id, StockMovement.document_ref)
        .subquery()
    )
    units, delta = func.coalesce(moved.c.units, 0), func.coalesce(StocktakeLine.delta, 0)
    lines = (
        select(Stocktake.code, StocktakeLine.position, delta, units)
        .join(StocktakeLine, StocktakeLine.stocktake_id == Stocktake.id)
        .outerjoin(moved, (moved.c.level_id == StocktakeLine.level_id) & (moved.c.document_ref == Stocktake.code))
        .where((delta != units) | ((Stocktake.state != State.APPROVED) & (delta != 0)))
    )
    for code, position, said, has in db.session.execute(lines):
        yield f"stocktake {code}, line {position}: {said} approved, {has} moved"
    known = (
        select(StocktakeLine.id)
        .join(Stocktake, Stocktake.id == StocktakeLine.stocktake_id)
        .where(StocktakeLine.level_id == moved.c.level_id, Stocktake.code == moved.c.document_ref)
    )
    for level_id, code in db.session.execute(select(moved.c.level_id, moved.c.document_ref).where(~known.exists())):
        yield f"level {level_id}: moved by stocktake {code}, which has no line for it"
