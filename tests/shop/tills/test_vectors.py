"""The till's rules in the browser and in Python say the same, vector by vector; and its own rules of queue and days."""

import json
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from core.masks import spoken
from core.money import allocate
from shop.carts.rules import line_total
from shop.tills.face import FOLDER
from shop.tills.rules import cash_rounding
from tests.support.needs import lacking

VECTORS = Path(__file__).parent / "vectors"
CODES = json.loads((VECTORS / "codes.json").read_text(encoding="utf-8"))
SUMS = json.loads((VECTORS / "sums.json").read_text(encoding="utf-8"))


def test_python_agrees_with_the_sums() -> None:
    assert all(allocate(one["total"], one["weights"]) == one["parts"] for one in SUMS["allocate"])
    assert all(line_total(one["price"], one["quantity"], one["unit"]) == one["total"] for one in SUMS["line_total"])
    assert all(cash_rounding(one["amount"], one["step"]) == one["adds"] for one in SUMS["rounding"])


@pytest.fixture(scope="module")
def page() -> Generator[Page]:
    """A browser that knows the till's modules and nothing else: no server, no network."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        lacking("there is no Chromium")

    def serve(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        if name:
            route.fulfill(body=(FOLDER / name).read_text(encoding="utf-8"), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page()
        shown.route("**/*", serve)
        shown.goto("http://localhost/")
        yield shown
        browser.close()


def run(page: Page, module: str, work: str, given: Any = None) -> Any:
    """What a function over a module answers for some values."""
    return page.evaluate(f"async (given) => {{ const m = await import('/{module}.js'); return ({work}); }}", given)


@pytest.mark.browser
def test_codes_mean_the_same(page: Page) -> None:
    read = run(page, "codes", "given.map((one) => m.read(one.said))", CODES)
    assert read == [one["means"] for one in CODES]


@pytest.mark.browser
def test_sums_are_the_same(page: Page) -> None:
    work = """{
      allocate: given.allocate.map((one) => m.allocate(one.total, one.weights)),
      line_total: given.line_total.map((one) => m.lineTotal(one.price, one.quantity, one.unit)),
      rounding: given.rounding.map((one) => m.rounding(one.amount, one.step) + 0),
    }"""
    found = run(page, "money", work, SUMS)
    assert found["allocate"] == [one["parts"] for one in SUMS["allocate"]]
    assert found["line_total"] == [one["total"] for one in SUMS["line_total"]]
    assert found["rounding"] == [one["adds"] for one in SUMS["rounding"]]


@pytest.mark.browser
def test_amounts_are_read_as_people_write_them(page: Page) -> None:
    said = ["250.000", "250k", "0,5tr", "1.250.000 ₫", "", "12,5", "-5", "abc"]
    read = run(page, "money", "given.map(m.readAmount)", said)
    assert read == [250_000, 250_000, 500_000, 1_250_000, None, None, None, None]


@pytest.mark.browser
def test_a_telephone_is_written_as_the_pages_write_it(page: Page) -> None:
    said = ["+84912345678", "0912345678", "0912 345 678", "+842253881234", ""]
    assert run(page, "text", "given.map(m.spoken)", said) == [
        "0912 345 678", "0912 345 678", "0912 345 678", "0225 388 1234", ""
    ]  # fmt: skip
    assert [spoken(one) for one in ("+84912345678", "+842253881234", "")] == ["0912 345 678", "0225 388 1234", ""]


@pytest.mark.browser
def test_goods_past_their_day_are_blocked_at_the_local_midnight(page: Page) -> None:
    item = {"sellable_until": "2026-11-30", "lots": ["A", "B"], "lots_until": {"A": "2026-11-20", "B": "2026-11-25"}}
    work = "given.map(([item, lot, at]) => m.whyNot(item, lot, Date.parse(at)))"
    asked = [
        [item | {"lots_until": {}}, None, "2026-11-30T16:59:59Z"],
        [item | {"lots_until": {}}, None, "2026-11-30T17:00:00Z"],
        [item, None, "2026-11-25T16:59:59Z"], [item, None, "2026-11-25T17:00:00Z"], [item, "A", "2026-11-21T00:00:00Z"],
        [item, "B", "2026-11-21T00:00:00Z"],
    ]  # fmt: skip
    assert run(page, "days", work, asked) == [None, "lapsed", None, "expired", "expired", None]


@pytest.mark.browser
def test_an_old_list_warns_after_a_day_and_sells_nothing_after_three(page: Page) -> None:
    work = "given.map(([list, at]) => m.trustOf(list, Date.parse(at)))"
    made = {"issued_at": "2026-11-20T00:00:00Z", "good_until": "2026-11-23T00:00:00Z"}
    asked = [[made, "2026-11-20T23:59:59Z"], [made, "2026-11-21T00:00:01Z"], [made, "2026-11-22T23:59:59Z"],
             [made, "2026-11-23T00:00:00Z"], [made | {"good_until": None}, "2026-11-23T00:00:01Z"],
             [made, "2026-11-19T23:00:00Z"], [None, "2026-11-20T00:00:00Z"]]  # fmt: skip
    assert run(page, "days", work, asked) == ["good", "old", "old", "stopped", "stopped", "stopped", "missing"]


@pytest.mark.browser
def test_what_becomes_of_a_sale_on_its_way(page: Page) -> None:
    """No answer waits and tries again; a refusal after the receipt was printed becomes a case, never nothing."""
    work = """given.map(([entry, answer]) => {
      const next = m.after(entry, answer, 1000);
      return [next.state, next.body.is_offline, next.next_at];
    })"""
    new = {"kind": "sale", "state": "waiting", "tries": 0, "is_printed": True, "body": {"is_offline": False}}
    late = new | {"body": {"is_offline": True}}
    asked = [
        [new, None], [new, {"status": 503}], [new, {"status": 401}], [new, {"status": 201, "body": {}}],
        [late, {"status": 202, "body": {}}], [new, {"status": 409, "body": {}}], [late, {"status": 409, "body": {}}],
        [new | {"is_printed": False}, {"status": 409, "body": {}}],
    ]  # fmt: skip
    assert run(page, "outbox", work, asked) == [
        ["waiting", False, 3000], ["waiting", False, 3000], ["waiting", False, 3000], ["sent", False, None],
        ["decision", True, None], ["waiting", True, 1000], ["decision", True, None], ["decision", False, None],
    ]  # fmt: skip


@pytest.mark.browser
def test_money_on_the_counter_adds_up(page: Page) -> None:
    work = "given.map(([total, tenders]) => [m.settleTenders(total, tenders), m.kept(total, tenders)])"
    cash, card = {"way": "cash", "amount": 500_000}, {"way": "card", "amount": 100_000, "reference": "7"}
    found = run(page, "basket", work, [[187_000, [cash]], [187_000, [card]], [187_000, [card, cash]]])
    assert [one[0]["missing"] for one in found] == [0, 87_000, 0]
    assert [one[0]["change"] for one in found] == [313_000, 0, 413_000]
    assert [sum(tender["amount"] for tender in one[1]) for one in found] == [187_000, 100_000, 187_000]


@pytest.mark.browser
def test_fifty_thousand_goods_are_searched_as_one_types(page: Page) -> None:
    work = """(() => {
      const items = Array.from({ length: given }, (_one, n) => ({
        sku: `SK-${n}`, name: n === 40000 ? "Mật ong Đắk Lắk" : `Sản phẩm thử số ${n}`, label: "Hộp", unit: "piece",
        price: 1000, barcodes: [], lots: [`LO-${n}`], sellable_until: "2030-01-01" }));
      const list = new m.List({ items });
      const since = performance.now();
      const found = list.search("ong dak mat");
      return [found.map((one) => one.sku), performance.now() - since, list.find({ kind: "lot", lot: "LO-7" }).item.sku];
    })()"""
    found, took, by_lot = run(page, "list", work, 50_000)
    assert found == ["SK-40000"] and by_lot == "SK-7"
    assert took < 150, f"{took} ms"
