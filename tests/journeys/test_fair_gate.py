"""A phone at the gate of a fair, in the real page: with the network, without it, and when it comes back."""

from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from core.accounts.service import begin_session
from core.clock import now, today, travel
from core.db import db
from shop.fairdays.badges import issue_badge, revoke_badge
from shop.fairdays.models import BoothVisit, FairBadge, FairScan
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.models import Booking
from tests import make
from tests.support import till
from tests.support.live import Live

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.on("sqlite"), pytest.mark.timeout(600),
]  # fmt: skip


def opened() -> tuple[str, list[str], list[str]]:
    """A fair under way with three paid booths: its slug, the codes of a badge each, and of the bookings."""
    with travel(now() - timedelta(days=30)):
        fair = make.fair(booths=3, opens_on=today() + timedelta(days=30))
        organizer = make.actor("fair_organizer", ("fair", fair.slug))
        badges, bookings = list[str](), list[str]()
        for booth in ("A01", "A02", "A03"):
            booking, _new = book(fair.slug, booth, Claim(make.application(fair).code), organizer)
            record_payment(booking.code, "at_store", None, organizer)
            badges.append(issue_badge(booking.code, f"Người {booth}", "", organizer).code)
            bookings.append(booking.code)
    return fair.slug, badges, bookings


def steward(live: Live, context: BrowserContext, address: str, slug: str) -> None:
    """Sign a steward in, as her browser would be."""

    def cookie() -> str:
        person = make.user("fair_steward", ("fair", slug))
        secret = begin_session(person.id, "test", "test")
        signer = SecureCookieSessionInterface().get_signing_serializer(live.app)
        assert signer is not None
        return signer.dumps({"sid": secret})

    name = live.app.config["SESSION_COOKIE_NAME"]
    context.add_cookies([{"name": name, "value": live.run(cookie), "url": address}])


def read(page: Page, text: str, outcome: str, booth: str) -> None:
    """Type a code as a scanner does, and wait for the answer of this booth."""
    page.fill("#code", text)
    page.keyboard.press("Enter")
    shown = f"document.getElementById('result').dataset.outcome === '{outcome}'"
    till.until(page, f"{shown} && document.getElementById('booth').textContent === '{booth}'")


def test_a_badge_is_scanned_with_and_without_the_network(live: Live) -> None:
    slug, badges, bookings = live.run(opened)
    said: list[str] = []
    with till.served(live) as address, till.browser() as chromium:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
        context.set_default_timeout(120_000)  # the machine may be busy
        steward(live, context, address, slug)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/quan-ly/soat-the/{slug}")
        page.wait_for_selector("html[data-ready]")
        till.until(page, "navigator.serviceWorker.controller !== null")
        read(page, f"{address}/the/{badges[0]}", "accepted", "A01")
        read(page, badges[0], "repeated", "A01")
        live.run(lambda: revoke_badge(badges[2], make.actor("fair_organizer", ("fair", slug))))

        context.set_offline(True)
        page.reload()  # the installed page opens without the network, with who may come in
        page.wait_for_selector("html[data-ready]")
        read(page, badges[1], "accepted", "A02")
        read(page, badges[1], "repeated", "A02")
        read(page, badges[2], "accepted", "A03")  # the phone cannot know that it was taken back
        read(page, "TD-000000000000", "refused", "")
        assert page.locator("#net").get_attribute("data-state") == "offline"
        till.until(page, "document.documentElement.dataset.waiting === '4'")
        assert live.run(lambda: len(db.session.scalars(select(FairScan)).all())) == 2

        context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        till.until(page, "document.documentElement.dataset.waiting === '0'")
        page.wait_for_selector("#log li[data-look=warn]")  # what waits for a person is said at the gate too
        page.fill("#code", "A03")
        page.wait_for_selector("#found button[data-booth=A03]")
        context.close()
    live.run(lambda: check(badges, bookings))
    assert said == []


def check(badges: list[str], bookings: list[str]) -> None:
    """Each scan once; two booths came, the third is a conflict that waits for a person."""
    scans = db.session.scalars(select(FairScan).order_by(FairScan.scanned_at)).all()
    told = [(one.outcome, one.reason, one.is_offline) for one in scans]
    assert told == [
        ("accepted", "", False), ("repeated", "", False), ("accepted", "", True), ("repeated", "", True),
        ("conflict", "revoked", True), ("refused", "unknown", True),
    ]  # fmt: skip
    came = select(Booking.code).join(BoothVisit, BoothVisit.booking_id == Booking.id).order_by(Booking.id)
    assert db.session.scalars(came).all() == bookings[:2]
    states = db.session.scalars(select(Booking.state).order_by(Booking.id)).all()
    assert states == ["checked_in", "checked_in", "paid"]
    assert len(db.session.scalars(select(FairBadge)).all()) == len(badges)
