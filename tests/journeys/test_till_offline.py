"""500 sales without the network in four tabs of the real page; answers get lost: 500 sales exactly, once each."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from catalog.listings.models import Sku
from core.db import db, transaction
from core.doctor import examine
from shop.inventory.models import StockLevel
from shop.tills.models import TillException, TillSale
from tests import make
from tests.support import till
from tests.support.live import Live

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.on("sqlite"), pytest.mark.timeout(1200),
]  # fmt: skip

SALES, TABS, PRICE, FLOAT = 500, 4, 120_000, 500_000
GTIN = "8936012345674"

#: So many sales in one tab, by the page's own keys: the scanner, F9, Enter, the next customer.
_SELL = """async ([code, times]) => {
  const until = async (is) => { const since = performance.now();
    while (!is()) { await new Promise((go) => setTimeout(go, 4));
      if (performance.now() - since > 60000) throw new Error(String(is)); } };
  const open = (id) => document.getElementById(id).open;
  const made = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  const press = (keys) => keys.map(made).forEach((one) => document.activeElement.dispatchEvent(one));
  for (let sale = 0; sale < times; sale += 1) {
    press([...code, "Enter"]);
    await until(() => document.querySelectorAll("#lines > li").length === 1);
    press(["F9"]);
    await until(() => open("pay"));
    document.querySelector("[data-act=finish]").click();
    await until(() => open("sold"));
    document.querySelector("[data-act=next]").click();
    await until(() => !open("sold") && !document.querySelector("#lines > li"));
  }
}"""


def opened() -> till.Counter:
    """A store with a little more on its shelf than is sold, and its till."""
    store = make.store("kien-thuy")
    pack = make.sku()
    make.lot(pack, store, on_shelf=SALES + 20)
    with transaction() as session:
        session.get_one(Sku, pack.id).gtin = GTIN
    return till.make_counter("kien-thuy")


def waiting(page: Page) -> int:
    return page.evaluate(
        "import(document.querySelector('script[type=module]').src.replace('main.js', 'app.js'))"
        ".then((m) => m.app.waiting)"
    )


def until_all_sent(page: Page) -> None:
    """Until no sale waits any more. How fast the machine is is not tested: only a minute without one is a fault."""
    left, quiet = waiting(page), 0
    while left:
        page.wait_for_timeout(500)
        before, left = left, waiting(page)
        quiet = 0 if left < before else quiet + 1
        assert quiet < 120, f"{left} sales wait, and none of them is taken"


def test_500_sales_without_the_network_are_500_sales(live: Live) -> None:
    counter = live.run(opened)
    roads: list[till.Losing] = []

    def bad_road(app: object) -> till.Losing:
        roads.append(till.Losing(app, "/sales", lost=0.35, doubled=0.15, most=4))
        return roads[0]

    said: list[str] = []
    with till.served(live, bad_road) as address, till.browser() as chromium:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
        first = till.open_till(context, address, counter)
        till.sign_in(first, counter)
        till.open_shift(first, FLOAT)
        till.until(first, "navigator.serviceWorker.controller !== null")
        tabs = [first, *(till.another_tab(context, address) for _ in range(TABS - 1))]
        for page in tabs:
            page.on("pageerror", lambda error: said.append(str(error)))

        context.set_offline(True)
        tabs[0].reload()  # the installed page opens without the network, with the cashier who was there
        tabs[0].wait_for_selector("html[data-ready]")
        for page in tabs:
            page.evaluate(_SELL, [GTIN, SALES // TABS])
        assert waiting(tabs[0]) == SALES
        assert f"{SALES} hóa đơn chờ gửi" in tabs[0].locator("#banners").inner_text()
        assert live.run(lambda: db.session.scalar(select(func.count()).select_from(TillSale))) == 0

        context.set_offline(False)
        for page in tabs:
            page.evaluate("dispatchEvent(new Event('online'))")
        until_all_sent(tabs[0])
        assert [page.locator(".banner.bad").count() for page in tabs] == [0] * TABS
        context.close()

    times = sorted(roads[0].came.values())
    assert len(times) == SALES and times[-1] <= 5 and sum(times) > SALES * 1.2, (
        "answers were lost, and sales sent again"
    )
    live.run(check)
    assert said == []


def check() -> None:
    """500 receipts of their own, the stock of 500, the money of 500; nothing waits for a decision."""
    count, ids, total = db.session.execute(
        select(func.count(), func.count(TillSale.uuid.distinct()), func.sum(TillSale.total_vnd))
    ).one()
    assert (count, ids, total) == (SALES, SALES, SALES * PRICE)
    assert db.session.scalar(select(func.count()).select_from(TillException)) == 0
    assert db.session.scalar(select(func.sum(StockLevel.on_hand))) == 20
    assert [f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches] == []
