"""The pages: what visitors, producers and organizers see, and forms that come back with what was typed."""

import re
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from shop.fairs import queries
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.calendar import calendar_of
from tests.shop.fairs.conftest import Ground
from tests.support.browser import Browser

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


@pytest.fixture
def producer(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("producer", ("producer", ground.producer.code)))


@pytest.fixture
def organizer(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))


def test_a_producer_applies_and_withdraws(ground: Ground, producer: Browser) -> None:
    product, candidate = ground.product(), ground.product(certified=False)
    url = f"/hoi-cho/{ground.fair.slug}/dang-ky"
    form = producer.get(url).get_data(as_text=True)
    assert f'value="{product.slug}"' in form
    assert re.search(f'value="{candidate.slug}"[^>]*disabled', form)
    sent = producer.post(url, page=url, products=product.slug, kind="corner", note="Gần cửa")
    assert sent.status_code == 303
    application = queries.find_live_application(ground.fair.id, ground.producer.id)
    assert application is not None
    assert application.wishes == {"kind": "corner", "note": "Gần cửa"}
    assert application.code in producer.get(url).get_data(as_text=True)
    assert producer.post(url + "/rut", page=url, application=application.code).status_code == 303
    assert queries.find_live_application(ground.fair.id, ground.producer.id) is None


def test_an_application_comes_back_with_what_was_typed(ground: Ground, producer: Browser) -> None:
    url = f"/hoi-cho/{ground.fair.slug}/dang-ky"
    product = ground.product(until=0)
    empty = producer.post(url, page=url, note="Xin gần cửa chính")
    assert empty.status_code == 422
    assert "Xin gần cửa chính" in empty.get_data(as_text=True)
    uncovered = producer.post(url, page=url, products=product.slug, note="Giữ lời")
    page = uncovered.get_data(as_text=True)
    assert uncovered.status_code == 409
    assert "Giữ lời" in page
    assert f"{ground.days[1]:%d/%m/%Y}" in page
    assert f'value="{product.slug}" ' in page
    assert "checked" in page


def test_the_desk_decides_gives_takes_and_frees(ground: Ground, organizer: Browser) -> None:
    application = ground.application(ground.product(), state="submitted")
    desk = f"/quan-ly/hoi-cho/{ground.fair.slug}"
    assert ground.fair.name in organizer.get("/quan-ly/hoi-cho").get_data(as_text=True)
    applications, given_page = desk + "/ho-so", desk + "/gian"
    assert application.code in organizer.get(applications).get_data(as_text=True)
    assert (
        organizer.post(f"/quan-ly/ho-so-hoi-cho/{application.code}", page=applications, decision="accepted").status_code
        == 303
    )
    missing = organizer.post(desk + "/giu", page=given_page, booth="A02")
    assert missing.status_code == 422
    assert '<option value="A02" selected' in missing.get_data(as_text=True)
    given = organizer.post(
        desk + "/giu", page=given_page, application=application.code, booth="A01", first_on=f"{ground.days[0]:%d/%m/%Y}"
    )
    assert given.status_code == 303
    booth = queries.find_booth(ground.fair.id, "A01")
    assert booth is not None
    (booking,) = queries.live_bookings_of_booth(booth.id)
    pay = f"/quan-ly/giu-gian/{booking.code}/thu"
    assert organizer.post(pay, page=given_page, provider="vietqr").status_code == 303
    wrong = organizer.post(
        pay, page=given_page, provider="vietqr", amount="2.000.000", reference="FT9", booked_on="22/11/2026"
    )
    assert wrong.status_code == 409
    assert "FT9" in wrong.get_data(as_text=True)
    assert organizer.post(pay, page=given_page, provider="at_store").status_code == 303
    assert booking.code in organizer.get(given_page).get_data(as_text=True)
    take_back = f"/quan-ly/giu-gian/{booking.code}/tra"
    assert "3.000.000" in organizer.get(take_back).get_data(as_text=True)
    assert organizer.post(take_back, page=take_back).status_code == 303
    assert queries.live_bookings_of_booth(booth.id) == []


def test_the_desk_of_another_fair_does_not_exist(ground: Ground, organizer: Browser) -> None:
    assert organizer.get(f"/quan-ly/hoi-cho/{ground.make.fair().slug}").status_code == 404
