"""A store's home and its figures: numbers that add up, tasks of others, and a constant number of statements."""

from datetime import date, timedelta
from itertools import pairwise
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.columns import before_of, buckets, change, draw
from admin.store_figures import chart_of, lines_by, today_of, value_of
from admin.tasks import kinds
from catalog.listings.models import Sku
from core.clock import now, today
from core.db import db
from shop.inventory.models import Lot
from shop.orders import parcels
from shop.sales.rules import By
from shop.stores.models import Store
from tests.shop.orders.parcel_stage import keeper, placed
from tests.support.browser import Browser
from tests.support.clock import Clock
from tests.support.queries import counted

pages = pytest.mark.long("postgresql")


def test_stretches_end_with_the_day_and_follow_each_other() -> None:
    wednesday = date(2026, 3, 4)
    for period, first, last in (
        ("day", date(2026, 2, 19), wednesday), ("week", date(2025, 12, 15), date(2026, 3, 8)),
        ("month", date(2025, 4, 1), date(2026, 3, 31)),
    ):  # fmt: skip
        now_ = buckets(period, wednesday)
        before = before_of(now_, period)
        assert (now_[0].first, now_[-1].last) == (first, last)
        assert before[-1].last + timedelta(days=1) == first
        assert len(before) == len(now_)
        whole = [*before, *now_]
        assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(whole))


@pytest.mark.parametrize(
    ("now_", "before", "expected"),
    [(110, 100, 10), (90, 100, -10), (100, 100, 0), (5, 0, None), (-50, 100, -150), (0, 3, -100), (1, 3, -67)],
)
def test_change_is_told_in_whole_per_cent(now_: int, before: int, expected: int | None) -> None:
    assert change(now_, before) == expected


def test_columns_stay_within_their_drawing() -> None:
    chart = draw(["a", "b", "c"], [0, 1_000, -500], [2_000, 0, 0])
    assert all(30 <= one.y <= 190 and one.height >= 0 and 4 <= one.x <= 636 for one in chart.columns)
    assert chart.columns[2].height == 0
    assert (chart.total, chart.before, chart.change) == (500, 2_000, -75)
    assert draw([], [], []).total == 0


@pytest.fixture
def sold(make: ModuleType, session: Session) -> tuple[Store, Lot]:
    """A store with one sale of two pieces."""
    store = make.store("kien-thuy")
    lot = make.lot(store=store, on_shelf=10)
    sell(make, store, lot, 2)
    return store, lot


def sell(make: ModuleType, store: Store, lot: Lot, quantity: int) -> None:
    """So many pieces, ordered online and handed out now."""
    sku = db.session.get_one(Sku, lot.sku_id)
    order = placed(make, (sku, quantity), store=store)
    by = keeper(make, store)
    for step in (parcels.pack, parcels.ship, parcels.hand_over):
        step(order.number, by)


@pages
def test_the_day_adds_up(sold: tuple[Store, Lot], session: Session, clock: Clock) -> None:
    store, lot = sold
    price, on = session.get_one(Sku, lot.sku_id).price_vnd, today()
    day = today_of([store.id], on)[store.id]
    assert (day.total_vnd, day.till_vnd, day.online_vnd, day.receipts, day.orders) == (2 * price, 0, 2 * price, 0, 1)
    assert day.average_vnd == 2 * price
    _stretches, chart = chart_of(store.id, "day", on)
    assert (chart.columns[-1].now, chart.total, chart.before) == (2 * price, 2 * price, 0)
    for way in (By.PRODUCT, By.PRODUCER, By.STARS, By.AREA):
        assert [one.now_vnd for one in lines_by(way, store.id, on, on)] == [2 * price]
    tomorrow = on + timedelta(days=1)
    assert [one.before_vnd for one in lines_by(By.PRODUCT, store.id, tomorrow, tomorrow)] == [2 * price]
    value = value_of(store.id, now())
    assert (value.price_vnd, value.consigned_vnd, value.bought_vnd, value.blocked_vnd) == (8 * price, 640_000, 0, 0)


@pages
def test_the_home_shows_a_cashier_the_day_and_a_manager_more(
    sold: tuple[Store, Lot], make: ModuleType, client: FlaskClient
) -> None:
    cashier = Browser(client).become(make.user("cashier", ("store", "kien-thuy")))
    assert cashier.get("/quan-ly/hom-nay").status_code == 303
    page = cashier.get("/quan-ly/hom-nay/kien-thuy")
    assert page.status_code == 200
    assert "Doanh thu hôm nay" in page.text
    assert "Hàng trong cửa hàng" not in page.text
    assert cashier.get("/quan-ly/hom-nay/kien-thuy/so-lieu").status_code == 403
    manager = Browser(client).become(make.user("store_manager", ("store", "kien-thuy")))
    assert "Hàng trong cửa hàng" in manager.get("/quan-ly/hom-nay/kien-thuy").text
    asks = ("", "?period=week&by=producer&days=7", "?period=month&by=stars", "?by=area&days=365", "?period=x&days=1e9")
    for asked in asks:
        shown = manager.get(f"/quan-ly/hom-nay/kien-thuy/so-lieu{asked}")
        assert (shown.status_code, "<svg" in shown.text) == (200, True), asked
    csv = manager.get("/quan-ly/hom-nay/kien-thuy/so-lieu?format=csv")
    assert csv.mimetype == "text/csv"
    make.store("khac")
    assert manager.get("/quan-ly/hom-nay/khac").status_code == 404
    admin = Browser(client).become(make.user("admin"))
    assert "OCOP Mart khac" in admin.get("/quan-ly/hom-nay").text


@pages
def test_more_stores_and_goods_take_no_more_statements(
    sold: tuple[Store, Lot], make: ModuleType, client: FlaskClient
) -> None:
    admin = Browser(client).become(make.user("admin"))
    paths = ("/quan-ly/hom-nay", "/quan-ly/hom-nay/kien-thuy", "/quan-ly/hom-nay/kien-thuy/so-lieu")
    store, _lot = sold
    make.store("hai")
    before = [counted(lambda path=path: admin.get(path)) for path in paths]
    make.store("ba")
    for _n in range(3):
        sell(make, store, make.lot(store=store), 1)
    assert [counted(lambda path=path: admin.get(path)) for path in paths] == before


@pages
def test_tasks_lead_to_pages_that_exist(make: ModuleType, client: FlaskClient, sold: tuple[Store, Lot]) -> None:
    admin = Browser(client).become(make.user("admin"))
    page = admin.get("/quan-ly/hom-nay/kien-thuy").text
    tiles = [part.split('href="')[1].split('"')[0] for part in page.split('class="tile')[2:]]
    links = {link.replace("&amp;", "&") for link in tiles}
    assert len(kinds()) >= 5
    for link in links:
        assert admin.get(link).status_code in (200, 303), link


@pages
def test_reports_of_sales_and_of_stock_on_a_past_day(
    sold: tuple[Store, Lot], make: ModuleType, client: FlaskClient, clock: Clock, session: Session
) -> None:
    store, lot = sold
    price, on = session.get_one(Sku, lot.sku_id).price_vnd, today()
    auditor = make.headers("auditor")
    told = client.get("/api/v1/reports/sales", headers=auditor).json
    (row,) = told["items"]
    assert (row["revenue"], row["pieces"], row["store_code"]) == (2 * price, 2, "kien-thuy")
    clock.on(on + timedelta(days=1))
    sell(make, store, lot, 3)
    for as_of, units in ((on, 8), (on + timedelta(days=1), 5)):
        told = client.get(f"/api/v1/reports/stock?as_of={as_of}", headers=auditor).json
        assert [(one["pieces"], one["cost"]) for one in told["items"]] == [(units, units * 80_000)]
    assert client.get(f"/api/v1/reports/stock?as_of={on - timedelta(days=1)}", headers=auditor).json["items"] == []
    early = client.get(f"/api/v1/reports/sales?as_of={on}", headers=auditor).json
    assert [one["pieces"] for one in early["items"]] == [2]
    for file_format in ("csv", "xlsx"):
        assert client.get(f"/api/v1/reports/stock?format={file_format}", headers=auditor).status_code == 200
    cashier = make.headers("cashier", ("store", "kien-thuy"))
    assert client.get("/api/v1/reports/sales", headers=cashier).status_code == 403
