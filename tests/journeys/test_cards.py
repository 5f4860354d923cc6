"""A guest at 390 px pays by card: asked back by her bank, and declined before another card pays."""

import shutil
from collections.abc import Generator
from dataclasses import dataclass
from threading import Event, Thread

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from core.db import end_reading
from core.worker import run_pending
from shop.orders.queries import get_order
from tests import make
from tests.fakes.stripe.server import StandIn
from tests.fakes.stripe.webhooks import Post
from tests.fakes.stripe.world import World
from tests.support.cards import ASKS, DECLINED, GOOD, SECRET, configured
from tests.support.live import Live
from tests.support.needs import lacking

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.on("sqlite"), pytest.mark.timeout(240),
]  # fmt: skip

HONEY = "Mật ong hoa rừng"


@dataclass
class Street:
    """A shop, its provider, and a guest's phone."""

    live: Live
    address: str
    page: Page


@pytest.fixture
def street(live: Live) -> Generator[Street]:
    """Everything runs: the shop, the provider with its webhooks, the worker, a browser."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        lacking("there is no Chromium")
    server = make_server("127.0.0.1", 0, live.app, threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    world = World()
    stand_in = StandIn(world=world, post=Post(world, f"{address}/webhooks/stripe", SECRET)).in_thread()
    over = Event()
    threads = [Thread(target=server.serve_forever), Thread(target=work, args=(live, over))]
    said: list[str] = []
    live.app.extensions.pop("addresses", None)
    with configured(live.app, stand_in, base_url=address), sync_playwright() as playwright:
        for thread in threads:
            thread.start()
        live.run(opened)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, locale="vi-VN")
        page.on("pageerror", lambda error: said.append(str(error)))
        yield Street(live, address, page)
        browser.close()
        over.set()
        server.shutdown()
        for thread in threads:
            thread.join()
    stand_in.close()
    live.app.extensions.pop("addresses", None)
    assert said == []


def work(live: Live, over: Event) -> None:
    """The worker."""
    while not over.wait(0.2):
        live.run(lambda: (run_pending(), end_reading()))


def opened() -> None:
    """Honey on a shelf."""
    store, listing = make.store("kien-thuy"), make.listing(name=HONEY)
    make.lot(make.pack_of(listing), store)


def to_the_card_page(street: Street) -> None:
    """From the shelf to the provider's page, without an account."""
    page = street.page
    page.goto(f"{street.address}/san-pham")
    page.get_by_role("link", name=HONEY).first.click()
    with page.expect_response(lambda one: one.request.method == "GET" and "/san-pham/" in one.url):
        page.get_by_role("button", name="Thêm vào giỏ").first.click()
    page.goto(f"{street.address}/thanh-toan")
    page.fill("[name=name]", "Chị Mua Thử")
    page.fill("[name=phone]", "0912 345 678")
    page.check("[name=method][value=pickup]")
    page.select_option("[name=store]", "kien-thuy")
    page.check("[name=provider][value=stripe]")
    page.locator("#checkout button[type=submit], #checkout .actions button, #sum button").last.click()
    page.wait_for_url("**/c/pay/**")
    expect(page.get_by_role("note")).to_contain_text("Không có tiền thật")
    narrow(page)


def narrow(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def type_card(page: Page, number: str) -> None:
    page.fill("[name=card]", number)
    page.get_by_role("button", name="Trả").click()


def paid(street: Street) -> None:
    """She is back on her order, and it is paid."""
    street.page.wait_for_url("**/don-hang/DH-*", timeout=30_000)
    narrow(street.page)
    number = street.page.url.split("/don-hang/")[1].split("?")[0]
    for _ in range(50):
        if street.live.run(lambda: get_order(number).state) == "paid":
            break
        street.page.wait_for_timeout(200)
    assert street.live.run(lambda: get_order(number).state) == "paid"
    street.page.reload()
    expect(street.page.locator("#main")).to_contain_text("Đã thanh toán")


def test_a_guest_is_asked_by_her_bank_and_pays(street: Street) -> None:
    to_the_card_page(street)
    type_card(street.page, ASKS)
    street.page.wait_for_url("**/c/bank/**")
    narrow(street.page)
    street.page.get_by_role("button", name="Đúng, xác nhận").click()
    paid(street)


def test_a_declined_card_then_another(street: Street) -> None:
    to_the_card_page(street)
    type_card(street.page, DECLINED)
    expect(street.page.get_by_role("alert")).to_contain_text("từ chối thẻ này")
    type_card(street.page, GOOD)
    paid(street)


def test_going_back_without_paying_leads_to_the_order_and_its_button(street: Street) -> None:
    to_the_card_page(street)
    street.page.get_by_role("link", name="Quay lại cửa hàng mà không trả").click()
    street.page.wait_for_url("**/don-hang/DH-*")
    expect(street.page.locator("#flashes")).to_contain_text("Chưa trừ khoản nào")
    street.page.get_by_role("link", name="Trả bằng thẻ").click()
    street.page.wait_for_url("**/c/pay/**")
    type_card(street.page, GOOD)
    paid(street)
