"""A guest at 390 px, without an account: cash at the store; cash on delivery with a coupon, found by an old name."""

import shutil
from collections.abc import Generator
from datetime import timedelta
from threading import Thread

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from core.clock import today
from shop.coupons import service as coupons
from shop.orders.queries import get_order
from tests import make
from tests.support.live import Live
from tests.support.needs import lacking

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.on("sqlite")]


@pytest.fixture
def address(live: Live) -> Generator[str]:
    """The live shop behind a port of its own."""
    server = make_server("127.0.0.1", 0, live.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def opened() -> None:
    """Goods on a shelf, a commune to deliver to, and a coupon."""
    store, listing = make.store("kien-thuy"), make.listing(name="Mật ong hoa rừng")
    make.lot(make.pack_of(listing), store)
    make.area("Xã Nhận Hàng")
    wish = coupons.Wish("Khai trương", today(), today() + timedelta(days=9), 10, percent=10)
    coupons.create("KHAITRUONG", wish, make.actor("admin"))


def add(page: Page, address: str) -> None:
    """One jar into the cart."""
    page.goto(f"{address}/san-pham")
    page.get_by_role("link", name="Mật ong hoa rừng").first.click()
    with page.expect_response(lambda one: one.request.method == "GET" and "/san-pham/" in one.url):
        page.get_by_role("button", name="Thêm vào giỏ").first.click()


def number_of(page: Page) -> str:
    page.wait_for_url("**/don-hang/DH-*")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    return page.url.split("/don-hang/")[1].split("?")[0]


def at_the_store(page: Page, address: str) -> str:
    """What is wrong comes back with what was typed; then the order."""
    add(page, address)
    page.goto(f"{address}/thanh-toan")
    page.fill("[name=name]", "Chị Mua Thử")
    page.fill("[name=phone]", "12")
    page.check("[name=method][value=pickup]")
    page.select_option("[name=store]", "kien-thuy")
    page.check("[name=provider][value=at_store]")
    page.get_by_role("button", name="Đặt hàng").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("Chị Mua Thử")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.fill("[name=phone]", "0912 345 678")
    page.get_by_role("button", name="Đặt hàng").click()
    return number_of(page)


def at_the_door(page: Page, address: str) -> str:
    """With a coupon, the commune found by its name without marks; the keyboard alone places the order."""
    add(page, address)
    page.goto(f"{address}/gio-hang")
    page.get_by_label("Nhập mã").fill("khai-trương")
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.locator("#ma-giam-gia")).to_contain_text("KHAITRUONG")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{address}/thanh-toan")
    page.fill("[name=name]", "Anh Nhận Hàng")
    page.fill("[name=phone]", "0987 654 321")
    page.check("[name=method][value=delivery]")
    page.fill("[name=place]", "nhan hang")
    page.locator("[name=place]").press("Tab")
    expect(page.locator("#f-area option:checked")).to_have_text("Xã Nhận Hàng")
    expect(page.locator("#sum")).to_contain_text("Phí giao hàng")
    page.fill("[name=address]", "Số 5, đường Thử")
    page.check("[name=provider][value=cod]")
    expect(page.locator("#sum [name=expected_total]")).to_have_value("128000")
    page.get_by_role("button", name="Đặt hàng").focus()
    page.keyboard.press("Enter")
    return number_of(page)


def test_a_guest_pays_cash_at_the_store_and_at_the_door(live: Live, address: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        lacking("there is no Chromium")
    live.run(opened)
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, locale="vi-VN")
        page.on("pageerror", lambda error: said.append(str(error)))
        first, second = at_the_store(page, address), at_the_door(page, address)
        browser.close()
    orders = [live.run(lambda n=n: get_order(n)) for n in (first, second)]
    assert [(one.provider, one.method, one.total_vnd) for one in orders] == [
        ("at_store", "pickup", 120_000), ("cod", "delivery", 128_000),
    ]  # fmt: skip
    assert said == []
