"""Invariant of removals: what left is what its paper says, and what waits is set aside."""

from collections.abc import Iterable

from sqlalchemy import and_, func, or_, select

from core.db import db
from core.doctor import invariant
from shop.inventory.models import StockHold, StockMovement
from shop.removals.models import Removal, RemovalLine
from shop.removals.rules import DOCUMENT, State


@invariant("I36", "what was written off or given back left as its paper says; what waits is set aside")
def removals_are_moved() -> Iterable[str]:
    """A line for each paper whose goods have not left, left twice, or are not set aside."""
    wanted = select(func.sum(RemovalLine.quantity)).where(RemovalLine.removal_id == Removal.id).scalar_subquery()
    left = (
        select(func.coalesce(-func.sum(StockMovement.delta), 0))
        .where(StockMovement.document_type == DOCUMENT, StockMovement.document_ref == Removal.code)
        .scalar_subquery()
    )
    aside = (
        select(func.coalesce(func.sum(StockHold.quantity), 0))
        .where(StockHold.reference == "removal:" + Removal.code, StockHold.state == "active")
        .scalar_subquery()
    )
    is_done, is_waiting = Removal.state == State.DONE, Removal.state == State.WAITING
    wrong = or_(
        and_(is_done, left != wanted), and_(~is_done, left != 0), and_(is_waiting, aside != wanted),
        and_(~is_waiting, aside != 0),
    )  # fmt: skip
    for code, state, units, moved, kept in db.session.execute(
        select(Removal.code, Removal.state, wanted, left, aside).where(wrong).order_by(Removal.id)
    ):
        yield f"{code} ({state}): {units} units, {moved} left, {kept} set aside"
