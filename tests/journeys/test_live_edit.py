"""A producer's edit of a live listing in real browsers: staged on her phone, compared, approved, live."""

import shutil
from collections.abc import Callable, Generator
from threading import Thread

import pytest
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from catalog.search.engine import rebuild
from core.accounts.models import UserGrant
from core.accounts.service import register
from core.clock import now
from core.db import transaction
from tests.catalog.changes.conftest import Stand, stand
from tests.support.live import Live
from tests.support.needs import lacking

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.on("sqlite"), pytest.mark.timeout(240)]

PASSWORD = "mot-mat-khau-dai"
OpenAs = Callable[[str, int], Page]


def person(contact: str, role: str, scope: tuple[str, str] = ("", "")) -> None:
    """Somebody with a password and a role."""
    account = register("Người thử", contact, PASSWORD)
    with transaction() as session:
        session.add(UserGrant(user_id=account.id, role=role, scope_type=scope[0], scope_id=scope[1], granted_at=now()))


@pytest.fixture
def here(live: Live) -> Stand:
    """A live listing, its producer and a certifier, each with a password."""

    def made() -> Stand:
        one = stand()
        person("chu-the@example.test", "producer", one.scope)
        person("can-bo@example.test", "certifier")
        rebuild()
        return one

    return live.run(made)


@pytest.fixture
def open_as(live: Live, here: Stand) -> Generator[OpenAs]:
    """``open_as("can-bo@example.test", 1280)``: a browser of that width, signed in; nothing is said on its console."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        lacking("there is no Chromium")
    server = make_server("127.0.0.1", 0, live.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])

        def signed_in(contact: str, width: int) -> Page:
            page = browser.new_page(
                viewport={"width": width, "height": 800}, locale="vi-VN",
                base_url=f"http://127.0.0.1:{server.server_port}",
            )  # fmt: skip
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto("/dang-nhap")
            page.fill("input[name=contact]", contact)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/dang-nhap" not in url)
            return page

        yield signed_in
        browser.close()
    server.shutdown()
    thread.join()
    assert said == []


def test_staged_compared_approved_live(here: Stand, open_as: OpenAs) -> None:
    hers = open_as("chu-the@example.test", 390)
    hers.goto(f"/quan-ly/san-xuat/{here.listing_id}/tom-tat?ve=doc-lai")
    hers.fill("textarea[name=answer], input[name=answer]", "Mật ong hoa nhãn, quay tay, thơm đậm.")
    hers.click("main form button.button:has-text('Lưu'), main form button[type=submit]")
    hers.wait_for_url("**/doc-lai*")
    assert "Mật ong rừng." in (hers.goto(f"/san-pham/{here.slug}") and hers.inner_text("main"))

    desk = open_as("can-bo@example.test", 1280)
    desk.goto("/quan-ly/duyet")
    desk.click("main tbody a")
    assert "rừng" in desk.locator("del").first.inner_text()
    assert "hoa nhãn" in desk.locator("ins").first.inner_text()
    old, new = desk.locator(".side.old").bounding_box(), desk.locator(".side.new").bounding_box()
    assert old and new and old["y"] == new["y"] and old["x"] < new["x"]  # side by side
    desk.set_viewport_size({"width": 390, "height": 800})
    assert desk.evaluate("document.documentElement.scrollWidth") == 390
    desk.click("button[name=do][value=approve]")
    desk.wait_for_url("**/quan-ly/duyet")
    assert "Đã duyệt" in desk.inner_text("#flashes") or "đã duyệt" in desk.inner_text("#flashes")

    shopper = hers
    shopper.goto(f"/san-pham/{here.slug}")
    assert "Mật ong hoa nhãn" in shopper.inner_text("main")
    shopper.goto("/quan-ly/duyet?state=done")
    assert "Đã duyệt" in shopper.inner_text("main")


def test_a_price_from_a_day_on(here: Stand, open_as: OpenAs) -> None:
    hers = open_as("chu-the@example.test", 390)
    hers.goto("/quan-ly/san-xuat/gia")
    hers.click("main a:has-text('Đổi giá')")
    hers.fill("input[name=price]", "120.000")
    hers.check("input[name=when][value=day]", force=True)
    hers.fill("input[name=starts_on]", (now().date().replace(year=now().year + 1, month=1, day=2)).isoformat())
    hers.click("main form button:has-text('Đổi giá')")
    hers.wait_for_selector("text=Bỏ giá hẹn này")
    assert "100.000" in hers.inner_text(".price-head .fact-figure")
    assert hers.locator("figure.chart path[stroke-dasharray]").count() == 1
    hers.click("text=Bỏ giá hẹn này")
    hers.wait_for_selector("text=Đã bỏ giá hẹn")
