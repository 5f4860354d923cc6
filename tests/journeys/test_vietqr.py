"""A guest at 390 px pays by VietQR: the bank tells of the money, and her page turns to "Đã nhận" by itself."""

import shutil
import subprocess
import urllib.request
from collections.abc import Generator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from core.accounts.actor import SYSTEM
from core.clock import now
from shop.bank import feed
from shop.bank.rules import Seen
from shop.orders.queries import get_order
from shop.payments.providers.emvco import VietQr, parse
from shop.stores.queries import get_seller
from tests import make
from tests.shop.bank.conftest import notice
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


def opened() -> tuple[str, str, str]:
    """Goods on a shelf and a bank that is listened to; answers the seller's code, the secret and the product's name."""
    store, listing = make.store("kien-thuy"), make.listing(name="Mật ong hoa rừng")
    make.lot(make.pack_of(listing), store)
    seller = store.seller
    return seller.code, feed.open_feed(seller, SYSTEM), "Mật ong hoa rừng"


def tell(address: str, code: str, secret: str, *lines: Seen) -> int:
    """What the bank sends."""
    body, at = notice(*lines), int(now().timestamp())
    head = {feed.HEADER: f"k={code},t={at},v1={feed.sign(secret, at, body)}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{address}/webhooks/bank", body, head)) as answer:
        return answer.status


def buy(page: Page, address: str, name: str) -> None:
    """From the shelf to the order, as a guest."""
    page.goto(f"{address}/san-pham")
    page.get_by_role("link", name=name).first.click()
    with page.expect_response(lambda one: one.request.method == "GET" and "/san-pham/" in one.url):
        page.get_by_role("button", name="Thêm vào giỏ").first.click()
    page.goto(f"{address}/thanh-toan")
    page.fill("[name=name]", "Chị Mua Thử")
    page.fill("[name=phone]", "0912 345 678")
    page.check("[name=method][value=pickup]")
    page.select_option("[name=store]", "kien-thuy")
    page.check("[name=provider][value=vietqr]")
    page.locator("#checkout button[type=submit], #checkout .actions button, #sum button").last.click()
    page.wait_for_url("**/don-hang/DH-*")


def test_a_guest_pays_by_vietqr_on_her_own_phone(live: Live, address: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        lacking("there is no Chromium")
    code, secret, name = live.run(opened)
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, locale="vi-VN")
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        buy(page, address, name)
        number = page.url.split("/don-hang/")[1].split("?")[0]
        account = live.run(lambda: get_seller(code).bank_account or "")
        total = live.run(lambda: get_order(number).total_vnd)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(page.get_by_role("button", name="Chép")).to_have_count(3)
        expect(page.locator("[data-countdown]")).to_contain_text("còn 23:")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Lưu ảnh QR").click()
        picture = tmp_path / "qr.png"
        saved.value.save_as(picture)
        assert read(picture) == VietQr("970436", account, total, f"OCOP {number.replace('-', ' ')}")

        memo = f"IBFT.{number.lower()} CHUYEN TIEN"
        assert tell(address, code, secret, Seen(account, "FT1", 50_000, now(), memo)) == 200
        expect(page.locator("#main")).to_contain_text("còn thiếu", timeout=15_000)
        assert tell(address, code, secret, Seen(account, "FT2", total - 50_000, now(), memo)) == 200
        expect(page.locator("#transfer")).to_contain_text("Đã nhận", timeout=15_000)
        expect(page.locator("#transfer")).to_be_focused()
        assert page.locator("[data-countdown]").count() == 0
        browser.close()
    assert live.run(lambda: get_order(number).state) == "paid"
    assert said == []


def read(picture: Path) -> VietQr:
    """What zbar sees in the saved picture."""
    if shutil.which("zbarimg") is None:
        lacking("there is no zbarimg")
    seen = subprocess.run(["zbarimg", "--raw", "-q", str(picture)], capture_output=True, text=True, check=True)
    return parse(seen.stdout.strip())
