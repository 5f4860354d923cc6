"""The pages: what visitors, producers and organizers see, and forms that come back with what was typed."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from core.accounts.sessions import COOKIE  # type: ignore[attr-defined]
from core.clock import today
from shop.fairs import queries
from shop.fairs.bookings import Claim, book
from shop.fairs.calendar import calendar_of
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.on("sqlite")


def test_the_list_and_the_fair(ground: Ground, client: FlaskClient) -> None:
    product = ground.product()
    book(ground.fair.slug, "A01", Claim(ground.application(product).code), ground.organizer)
    assert ground.fair.name in client.get("/hoi-cho").get_data(as_text=True)
    page = client.get(f"/hoi-cho/{ground.fair.slug}").get_data(as_text=True)
    for seen in (ground.fair.venue, "12/XTTM", ground.producer.name, product.name, 'id="plan-A01"', 'id="gian-A01"'):
        assert seen in page


def test_a_filter_narrows_the_list(ground: Ground, client: FlaskClient) -> None:
    product = ground.product()
    book(ground.fair.slug, "A01", Claim(ground.application(product).code), ground.organizer)
    page = client.get(f"/hoi-cho/{ground.fair.slug}?group=VI").get_data(as_text=True)
    assert 'id="gian-A01"' not in page


def test_the_calendar_file(ground: Ground, client: FlaskClient) -> None:
    answer = client.get(f"/hoi-cho/{ground.fair.slug}/lich.ics")
    assert answer.mimetype == "text/calendar"
    assert f"DTSTART;VALUE=DATE:{ground.days[0]:%Y%m%d}" in answer.get_data(as_text=True)


def test_a_calendar_line_is_folded_by_octets_and_escaped() -> None:
    text = calendar_of(
        "h", "Hội chợ; " + "ấ" * 60, "A, B", date(2026, 12, 30), date(2026, 12, 31), "http://x/h",
        datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert "DTEND;VALUE=DATE:20270101" in text
    assert "LOCATION:A\\, B" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "SUMMARY:Hội chợ\\; " + "ấ" * 60 in text.replace("\r\n ", "")
