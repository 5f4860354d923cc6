"""The only writer of movements and levels: each change of stock is one guarded statement.

The guard stands in the statement itself (``WHERE on_hand - held >= n``), so the answer does not
depend on what was read before it; the row count decides, and the CHECK of the table stands behind
it. Whoever changes several levels locks them first with ``lock``, in the order of their ids.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Update, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.accounts.actor import Actor
from core.db import db, dialect_name, run, table_of
from shop.inventory.models import StockLevel, StockMovement
from shop.inventory.rules import Reason

_NEW_LEVEL = {
    "sqlite": sqlite.insert(StockLevel).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(StockLevel).on_conflict_do_nothing(),
}


@dataclass(frozen=True)
class Document:
    """The paper behind a movement: its kind and its number."""

    type: str
    ref: str


@dataclass(frozen=True)
class Posting:
    """What a movement says beside its number: reason, paper, doer, words and instant."""

    reason: Reason
    document: Document
    by: Actor
    at: datetime
    note: str | None = None


def lock(level_ids: Collection[int]) -> list[int]:
    """Lock levels in the order of their ids until the transaction ends; answers those that exist.

    PostgreSQL locks the rows; on SQLite the writing transaction has the whole file already.
    Read anew after this: what was read before may have changed while waiting.
    """
    wanted = select(StockLevel.id).where(StockLevel.id.in_(sorted(level_ids))).order_by(StockLevel.id)
    return list(db.session.scalars(wanted.with_for_update(key_share=True)))


def open_level(place_id: int, lot_id: int) -> int:
    """The level of a lot at a place, made empty when it is the first time; answers its id.

    Who opens several does it before locking any, by place and lot: two that make the same one wait for each other.
    """
    found = select(StockLevel.id).where(StockLevel.place_id == place_id, StockLevel.lot_id == lot_id)
    level_id = db.session.scalar(found)
    if level_id is None:
        new = _NEW_LEVEL[dialect_name()].values(place_id=place_id, lot_id=lot_id, on_hand=0, held=0)
        db.session.execute(new)  # somebody may have made it a moment ago: the unique key decides
        level_id = db.session.execute(found).scalar_one()
    return level_id


def move(level_id: int, delta: int, posting: Posting) -> bool:
    """Add or take units that nobody holds. False, and nothing written, when fewer than that are free."""
    free = StockLevel.on_hand - StockLevel.held
    guarded = update(StockLevel).where(StockLevel.id == level_id, free + delta >= 0)
    if not _changed(guarded.values(on_hand=StockLevel.on_hand + delta)):
        return False
    _write(level_id, delta, posting)
    return True


def reserve(level_id: int, quantity: int) -> bool:
    """Promise units of a level. False, and nothing written, when fewer than that are free."""
    free = StockLevel.on_hand - StockLevel.held
    guarded = update(StockLevel).where(StockLevel.id == level_id, free >= quantity)
    return _changed(guarded.values(held=StockLevel.held + quantity))


_levels = table_of(StockLevel)
_RESERVED = (
    update(_levels)
    .where(_levels.c.id == bindparam("level"), _levels.c.on_hand - _levels.c.held >= bindparam("wanted"))
    .values(held=_levels.c.held + bindparam("wanted"))
)


def reserve_all(quantities: Mapping[int, int]) -> bool:
    """As ``reserve`` for several levels (units by id), in the order of their ids. False when one has fewer free."""
    rows = [{"level": level, "wanted": units} for level, units in sorted(quantities.items())]
    return not rows or run(_RESERVED, rows).rowcount == len(rows)


_TAKEN = (
    update(_levels)
    .where(_levels.c.id == bindparam("level"), _levels.c.on_hand - _levels.c.held >= bindparam("wanted"))
    .values(on_hand=_levels.c.on_hand - bindparam("wanted"))
)
_MOVED = insert(table_of(StockMovement))


def take_all(quantities: Mapping[int, int], posting: Posting) -> bool:
    """Take units that nobody holds off several levels (units by id), in the order of their ids, each with its movement.

    False when one of them has fewer free; then the caller must undo its transaction.
    """
    rows = [{"level": level, "wanted": units} for level, units in sorted(quantities.items())]
    if rows and run(_TAKEN, rows).rowcount != len(rows):
        return False
    if rows:
        run(_MOVED, [_movement(row["level"], -row["wanted"], posting) for row in rows])
    return True


def give_back(level_id: int, quantity: int) -> bool:
    """End a promise. False when less than that was promised, which would be a broken I2."""
    guarded = update(StockLevel).where(StockLevel.id == level_id, StockLevel.held >= quantity)
    return _changed(guarded.values(held=StockLevel.held - quantity))


def take_held(level_id: int, quantity: int, posting: Posting) -> bool:
    """Turn promised units into a movement out. False when less than that was promised."""
    guarded = update(StockLevel).where(
        StockLevel.id == level_id, StockLevel.held >= quantity, StockLevel.on_hand >= quantity
    )
    values = {"on_hand": StockLevel.on_hand - quantity, "held": StockLevel.held - quantity}
    if not _changed(guarded.values(values)):
        return False
    _write(level_id, -quantity, posting)
    return True


def _changed(statement: Update) -> bool:
    """Whether the guarded statement found its row: the one answer that cannot be out of date."""
    changed = statement.returning(StockLevel.id)
    return db.session.execute(changed, execution_options={"synchronize_session": False}).first() is not None


def _write(level_id: int, delta: int, posting: Posting) -> None:
    run(_MOVED, _movement(level_id, delta, posting))


def _movement(level_id: int, delta: int, posting: Posting) -> dict[str, Any]:
    """One row of `StockMovement`."""
    return {
        "level_id": level_id, "delta": delta, "reason": posting.reason.value, "document_type": posting.document.type,
        "document_ref": posting.document.ref, "actor": posting.by.label, "note": posting.note, "at": posting.at,
    }  # fmt: skip
