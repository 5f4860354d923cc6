"""A real browser draws a hall: from nothing to 24 booths, moved, numbered, undone, saved; with keys and on a phone."""

import shutil
from collections.abc import Generator
from threading import Thread

import pytest
from flask import current_app
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from core.accounts.service import begin_session
from core.db import db, transaction
from shop.fairs.models import Booth, Fair
from shop.fairs.plans.planning import list_plans
from tests import make
from tests.support.live import Live
from tests.support.needs import lacking

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.on("sqlite"), pytest.mark.timeout(300),
]  # fmt: skip

PLAN = "/quan-ly/hoi-cho/hoi-ve/so-do"
#: The middle of the first selected booth, on the screen.
MIDDLE = (
    "() => { const box = document.querySelector('.ed-booth.is-selected polygon').getBoundingClientRect();"
    " return [box.x + box.width / 2, box.y + box.height / 2]; }"
)


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


def organizer_of_an_empty_fair() -> str:
    fair = make.fair("hoi-ve", booths=0)
    with transaction() as session:
        session.get_one(Fair, fair.id).halls = []
    user = make.user("fair_organizer", ("fair", fair.slug))
    signer = SecureCookieSessionInterface().get_signing_serializer(current_app)
    assert signer is not None
    return signer.dumps({"sid": begin_session(user.id, "test", "test")})


def saved() -> list[tuple[str, list[list[int]]]]:
    rows = db.session.query(Booth).filter(Booth.is_on_plan).order_by(Booth.code)
    return [(one.code, one.polygon) for one in rows]


def opened(live: Live, address: str, chromium: Browser, said: list[str], **screen: object) -> Page:
    secret = live.run(organizer_of_an_empty_fair)
    context = chromium.new_context(locale="vi-VN", **screen)  # type: ignore[arg-type]
    name = live.app.config["SESSION_COOKIE_NAME"]
    context.add_cookies([{"name": name, "value": secret, "url": address}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.on("console", lambda one: said.append(one.text) if one.type == "error" and "422" not in one.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address + PLAN)
    page.click("text=Vẽ và sửa")
    return page


def hall_with_grid(page: Page) -> None:
    page.fill("#a-width", "30")
    page.fill("#a-height", "30")
    page.click("#ask-hall button:not([data-close])")
    page.click("[data-act=grid]")
    page.fill("#g-rows", "4")
    page.fill("#g-columns", "6")
    page.click("#ask-grid button:not([data-close])")
    expect(page.locator(".ed-booth")).to_have_count(24)


def test_a_hall_of_24_booths_is_drawn_changed_and_saved(live: Live, address: str, chromium: Browser) -> None:
    said: list[str] = []
    page = opened(live, address, chromium, said, viewport={"width": 1280, "height": 900})
    hall_with_grid(page)
    booths, faults = page.locator(".ed-booth"), page.locator("#plan-faults li")
    expect(page.locator("#plan-fine")).to_be_visible()

    page.keyboard.press("Escape")
    page.keyboard.press("]")
    expect(page.locator("#p-code")).to_have_value("A01")
    before = page.input_value("#p-x"), page.input_value("#p-y")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#p-x")).to_have_value(str(int(before[0]) + 50))
    expect(faults.first).to_contain_text("đè lên nhau")
    page.keyboard.press("Control+z")
    expect(page.locator("#p-x")).to_have_value(before[0])
    expect(page.locator("#plan-fine")).to_be_visible()

    page.keyboard.press("Delete")
    expect(booths).to_have_count(23)
    page.click("[data-act=undo]")
    expect(booths).to_have_count(24)
    page.click("[data-act=redo]")
    expect(booths).to_have_count(23)
    page.click("[data-tool=booth]")
    page.locator("#plan-canvas").evaluate("one => one.scrollIntoView({block: 'center'})")
    box = page.locator("#plan-canvas .ed-floor").bounding_box()
    assert box
    metre = box["width"] / 30
    page.mouse.move(box["x"] + 3 * metre, box["y"] + 25 * metre)
    page.mouse.down()
    page.mouse.move(box["x"] + 7 * metre, box["y"] + 28 * metre, steps=4)
    page.mouse.up()
    expect(booths).to_have_count(24)
    expect(page.locator("#p-width")).to_have_value("400")
    page.keyboard.press("v")
    x, y = page.evaluate(MIDDLE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 6 * metre, y, steps=6)
    page.mouse.up()
    expect(page.locator("#p-x")).to_have_value("900")
    page.fill("#p-code", "D99")
    page.locator("#p-code").blur()
    page.select_option("#p-use", "sponsor")
    expect(page.locator(".ed-booth.use-sponsor")).to_have_count(1)

    page.click("#plan-form button")
    expect(page.locator("#thay-doi")).to_contain_text("gian thêm")
    page.click("#luu button:has-text('Lưu sơ đồ')")
    expect(page.locator("#cac-ban tbody tr")).to_have_count(1)
    kept = dict(live.run(saved))
    assert len(kept) == 24 and "A01" not in kept
    assert kept["D99"] == [[900, 2500], [1300, 2500], [1300, 2800], [900, 2800]]
    page.click("text=Vẽ và sửa")
    expect(booths).to_have_count(24)
    expect(page.locator("#plan-draft")).to_be_hidden()
    assert live.run(lambda: len(list_plans(db.session.query(Fair).one()))) == 1
    assert said == []


def test_the_same_on_a_phone_by_touch(live: Live, address: str, chromium: Browser) -> None:
    said: list[str] = []
    page = opened(live, address, chromium, said, viewport={"width": 390, "height": 800}, has_touch=True)
    hall_with_grid(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".ed-booth").nth(7).tap()
    expect(page.locator(".ed-booth.is-selected")).to_have_count(1)
    page.click("[data-act=duplicate]")
    expect(page.locator(".ed-booth")).to_have_count(25)
    expect(page.locator("#plan-faults li").first).to_contain_text("đè lên nhau")
    page.click("#plan-form button")
    expect(page.locator("#thay-doi")).to_contain_text("Chưa lưu được")
    page.click("text=Sửa tiếp")
    expect(page.locator(".ed-booth")).to_have_count(25)
    assert said == []


def test_visitors_pinch_the_plan_and_walk_it_by_keys(live: Live, address: str, chromium: Browser) -> None:
    """Two fingers enlarge the plan and not the page; on an enlarged plan whichever booth has the focus is in view."""
    slug = live.run(lambda: make.fair("hoi-xem", booths=6).slug)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(f"{address}/hoi-cho/{slug}")
    drawing = page.locator(".plan-drawing").first
    expect(page.locator("[data-plan-tools]").first).to_be_visible()
    drawing.scroll_into_view_if_needed()
    box, whole = drawing.bounding_box(), drawing.get_attribute("viewBox")
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    send = context.new_cdp_session(page).send
    for kind, apart in (("touchStart", 20), *(("touchMove", 20 + 6 * step) for step in range(1, 12))):
        fingers = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert drawing.get_attribute("viewBox") != whole
    assert page.evaluate("visualViewport.scale") == 1
    page.locator(".plan-scroll").first.focus()
    for key in "++++":
        page.keyboard.press(key)
    for _booth in range(2):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const a = document.activeElement.getBoundingClientRect();
              const frame = document.activeElement.closest(".plan-scroll")?.getBoundingClientRect();
              return frame && a.left >= frame.left - 1 && a.right <= frame.right + 1 && a.top >= frame.top - 1; }"""
        )
        assert seen, "the booth that has the focus"
    context.close()
