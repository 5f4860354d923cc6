"""What visitors find at a fair: the directory, its search, one booth, one exhibitor, calendar files, machines."""

import json
import re
from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update

from catalog.listings.places import Place
from core.clock import now
from core.db import db, transaction
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.directory import Directory, directory_of, for_visitors, runs_of
from shop.fairs.finding import Sought, areas_of, find
from shop.fairs.models import Booking, Fair
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.on("sqlite")


def hold(ground: Ground, booth: str, **made: object) -> Booking:
    """A booth held for the ground's producer with one product."""
    product = ground.make.product(producer=ground.producer, **made)
    ground.certificate(product)
    return book(ground.fair.slug, booth, Claim(ground.application(product).code), ground.organizer)[0]


def read(ground: Ground) -> Directory:
    return directory_of(ground.fair, now())


def test_words_need_no_marks_and_every_word_must_fit(ground: Ground) -> None:
    hold(ground, "A01", name="Mật ong hoa nhãn")
    (one,) = read(ground).exhibitors
    one = replace(one, province=Place("31", "Hải Phòng"), locality=Place("11728", "Kiến Hưng"))
    for words in ("mat ong", "MẬT ONG", "ong a01", "kien hung", "hải phòng nhãn"):
        assert find([one], Sought(words)) == [one], words
    for words in ("mat ong dua", "A02", "%", "'; --"):
        assert find([one], Sought(words)) == [], words


def test_filters_join(ground: Ground) -> None:
    hold(ground, "A01")
    (one,) = read(ground).exhibitors
    one = replace(one, province=Place("31", "Hải Phòng"), locality=Place("11728", "Kiến Hưng"))
    day = ground.days[0]
    fits = Sought(hall="A", group=one.groups[0], area="11728", stars=4, day=day)
    assert find([one], fits) == [one]
    for wrong in ({"hall": "B"}, {"group": "VI"}, {"area": "04"}, {"stars": 5}, {"day": date(2020, 1, 1)}):
        assert find([one], replace(fits, **wrong)) == [], wrong


def test_areas_are_counted_within_their_provinces(ground: Ground) -> None:
    hold(ground, "A01")
    (one,) = read(ground).exhibitors
    home, far = Place("31", "Hải Phòng"), Place("04", "Cao Bằng")
    some = (
        replace(one, province=home, locality=Place("11728", "Kiến Hưng")),
        replace(one, province=home, locality=Place("11700", "An Lão")), replace(one, province=far, locality=None),
    )  # fmt: skip
    found = areas_of(replace(read(ground), exhibitors=some))
    assert [(area.label, area.count, area.within) for area in found] == [
        ("Hải Phòng", 2, ""), ("An Lão", 1, "Hải Phòng"), ("Kiến Hưng", 1, "Hải Phòng"), ("Cao Bằng", 1, ""),
    ]  # fmt: skip


def test_days_in_a_row_are_one_run() -> None:
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 2)]
    assert runs_of(days) == [(days[0], days[1]), (days[2], days[2])]
    assert runs_of([]) == []


def test_who_was_only_offered_a_booth_is_not_named(ground: Ground, client: FlaskClient) -> None:
    booking = hold(ground, "A01")
    address = f"/hoi-cho/{ground.fair.slug}"
    assert ground.producer.name in client.get(address).text
    with transaction():
        db.session.execute(update(Booking).where(Booking.id == booking.id).values(state="offered"))
    page = client.get(address).text
    assert ground.producer.name not in page
    assert 'class="booth held' in page
    assert client.get(f"{address}/chu-the/{ground.producer.code}").status_code == 404
    assert ground.producer.name not in client.get(f"/api/v1/fairs/{ground.fair.slug}/booths").text


def test_goods_for_adults_wait_for_the_word_of_the_visitor(ground: Ground, client: FlaskClient) -> None:
    hold(ground, "A01", name="Rượu nếp cái", set_no=14)
    (one,) = for_visitors(read(ground), is_adult=False).exhibitors
    assert one.is_hiding
    assert one.products == ()
    address = f"/hoi-cho/{ground.fair.slug}"
    assert "Rượu nếp cái" not in client.get(address).text
    assert "Rượu nếp cái" not in client.get(f"{address}/chu-the/{one.producer.code}").text
    with client.session_transaction() as cookie:
        cookie["adult"] = True
    assert "Rượu nếp cái" in client.get(address).text


def test_a_booth_is_told_first_and_marked(ground: Ground, client: FlaskClient) -> None:
    hold(ground, "A01")
    address = f"/hoi-cho/{ground.fair.slug}"
    page = client.get(f"{address}?gian=a01").text
    assert 'id="gian-title"' in page
    assert "js/plan.js" in page  # without it a phone shows a corner of the hall, and the booth is elsewhere
    assert re.findall(r'class="booth [^"]*chosen" id="(plan-A\d+)"', page) == ["plan-A01"]
    assert "còn trống" in client.get(f"{address}?gian=A02").text
    unknown = client.get(f"{address}?gian=Z99%22%3E")
    assert unknown.status_code == 200
    assert "Không có gian Z99&#34;&gt;" in unknown.text
    assert ' chosen"' not in unknown.text


def test_a_search_marks_what_it_finds(ground: Ground, client: FlaskClient) -> None:
    hold(ground, "A02", name="Mắm tôm")
    address = f"/hoi-cho/{ground.fair.slug}"
    found = client.get(f"{address}?q=mam+tom").text
    assert re.findall(r'chosen" id="(plan-A\d+)"', found) == ["plan-A02"]
    nothing = client.get(f"{address}?q=khong+co&stars=x&day=hom-nay&hall=Z&page=-3&group=9&area=99999").text
    assert "Bỏ lọc" in nothing
    assert 'id="gian-A02"' not in nothing


def test_an_exhibitor_has_a_page_and_dates(ground: Ground, client: FlaskClient) -> None:
    hold(ground, "A01", name="Mắm tôm")
    address = f"/hoi-cho/{ground.fair.slug}/chu-the/{ground.producer.code}"
    page = client.get(address)
    assert page.status_code == 200
    data = [
        json.loads(one) for one in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page.text)
    ]
    (maker,) = [one for one in data if one["@type"] == "Organization"]
    assert maker["event"]["startDate"] == ground.fair.opens_on.isoformat()
    assert [offer["itemOffered"]["name"] for offer in maker["makesOffer"]] == ["Mắm tôm"]
    dates = client.get(f"{address}/lich.ics").text
    assert dates.count("BEGIN:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{ground.days[0]:%Y%m%d}" in dates
    for foreign in (ground.make.producer().code, "CT-KHONG", "%00"):
        assert client.get(f"/hoi-cho/{ground.fair.slug}/chu-the/{foreign}").status_code == 404


def test_a_fair_that_was_called_off_takes_itself_out_of_calendars(ground: Ground, client: FlaskClient) -> None:
    address = f"/hoi-cho/{ground.fair.slug}/lich.ics"
    assert "STATUS:CONFIRMED" in client.get(address).text
    with transaction():
        db.session.execute(update(Fair).where(Fair.id == ground.fair.id).values(state="cancelled", cancelled_at=now()))
    assert "STATUS:CANCELLED" in client.get(address).text


def test_the_api_filters_as_the_page_does(ground: Ground, client: FlaskClient) -> None:
    hold(ground, "A01", name="Mắm tôm")
    address = f"/api/v1/fairs/{ground.fair.slug}/exhibitors"
    assert client.get(f"{address}?q=mam").json["total"] == 1
    assert client.get(f"{address}?q=mam&stars=5").json["total"] == 0
    for wrong in ("stars=2", "day=mai", "group=IX", "area=123456", "adult=2", "unknown=1"):
        assert client.get(f"{address}?{wrong}").status_code == 422, wrong


def test_machines_find_every_exhibitor(ground: Ground, client: FlaskClient) -> None:
    hold(ground, "A01")
    assert f"sitemap-hoi-cho-{ground.fair.slug}.xml" in client.get("/sitemap.xml").text
    part = client.get(f"/sitemap-hoi-cho-{ground.fair.slug}.xml").text
    assert f"/hoi-cho/{ground.fair.slug}/chu-the/{ground.producer.code}" in part
    assert client.get("/sitemap-hoi-cho-khong-co.xml").status_code == 404


def test_a_fair_is_read_in_as_many_statements_however_large(make: ModuleType, client: FlaskClient) -> None:
    counts: list[int] = []
    for size in (2, 12):
        fair = make.fair(booths=size)
        organizer = make.actor("fair_organizer", ("fair", fair.slug))
        for number in range(1, size + 1):
            book(fair.slug, f"A{number:02}", Claim(make.application(fair).code), organizer)
        counts += [
            _statements(client, f"/hoi-cho/{fair.slug}?q=a"),
            _statements(client, f"/hoi-cho/{fair.slug}?gian=A01"),
        ]
    assert counts[:2] == counts[2:]


def _statements(client: FlaskClient, address: str) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if "SAVEPOINT" not in one])
