"""A fair from the empty hall to the gate, in the browser: drawn, applied to, assigned, paid, moved up, scanned."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from core.clock import ZONE, now, today
from core.db import db, transaction
from core.doctor import examine
from core.schedule import run_due
from core.worker import run_pending
from shop.fairdays.models import FairScan
from shop.fairs.models import Booking, Fair
from shop.payments.models import Payment
from tests import make
from tests.support import people, till
from tests.support.live import Live

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.on("sqlite"), pytest.mark.timeout(600),
]  # fmt: skip

SLUG, PRICE, AHEAD = "hoi-cho-mua-thu", 3_000_000, 60
DESK = f"/quan-ly/hoi-cho/{SLUG}"


@dataclass
class Time:
    """What the shop's clock says beside this machine's. The browser's is the machine's."""

    step: timedelta


@dataclass
class Cast:
    """Account ids: the organizer, and exhibitors by name."""

    organizer: int
    exhibitors: dict[str, int]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The story begins sixty days ago, so that the fair's first day is today, for the shop and for the browser."""
    time = Time(timedelta(days=-AHEAD))
    monkeypatch.setattr("core.clock._OFFSET_FILE", "the story's own time")
    monkeypatch.setattr("core.clock._offset", lambda: time.step)
    return time


def gathered() -> Cast:
    """A registered fair that nobody sees yet, without a plan; three producers, each with a certified product."""
    fair = make.fair(SLUG, booths=0, opens_on=today() + timedelta(days=AHEAD))
    with transaction() as session:
        found = session.get_one(Fair, fair.id)
        found.halls, found.state = [], "draft"
    organizer = make.user("fair_organizer", ("fair", SLUG))
    exhibitors: dict[str, int] = {}
    for name in ("Hợp tác xã An", "Hộ Bình", "Hộ Chi"):
        maker = make.producer(name=name)
        make.certificate(make.product(producer=maker, name=f"Mật ong {name}"))
        exhibitors[name] = make.user("producer", ("producer", maker.code)).id
    return Cast(organizer.id, exhibitors)


@dataclass
class Stage:
    """The live shop behind a port, and browsers of people who use it."""

    live: Live
    address: str
    chromium: Browser
    said: list[str]

    def enter(self, account: int, width: int = 1280) -> Page:
        """Somebody's own browser, signed in."""
        context = self.chromium.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
        context.set_default_timeout(60_000)  # the machine may be busy
        people.sign_in(self.live, context, self.address, account)
        page = context.new_page()
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def worker(self) -> None:
        """The clock's jobs, then everything that follows from them."""
        self.live.run(run_due)
        while self.live.run(run_pending):
            pass


def draw(page: Page, address: str) -> None:
    """24 booths from nothing, saved and printed."""
    page.goto(f"{address}{DESK}/so-do")
    page.click("text=Vẽ và sửa")
    page.fill("#a-width", "30")
    page.fill("#a-height", "30")
    page.click("#ask-hall button:not([data-close])")
    page.click("[data-act=grid]")
    page.fill("#g-rows", "4")
    page.fill("#g-columns", "6")
    page.fill("#g-price", str(PRICE))
    page.click("#ask-grid button:not([data-close])")
    expect(page.locator(".ed-booth")).to_have_count(24)
    page.click("#plan-form button")
    expect(page.locator("#thay-doi")).to_contain_text("gian thêm")
    page.click("#luu button:has-text('Lưu sơ đồ')")
    expect(page.locator("#cac-ban tbody tr")).to_have_count(1)
    paper = page.context.request.get(f"{address}{DESK}/so-do/in.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF")


def apply(page: Page, address: str) -> str:
    """A producer on her phone; answers the code of her application."""
    page.goto(f"{address}/hoi-cho/{SLUG}")
    page.locator(f"a[href$='/hoi-cho/{SLUG}/dang-ky']").first.click()
    page.check("[name=products]")
    page.get_by_role("button", name="Gửi hồ sơ").click()
    page.wait_for_selector(".badge")
    page.goto(f"{address}/hoi-cho-cua-toi")
    return str(page.locator("#ho-so tbody tr").first.get_attribute("id"))


def decide(page: Page, address: str, decision: str, *codes: str) -> None:
    page.goto(f"{address}{DESK}/ho-so")
    for code in codes:
        page.check(f"[name=applications][value={code}]")
    page.click(f"#nhieu-ho-so [value={decision}]")
    expect(page.locator("#flashes")).to_contain_text(str(len(codes)))


def pieces(page: Page) -> dict[str, str]:
    """Who stands where on the plan: application by booth."""
    return {one["booth"]: one["application"] for one in json.loads(page.inner_text("#keo-quan"))["pieces"]}


def middle(page: Page, booth: Locator) -> tuple[float, float]:
    booth.scroll_into_view_if_needed()
    box = booth.locator(".booth-base").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def assign_and_drag(page: Page, address: str, code: str) -> dict[str, str]:
    """Ask for an assignment, carry one exhibitor to the last booth by hand, apply; answers who was offered what."""
    page.goto(f"{address}{DESK}/xep-gian")
    page.get_by_role("button", name="Tính thử", exact=True).click()
    expect(page.locator("#ai-o-dau tbody tr")).to_have_count(2)
    page.locator(f"#{code} a").click()
    expect(page.locator("main")).to_contain_text("điểm")
    page.goto(f"{address}{DESK}/xep-gian/keo")
    page.wait_for_selector(".booth.can-move")
    source = next(booth for booth, application in pieces(page).items() if application == code)
    target = next(booth for booth in ("D06", "D05", "D04") if booth not in pieces(page))
    x, y = middle(page, page.locator(f"#plan-{target}"))
    page.mouse.move(x, y)  # both must be in sight before somebody is carried
    page.mouse.move(*middle(page, page.locator(f"#plan-{source}")))
    page.mouse.down()
    x, y = middle(page, page.locator(f"#plan-{target}"))
    page.mouse.move(x, y, steps=8)
    page.mouse.up()
    page.wait_for_selector(f"#plan-{target}.is-pinned")
    placed = pieces(page)
    assert placed[target] == code
    assert source not in placed
    page.goto(f"{address}{DESK}/xep-gian/ap-dung")
    page.get_by_role("button", name="Áp dụng và mời").click()
    expect(page.locator("#flashes")).to_contain_text("Đã mời 2 gian")
    return {application: booth for booth, application in placed.items()}


def open_booth(page: Page, address: str) -> None:
    """From her fairs to her booth."""
    page.goto(f"{address}/hoi-cho-cua-toi")
    page.locator("#ho-so a.booth-no").first.click()


def accept_and_pay(page: Page, organizer: Page, address: str) -> None:
    """She takes the offer and asks for the transfer's QR; the organizer writes down the bank's line."""
    open_booth(page, address)
    page.locator("#loi-moi").get_by_role("button", name="Nhận gian này").click()
    page.locator("#tra-tien").get_by_role("button", name="VietQR").click()
    expect(page.locator("#tra-tien")).to_contain_text("3.000.000")
    organizer.goto(f"{address}{DESK}/gian")
    organizer.click("text=Ghi chuyển khoản")
    form = organizer.locator("#ghi-co form")
    form.locator("[name=reference]").fill("FT26001")
    at = now().astimezone(ZONE)
    form.locator("[name=booked_on]").fill(at.date().isoformat())
    form.locator("[name=booked_time]").fill(f"{at:%H:%M}")
    form.get_by_role("button", name="Ghi đã nhận").click()
    expect(organizer.locator("#flashes")).to_contain_text("Đã ghi khoản thu")
    page.reload()
    expect(page.locator(".page-head").first).to_contain_text("Đã thu tiền")


def test_a_fair_from_the_empty_hall_to_the_gate(live: Live, time: Time) -> None:
    cast = live.run(gathered)
    with till.served(live) as address, till.browser() as chromium:
        expect.set_options(timeout=60_000)
        stage = Stage(live, address, chromium, [])
        organizer = stage.enter(cast.organizer)
        draw(organizer, address)
        organizer.goto(f"{address}{DESK}")
        organizer.get_by_role("button", name="Mở cho mọi người xem").click()
        an, binh, chi = (stage.enter(account, 390) for account in cast.exhibitors.values())
        codes = [apply(page, address) for page in (an, binh, chi)]
        decide(organizer, address, "accepted", *codes[:2])
        decide(organizer, address, "waitlisted", codes[2])
        offered = assign_and_drag(organizer, address, codes[1])
        stage.worker()

        accept_and_pay(an, organizer, address)
        open_booth(binh, address)
        expect(binh.locator("#loi-moi")).to_be_visible()  # she reads it, and lets the time pass
        time.step += timedelta(hours=73)
        stage.worker()
        binh = stage.enter(cast.exhibitors["Hộ Bình"], 390)
        binh.goto(f"{address}/hoi-cho-cua-toi")
        expect(binh.locator("#ho-so a.booth-no")).to_have_count(0)
        chi = stage.enter(cast.exhibitors["Hộ Chi"], 390)
        open_booth(chi, address)
        expect(chi.locator("h1")).to_contain_text(offered[codes[1]])
        chi.locator("#loi-moi").get_by_role("button", name="Nhận gian này").click()
        expect(chi.locator("#tra-tien")).to_be_visible()

        time.step = timedelta(0)
        stage.worker()
        scan(stage, cast.organizer, offered[codes[0]])
        live.run(lambda: check(codes))
        assert stage.said == []


def scan(stage: Stage, organizer: int, booth: str) -> None:
    """On the first day: badges for whoever has paid; one is read at the gate."""
    page = stage.enter(organizer, 390)
    page.goto(f"{stage.address}{DESK}/the")
    page.fill("[name=per_booth]", "1")
    page.get_by_role("button", name="Cấp thẻ còn thiếu").click()
    badge = page.locator(f"#the-{booth} td small").first
    code = badge.inner_text().strip()
    page.goto(f"{stage.address}/quan-ly/soat-the/{SLUG}")
    page.wait_for_selector("html[data-ready]")
    page.fill("#code", f"{stage.address}/the/{code}")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_have_attribute("data-outcome", "accepted")
    expect(page.locator("#booth")).to_have_text(booth)


def check(codes: list[str]) -> None:
    """One came, one let it go, one moved up and did not pay in time; the money of one booth is here."""
    rows = db.session.scalars(select(Booking).order_by(Booking.id)).all()
    told = [(one.state, one.ended_because) for one in rows]
    assert told == [("checked_in", None), ("released", "expired"), ("released", "expired")], told
    assert db.session.scalars(select(FairScan.outcome)).all() == ["accepted"]
    assert sum(db.session.scalars(select(Payment.captured_vnd))) == PRICE
    assert [f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches] == []
