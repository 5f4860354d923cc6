"""Every list of a desk as CSV and XLSX: read out of its page, all pages of it, typed, and nothing that runs."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from types import ModuleType

import pytest
from flask import Flask
from openpyxl import load_workbook

from admin.exports import Column, Table, as_csv, as_xlsx
from admin.tables import Cell, tables_of, value_of
from tests.admin.conftest import Staff
from tests.support.sources import ROOT

PAGE = """
<h1>Kho</h1><h2>Hàng</h2>
<div><table class="table cards"><thead><tr><th>Tên</th><th class="num">Có</th><th>Ngày</th>
<th><span class="visually-hidden">Việc</span></th></tr></thead><tbody>
<tr><th scope="row"><a href="/x">Mật ong</a><br><span class="soft">SKU-1</span></th><td class="num">1.250</td>
<td>22/11/2026</td><td><form><button>Sửa</button></form></td></tr>
<tr><th>=cmd|' /C calc'!A0</th><td class="num">-5</td><td>–</td><td></td></tr>
<tr><th>Gạo</th><td class="num"><label>Số</label><input name="u" value="12"></td><td>31/02/2026</td><td></td></tr>
</tbody></table></div>
"""


def test_a_table_is_read_as_a_person_reads_it() -> None:
    (one,) = tables_of([PAGE])
    assert [cell.text for cell in one.heads] == ["Tên", "Có", "Ngày", ""]
    rows = [[value_of(cell) for cell in row[:3]] for row in one.rows]
    assert rows == [
        ["Mật ong · SKU-1", 1250, date(2026, 11, 22)], ["=cmd|' /C calc'!A0", -5, ""], ["Gạo", 12, "31/02/2026"],
    ]  # fmt: skip
    assert one.title == "Hàng"


def test_pages_of_a_list_are_one_and_lists_under_several_heads_say_whose_they_are() -> None:
    other = PAGE.replace("<h2>Hàng</h2>", "<h2>HTX Hai</h2>")
    (one,) = tables_of([PAGE, PAGE])
    assert (len(one.rows), len(one.heads)) == (6, 4)
    (both,) = tables_of([PAGE + other])
    assert (both.heads[0].text, both.rows[-1][0].text) == ("Danh sách", "HTX Hai")


@pytest.mark.parametrize(
    ("text", "is_figure", "value"),
    [
        ("1.250.000\u00a0₫", True, 1_250_000), ("−3", True, -3), ("1,5 kg", True, "1,5 kg"), ("0123", False, "0123"),
        ("75 %", True, "75 %"), ("1.25", True, "1.25"),
    ],
)  # fmt: skip
def test_figures_are_numbers_and_nothing_else_is(text: str, is_figure: bool, value: object) -> None:
    assert value_of(Cell([text], is_figure)) == value


HOSTILE = ["=1+1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "  =1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_runs_and_negative_numbers_stay_numbers(text: str) -> None:
    table = Table("x", "x", [Column("a", "A"), Column("b", "B", "whole")], [{"a": text, "b": -5}])
    found = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))
    assert found[1][0].startswith("'")
    assert found[1][1] == "-5"
    row = next(load_workbook(io.BytesIO(as_xlsx(table)))["x"].iter_rows(min_row=2))
    assert (row[0].data_type, str(row[0].value)[0], row[1].value, row[1].data_type) == ("s", "'", -5, "n")


def desk_lists(app: Flask) -> Iterator[str]:
    """The addresses of the desks' pages that need nothing to be named."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        if rule.endpoint.startswith("desk.") and "GET" in (rule.methods or ()) and not rule.arguments:
            yield rule.rule


def test_every_template_of_a_desk_with_a_table_stands_in_the_frame_that_offers_it() -> None:
    """The frame draws the links: a page of a desk that extends something else would have none."""
    desks = [*(ROOT / "admin").rglob("templates/**/*.html"), *(ROOT / "shop").glob("*/templates/desk*/*.html")]
    pages = [path for path in desks if not path.name.startswith("_") and "/_" not in str(path)]
    drawn = [path for path in pages if '<table class="table' in (text := path.read_text()) or "{{ table(" in text]
    assert len(drawn) > 40
    frame = re.compile(r'extends "(desk|producing/frame|fairs/desk_frame)\.html"')
    assert [path.name for path in drawn if not frame.search(path.read_text())] == []
    assert "files_of(drawn)" in (ROOT / "core/web/templates/desk.html").read_text()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_page_of_the_desks_with_a_table_offers_it(app: Flask, staff: Staff, make: ModuleType) -> None:
    make.lot()
    make.store()
    browser, without, offered = staff("admin"), list[str](), 0
    for address in desk_lists(app):
        page = browser.client.get(address)
        if page.status_code != 200 or page.mimetype != "text/html" or '<table class="table' not in page.text:
            continue
        if re.search(r"\.csv|format=csv", page.text):
            continue  # files of its own
        if "tai=csv" not in page.text or "tai=xlsx" not in page.text:
            without.append(address)
            continue
        offered += 1
        for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            file = browser.client.get(address, query_string={"tai": kind})
            assert file.status_code == 200, address
            assert file.data.startswith(begins), address
            assert "attachment" in file.headers["Content-Disposition"]
            assert file.headers["Cache-Control"] == "private, no-store"
    assert without == []
    assert offered >= 3


@pytest.mark.long("postgresql")
def test_the_frame_of_the_desks_is_what_offers_it(app: Flask, staff: Staff, make: ModuleType) -> None:
    """Without the frame's links a list has none: the test above sees it."""
    browser = staff("admin")
    make.lot()
    make.store()
    links, app.jinja_env.globals["files_of"] = app.jinja_env.globals["files_of"], lambda _page: ""
    try:
        assert "tai=csv" not in browser.client.get("/quan-ly/cua-hang").text
    finally:
        app.jinja_env.globals["files_of"] = links


@pytest.mark.long("postgresql")
def test_all_pages_of_a_list_come_under_the_same_permission(
    staff: Staff, make: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make.store()
    for _ in range(33):  # a page holds thirty
        make.lot(make.sku(), store)
    address = f"/quan-ly/dat-hang/{store.code}/muc-ton"
    keeper = staff("store_manager", ("store", store.code))
    foreigner = staff("store_manager", ("store", make.store().code))
    page = keeper.client.get(address, query_string={"tai": "csv", "page": "2"})
    assert len(page.data.decode("utf-8-sig").splitlines()) == 34
    assert foreigner.client.get(address, query_string={"tai": "csv"}).status_code == 404
    monkeypatch.setattr("admin.tables.MOST_PAGES", 1)
    assert keeper.client.get(address, query_string={"tai": "csv"}).status_code == 422
    assert keeper.client.get(address, query_string={"tai": "exe"}).status_code == 200
