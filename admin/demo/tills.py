"""A till of the demonstration's store: PINs, yesterday's shift with its Z report, and a sale that waits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from admin.demo.people import MART, People
from core.accounts.actor import Actor, Scope
from core.clock import now, travel
from core.db import db
from shop.carts.rules import line_total
from shop.inventory.queries import Offered, list_offered
from shop.stores.queries import get_store
from shop.tills import pins, returning, selling, shifts
from shop.tills.asked import read_sale
from shop.tills.devices import register_till
from shop.tills.exceptions import keep_for_decision
from shop.tills.here import Here, here
from shop.tills.models import Till, TillSale
from shop.tills.refusals import LineLapsed
from shop.tills.rules import cash_rounding
from shop.tills.schemas import SaleIn
from shop.tills.settings import set_settings

#: Known to everybody, as the password is: on this machine only.
PINS = {"manager": "975310", "cashier": "246813"}
FLOAT_VND = 500_000


def open_tills(people: People, at: datetime) -> None:
    """PINs of manager and cashier, a till with yesterday's shift, and one sale of it that a person must decide."""
    store, yesterday = get_store(MART), at - timedelta(days=1)
    manager = people.acting("manager", "store_manager", Scope("store", MART))
    cashier = people.acting("cashier", "cashier", Scope("store", MART))
    with travel(yesterday):
        for person, name in ((manager, "manager"), (cashier, "cashier")):
            pins.set_pin(person, PINS[name])
        till = register_till(store, "Quầy 1 (minh hoạ)", manager).till
        goods = [one for one in list_offered(store.id, now(), is_adult=False) if one.available >= 6][:8]
        favourites = [one.sku for one in goods]
        set_settings(store, 0, manager, favourites, cashier_discount_bp=500, manager_discount_bp=5000)
        if len(goods) >= 4:
            _trade(till, goods, cashier)


def _trade(till: Till, goods: list[Offered], cashier: Actor) -> None:
    """Three sales, one return, a pay-out, a sale that waits, and a count that lacks five thousand."""
    place, shift = here(till), shifts.open_shift(till, FLOAT_VND, cashier)
    first = _sell(place, shift.code, goods[:2], cashier)
    _sell(place, shift.code, goods[1:4], cashier, way="card", reference="000417")
    _sell(place, shift.code, goods[3:4], cashier)
    _return(till, place, first, cashier)
    shifts.move_cash(till, shift.code, "pay_out", 50_000, "mua túi giấy (minh hoạ)", cashier)
    keep_for_decision(place, read_sale(_body(shift.code, goods[2:3], is_offline=True)), cashier, LineLapsed(lines=[]))
    expected = int(shifts.report(shifts.get_shift(shift.code))["expected"])
    pieces = {500_000: (expected - 5_000) // 500_000, 1_000: (expected - 5_000) % 500_000 // 1_000}
    shifts.close_shift(till, shift.code, shifts.Counted(pieces, "thiếu 5.000 ₫, đã báo quản lý (minh hoạ)"), cashier)


def _sell(
    place: Here, shift: str, goods: list[Offered], cashier: Actor, *, way: str = "cash", reference: str | None = None
) -> str:  # fmt: skip
    """One sale; answers the id that the till gave it."""
    body = _body(shift, goods, way=way, reference=reference)
    selling.sell(place, read_sale(body), cashier)
    return str(body["uuid"])


def _body(
    shift: str, goods: list[Offered], *, way: str = "cash", reference: str | None = None, is_offline: bool = False
) -> dict[str, Any]:  # fmt: skip
    """One of each, as the till sends it. Goods by weight: 500 g."""
    units = [500 if one.unit == "gram" else 1 for one in goods]
    net = sum(line_total(one.offer.price_vnd, n, one.unit) for one, n in zip(goods, units, strict=True))
    rounding = cash_rounding(net, 1_000) if way == "cash" else 0
    body = {
        "uuid": str(uuid4()), "shift": shift, "sold_at": now().isoformat(), "is_offline": is_offline,
        "lines": [
            {"sku": one.sku, "quantity": n, "unit_price": one.offer.price_vnd}
            for one, n in zip(goods, units, strict=True)
        ],
        "rounding": rounding, "total": net + rounding,
        "tenders": [{"way": way, "amount": net + rounding, "reference": reference}],
    }  # fmt: skip
    return dict(SaleIn().load(body))  # type: ignore[arg-type]


def _return(till: Till, place: Here, uuid: str, cashier: Actor) -> None:
    """The buyer brings the first piece back."""
    code = db.session.scalars(select(TillSale.code).where(TillSale.uuid == uuid)).one()
    lines = [{"position": 1, "quantity": 1, "to": "shelf"}]
    total = returning.quote(till, {"sale": code, "lines": lines, "is_cash": True})["total"]
    body = {
        "uuid": str(uuid4()), "sale": code, "lines": lines, "approvals": [],
        "tenders": [{"way": "cash", "amount": total, "reference": None}],
    }  # fmt: skip
    returning.take_back(place, body, "demo", cashier)
