"""A store's whole day in a browser: receive, open, scan and sell, take back, hand over, count, close; to the đồng."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from catalog.listings.models import Sku
from core.accounts.models import UserAccount
from core.accounts.passwords import hash_password
from core.clock import today
from core.db import db, transaction
from core.doctor import examine
from core.worker import run_pending
from shop.inventory.models import Lot, StockLevel
from shop.orders.collecting import pickup_text
from shop.orders.queries import get_order
from shop.tills.models import TillShift
from tests import make
from tests.journeys import steps
from tests.journeys.conftest import Town
from tests.support import till
from tests.support.live import Live

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.on("sqlite"), pytest.mark.timeout(300),
]  # fmt: skip

FLOAT, GTIN, PRICE = 500_000, "8936012345674", 120_000
PASSWORD = "sao-va-la-2026"


def opened() -> tuple[till.Counter, str, str]:
    """A store without stock: honey with a GTIN, fish by weight, wine; answers the codes of fish and wine."""
    make.store("kien-thuy")
    honey = make.sku(name="Mật ong hoa rừng", price_vnd=PRICE)
    fish = make.sku(name="Chả cá thu Đồ Sơn", price_vnd=280_000, unit="gram")
    wine = make.sku(name="Rượu nếp cái", price_vnd=95_500, set_no=14)
    counter = till.make_counter("kien-thuy")
    with transaction() as session:
        session.get_one(Sku, honey.id).gtin = GTIN
        session.get_one(UserAccount, counter.people["store_manager"]).password_hash = hash_password(PASSWORD)
    return counter, fish.code, wine.code


def scale_code(sku: str) -> str:
    """What the scale prints for 750 g of a pack."""
    number = db.session.scalar(select(Sku.id).where(Sku.code == sku))
    body = f"2{number:06d}00750"
    total = sum(int(sign) * (1 if place % 2 else 3) for place, sign in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def lot_of(sku: str) -> str:
    return db.session.scalars(select(Lot.code).join(Sku, Sku.id == Lot.sku_id).where(Sku.code == sku)).one()


def sign_in(desk: Page, address: str, contact: str) -> None:
    """The manager at her desk, by password."""
    desk.set_default_timeout(120_000)  # the machine may be busy
    desk.goto(f"{address}/dang-nhap")
    desk.fill("[name=contact]", contact)
    desk.fill("[name=password]", PASSWORD)
    desk.keyboard.press("Enter")
    desk.wait_for_url(lambda url: "dang-nhap" not in url)


def receive(desk: Page, address: str, *goods: tuple[str, int]) -> None:
    """The morning's delivery, one line after the other."""
    desk.goto(f"{address}/quan-ly/cua-hang/kien-thuy/nhap-hang")
    for number, (code, units) in enumerate(goods, 1):
        if number > 1:
            desk.locator("button[value=more]").click()
        desk.fill(f"[name=sku-{number}]", code)
        desk.fill(f"[name=quantity-{number}]", str(units))
        desk.fill(f"[name=number-{number}]", f"L0{number}")
        desk.fill(f"[name=expires_on-{number}]", (today() + timedelta(days=300)).isoformat())
    desk.locator("button[value=receive]").click()
    if desk.locator("[name=seen]").count():
        desk.check("[name=seen]")
        desk.locator("button[value=receive]").click()
    expect(desk.locator(".flashes")).to_contain_text("nhập")


def pay_cash(page: Page, *notes: str) -> None:
    """F9, the notes laid down, Enter: printed; the next customer."""
    before = page.evaluate("printed.length")
    page.keyboard.press("F9")
    for note in notes:
        page.get_by_role("button", name=note, exact=True).click()
    page.click("[data-act=finish]")
    expect(page.locator("#sold")).to_be_visible()
    till.until(page, f"printed.length > {before}")
    page.click("[data-act=next]")


def sell(page: Page, fish: str, wine: str, codes: dict[str, str]) -> None:
    """Honey by GTIN, fish by the scale's code, wine by its lot label, asked the age; a discount beyond the limit."""
    till.scan(page, GTIN)
    till.scan(page, codes[fish])
    expect(page.locator("#lines > li")).to_have_count(2)
    expect(page.locator("#total")).to_have_text("330.000\N{NO-BREAK SPACE}₫")
    till.scan(page, codes[wine])
    page.get_by_role("button", name="Đủ 18 tuổi").click()
    expect(page.locator("#lines > li")).to_have_count(3)
    expect(page.locator("#total")).to_have_text("426.000\N{NO-BREAK SPACE}₫")  # 425.500, rounded for cash
    page.keyboard.press("F7")
    page.fill("#ask-number input", "10%")
    page.keyboard.press("Enter")
    expect(page.locator("#approve")).to_be_visible()
    page.locator("#approve input").press_sequentially(till.PINS["store_manager"], delay=80)
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_have_text("383.000\N{NO-BREAK SPACE}₫")  # 382.950
    pay_cash(page, "200k", "200k")
    assert "17.000" in page.evaluate("printed.at(-1)"), "the change stands on the receipt"


def sell_split(page: Page) -> None:
    """Found by name without marks; a part by card, a part by VietQR that the cashier has seen."""
    page.fill("#find", "3*mat ong")
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_have_text("360.000\N{NO-BREAK SPACE}₫")
    page.keyboard.press("F9")
    page.click("[data-way=card]")
    slip = page.locator("#pay [aria-label='Số hóa đơn thẻ']")
    expect(slip).to_be_focused()
    page.fill("#pay .input.figures", "100000")
    slip.click()
    for digit in "004711":
        page.locator("#pay .pad").get_by_role("button", name=digit, exact=True).click()
    expect(slip).to_have_value("004711")
    page.click("#pay .pay-done")
    page.click("[data-way=vietqr]")
    page.click("#pay .pay-done")
    expect(page.locator("#pay img")).to_be_visible()
    till.until(page, "document.querySelector('#pay img').naturalWidth > 0")
    page.click("[data-act=seen]")
    expect(page.locator("#sold")).to_be_visible()
    page.click("[data-act=next]")


def take_back(page: Page, code: str) -> None:
    """The QR of the second receipt: one jar comes back to the shelf, cash goes out."""
    till.scan(page, code)
    page.locator("#return [data-more='1']").click()
    expect(page.locator("#return .pay-total")).to_have_text("120.000\N{NO-BREAK SPACE}₫")
    page.click("[data-act=give]")
    expect(page.locator("#sold")).to_be_visible()
    page.click("[data-act=next]")


def hand_over(context: BrowserContext, page: Page, text: str) -> None:
    """Somebody comes for what she ordered: her QR, scanned at the till, opens the counter's page."""
    with context.expect_page() as opening:
        till.scan(page, text)
    counter = opening.value
    counter.get_by_role("button", name="Đã thu tiền và giao hàng").click()
    expect(counter.locator(".flashes")).to_be_visible()
    counter.close()


def count(desk: Page, address: str, *found: tuple[str, int]) -> None:
    """The stocktake: each lot without knowing what should be there; the first differs, and is counted once more."""
    desk.goto(f"{address}/quan-ly/cua-hang/kien-thuy/kiem-ke")
    desk.locator("form.form[method=post] .button").first.click()
    count_round(desk, *found)
    expect(desk.locator(".flashes")).to_contain_text("đếm lại")
    desk.get_by_role("link", name="Đếm tiếp").click()
    count_round(desk, found[0])
    desk.get_by_role("button", name="Duyệt, sửa sổ kho").click()
    expect(desk.get_by_role("button", name="Duyệt, sửa sổ kho")).to_have_count(0)


def count_round(desk: Page, *found: tuple[str, int]) -> None:
    """Type each lot and what is there; close the round."""
    desk.wait_for_url("**/dem")
    for lot, units in found:
        desk.reload()
        desk.check("[name=place][value=shelf]")
        desk.fill("#f-lot", lot)
        desk.fill("#f-quantity", str(units))
        with desk.expect_response("**/counts"):
            desk.locator("[data-first] .button").click()
    desk.get_by_role("link", name="Xong, xem phiếu").click()
    desk.get_by_role("button", name="Đóng lượt đếm").click()
    desk.wait_for_load_state()


def close(page: Page, cash: int) -> None:
    """Count the drawer, blind; the Z report says what should have been there."""
    page.click("[data-open=shift]")
    page.click("[data-act=close_shift]")
    left = cash
    for note in (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000):
        pieces, left = divmod(left, note)
        if pieces:
            page.fill(f"[data-note='{note}']", str(pieces))
    assert left == 0
    page.locator("#count .button").first.click()
    till.until(page, "printed.at(-1).includes('BÁO CÁO Z')")


def test_a_store_keeper_runs_her_day(live: Live, town: Town) -> None:
    counter, fish, wine = live.run(opened)
    honey = live.run(lambda: db.session.scalars(select(Sku.code).where(Sku.gtin == GTIN)).one())
    said: list[str] = []
    with till.served(live) as address, till.browser() as chromium:
        manager = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
        desk = manager.new_page()
        sign_in(
            desk, address, live.run(lambda: db.session.get_one(UserAccount, counter.people["store_manager"]).contact)
        )
        receive(desk, address, (honey, 20), (fish, 5_000), (wine, 6))
        body = steps.checkout_body(total=PRICE)
        order = town.does(None, "POST", f"/carts/{steps.fill_cart(town, honey)}/checkout", body)
        codes = {fish: live.run(lambda: scale_code(fish)), wine: live.run(lambda: lot_of(wine))}

        context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
        page = till.open_till(context, address, counter)
        page.on("pageerror", lambda error: said.append(str(error)))
        till.sign_in(page, counter)
        till.open_shift(page, FLOAT)
        sell(page, fish, wine, codes)
        sell_split(page)
        take_back(page, page.evaluate("printed.at(-1).match(/BL-[0-9A-Z]{8}/)[0]"))
        hand_over(context, page, live.run(lambda: pickup_text(get_order(order["number"]))))
        count(desk, address, *live.run(lambda: [(lot_of(honey), 15), (lot_of(fish), 4_250), (lot_of(wine), 5)]))
        close(page, FLOAT + 383_000 - 120_000)
        context.close()
        manager.close()
    while live.run(run_pending):
        pass
    live.run(check)
    assert said == []


def check() -> None:
    """The Z report to the đồng, and nothing that the doctor finds."""
    shift = db.session.scalars(select(TillShift)).one()
    assert (shift.expected_vnd, shift.difference_vnd) == (763_000, 0)
    report = shift.report
    ways = {one["way"]: (one["taken"], one["given_back"]) for one in report["ways"]}
    assert ways == {"cash": (383_000, 120_000), "card": (100_000, 0), "vietqr": (260_000, 0)}
    assert (report["sales_count"], report["sales_total"], report["returns_total"]) == (2, 743_000, 120_000)
    assert report["rounding_total"] == 50
    assert [one["amount"] for one in report["unreconciled"]] == [260_000]
    left = select(Sku.code, StockLevel.on_hand).join(Lot, Lot.id == StockLevel.lot_id).join(Sku, Sku.id == Lot.sku_id)
    assert sorted(units for _code, units in db.session.execute(left)) == [5, 15, 4_250]
    assert [f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches] == []
