"""Goods that leave at once, over a counter: no promise before, many levels in few statements.

The caller's transaction holds the locks from `lock_sellable` on; what is promised to others is never touched, since
free is on hand less held, and every change stands under that guard in its own statement (`ledger.take_all`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from core.db import run
from shop.inventory.holds import IS_DUE, end_due
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import LevelView, LotState
from shop.stores.models import Place
from shop.stores.rules import SELLABLE_PLACES

_LYING = (
    select(StockLevel.id)
    .join(Place, Place.id == StockLevel.place_id)
    .join(Lot, Lot.id == StockLevel.lot_id)
    .where(
        Place.store_id == bindparam("store"), Place.code.in_(SELLABLE_PLACES), StockLevel.on_hand > 0,
        Lot.sku_id.in_(bindparam("skus", expanding=True)),
    )
    .order_by(StockLevel.id)
    .with_for_update(key_share=True, of=StockLevel)
)  # fmt: skip
_FIT = _LYING.where(Lot.state == LotState.OK)
_SEEN = (
    select(
        Lot.sku_id, Lot.id.label("lot_id"), Lot.code, Lot.state, Lot.expires_on, StockLevel.id,
        (StockLevel.on_hand - StockLevel.held).label("free"), IS_DUE.label("is_due"),
    )
    .join(Lot, Lot.id == StockLevel.lot_id)
    .where(StockLevel.id.in_(bindparam("among", expanding=True)))
    .order_by(StockLevel.id)
)  # fmt: skip
#: Levels as the rules see them, by SKU id.
Views = dict[int, list[LevelView]]


def lock_sellable(store_id: int, sku_ids: Collection[int], *, also_unfit: bool = False) -> list[int]:
    """Lock every level of these SKUs that lies in a store where goods are sold, in the order of ids.

    also_unfit: those of blocked, recalled and expired lots too (goods that are gone whatever their state).
    """
    found = run(_LYING if also_unfit else _FIT, {"store": store_id, "skus": sorted(sku_ids)})
    return list(found.scalars())


def view_levels(level_ids: Sequence[int], at: datetime) -> Views:
    """The locked levels with what is free of them at an instant, by SKU id; holds that are over are ended first.

    Read after the locks, so nothing is stale.
    """
    views, has_due = _read(level_ids, at)
    if has_due and end_due(level_ids, at):
        views, _none = _read(level_ids, at)
    return views


def _read(level_ids: Sequence[int], at: datetime) -> tuple[Views, bool]:
    views, has_due = Views(), False
    for row in run(_SEEN, {"among": level_ids, "at": at}):
        view = LevelView(row.id, row.lot_id, row.state, row.expires_on, row.free, row.code)
        views.setdefault(row.sku_id, []).append(view)
        has_due = has_due or row.is_due
    return views, has_due
