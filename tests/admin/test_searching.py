"""The desk of searching: synonyms tried and saved, what people search for, and its report."""

import csv
import io
import re
from datetime import date, timedelta
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from admin.reports import searches as report_module
from catalog.search.asked.gather import Tally, gatherer, note_search, write_down
from catalog.search.engine import rebuild
from catalog.search.wordbook.queries import code_of, list_entries
from catalog.search.words import base_groups
from tests.admin.conftest import Staff
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

HOME = "/quan-ly/tim-kiem"
SYNONYMS = f"{HOME}/tu-dong-nghia"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def fresh(app: Flask) -> None:
    gatherer().take()


def ask(text: str, times: int = 1, results: int = 0, day: date = TODAY) -> None:
    for number in range(times):
        note_search(text, results, f"visitor {number}", day)


def test_a_search_in_vain_leads_to_a_synonym(staff: Staff, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    make.listing(name="Kẹo dồi Cát Bà")
    rebuild()
    admin = staff("admin")
    assert admin.client.get("/san-pham?q=xyz").status_code == 200
    ask("xyz", 4)
    gatherer().write()
    page = admin.get(HOME).text
    assert f'href="{SYNONYMS}/moi?tu=xyz"' in page
    form = admin.get(f"{SYNONYMS}/moi?tu=xyz").text
    assert re.search(r"<textarea[^>]*>xyz\n", form)
    typed = {"writings": "xyz\r\nkẹo dồi", "direction": "both", "q": "xyz"}
    tried = admin.post(f"{SYNONYMS}/moi", do="try", **typed)
    assert tried.status_code == 200
    assert re.search(r'"Bây giờ">0 sản phẩm</td>\s*<td[^>]*>1 sản phẩm', tried.text), tried.text
    assert "<li>Kẹo dồi Cát Bà</li>" in tried.text
    assert list_entries(origin="own") == [], "trying saves nothing"
    assert admin.post(f"{SYNONYMS}/moi", do="save", **typed).status_code == 303
    assert "<mark>Kẹo dồi</mark> Cát Bà" in admin.get("/san-pham?q=xyz").text
    assert "xyz = kẹo dồi" in admin.get(SYNONYMS).text


def test_faults_and_doubts_come_back_with_what_was_typed(staff: Staff, make: ModuleType) -> None:
    admin = staff("admin")
    bad = admin.post(f"{SYNONYMS}/moi", writings="dứa", note="vì <b>khách</b> hỏi", direction="one")
    assert bad.status_code == 422
    assert "hai cách viết khác nhau" in bad.text
    assert "vì &lt;b&gt;khách&lt;/b&gt; hỏi" in bad.text
    assert admin.post(f"{SYNONYMS}/moi", writings="dứa\nthơm lừng", direction="sideways").status_code == 422
    doubtful = admin.post(f"{SYNONYMS}/moi", writings="khóm\nthơm lừng")
    assert doubtful.status_code == 409
    assert 'name="confirm"' in doubtful.text
    assert "Ai gõ chữ ấy sẽ thấy cả hai nhóm" in doubtful.text
    assert list_entries(origin="own") == []
    assert admin.post(f"{SYNONYMS}/moi", writings="khóm\nthơm lừng", confirm="true").status_code == 303


def test_edits_switches_and_removals_name_their_version(staff: Staff, make: ModuleType) -> None:
    admin = staff("admin")
    admin.post(f"{SYNONYMS}/moi", writings="aaa\nbbb")
    (one,) = list_entries(origin="own")
    url = f"{SYNONYMS}/{one.code}"
    assert admin.post(url, writings="aaa\nccc", version="1").status_code == 303
    stale = admin.post(url, writings="aaa\nddd", version="1")
    assert stale.status_code == 412
    assert re.search(r"aaa\s+ccc", stale.text), "what stands is shown beside what was typed"
    assert 'name="version" value="2"' in stale.text
    for version in ("", "x", "-1", "²", "9" * 30):
        assert admin.post(url, writings="aaa\neee", version=version).status_code == 412
        assert admin.post(f"{url}/xoa", version=version).status_code == 412
    assert (
        admin.post(f"{url}/bat-tat", version="2", is_active="0", next="//evil.example").headers["Location"] == SYNONYMS
    )
    assert not list_entries(origin="own")[0].is_active
    assert "Đang tắt" in admin.get(f"{SYNONYMS}?trang-thai=off").text
    assert admin.post(f"{url}/xoa", version="3").status_code == 303
    assert list_entries(origin="own") == []
    assert admin.get(url).status_code == 404


def test_what_comes_with_the_shop_is_only_switched(staff: Staff, make: ModuleType) -> None:
    admin = staff("admin")
    code = code_of(base_groups()[0])
    page = admin.get(f"{SYNONYMS}/{code}").text
    assert "Nhóm có sẵn chỉ tắt hoặc bật được" in page
    assert "<textarea" not in page
    assert admin.post(f"{SYNONYMS}/{code}", writings="aaa\nbbb", version="0").status_code == 409
    assert admin.post(f"{SYNONYMS}/{code}/xoa", version="0").status_code == 409
    assert admin.post(f"{SYNONYMS}/{code}/bat-tat", version="0", is_active="0").status_code == 303
    assert admin.post(f"{SYNONYMS}/{code}/bat-tat", version="0", is_active="1").status_code == 303, "told, not done"
    assert [one.code for one in list_entries(state="off")] == [code]
    assert "Tắt nhóm" in admin.get(f"{SYNONYMS}?nguon=base&page=2").text


@pytest.mark.on("sqlite")
def test_who_may(staff: Staff, make: ModuleType) -> None:
    auditor = staff("auditor")
    assert auditor.get(HOME).status_code == auditor.get(SYNONYMS).status_code == 200
    assert "Thêm nhóm" not in auditor.get(SYNONYMS).text
    assert auditor.get(f"{SYNONYMS}/moi").status_code == 403
    assert auditor.post(f"{SYNONYMS}/moi", writings="aaa\nbbb").status_code == 403
    assert staff("certifier").get(HOME).status_code == 403
    assert staff().get(SYNONYMS).status_code == 403


def test_the_trend_and_what_is_not_shown(staff: Staff, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.on(TODAY)
    ask("mật ong", 30, results=4)
    ask("mật ong", 20, results=4, day=TODAY - timedelta(days=7))
    ask("tên tôi là lan")
    gatherer().write()
    admin = staff("admin")
    page = admin.get(f"{HOME}?ky=7").text
    assert "▲ 50%" in page
    assert "tên tôi là lan" in page, "a shop that only this machine can reach shows all"
    monkeypatch.setattr("admin.searches.least_visitors", lambda: 3)
    page = admin.get(f"{HOME}?ky=7").text
    assert "mật ong" in page
    assert "tên tôi là lan" not in page
    assert "Còn 1 chữ ít người tìm" in page
    assert admin.get(f"{HOME}?ky=9999999999").status_code == 200
    clock.on(TODAY + timedelta(days=30))
    assert "Chưa có lượt tìm nào" in staff("admin").get(f"{HOME}?ky=7").text


def test_the_report_in_three_forms(
    client: FlaskClient, make: ModuleType, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.on(TODAY)
    monkeypatch.setattr(report_module, "least_visitors", lambda: 3)
    ask("mật ong", 30, results=4)
    ask("tên tôi là lan", 1)
    ask("dứa", 30, day=TODAY - timedelta(days=1))
    gatherer().write()
    url = f"/api/v1/reports/searches?from={TODAY}&to=2027-12-31"
    auditor = make.headers("auditor")
    rows = client.get(url, headers=auditor).json["items"]
    assert [row["text"] for row in rows] == ["mật ong", "(1 chữ ít người tìm, không kể ra)"]
    assert (rows[0]["times"], rows[0]["misses"], rows[0]["results"], rows[0]["change"]) == (30, 0, 4, None)
    assert rows[1]["times"] == 1
    text = client.get(f"{url}&format=csv", headers=auditor)
    assert next(csv.reader(io.StringIO(text.data.decode("utf-8-sig"))))[0] == "Chữ đã tìm"
    assert client.get("/api/v1/reports/searches?from=2027-01-01&to=2027-02-01", headers=auditor).json["total"] == 0


@pytest.mark.on("sqlite")
def test_no_search_becomes_a_formula(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    hostile = ("=2+3", "+1+1", "-2+3", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1+1", "＝1+1", '"=1+1', "=x\r\n=y")
    for text in hostile:
        ask(f"{text} abc", 5)
    signs = {text[0] for (_day, text) in gatherer().take()}
    assert all(sign.isalnum() for sign in signs), "signs are no words: nothing of a formula is kept"
    write_down({(TODAY, text): Tally(f"letters {n}", 9, 0, 1, 7) for n, text in enumerate(hostile)})
    url, auditor = f"/api/v1/reports/searches?from={TODAY}", make.headers("auditor")
    text = client.get(f"{url}&format=csv", headers=auditor).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert len(rows) == len(hostile)
    assert not [row[0] for row in rows if row[0][:1] in ("=", "+", "-", "@", "\t", "\r", "＝")]
    book = load_workbook(io.BytesIO(client.get(f"{url}&format=xlsx", headers=auditor).data))
    assert book.active is not None
    assert not [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]
