"""Sales made without the network: booked once when they can be, else kept for a person with what left the shelf."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from catalog.listings.models import Sku
from catalog.listings.prices import reprice_now
from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import db, transaction
from shop.inventory import holds
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import Ground, LotState
from shop.inventory.service import settle_stars
from shop.tills import deciding, shifts
from shop.tills.deciding import GoesBack
from shop.tills.models import TillException, TillSale
from shop.tills.refusals import ExceptionDecided, NotLawful
from tests.shop.tills.conftest import Counter, healthy
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")


def on_hand(lot_id: int) -> int:
    db.session.expire_all()
    return db.session.query(StockLevel).filter_by(lot_id=lot_id).one().on_hand


def the_list(counter: Counter) -> dict[str, object]:
    told = counter.get("/api/v1/till/list")
    assert told.status_code == 200
    return told.json


def test_an_offline_sale_is_booked_when_it_comes(counter: Counter) -> None:
    honey, lot = counter.goods()
    body = counter.body(counter.line(honey), is_offline=True, cashier=counter.manager.id)
    told = counter.send(body)
    assert told.status_code == 201, told.json
    assert (told.json["is_offline"], on_hand(lot.id)) == (True, 9)
    assert told.json["cashier"] == "Lan"  # the manager never signed in here by PIN
    assert counter.send(body).data == told.data


def read_as_manager(counter: Counter) -> dict[str, Any]:
    """The report of the open shift with what its drawer should hold, which a cashier is not told."""
    shift, boss = shifts.get_shift(counter.shift.code), counter.actor("store_manager")
    return shifts.report_for(shift, boss)


def test_a_sale_received_after_the_lapse_waits_and_its_goods_are_gone(counter: Counter, clock: Clock) -> None:
    honey, lot = counter.goods(valid_until=today())
    sold_at = now()
    body = counter.body(counter.line(honey, 2), is_offline=True, list=the_list(counter)["token"])
    clock.set(sold_at + timedelta(days=1))
    settle_stars([lot.product_id], today())
    refused = counter.send({**body, "is_offline": False})
    assert (refused.status_code, refused.json["code"]) == (409, "certificate.lapsed")
    told = counter.send(body)
    assert told.status_code == 202, told.json
    assert (told.json["state"], told.json["exception"]["kind"]) == ("waiting", "lapsed")
    assert counter.send(body).data == told.data
    assert on_hand(lot.id) == 8
    assert db.session.query(TillSale).count() == 0
    healthy()
    report = read_as_manager(counter)
    assert (report["expected"], report["exceptions_cash"], report["sales_total"]) == (740_000, 240_000, 0)
    boss = counter.actor("store_manager")
    code = deciding.accept(told.json["exception"]["code"], boss, "Bán trong ngày còn hiệu lực")
    sale = db.session.query(TillSale).filter_by(code=code).one()
    assert (sale.decided_on, sale.received_at > sale.decided_at) == (today() - timedelta(days=1), True)
    assert sale.lines[0].lots[0].lot_id == lot.id and on_hand(lot.id) == 8
    healthy()
    assert read_as_manager(counter)["expected"] == 740_000
    with pytest.raises(ExceptionDecided):
        deciding.write_off(told.json["exception"]["code"], boss, "x")
    assert counter.send(body).data == told.data


def test_what_no_certificate_covered_that_day_never_becomes_a_sale(counter: Counter) -> None:
    gone, lot = counter.goods(valid_until=today() - timedelta(days=2))
    told = counter.sell(counter.line(gone), is_offline=True)
    assert (told.status_code, told.json["exception"]["kind"]) == (202, "lapsed")
    code, boss = told.json["exception"]["code"], counter.actor("store_manager")
    with pytest.raises(NotLawful):
        deciding.accept(code, boss)
    deciding.give_back(code, boss, GoesBack("shelf", counter.shift.code), "Khách trả lại")
    assert on_hand(lot.id) == 10
    report = read_as_manager(counter)
    assert (report["expected"], report["pay_out"]) == (500_000, 120_000)
    healthy()


def test_what_the_ledger_lacks_waits_until_it_is_counted(counter: Counter, make: ModuleType) -> None:
    honey, lot = counter.goods(on_shelf=3)
    holds.hold(counter.store.id, {honey.id: 2}, "ord:DH-TEST0003", None, now())
    told = counter.sell(counter.line(honey, 2), is_offline=True)
    assert (told.status_code, told.json["exception"]["kind"]) == (202, "stock")
    assert on_hand(lot.id) == 2  # what online orders hold stays theirs
    code, boss = told.json["exception"]["code"], counter.actor("store_manager")
    from shop.inventory.refusals import OutOfStock

    with pytest.raises(OutOfStock):
        deciding.accept(code, boss)
    found = make.lot(honey, counter.store, on_shelf=1)
    deciding.accept(code, boss)
    assert on_hand(found.id) == 0
    healthy()


def test_a_blocked_lot_that_was_sold_offline_leaves_the_ledger(counter: Counter) -> None:
    honey, lot = counter.goods()
    with transaction():
        row = db.session.get_one(Lot, lot.id)
        row.state, row.ground = LotState.BLOCKED, Ground.QUALITY
    told = counter.sell(counter.line(honey, lot=lot.code), is_offline=True)
    assert (told.status_code, told.json["exception"]["kind"]) == (202, "unfit")
    assert on_hand(lot.id) == 9
    deciding.write_off(told.json["exception"]["code"], counter.actor("store_manager"), "Đã gọi khách")
    assert db.session.query(TillException).one().outcome == "loss"
    healthy()


def test_a_sale_that_comes_after_the_z_report_changes_no_report(counter: Counter) -> None:
    honey, _lot = counter.goods()
    body = counter.body(counter.line(honey), is_offline=True)
    path = f"/api/v1/till/shifts/{counter.shift.code}"
    z = counter.post(f"{path}/closing", {"counted": {"500000": 1, "100000": 1, "20000": 1}}).json
    assert z["difference"] == 120_000
    told = counter.send(body)
    assert (told.status_code, told.json["exception"]["kind"]) == (202, "shift")
    assert counter.get(f"{path}/report").json == z
    deciding.accept(told.json["exception"]["code"], counter.actor("store_manager"))
    assert counter.get(f"{path}/report").json == z
    healthy()


def test_a_clock_that_is_far_off_needs_a_person(counter: Counter) -> None:
    honey, _lot = counter.goods()
    late = counter.sell(counter.line(honey), is_offline=True, sold_at=(now() + timedelta(hours=2)).isoformat())
    assert (late.status_code, late.json["exception"]["why"]["code"]) == (202, "till.clock")
    early = counter.sell(counter.line(honey), is_offline=True, sold_at=(now() - timedelta(days=2)).isoformat())
    assert early.status_code == 202


def test_a_printed_price_stands_while_its_list_is_good(counter: Counter, clock: Clock) -> None:
    honey, _lot = counter.goods(price=120_000)
    clock.set(now())
    token = the_list(counter)["token"]
    line = counter.line(honey)
    clock.forward(minutes=5)
    with transaction():
        reprice_now(SYSTEM, db.session.get_one(Sku, honey.id), 150_000, now())
    without = counter.sell(line)
    assert (without.status_code, without.json["code"], without.json["lines"][0]["price"]) == (
        409, "price.changed", 150_000
    )  # fmt: skip
    assert counter.sell(line, list=token).status_code == 201
    forged = counter.sell({**line, "unit_price": 1_000}, list=token)
    assert (forged.status_code, forged.json["code"]) == (409, "price.changed")
    body = counter.body(line, list=token, is_offline=True)
    clock.forward(hours=73)
    assert counter.sell(line, list=token).json["code"] == "price.changed"
    assert counter.send(body).status_code == 201  # sold while the list was good
    signed_by_nobody = counter.sell(line, list=token[:-3] + "abc")
    assert (signed_by_nobody.status_code, signed_by_nobody.json["code"]) == (422, "list.invalid")


@pytest.mark.on("sqlite")  # within one transaction PostgreSQL's feed tells its own changes again and again
def test_the_list_tells_what_may_be_sold_and_then_only_what_changed(counter: Counter, make: ModuleType) -> None:
    honey, lot = counter.goods(on_shelf=4)
    squid, _none = counter.goods(unit="gram", price=400_000, on_shelf=2_000)
    make.sku(valid_until=today() - timedelta(days=1))
    first = the_list(counter)
    items = {one["sku"]: one for one in first["items"]}
    assert (items[honey.code]["price"], items[honey.code]["available"]) == (120_000, 4)
    assert items[honey.code]["lots"] == [lot.code] and items[honey.code]["stars"] == 4
    assert items[squid.code]["barcodes"] == [f"2{squid.id:06d}"]
    assert len(items) == 2 and not first["is_delta"]
    none = counter.get("/api/v1/till/list", since=first["token"]).json
    assert (none["is_delta"], none["items"], none["gone"]) == (True, [], [])
    assert counter.sell(counter.line(honey, 3)).status_code == 201
    changed = counter.get("/api/v1/till/list", since=first["token"]).json
    assert [(one["sku"], one["available"]) for one in changed["items"]] == [(honey.code, 1)]
    with transaction():
        db.session.get_one(Sku, honey.id).is_active = False
    gone = counter.get("/api/v1/till/list", since=changed["token"]).json
    assert (gone["items"], gone["gone"]) == ([], [honey.code])


def test_nothing_new_is_told_by_a_304(counter: Counter) -> None:
    counter.goods()
    first = counter.get("/api/v1/till/list")
    again = counter.client.get("/api/v1/till/list", headers={**counter.headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
