"""A stall at a fair, a holiday on the door, and labels on the shelves of a mart, one of which must come off."""

from datetime import date, timedelta

from sqlalchemy import select

from admin.demo.goods import at
from admin.demo.marts import TOWN_HOURS, Shops
from core.accounts.actor import SYSTEM
from core.clock import now, travel
from core.db import db
from shop.inventory.models import Lot, StockLevel
from shop.labels.rules import MOST_COPIES
from shop.labels.service import judge, print_shelf
from shop.stores.models import Place
from shop.stores.opening import Special, keep
from shop.stores.service import change_store, open_store

LABELLED, LABELS_AGO = "kien-thuy", timedelta(days=10)
TET = (date(2027, 2, 5), date(2027, 2, 9))


def dress_shelves(shops: Shops, today: date) -> None:
    """What makes stores and labels visible at their desks."""
    _open_stall(shops, today)
    store = shops.stores[LABELLED]
    away = keep([Special(*TET, (), "Tết Nguyên đán"), *_stocktaking(today)])
    change_store(store.id, store.version, SYSTEM, special=away, phone="+842253000000")
    here = select(Lot.sku_id).join(StockLevel, StockLevel.lot_id == Lot.id).join(Place, Place.id == StockLevel.place_id)
    packs = list(db.session.scalars(here.where(Place.store_id == store.id).distinct().order_by(Lot.sku_id)))
    with travel(at(today - LABELS_AGO)):
        print_shelf(store, dict.fromkeys(packs[:MOST_COPIES], 1), SYSTEM, has_price=True)
    judge(None, now())


def _open_stall(shops: Shops, today: date) -> None:
    """A stall for a fortnight, run by the centre's seller, without goods as yet."""
    centre = shops.stores["trung-tam"]
    open_store(
        SYSTEM, code="gian-hoi-cho", name="Gian OCOP Hải Phòng ở hội chợ (minh hoạ)", kind="stall",
        seller_id=centre.seller_id, area_id=centre.area_id, address="Khu A, gian 12 (địa chỉ minh hoạ)",
        hours=TOWN_HOURS, lat=centre.lat, lng=centre.lng, has_pickup=False, has_delivery=False,
        opens_on=today - timedelta(days=2), ends_on=today + timedelta(days=12),
    )  # fmt: skip


def _stocktaking(today: date) -> list[Special]:
    """Next Sunday the store opens late."""
    sunday = today + timedelta(days=(6 - today.weekday()) or 7)
    near = abs((sunday - TET[0]).days) < 10
    return [] if near else [Special(sunday, sunday, (("13:30", "18:30"),), "Sáng kiểm kê")]
