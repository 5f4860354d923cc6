"""The desk of stocktakes: blind while people count, figures when it is closed, minutes as PDF."""

import re
from types import ModuleType
from uuid import uuid4

import pytest

from core.clock import now
from shop.counts.levels import Wanted
from shop.counts.rules import Part
from shop.counts.service import open_stocktake
from shop.inventory import holds
from tests.admin.conftest import Staff

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both


def entry(lot: str, quantity: str, **more: str) -> dict[str, str]:
    return {"uuid": str(uuid4()), "lot": lot, "place": "shelf", "quantity": quantity} | more


def test_from_the_shelf_to_the_minutes(staff: Staff, make: ModuleType) -> None:
    store = make.store()
    honey = make.lot(make.sku(name="Mật ong", price_vnd=100_000), store, on_shelf=7777)
    make.lot(make.sku(name="Trà", price_vnd=50_000), store, on_shelf=5)
    keeper, helper = (staff(role, ("store", store.code)) for role in ("store_manager", "cashier"))
    desk = f"/quan-ly/cua-hang/{store.code}/kiem-ke"
    assert desk in keeper.get(f"/quan-ly/cua-hang/{store.code}").text
    opened = keeper.post(desk, part="store", producer="", group="")
    assert opened.status_code == 303
    counting = opened.headers["Location"]
    page = counting.removesuffix("/dem")
    blind = helper.get(counting).text + helper.get(page).text
    assert "Mật ong" in blind
    assert "7.777" not in blind and "7777" not in blind, "the page never tells how much should be there"
    assert helper.get(f"{page}/bien-ban.pdf").status_code == 404
    assert helper.post(counting, **entry(honey.code, "-1")).status_code == 422
    assert helper.post(counting, **entry("LO-NOBODY", "1")).status_code == 404
    assert helper.post(counting, **entry(honey.code, "7000")).status_code == 303
    twice = helper.post(counting, **entry(honey.code, "776"))
    assert (twice.status_code, 'value="776"' in twice.text) == (409, True)
    assert helper.post(counting, **entry(honey.code, "776", mode="add")).status_code == 303
    assert helper.post(f"{page}/dong", page, missing="refuse").status_code == 409
    helper.post(f"{page}/dong", page, missing="leave")
    helper.post(f"{page}/dong", page, missing="leave")
    seen = keeper.get(page).text
    assert ("−1" in seen, "100.000" in seen) == (True, True)
    assert helper.post(f"{page}/duyet", page).status_code == 403
    assert keeper.post(f"{page}/duyet", page, version="1").status_code == 412
    version = re.search(r'name="version" value="(\d+)"', keeper.get(page).text)
    assert version is not None
    assert keeper.post(f"{page}/duyet", page, version=version[1]).status_code == 303
    assert "Đã duyệt" in keeper.get(page).text
    assert keeper.get(f"{page}/bien-ban.pdf").data.startswith(b"%PDF")
    other = staff("store_manager", ("store", make.store().code))
    assert [other.get(url).status_code for url in (desk, page, counting)] == [404] * 3


def test_touched_orders_are_named_with_links(staff: Staff, make: ModuleType) -> None:
    store = make.store()
    lot = make.lot(make.sku(name="Mật ong", price_vnd=10_000), store)
    holds.hold(store.id, {lot.sku_id: 9}, "ord:DH-TOUCHED", None, now())
    keeper = staff("store_manager", ("store", store.code))
    made = open_stocktake(store, Wanted(Part.STORE), make.actor("store_manager", ("store", store.code)))
    page = f"/quan-ly/cua-hang/{store.code}/kiem-ke/{made.code}"
    keeper.post(f"{page}/dem", **entry(lot.code, "8"))
    keeper.post(f"{page}/dong", page, missing="leave")
    keeper.post(f"{page}/dong", page, missing="leave")
    assert "/don-hang/DH-TOUCHED" in keeper.get(page).text
    version = re.search(r'name="version" value="(\d+)"', keeper.get(page).text)
    assert version is not None
    refused = keeper.post(f"{page}/duyet", page, version=version[1])
    assert (refused.status_code, "DH-TOUCHED" in refused.text) == (409, True)
    assert keeper.post(f"{page}/bo", page, reason="đếm lại sau").status_code == 303


def test_a_part_and_a_limit_are_read_well(staff: Staff, make: ModuleType) -> None:
    store = make.store()
    make.lot(store=store)
    keeper, admin = staff("store_manager", ("store", store.code)), staff("admin")
    desk = f"/quan-ly/cua-hang/{store.code}/kiem-ke"
    assert keeper.post(desk, part="producer").status_code == 422
    assert keeper.post(desk, part="store", place="back").status_code == 409
    assert keeper.post(f"{desk}/han-muc", desk, limit="1").status_code == 403
    assert admin.post(f"{desk}/han-muc", desk, limit="x").status_code == 303
    assert admin.post(f"{desk}/han-muc", desk, limit="900000").status_code == 303
    assert "900.000" in keeper.get(desk).text
