"""Goods that leave at once, over a counter: no promise before, many levels in few statements.

The caller's transaction holds the locks from `lock_sellable` on; what is promised to others is never touched, since
free is on hand less held, and every change stands under that guard in its own statement.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, exists, insert, select, update

from core.db import db
from shop.inventory.holds import end_due
from shop.inventory.ledger import Posting
from shop.inventory.models import Lot, StockHold, StockLevel, StockMovement
from shop.inventory.rules import LevelView, LotState
from shop.stores.models import Place
from shop.stores.rules import SELLABLE_PLACES

_BLIND = {"synchronize_session": False}
#: Levels as the rules see them, by SKU id.
Views = dict[int, list[LevelView]]


def lock_sellable(store_id: int, sku_ids: Collection[int], *, also_unfit: bool = False) -> list[int]:
    """Lock every level of these SKUs that lies in a store where goods are sold, in the order of ids.

    also_unfit: those of blocked, recalled and expired lots too (goods that are gone whatever their state).
    """
    query = (
        select(StockLevel.id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(
            Place.store_id == store_id, Place.code.in_(SELLABLE_PLACES), Lot.sku_id.in_(sorted(sku_ids)),
            StockLevel.on_hand > 0,
        )
        .order_by(StockLevel.id)
    )  # fmt: skip
    if not also_unfit:
        query = query.where(Lot.state == LotState.OK)
    return list(db.session.scalars(query.with_for_update(key_share=True, of=StockLevel)))


def view_levels(level_ids: Sequence[int], at: datetime) -> Views:
    """The locked levels with what is free of them at an instant, by SKU id; holds that are over are ended first.

    Read after the locks, so nothing is stale.
    """
    views, has_due = _read(level_ids, at)
    if has_due and end_due(level_ids, at):
        views, _none = _read(level_ids, at)
    return views


def take(quantities: Mapping[int, int], posting: Posting) -> bool:
    """Take units (by level id) that nobody holds, each with its movement: two statements for any number of levels.

    False when one of them has fewer free; then the caller must undo its transaction.
    """
    levels = sorted(quantities)
    wanted = case({level: quantities[level] for level in levels}, value=StockLevel.id)
    guarded = update(StockLevel).where(StockLevel.id.in_(levels), StockLevel.on_hand - StockLevel.held >= wanted)
    changed = guarded.values(on_hand=StockLevel.on_hand - wanted).returning(StockLevel.id)
    if len(db.session.execute(changed, execution_options=_BLIND).all()) != len(levels):
        return False
    facts = {
        "reason": posting.reason.value, "document_type": posting.document.type, "document_ref": posting.document.ref,
        "actor": posting.by.label, "note": posting.note, "at": posting.at,
    }  # fmt: skip
    rows = [{"level_id": level, "delta": -quantities[level], **facts} for level in levels]
    db.session.execute(insert(StockMovement.__table__), rows)  # type: ignore[arg-type]
    return True


def _read(level_ids: Sequence[int], at: datetime) -> tuple[Views, bool]:
    due = exists().where(StockHold.level_id == StockLevel.id, StockHold.state == "active", StockHold.expires_at <= at)
    query = (
        select(
            Lot.sku_id, Lot.id.label("lot_id"), Lot.code, Lot.state, Lot.expires_on, StockLevel.id,
            (StockLevel.on_hand - StockLevel.held).label("free"), due.label("is_due"),
        )
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(StockLevel.id.in_(level_ids))
        .order_by(StockLevel.id)
    )  # fmt: skip
    views, has_due = Views(), False
    for row in db.session.execute(query):
        view = LevelView(row.id, row.lot_id, row.state, row.expires_on, row.free, row.code)
        views.setdefault(row.sku_id, []).append(view)
        has_due = has_due or row.is_due
    return views, has_due
