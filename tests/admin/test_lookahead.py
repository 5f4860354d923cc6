import csv
import io
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event
from sqlalchemy.orm import Session

from admin.exports import Column, Table, as_csv, as_xlsx
from admin.lookahead.queries import Sight, list_ahead
from admin.lookahead.rules import Filters, Line, blocked_ahead, by_month, chosen, horizon, months_from
from catalog.certificates.models import Certificate
from catalog.certificates.rules import Term
from catalog.listings.models import Listing
from catalog.renewals.queries import Renewal
from catalog.renewals.rules import Stage, window_of
from core.db import db
from tests.admin.conftest import Staff
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
URL = "/quan-ly/sap-het-han"


def line(days: int, stage: Stage = Stage.LATE, **more: Any) -> Line:
    ends = TODAY + days * DAY
    term = Term(1, 4, ends - 1000 * DAY, ends, ends - 1000 * DAY)
    facts = {
        "code": f"CN-{days}", "product_id": 1, "product": "Mật ong", "producer": "HTX", "producer_code": "CT-1",
        "area": "Xã A", "area_code": "90001", "stars": 4, "ends_on": ends, "days_left": days, "stock": {7: 100_000},
        "orders_vnd": 20_000, "booths_vnd": 3_000, "renewal": Renewal(term, stage, window_of(ends), (), None),
    }  # fmt: skip
    return Line(**{**facts, **more})


def test_months_and_the_horizon() -> None:
    assert months_from(TODAY)[0] == date(2026, 11, 1)
    assert months_from(TODAY)[-1] == date(2027, 10, 1)
    assert horizon(TODAY) == date(2027, 10, 31)
    assert horizon(date(2026, 1, 31)) == date(2026, 12, 31)


def test_sums_leave_out_what_is_renewed() -> None:
    lines = [line(0), line(6), line(8, Stage.RENEWED), line(40)]
    assert [one.risk_vnd for one in lines] == [123_000, 123_000, 0, 123_000]
    assert [(one.key, one.lapses, one.risk_vnd) for one in by_month(lines, TODAY)][:3] == [
        ("2026-11", 2, 246_000), ("2026-12", 0, 0), ("2027-01", 1, 123_000),
    ]  # fmt: skip
    assert blocked_ahead(lines) == {1: 100_000, 7: 200_000, 30: 200_000, 60: 300_000}


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (Filters(), 2), (Filters(area="90001"), 1), (Filters(store=7), 2), (Filters(store=8), 0),
        (Filters(producer="CT-1"), 2), (Filters(stars=5), 0), (Filters(stage="late"), 1),
        (Filters(month="2026-12"), 1), (Filters(month="never"), 0),
    ],
)  # fmt: skip
def test_filters(asked: Filters, left: int) -> None:
    assert len(chosen([line(1), line(20, Stage.FILED, area_code="90002")], asked)) == left


def ending(make: ModuleType, days: int, name: str, *, store: Any = None, units: int = 0) -> Certificate:
    product = make.product(name)
    one = make.certificate(product, valid_from=TODAY - 500 * DAY, valid_until=TODAY + days * DAY)
    sku = make.pack_of(make.listing(product))
    if store is not None:
        make.lot(sku, store, on_shelf=units)
    return one


@pytest.mark.on("sqlite")
def test_the_desk_shows_each_reader_his_own(staff: Staff, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    here, there = make.store("kien-thuy"), make.store("an-lao")
    honey = ending(make, 20, "Mật ong Cát Bà", store=here, units=10)
    ending(make, 50, "Trà hoa cúc", store=there, units=2)
    ending(make, 400, "Nước mắm Cát Hải")
    shown = {
        "certifier": staff("certifier"), "auditor": staff("auditor"), "admin": staff("admin"),
        "manager": staff("store_manager", ("store", "kien-thuy")),
        "producer": staff("producer", ("producer", honey.product.producer.code)),
    }  # fmt: skip
    for who, browser in shown.items():
        text = browser.get(URL).text
        assert "Mật ong Cát Bà" in text
        assert "Nước mắm Cát Hải" not in text
        assert ("Trà hoa cúc" in text) == (who in ("certifier", "auditor", "admin")), who
        assert "1.200.000" in text
    for role, scope in (("cashier", ("store", "kien-thuy")), ("shopper", None), (None, None)):
        assert staff(role, scope).get(URL).status_code == 403
    kit = f"/quan-ly/gia-han/{honey.code}"
    assert kit in shown["producer"].get(URL).text
    assert kit not in shown["manager"].get(URL).text


def test_a_manager_sees_the_value_of_her_store_only(staff: Staff, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    here, there = make.store("kien-thuy"), make.store("an-lao")
    one = ending(make, 20, "Mật ong", store=here, units=10)
    make.lot(make.pack_of(db.session.query(Listing).one()), there, on_shelf=5)
    (own,) = list_ahead(TODAY, horizon(TODAY), Sight(False, frozenset(), frozenset({here.id})))
    (every,) = list_ahead(TODAY, horizon(TODAY), Sight(True))
    (made,) = list_ahead(TODAY, horizon(TODAY), Sight(False, frozenset({one.product.producer.code})))
    assert (own.stock_vnd, every.stock_vnd, made.stock_vnd) == (1_200_000, 1_800_000, 1_800_000)
    assert list_ahead(TODAY, horizon(TODAY), Sight(False)) == []


def test_goods_by_weight_cost_by_the_kilogram(make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    listing = make.listing(unit="gram", price_vnd=200_000, valid_until=TODAY + 30 * DAY)
    make.lot(make.pack_of(listing), on_shelf=1500)
    (one,) = list_ahead(TODAY, horizon(TODAY), Sight(True))
    assert one.stock_vnd == 300_000


def test_the_number_of_queries_does_not_grow(staff: Staff, make: ModuleType, clock: Clock, session: Session) -> None:
    clock.on(TODAY)
    auditor, store = staff("auditor"), make.store("kien-thuy")
    counts: list[int] = []
    for number in (1, 8):
        for n in range(number):
            ending(make, 20 + n, f"Sản phẩm {number} {n}", store=store, units=1)
        session.expire_all()
        counts.append(_queries(lambda: auditor.get(URL)))
    assert counts[0] == counts[1]


def _queries(act: Any) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.on("sqlite")
def test_empty_desks_say_what_to_do(staff: Staff, clock: Clock) -> None:
    clock.on(TODAY)
    auditor = staff("auditor")
    assert "Mười hai tháng tới không có gì hết hạn" in auditor.get(URL).text
    assert "Thử bỏ bớt bộ lọc" in auditor.get(f"{URL}?stars=5").text
    for nonsense in ("?stars=x&store=zz&area=<b>&month=13&page=-1", "?stage=zzz"):
        assert auditor.get(URL + nonsense).status_code == 200


@pytest.mark.on("sqlite")
def test_files_keep_the_filters(staff: Staff, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    ending(make, 20, "Mật ong Cát Bà")
    ending(make, 60, '=HYPERLINK("http://x","Trà")')
    auditor = staff("auditor")
    answer = auditor.get(f"{URL}/tai-ve?format=csv&month=2027-01")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sap-het-han-20261122.csv"'
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Sản phẩm", """'=HYPERLINK("http://x","Trà")"""]
    sheet = load_workbook(io.BytesIO(auditor.get(f"{URL}/tai-ve?format=xlsx").data)).active
    assert sheet is not None
    assert sheet.max_row == 3
    assert sheet["A3"].data_type == "s"
    assert sheet["F2"].is_date
    for bad in ("pdf", ""):
        assert auditor.get(f"{URL}/tai-ve?format={bad}").status_code == 404


BAD = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", "  =1", "\u00a0=1", "'=1"]


@pytest.mark.parametrize("text", BAD)
def test_no_cell_is_a_formula(text: str) -> None:
    table = Table("t", "T", [Column("a", "A"), Column("b", "B", "whole")], [{"a": text, "b": -5}])
    (_head, row) = csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline=""))
    assert row == ["'" + text, "-5"]
    sheet = load_workbook(io.BytesIO(as_xlsx(table))).active
    assert sheet is not None
    assert (sheet["A2"].data_type, sheet["B2"].data_type, sheet["B2"].value) == ("s", "n", -5)
    assert str(sheet["A2"].value).startswith("'")


@pytest.mark.parametrize("text", ["Mật ong", "a=b", "5 - 3", 'nói "vậy"', "hai\ndòng", ""])
def test_plain_text_comes_back_as_it_was(text: str) -> None:
    table = Table("t", "T", [Column("a", "A")], [{"a": text}])
    (_head, row) = csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline=""))
    assert row == [text]
