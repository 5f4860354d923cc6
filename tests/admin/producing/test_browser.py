"""A real browser on a phone of 390 points walks a listing from an empty draft to the moderators: going back, closing,
coming back, with the page's script grouping the price.
"""

import shutil
from collections.abc import Generator
from threading import Thread

import pytest
from flask import current_app
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from catalog.listings.models import Listing, Sku
from core.accounts.service import begin_session
from core.db import db
from tests import make
from tests.support.live import Live
from tests.support.needs import lacking

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.on("sqlite"), pytest.mark.timeout(240),
]  # fmt: skip

HOME = "/quan-ly/san-xuat"
GO = ".wizard-go"


@pytest.fixture
def address(live: Live) -> Generator[str]:
    """The live shop behind a port of its own."""
    server = make_server("127.0.0.1", 0, live.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def chromium() -> Generator[Browser]:
    """A browser."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        lacking("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def session_of_her() -> str:
    """A certified product of honey and its producer's person; answers her cookie."""
    product = make.product("Mật ong hoa sú vẹt", set_no=4)
    make.certificate(product)
    user = make.user("producer", ("producer", product.producer.code))
    signer = SecureCookieSessionInterface().get_signing_serializer(current_app)
    assert signer is not None
    return signer.dumps({"sid": begin_session(user.id, "test", "test")})


def kept() -> tuple[str, str, int, str, int | None]:
    listing, sku = db.session.query(Listing).one(), db.session.query(Sku).one()
    return listing.state, sku.label, sku.price_vnd, listing.warnings, sku.shelf_days


class Phone:
    """Her phone: each opening is a new browser with the same session."""

    def __init__(self, browser: Browser, address: str, cookie: str, secret: str) -> None:
        self.browser, self.address, self.cookie, self.secret = browser, address, cookie, secret
        self.said: list[str] = []
        self.page: Page = self.open()

    def open(self) -> Page:
        context = self.browser.new_context(viewport={"width": 390, "height": 800}, locale="vi-VN", has_touch=True)
        context.add_cookies([{"name": self.cookie, "value": self.secret, "url": self.address}])
        self.page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        return self.page

    def ask(self, words: str) -> None:
        """The question on the screen, which fits the phone and has one big button or answers to touch."""
        self.page.wait_for_selector("h1")
        assert words in self.page.locator("h1").inner_text()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 390
        sizes = self.page.locator(f"{GO}, .pick").evaluate_all("all => all.map(one => one.offsetHeight)")
        assert sizes and min(sizes) >= 56

    def go(self, **typed: str) -> None:
        for name, text in typed.items():
            self.page.fill(f"[name={name}]", text)
        self.page.click(GO)

    def touch(self, words: str) -> None:
        self.page.get_by_role("button", name=words).first.click()


def test_from_an_empty_draft_to_the_moderators(live: Live, address: str, chromium: Browser) -> None:
    phone = Phone(chromium, address, live.app.config["SESSION_COOKIE_NAME"], live.run(session_of_her))
    page = phone.page
    page.goto(address + HOME)
    phone.touch("Làm trang bán")
    phone.ask("đúng là sản phẩm của bạn")
    assert page.locator("form.wizard-form input:not([type=hidden])").count() == 0  # what is locked is no field
    phone.go()
    phone.ask("Chụp ảnh")
    phone.go()
    phone.ask("chứa bao nhiêu")
    assert page.get_attribute("[name=amount]", "inputmode") == "decimal"
    phone.go(amount="500")
    phone.ask("Giá bán bao nhiêu")
    page.locator("[name=price]").press_sequentially("125000")
    assert page.input_value("[name=price]") == "125.000"
    assert page.get_attribute("[name=price]", "inputmode") == "numeric"
    phone.go()
    phone.ask("mã vạch")
    phone.go(gtin="8938505974195")  # one figure is wrong: told, and kept
    assert "số cuối phải là 4" in page.locator(".field-error").inner_text()
    assert page.input_value("[name=gtin]") == "8938505974195"
    phone.go(gtin="8938505974194")
    phone.ask("thuộc loại nào")
    page.click(".wizard-back")
    phone.ask("mã vạch")
    assert page.input_value("[name=gtin]") == "8938505974194"
    phone.go()
    phone.touch("Chúng tôi tự trồng")
    phone.ask("bao lâu")
    page.fill("[name=count]", "18")
    page.context.close()  # the battery is empty: what was on the screen is lost, nothing else

    page = phone.open()
    page.goto(address + HOME)
    assert "Nháp, còn" in page.locator(".mine").inner_text()
    page.get_by_role("link", name="Làm tiếp").click()
    phone.ask("bao lâu")
    assert page.input_value("[name=count]") == ""
    phone.go(count="24")
    phone.touch("Nơi khô ráo")
    phone.ask("cỡ gói nào khác")
    phone.go()
    phone.go(answer="Mật ong rừng ngập mặn, quay tay, thơm hoa sú vẹt.")
    phone.ask("Ai làm ra")
    phone.go(answer="Tổ nuôi ong có 12 hộ ở xã ven biển")
    phone.go(answer="Quay mật hai vụ, lọc qua vải.")
    phone.touch("Bỏ qua câu này")
    phone.ask("Câu chuyện của bạn")
    assert page.input_value("[name=answer]") == "Tổ nuôi ong có 12 hộ ở xã ven biển.\n\nQuay mật hai vụ, lọc qua vải."
    phone.go()
    phone.go(answer="100% mật ong")
    phone.go(answer="Pha với nước ấm.")
    phone.touch("Không dùng cho trẻ dưới 1 tuổi")
    phone.go(answer="Thôn Một, xã Kiến Hưng, Hải Phòng")
    phone.touch("Sản xuất tại Việt Nam")
    phone.touch("Trên nắp")
    phone.touch("Có, hợp làm quà")
    phone.ask("Đọc lại")
    assert page.locator(".is-lacking").count() == 0
    page.click("#l-warnings a")
    phone.go(answer="Không dùng cho trẻ dưới 1 tuổi và người dị ứng phấn hoa.")
    phone.ask("Đọc lại")
    assert "dị ứng phấn hoa" in page.locator("#l-warnings").inner_text()
    phone.go()
    page.wait_for_url(f"**{HOME}")
    assert "Chờ duyệt" in page.locator(".mine").inner_text()
    told = "Không dùng cho trẻ dưới 1 tuổi và người dị ứng phấn hoa."
    assert live.run(kept) == ("submitted", "Hũ 500 g", 125_000, told, 730)
    assert [one for one in phone.said if "422" not in one] == []
