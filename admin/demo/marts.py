"""Sellers, a mart for each district of the first tree, and what was delivered to them."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from admin.demo.goods import at
from admin.demo.sample import DATA, OLD_DAY
from catalog.areas.queries import get_area
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import offers
from core.accounts.actor import SYSTEM
from core.clock import local_day, now, travel
from core.db import db
from shop.inventory.service import Delivered, receive
from shop.stores.models import Seller, Store
from shop.stores.service import open_store, register_seller

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TOWN_HOURS = {day: [["07:30", "20:30"]] for day in _WEEKDAYS}
COUNTRY_HOURS = {day: [["07:00", "11:30"], ["13:30", "18:30"]] for day in _WEEKDAYS}
ISLANDS = ("cat-hai", "bach-long-vi")
#: Stores that send orders out, and how many kinds of goods each store takes (the others: FEW).
DELIVERING = ("trung-tam", "kien-thuy")
MANY = {"trung-tam": 50, "kien-thuy": 32}
FEW = 9
#: Goods that keep shorter than this many days come weekly, with the last delivery only.
SHORT = 40


@dataclass(frozen=True)
class Shops:
    """The stores by code, and the seller of booths."""

    stores: dict[str, Store]
    fair_seller: Seller


def open_marts(today: date) -> Shops:
    """Three sellers, fifteen marts and the centre, all opened a quarter of a year ago."""
    with travel(at(today - timedelta(days=90))):
        town = _seller("ocop-hai-phong", "Công ty OCOP Mart Hải Phòng (minh hoạ)", "0201999998", "credit")
        country = _seller("htx-ocop", "Liên hiệp HTX OCOP Hải Phòng (minh hoạ)", "0202999993", "direct")
        fairs = _seller("xuc-tien", "Trung tâm Xúc tiến OCOP (minh hoạ)", "0203999999", "credit")
        with (DATA / "stores.csv").open(encoding="utf-8", newline="") as lines:
            stores = {row["code"]: _store(row, town, country, today) for row in csv.DictReader(lines)}
    return Shops(stores, fairs)


def deliver(stores: Sequence[Store], day: date, dice: random.Random, *, is_weekly: bool) -> None:
    """A delivery to each store on a day: what keeps long, or with is_weekly also what keeps short."""
    with travel(at(day, 7, 30)):
        on = local_day(now())
        packs = list(db.session.scalars(select(Sku).join(Listing).where(Sku.is_active).order_by(Sku.id)))
        sellable = offers([sku.id for sku in packs], on)
        fit = [sku for sku in packs if sku.id in sellable and (is_weekly or (sku.shelf_days or 999) > SHORT)]
        for store in stores:
            kinds = min(MANY.get(store.code, FEW), len(fit))
            lines = [delivered(sku, on, dice) for sku in dice.sample(fit, kinds // 2 if is_weekly else kinds)]
            receive(store, lines, SYSTEM, delivery_note=f"PGH-{on:%y%m%d}-{store.code}"[:60])


def delivered(sku: Sku, on: date, dice: random.Random) -> Delivered:
    """One line: made some days ago, kept as long as the producer says."""
    age = dice.randint(1, 4) if (sku.shelf_days or 999) <= SHORT else dice.randint(5, 45)
    made_on = on - timedelta(days=age)
    quantity = dice.randint(15, 40) * 1000 if sku.unit == "gram" else dice.randint(12, 60)
    is_consigned = dice.random() < 0.5
    return Delivered(
        sku=sku.code,
        number=f"L{made_on:%y%m%d}-{sku.code}",
        quantity=quantity,
        made_on=made_on,
        expires_on=made_on + timedelta(days=sku.shelf_days) if sku.shelf_days else None,
        is_consigned=is_consigned,
        unit_cost_vnd=sku.price_vnd * 75 // 100,
        commission_bp=2000 if is_consigned else 0,
        place="shelf" if dice.random() < 0.8 else "back",
    )


def _seller(code: str, name: str, tax_code: str, vat_method: str) -> Seller:
    return register_seller(
        SYSTEM,
        code=code,
        name=name,
        tax_code=tax_code,
        vat_method=vat_method,
        bank_bin="970436",
        bank_account="0000000000",
        bank_holder="OCOP MART MINH HOA",
        invoice_series="C26MMH",
    )


def _store(row: dict[str, str], town: Seller, country: Seller, today: date) -> Store:
    commune = get_area(row["commune_code"], today)
    is_town = commune.name.startswith("Phường")
    is_centre = not row["district_code"]
    return open_store(
        SYSTEM,
        code=row["code"],
        name=row["name"] if is_centre else f"OCOP Mart {row['name']}",
        kind="centre" if is_centre else "mart",
        seller_id=(town if is_town else country).id,
        area_id=commune.id,
        serves_area_id=None if is_centre else get_area(row["district_code"], OLD_DAY).id,
        address="Số 1, đường Trung tâm (địa chỉ minh hoạ)",
        hours=TOWN_HOURS if is_town else COUNTRY_HOURS,
        lat=float(row["lat"]),
        lng=float(row["lng"]),
        has_pickup=True,
        has_delivery=row["code"] in DELIVERING,
    )
