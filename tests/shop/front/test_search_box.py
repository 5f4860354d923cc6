"""The search box in a real browser, by keyboard alone: a combobox as WAI-ARIA's practices describe it."""

import shutil
from collections.abc import Generator
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest
from flask import request
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from catalog.search.engine import rebuild
from tests import make
from tests.support.live import Live
from tests.support.needs import lacking

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.on("sqlite")]

NAMES = ("Mật ong hoa rừng", "Mật ong <b>bạc hà</b>", "Mật mía", "Nước mắm Cát Hải")
BOX, OPTIONS = "#search-box", "#search-box-list [role=option]"


@pytest.fixture
def asked(live: Live) -> list[str]:
    """What the browser asks for suggestions."""
    seen: list[str] = []
    live.app.before_request(lambda: seen.append(request.args["q"]) if request.path.endswith("/suggest") else None)
    return seen


@pytest.fixture
def address(live: Live, asked: list[str]) -> Generator[str]:
    """The live shop, with a few products, behind a port of its own."""
    live.run(lambda: [make.listing(name=name) for name in NAMES] and rebuild())
    server = make_server("127.0.0.1", 0, live.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(address: str) -> Generator[Page]:
    """A browser at the front page; nothing may be said on its console."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        lacking("there is no Chromium")
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, locale="vi-VN")
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/cua-hang")
        yield page
        browser.close()
    assert said == []


def box(page: Page, name: str) -> str | None:
    return page.get_attribute(BOX, name)


def chosen(page: Page) -> Any:
    """The option that a screen reader is told of, and that alone is selected."""
    active = box(page, "aria-activedescendant")
    selected = page.locator(f"{OPTIONS}[aria-selected=true]")
    if active is None:
        assert selected.count() == 0
        return None
    assert selected.count() == 1
    assert selected.get_attribute("id") == active
    return selected.inner_text()


def test_by_keyboard_from_a_letter_to_the_product(page: Page, asked: list[str]) -> None:
    before = page.locator("h1").bounding_box()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-box"
    assert page.input_value(BOX) == "", "the key that leads there is not typed"
    page.keyboard.type("mat", delay=20)
    page.wait_for_selector(OPTIONS)
    assert asked == ["mat"], "typed in one go, asked once"
    assert (box(page, "role"), box(page, "aria-expanded")) == ("combobox", "true")
    assert page.locator(f"#{box(page, 'aria-controls')}").get_attribute("role") == "listbox"
    assert page.locator(OPTIONS).count() == 4, "three products and the search itself"
    assert page.locator(f"{OPTIONS} mark").all_inner_texts() == ["Mật", "Mật", "Mật"]
    assert page.locator(f"{OPTIONS} b").count() == 0, "a name is text"
    assert "Có 4 gợi ý" not in page.locator(".search [role=status]").inner_text()
    assert "Có 3 gợi ý" in page.locator(".search [role=status]").inner_text()
    assert page.locator("h1").bounding_box() == before, "nothing jumps"
    assert chosen(page) is None
    names = page.locator(OPTIONS).all_inner_texts()
    page.keyboard.press("ArrowDown")
    assert chosen(page) == names[0]
    page.keyboard.press("ArrowUp")
    assert chosen(page) is None, "before the first stands the box"
    page.keyboard.press("ArrowUp")
    assert chosen(page) == names[-1] == "Tìm “mat”"
    page.keyboard.press("ArrowDown")
    assert chosen(page) is None
    page.keyboard.press("Escape")
    assert (box(page, "aria-expanded"), page.input_value(BOX)) == ("false", "mat")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(OPTIONS)
    page.keyboard.press("ArrowDown")
    assert page.input_value(BOX) == "mat", "what was typed stays until something is taken"
    page.keyboard.press("Enter")
    page.wait_for_url("**/san-pham/mat-*")
    assert page.locator("h1").inner_text() == names[0]


def test_enter_searches_escape_empties_and_recent_searches_stay_here(page: Page, asked: list[str]) -> None:
    page.focus(BOX)
    page.keyboard.type("mật ong")
    page.keyboard.press("Enter")
    page.wait_for_url("**/san-pham?q=*")
    assert page.locator("h1").inner_text() == "Kết quả cho “mật ong”"
    assert "mật ong" in unquote(page.url).replace("+", " ")
    page.fill(BOX, "0912 345 678")
    page.keyboard.press("Enter")
    page.wait_for_url("**0912*")
    page.focus(BOX)
    assert page.locator("[data-search-clear]").is_visible()
    page.keyboard.press("Escape")
    assert page.input_value(BOX) == ""
    page.wait_for_selector(OPTIONS)
    assert page.locator(OPTIONS).all_inner_texts() == ["mật ong", "Xóa tìm kiếm gần đây"], "no telephone number is kept"
    assert not page.locator("[data-search-clear]").is_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/san-pham?q=m*")
    page.click("[data-search-clear]")
    page.wait_for_selector(OPTIONS)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert box(page, "aria-expanded") == "false"
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("document.cookie") == ""


def test_nothing_is_asked_while_a_word_is_composed(page: Page, asked: list[str]) -> None:
    page.focus(BOX)
    keyboard = page.context.new_cdp_session(page)
    for text in ("m", "ma", "maa", "mâ", "mât", "mật"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        page.wait_for_timeout(250)
    assert asked == []
    assert box(page, "aria-expanded") == "false"
    keyboard.send("Input.insertText", {"text": "mật"})
    page.wait_for_selector(OPTIONS)
    assert asked == ["mật"]


def test_a_late_answer_changes_nothing(page: Page, asked: list[str]) -> None:
    page.route("**/api/v1/suggest?q=mat", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.focus(BOX)
    page.keyboard.type("mat")
    page.wait_for_timeout(250)
    page.fill(BOX, "nuoc mam")
    page.wait_for_selector(OPTIONS)
    page.wait_for_timeout(700)
    assert page.locator(OPTIONS).first.inner_text() == "Nước mắm Cát Hải"


def test_without_scripts_it_is_a_form(page: Page, address: str) -> None:
    plain = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    other = plain.new_page()
    other.goto(address)
    other.fill(BOX, "mat ong")
    other.keyboard.press("Enter")
    other.wait_for_url("**/san-pham?q=mat+ong")
    assert other.locator("mark").first.inner_text() == "Mật ong"
    assert not other.locator("[data-search-clear]").is_visible()
    assert other.locator(BOX).get_attribute("role") is None
    plain.close()
