"""The desk of recalls: open, take off, call, files without formulas, close."""

import csv
import io
from types import ModuleType

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.worker import run_pending
from shop.inventory.models import Lot
from shop.orders.models import ShipmentLot
from tests.admin.conftest import Staff
from tests.shop.returns.bought import bought

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both
DESK = "/quan-ly/thu-hoi-hang"


def test_from_the_alarm_to_the_end(staff: Staff, make: ModuleType, session: Session) -> None:
    order = bought(make)
    lot = session.get_one(Lot, session.scalars(select(ShipmentLot.lot_id)).one())
    keeper, auditor = staff("store_manager", ("store", order.store.code)), staff("auditor")
    form = f"{DESK}/moi"
    assert keeper.post(form, basis="lot", lot="LO-NOBODY", reason="Kiểm nghiệm").status_code == 404
    assert keeper.post(form, basis="lot", lot=lot.code, reason="").status_code == 422
    assert auditor.get(form).status_code == 403
    opened = keeper.post(form, basis="lot", lot=lot.code, reason="=1+1 không đạt", first="", product="")
    assert opened.status_code == 303
    page = opened.headers["Location"]
    while run_pending():
        pass
    shown = keeper.get(page).text
    assert [words in shown for words in (order.number, "0912 345 678", 'value="47"', lot.code)] == [True] * 4
    assert "0912 345 678" not in auditor.get(page).text
    assert "0912 *** 678" in auditor.get(page).text
    assert keeper.get(f"/quan-ly/cua-hang/{order.store.code}/thu-hoi").headers["Location"] == page
    rows = list(csv.reader(io.StringIO(keeper.get(f"{page}/nguoi-mua.csv").data.decode("utf-8-sig"))))
    assert (rows[1][0], rows[1][5]) == (order.number, "'+84912345678")
    sheet = load_workbook(io.BytesIO(keeper.get(f"{page}/nguoi-mua.xlsx").data)).active
    assert sheet is not None
    assert sheet.max_row == 2
    assert [auditor.get(f"{page}/nguoi-mua.csv").status_code, keeper.get(f"{page}/nguoi-mua.exe").status_code] == [
        403, 404,
    ]  # fmt: skip
    store = f"{page}/cua-hang/{order.store.code}"
    assert keeper.get(f"{store}/phieu.pdf").status_code == 404
    assert keeper.post(store, page, **{f"units-{lot.code}-shelf": "x"}).status_code == 422
    assert keeper.post(store, page, **{f"units-{lot.code}-shelf": "48"}).status_code == 409
    assert keeper.post(f"{page}/ket-thuc", page).status_code == 409
    assert keeper.post(store, page, **{f"units-{lot.code}-shelf": "47"}).status_code == 303
    assert keeper.get(f"{store}/phieu.pdf").data.startswith(b"%PDF")
    call = f"{page}/nguoi-mua/order/{order.number}"
    assert keeper.post(call, page, note="=cmd").status_code == 303
    assert keeper.post(f"{page}/ket-thuc", page).status_code == 303
    other = staff("store_manager", ("store", make.store().code))
    assert other.post(call, page, note="").status_code == 404
    assert order.number not in other.get(page).text
