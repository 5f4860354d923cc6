"""Promises that change their lot: what was promised of a lot that may not leave any more is promised of others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from core.clock import local_day
from core.db import db
from shop.inventory import ledger
from shop.inventory.models import Lot, StockHold, StockLevel
from shop.inventory.rules import LevelView, pick_lots, total
from shop.stores.models import Place
from shop.stores.rules import SELLABLE_PLACES

_BLIND = {"synchronize_session": False}


@dataclass(frozen=True)
class Swapped:
    """Units of a lot that a reference had been promised; ``is_moved``: other lots of the store took their place."""

    reference: str
    store_id: int
    lot_id: int
    quantity: int
    is_moved: bool


def levels_of_packs(lot_ids: Collection[int]) -> list[int]:
    """Every level of the packs of these lots, in all stores: what a swap has to lock, in one go."""
    skus = select(Lot.sku_id).where(Lot.id.in_(lot_ids))
    query = select(StockLevel.id).join(Lot, Lot.id == StockLevel.lot_id).where(Lot.sku_id.in_(skus))
    return list(db.session.scalars(query.order_by(StockLevel.id)))


def swap_holds(lot_ids: Collection[int], at: datetime) -> list[Swapped]:
    """Promise other lots of the same store in place of these, order by order, the oldest first.

    The caller holds the locks of `levels_of_packs` and has ended the holds that are over. What no other lot can
    replace as a whole stays as it is: whoever hands it out is refused, and a person deals with the order.
    """
    query = (
        select(StockHold, Lot.id, Lot.sku_id, Place.store_id)
        .join(StockLevel, StockLevel.id == StockHold.level_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Lot.id.in_(lot_ids), StockHold.state == "active")
        .order_by(StockHold.id)
        .execution_options(populate_existing=True)
    )
    return [
        Swapped(hold.reference, store, lot, hold.quantity, _swap(hold, store, sku, at))
        for hold, lot, sku, store in db.session.execute(query).all()
    ]


def _swap(hold: StockHold, store_id: int, sku_id: int, at: datetime) -> bool:
    picks = pick_lots(_others(store_id, sku_id), hold.quantity, local_day(at))
    if total(picks) < hold.quantity:
        return False
    ledger.give_back(hold.level_id, hold.quantity)
    if not ledger.reserve_all({pick.level_id: pick.quantity for pick in picks}):
        raise RuntimeError("somebody wrote past the locks")
    first, *rest = picks
    moved = update(StockHold).where(StockHold.id == hold.id)
    db.session.execute(moved.values(level_id=first.level_id, quantity=first.quantity), execution_options=_BLIND)
    kept = {
        "reference": hold.reference, "state": "active", "expires_at": hold.expires_at, "created_at": hold.created_at,
    }  # fmt: skip
    if rest:
        rows = [{**kept, "level_id": pick.level_id, "quantity": pick.quantity} for pick in rest]
        db.session.execute(insert(StockHold.__table__), rows)  # type: ignore[arg-type]
    return True


def _others(store_id: int, sku_id: int) -> list[LevelView]:
    """Where the store has more of a pack; `pick_lots` leaves out what may not be sold."""
    query = (
        select(StockLevel.id, Lot.id, Lot.state, Lot.expires_on, StockLevel.on_hand - StockLevel.held)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.store_id == store_id, Lot.sku_id == sku_id, Place.code.in_(SELLABLE_PLACES))
        .order_by(StockLevel.id)
    )
    return [LevelView(*row) for row in db.session.execute(query)]
