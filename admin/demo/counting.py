"""Sunday's stocktakes of the demonstration's store, and one lot that is called back."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from admin.demo.people import MART, People
from core.accounts.actor import Actor, Scope
from core.clock import day_start, travel
from core.db import db
from shop.counts import closing, service
from shop.counts.levels import Wanted
from shop.counts.models import Stocktake
from shop.counts.queries import get_stocktake, list_asked
from shop.counts.rules import Missing, Part
from shop.counts.service import Found
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import LotState
from shop.orders.models import ShipmentLot
from shop.recalls.service import Wish, recall
from shop.stores.models import Place, Store
from shop.stores.queries import get_store

REASON = "Kiểm nghiệm của người làm ra: nhãn lô này ghi thiếu hạn sử dụng (minh hoạ)"


def count_and_recall(people: People, today: date, at: datetime) -> None:
    """A stocktake of three days ago that was approved, one of today that waits for the manager, and a recall."""
    store = get_store(MART)
    cashier = people.acting("cashier", "cashier", Scope("store", MART))
    manager = people.acting("manager", "store_manager", Scope("store", MART))
    with travel(day_start(today - timedelta(days=3)) + timedelta(hours=12)):
        done = _count(store, Wanted(Part.STALE, most=8), cashier, turn=1)
        closing.approve(store, done.code, done.version, manager)
    with travel(at):
        _count(store, Wanted(Part.STALE, most=6), cashier, turn=2)
        if lot := _replaceable(store):
            recall(Wish(REASON, lot=lot), people.acting("admin", "admin"))


def _count(store: Store, wanted: Wanted, by: Actor, turn: int) -> Stocktake:
    """Count everything, one jar of the first lot missing; answers it as it waits for approval."""
    code = service.open_stocktake(store, wanted, by, "Kiểm kê định kỳ").code
    for asked in list_asked(get_stocktake(code, store.id)):
        _enter(store, code, asked.lot, asked.place, 1 if asked.position == 1 else 0, by, turn * 1000 + asked.position)
    closing.close_round(store, code, by, Missing.LEAVE)
    return closing.close_round(store, code, by, Missing.LEAVE)


def _enter(store: Store, code: str, lot: str, place: str, lost: int, by: Actor, number: int) -> None:
    query = (
        select(StockLevel.on_hand, StockLevel.held)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Lot.code == lot, Place.code == place, Place.store_id == store.id)
    )
    on_hand, held = db.session.execute(query).one()
    found = on_hand - (lost if on_hand - held >= lost else 0)
    service.enter(store, code, Found(str(UUID(int=number)), lot, place, found), by)


def _replaceable(store: Store) -> str | None:
    """A lot that somebody bought in this store, of a pack of which the store has another lot."""
    here = (
        select(Lot.id)
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.store_id == store.id, StockLevel.on_hand > 0, Lot.state == LotState.OK)
    )
    others = select(Lot.sku_id).where(Lot.id.in_(here)).group_by(Lot.sku_id).having(db.func.count() > 1)
    sold = select(ShipmentLot.lot_id).where(ShipmentLot.came_back_at.is_(None))
    query = select(Lot.code).where(Lot.id.in_(here), Lot.sku_id.in_(others), Lot.id.in_(sold)).order_by(Lot.id)
    return db.session.scalar(query.limit(1))
