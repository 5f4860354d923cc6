"""The desks of settlements and the producers' own pages: two persons, foreign ones, files that add up."""

import csv
import io
from datetime import date
from types import ModuleType

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from shop.settlements.models import Settlement, SettlementAdjustment, SettlementPayee
from tests.admin.conftest import Staff
from tests.shop.settlements.stage import BANK, Stage, at
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both
DESK = "/quan-ly"


@pytest.fixture
def stage(make: ModuleType, clock: Clock) -> Stage:
    clock.on(date(2026, 9, 10))
    found = Stage(make)
    lot = found.lot(found.sku(33_333), 1_333)
    order = found.order([(lot, 3)], 33_333)
    found.give_back(order, [(lot, 1)], 33_333)
    clock.on(date(2026, 10, 3))
    return found


def test_a_month_by_its_pages(staff: Staff, stage: Stage, session: Session) -> None:
    office, store = staff("admin"), staff("store_manager", ("store", stage.store.code))
    list_url, url = f"{DESK}/quyet-toan?seller={stage.seller}", f"{DESK}/quyet-toan/{stage.seller}/2026-09"
    assert url in office.get(list_url).text
    preview = office.get(f"{url}/{stage.producer.code}")
    assert preview.status_code == 200 and "chưa chốt" in preview.text and "57.780" in preview.text
    assert office.get(f"{url}/{stage.producer.code}/tai-ve.pdf").data.startswith(b"%PDF")
    assert store.post(f"{url}/close").status_code == 403
    assert office.post(f"{url}/close", url).status_code == 303
    row = session.query(Settlement).one()
    assert row.total_vnd == 57_780
    statement = f"{DESK}/bang-quyet-toan/{row.code}"
    alone = office.post(f"{url}/approve", url)
    assert alone.status_code == 409
    assert "Người chốt không tự duyệt" in office.get(url).text
    assert office.post(f"{statement}/paid", statement, reference="FT1").status_code == 409
    assert store.post(f"{url}/approve", url).status_code == 303
    assert office.post(f"{statement}/paid", statement, reference="").status_code == 422
    assert office.post(f"{statement}/carry", statement, note="").status_code == 422
    assert office.post(f"{statement}/nothing").status_code == 404
    assert office.post(f"{statement}/paid", statement, reference="FT1").status_code == 303
    assert "FT1" in office.get(statement).text and "Đã trả" in office.get(list_url).text
    auditor = staff("auditor")
    assert [auditor.get(statement).status_code, auditor.post(f"{url}/close").status_code] == [200, 403]
    foreign = staff("store_manager", ("store", stage.make.store().code))
    assert [foreign.get(one).status_code for one in (url, statement, list_url)] == [404, 404, 404]
    assert office.get(f"{DESK}/quyet-toan/{stage.seller}/2026-99").status_code == 404


def test_files_add_up_to_the_dong(staff: Staff, stage: Stage, session: Session) -> None:
    stage.ring_up([(stage.lot(stage.sku(33_334), 1_777), 7)], 33_334, 13, decided_at=at(date(2026, 9, 30)))
    stage.close("2026-09")
    row = session.query(Settlement).one()
    office, base = staff("admin"), f"{DESK}/bang-quyet-toan/{row.code}/tai-ve"
    sheet = load_workbook(io.BytesIO(office.get(f"{base}.xlsx").data)).active
    assert sheet is not None
    cells = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    assert sum(line[11] for line in cells[:-1]) == cells[-1][11] == row.total_vnd
    assert sum(line[8] for line in cells[:-1]) == row.sales_vnd - row.returns_vnd
    assert sum(line[10] for line in cells[:-1]) == row.commission_vnd
    lines = list(csv.reader(io.StringIO(office.get(f"{base}.csv").data.decode("utf-8-sig"))))
    assert lines[-1][11] == str(row.total_vnd) and len(lines) == len(cells) + 1
    assert office.get(f"{base}.pdf").data.startswith(b"%PDF")
    assert office.get(f"{base}.doc").status_code == 404


def test_producers_see_theirs_only(staff: Staff, stage: Stage, session: Session) -> None:
    mine, base = staff("producer", ("producer", stage.producer.code)), f"{DESK}/san-xuat/duoc-tra"
    assert "57.780" in mine.get(base).text  # owed, before the month is closed
    stage.close("2026-09")
    row = session.query(Settlement).one()
    assert "Có dòng chưa khớp?" in mine.get(f"{base}/{row.code}").text
    assert row.code in mine.get(f"{base}/{row.code}").text and "Tháng 9/2026" in mine.get(base).text
    assert mine.get(f"{base}/{row.code}/tai-ve.pdf").status_code == 200
    assert mine.get(f"{base}/{row.code}/tai-ve.xlsx").status_code == 200
    other = staff("producer", ("producer", stage.make.producer("Khác").code))
    assert row.code not in other.get(base).text
    assert [other.get(f"{base}/{row.code}{end}").status_code for end in ("", "/tai-ve.pdf")] == [404, 404]
    assert mine.get(f"{DESK}/quyet-toan").status_code == 403


def test_a_fee_and_an_account_by_their_pages(staff: Staff, stage: Stage, session: Session) -> None:
    office, store = staff("admin"), staff("store_manager", ("store", stage.store.code))
    url = f"{DESK}/khoan-dieu-chinh"
    asked = {"seller": stage.seller, "producer": stage.producer.code, "kind": "fee", "sign": "against"}
    assert office.post(url, url, **asked, amount="0", words="Phí trưng bày").status_code == 422
    short = office.post(url, url, **asked, amount="50.000", words="x")
    assert short.status_code == 422 and 'value="50.000"' in short.text
    assert office.post(url, url, **asked, amount="50.000", words="Phí <b>trưng bày").status_code == 303
    fee = session.query(SettlementAdjustment).one()
    assert fee.amount_vnd == -50_000 and "Phí &lt;b&gt;trưng bày" in store.get(url).text
    assert office.post(f"{url}/{fee.code}/yes", url).status_code == 409
    assert store.post(f"{url}/{fee.code}/yes", url).status_code == 303
    assert store.post(f"{url}/{fee.code}/no", url).status_code == 409
    url = f"{DESK}/tai-khoan-chu-the"
    named = {"producer": stage.producer.code, "vat_method": "direct", "way": "bank"}
    assert office.post(url, url, **named, bank=BANK[0], account="1", holder=BANK[2]).status_code == 422
    assert office.post(url, url, **named, bank=BANK[0], account=BANK[1], holder="Hợp tác xã").status_code == 303
    again = office.post(url, url, **named | {"way": "cash"})
    assert again.status_code == 409
    payee = session.query(SettlementPayee).one()
    assert (payee.account, payee.holder) == (BANK[1], "HOP TAC XA")
    assert BANK[1] in store.get(url).text  # whoever confirms reads the whole number
    assert office.post(f"{url}/{payee.id}/yes", url).status_code == 409
    assert store.post(f"{url}/{payee.id}/yes", url).status_code == 303
    assert BANK[1] not in store.get(url).text
    assert store.post(f"{url}/999999/yes", url).status_code == 404
