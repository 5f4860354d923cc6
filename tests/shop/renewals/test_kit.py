import subprocess
from datetime import date, timedelta
from shutil import which
from types import ModuleType

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from catalog.listings.models import Listing, Sku
from catalog.renewals.queries import renewal_of
from catalog.renewals.recipients import recipients_of
from core.accounts.actor import ANONYMOUS
from core.accounts.models import UserGrant
from core.clock import now
from core.db import transaction
from shop.carts import service as carts
from shop.inventory.models import StockLevel
from shop.orders import service
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.renewals.calendar import calendar_of
from shop.renewals.evidence import Evidence, Sold, evidence_of
from shop.renewals.pdf import Heading, sales_pdf
from shop.stores.models import Store
from tests.support.clock import Clock
from tests.support.needs import lacking

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def test_managers_of_stores_with_stock_are_told(make: ModuleType, session: Session) -> None:
    sku = make.sku()
    listing = session.get_one(Listing, sku.listing_id)
    here, empty = make.store("kien-thuy"), make.store("an-lao")
    make.lot(sku, here, on_shelf=3)
    make.lot(sku, empty, on_shelf=0)
    manager = make.user("store_manager", ("store", "kien-thuy"))
    make.user("store_manager", ("store", "an-lao"))
    make.user("cashier", ("store", "kien-thuy"))
    assert [(one.user_id, one.place) for one in recipients_of([listing.product_id])[listing.product_id]] == [
        (manager.id, "store:kien-thuy")
    ]
    with transaction():
        session.query(StockLevel).update({"on_hand": 0})
    assert recipients_of([listing.product_id]) == {listing.product_id: []}


def test_one_person_in_two_parts_is_told_once(make: ModuleType, session: Session) -> None:
    sku = make.sku()
    listing = session.get_one(Listing, sku.listing_id)
    for code in ("kien-thuy", "an-lao"):
        make.lot(sku, make.store(code), on_shelf=3)
    both = make.user("store_manager", ("store", "kien-thuy"))
    with transaction():
        session.add(_grant(both.id, "an-lao"))
    assert len(recipients_of([listing.product_id])[listing.product_id]) == 1


def _grant(user_id: int, store: str) -> UserGrant:
    return UserGrant(user_id=user_id, role="store_manager", scope_type="store", scope_id=store, granted_at=now())


def test_the_calendar_names_the_three_days(make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    one = make.certificate(
        make.product("Mật ong; rừng, sú"), valid_from=date(2024, 7, 1), valid_until=date(2027, 6, 30)
    )
    renewal = renewal_of(one, TODAY)
    text = calendar_of(one, renewal, now(), "http://127.0.0.1/x", "127.0.0.1")
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [date(2027, 1, 1), date(2027, 3, 2), date(2027, 6, 30)]
    assert all("Mật ong; rừng, sú" in str(event["summary"]) for event in events)
    assert [event.uid for event in events] == [f"{one.code}-{key}@127.0.0.1" for key in ("opens", "closes", "last")]
    assert text == calendar_of(one, renewal, now(), "http://127.0.0.1/x", "127.0.0.1")


ROWS = [
    Sold(date(2026, 9, 1), "OCOP Mart Kiến Thụy", "Hũ 500 g", "SKU-1", "piece", 12, 5, 1_440_000),
    Sold(date(2026, 10, 1), "OCOP Mart An Lão", "Cân lẻ", "SKU-2", "gram", 2500, 3, 300_000),
    Sold(date(2026, 10, 1), "OCOP Mart Kiến Thụy", "Hũ 500 g", "SKU-1", "piece", 3, 2, 360_000),
]


def test_sums_and_the_mark_of_the_figures() -> None:
    evidence = Evidence(date(2026, 9, 1), TODAY, ROWS)
    assert evidence.revenue_vnd == 2_100_000
    assert [(row.label, row.quantity, row.revenue_vnd) for row in evidence.by_pack] == [
        ("Hũ 500 g", 15, 1_800_000), ("Cân lẻ", 2500, 300_000),
    ]  # fmt: skip
    assert [(month, len(rows)) for month, rows in evidence.by_month] == [(date(2026, 9, 1), 1), (date(2026, 10, 1), 2)]
    assert evidence.digest != Evidence(date(2026, 9, 1), TODAY, ROWS[:2]).digest
    assert evidence.digest == Evidence(date(2026, 9, 1), TODAY, list(ROWS)).digest


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("rows", [ROWS, [], ROWS * 15])
def test_the_pdf_has_selectable_vietnamese_text(make: ModuleType, clock: Clock, tmp_path, rows: list[Sold]) -> None:
    clock.on(TODAY)
    one = make.certificate(make.product("Mật ong sú vẹt Cát Bà nguyên chất – loại đặc biệt"))
    evidence = Evidence(date(2026, 9, 1), TODAY, rows)
    heading = Heading("OCOP Mart", "Người thử", now(), "http://127.0.0.1")
    data = sales_pdf(one, evidence, heading)
    assert data.startswith(b"%PDF-")
    assert data == sales_pdf(one, evidence, heading)
    if which("pdftotext") is None:
        lacking("pdftotext (poppler-utils) is not installed")
    (tmp_path / "x.pdf").write_bytes(data)
    command = ["pdftotext", "-layout", str(tmp_path / "x.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert "Mật ong sú vẹt Cát Bà nguyên chất – loại đặc biệt" in text
    assert f"Mã số liệu {evidence.digest}" in text
    if rows:
        assert "Tháng 10/2026" in text
        assert "2,5 kg" in text.replace("\u00a0", " ")
        assert "OCOP Mart Kiến Thụy" in text
    else:
        assert "Không có đơn hàng đã chốt nào" in text


def sell(make: ModuleType, store: Store, sku: Sku, units: int) -> Order:
    token = carts.start_cart().token
    carts.set_line(token, sku.code, units)
    wanted = Fulfilment("pickup", store.code, "Số 5", make.area().code)
    contact = Contact("Người mua thử", "+84912345678", None)
    return place_order(Checkout(token, contact, wanted, "at_store", 10**9), ANONYMOUS)


def test_only_decided_orders_that_stand_count(make: ModuleType, clock: Clock, session: Session) -> None:
    clock.on(TODAY)
    sku = make.sku(price_vnd=100_000)
    store = make.store("kien-thuy")
    make.lot(sku, store, on_shelf=50)
    listing = session.get_one(Listing, sku.listing_id)
    sell(make, store, sku, 2)
    gone = sell(make, store, sku, 3)
    service.cancel(gone.number, gone.token, ANONYMOUS)
    clock.on(TODAY + 20 * DAY)
    sell(make, store, sku, 1)
    evidence = evidence_of(listing.product_id, TODAY, TODAY + 30 * DAY)
    assert [(row.month, row.store, row.quantity, row.revenue_vnd) for row in evidence.rows] == [
        (date(2026, 11, 1), store.name, 2, 200_000), (date(2026, 12, 1), store.name, 1, 100_000),
    ]  # fmt: skip
    assert evidence_of(listing.product_id, TODAY + DAY, TODAY + 30 * DAY).revenue_vnd == 100_000
