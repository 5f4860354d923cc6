"""The desk of a fair in a browser and over the API: forms that come back, acts that are shown before they are done."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from fpdf import FPDF
from sqlalchemy import select

from core.accounts.models import UserGrant
from core.clock import today
from core.db import db
from shop.fairs import queries
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.models import Booking
from shop.stores.models import Seller
from tests.shop.fairs.conftest import Ground
from tests.support.browser import Browser
from tests.support.queries import counted

pytestmark = pytest.mark.on("sqlite")
V1 = "/api/v1"


@pytest.fixture
def organizer(ground: Ground, client: FlaskClient) -> Browser:
    return Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))


@pytest.fixture
def headers(ground: Ground) -> dict[str, str]:
    return ground.make.headers("fair_organizer", ("fair", ground.fair.slug))


def desk_of(ground: Ground, rest: str = "") -> str:
    return f"/quan-ly/hoi-cho/{ground.fair.slug}{rest}"


def given(ground: Ground, booth: str = "A01") -> Booking:
    owner = ground.producer if booth == "A01" else ground.make.producer()
    product = ground.make.product(producer=owner)
    ground.certificate(product)
    booking, _new = book(
        ground.fair.slug, booth, Claim(ground.application(product, producer=owner).code), ground.organizer
    )
    record_payment(booking.code, "at_store", None, ground.organizer)
    return booking


def filled(opens_on: date, **more: Any) -> dict[str, Any]:
    """What a form of a fair sends at least."""
    return {
        "name": "Hội chợ Xuân", "venue": "Cung Việt Xô, phường Lê Chân", "opens_on": opens_on.isoformat(),
        "closes_on": (opens_on + timedelta(4)).isoformat(), "applications_from": today().isoformat(),
        "applications_until": (opens_on - timedelta(20)).isoformat(), "stars_min": "3", "hold_hours": "72",
        "offer_hours": "48", "pay_hours": "96", "renewal_lead_days": "15", "cut_off_days": "2",
        "badges_per_booth": "4", **more,
    }  # fmt: skip


def test_a_fair_is_made_edited_and_opened_by_form(ground: Ground, organizer: Browser) -> None:
    page = "/quan-ly/hoi-cho/moi"
    opens_on = today() + timedelta(90)
    wrong = organizer.post(page, page=page, **filled(opens_on, hours_from="8 giờ", about="Vào cửa tự do"))
    assert wrong.status_code == 422
    assert "8 giờ" in wrong.text
    assert "Vào cửa tự do" in wrong.text
    rules = {
        "quota_area": ["31", ""], "quota_most": ["20", ""], "priority": ["home", "", "stars"], "zone_name": ["A", ""],
        "zone_groups": ["0:I", "0:II"], "subsidy_percent": "50", "subsidy_most": "2.000.000",
    }  # fmt: skip
    made = organizer.post(page, page=page, **filled(opens_on, **rules))
    assert made.status_code == 303
    fair = queries.get_fair("hoi-cho-xuan")
    assert (fair.state, fair.seller_id) == ("draft", ground.fair.seller_id)
    assert fair.rules == {
        "stars_min": 3, "hold_hours": 72, "offer_hours": 48, "pay_hours": 96, "renewal_lead_days": 15,
        "cut_off_days": 2, "badges_per_booth": 4, "groups": [], "priority": ["home", "stars"], "quota": {"31": 20},
        "zones": {"A": ["I", "II"]},
        "subsidy": {"share_bp": 5000, "most_vnd": 2_000_000, "areas": [], "stars_min": 3},
    }  # fmt: skip
    desk = f"/quan-ly/hoi-cho/{fair.slug}"
    assert "Số đăng ký với Sở Công Thương" in organizer.get(desk).text
    again = organizer.post(page, page=page, **filled(opens_on))
    assert again.status_code == 409
    assert 'href="#f-slug"' in again.text
    facts = desk + "/thong-tin"
    form = organizer.get(facts).text
    assert 'value="48"' in form
    assert re.search(r'<option value="home" selected>', form)
    said = filled(opens_on, version="1", registration_number="7/XTTM", **rules)
    assert organizer.post(facts, page=facts, **said).status_code == 303
    stale = organizer.post(facts, page=facts, **{**said, "venue": "Nơi khác"})
    assert stale.status_code == 412
    assert "Nơi khác" in stale.text
    assert organizer.post(desk + "/mo", page=facts).status_code == 303
    db.session.expire_all()
    assert queries.get_fair(fair.slug).state == "open"


@pytest.mark.parametrize(
    ("rules", "where"),
    [
        ({"quota_area": ["31"], "quota_most": ["nhiều"]}, "quota_area"),
        ({"quota_area": ["31", "31"], "quota_most": ["1", "2"]}, "quota_area"),
        ({"zone_name": ["A"], "zone_groups": []}, "zone_name"),
        ({"zone_name": [""], "zone_groups": ["0:I"]}, "zone_name"),
    ],
)
def test_a_row_that_says_half_comes_back(organizer: Browser, rules: dict[str, Any], where: str) -> None:
    page = "/quan-ly/hoi-cho/moi"
    answer = organizer.post(page, page=page, **filled(today() + timedelta(90), **rules))
    assert answer.status_code == 422
    assert f'href="#f-{where}"' in answer.text
    assert queries.find_fair("hoi-cho-xuan") is None


def test_another_seller_is_not_the_organizers_to_name(ground: Ground, organizer: Browser) -> None:
    ground.make.seller()
    other = db.session.query(Seller).filter(Seller.id != ground.fair.seller_id).first()
    assert other is not None
    page = "/quan-ly/hoi-cho/moi"
    answer = organizer.post(page, page=page, **filled(today() + timedelta(90), seller=other.code))
    assert answer.status_code == 422
    assert 'href="#f-seller"' in answer.text


def test_a_postponement_is_shown_before_it_is_done(ground: Ground, organizer: Browser, client: FlaskClient) -> None:
    booking, page = given(ground), desk_of(ground, "/doi-ngay")
    said = {
        "version": str(queries.get_fair(ground.fair.slug).version), "because": "Bão số 9",
        "opens_on": (ground.days[0] + timedelta(14)).isoformat(),
        "closes_on": (ground.days[-1] + timedelta(14)).isoformat(), "choose_by": (today() + timedelta(7)).isoformat(),
    }  # fmt: skip
    before = ground.days[0]
    shown = organizer.post(page, page=page, **said)
    assert shown.status_code == 200
    assert 'id="foreseen"' in shown.text
    db.session.expire_all()
    assert ground.days[0] == before
    wrong = organizer.post(page, page=page, **{**said, "choose_by": said["opens_on"]})
    assert wrong.status_code == 422
    assert "Bão số 9" in wrong.text
    assert organizer.post(page, page=page, **said, do="1").status_code == 303
    db.session.expire_all()
    assert ground.days[0] == before + timedelta(14)
    assert "Bão số 9" in organizer.get(page).text
    producer = Browser(client).become(ground.make.user("producer", ("producer", ground.producer.code)))
    hers = f"/hoi-cho/doi-ngay/{booking.code}"
    booth = producer.get(f"/hoi-cho/gian/{booking.code}").text
    assert f'href="{hers}"' in booth  # not by the letter alone
    assert "moved_days" not in booth  # what happened is told in words
    assert "Bão số 9" in producer.get(hers).text
    assert producer.post(hers, page=hers, choice="maybe").status_code == 422
    assert producer.post(hers, page=hers, choice="leaves").status_code == 303
    assert "3.000.000" not in producer.get(hers).text
    assert queries.get_booking(booking.code).state == "released"
    assert f'href="{hers}"' not in producer.get(f"/hoi-cho/gian/{booking.code}").text
    stranger = Browser(client).become(ground.make.user("producer", ("producer", ground.make.producer().code)))
    assert stranger.get(hers).status_code == 404


def test_calling_off_asks_for_its_word(ground: Ground, organizer: Browser) -> None:
    given(ground)
    page, version = desk_of(ground, "/huy"), str(queries.get_fair(ground.fair.slug).version)
    assert "3.000.000" in organizer.get(page).text
    said = {"version": version, "because": "Mái dột"}
    missing = organizer.post(page, page=page, **said)
    assert missing.status_code == 422
    assert "Mái dột" in missing.text
    db.session.expire_all()
    assert queries.get_fair(ground.fair.slug).state == "open"
    assert organizer.post(page, page=page, **said, confirm="hủy").status_code == 303
    db.session.expire_all()
    assert queries.get_fair(ground.fair.slug).state == "cancelled"
    assert "Mái dột" in organizer.get(desk_of(ground)).text
    assert organizer.get(page).status_code == 409


def test_a_copy_begins_as_a_draft(ground: Ground, organizer: Browser) -> None:
    page = desk_of(ground, "/sao-chep")
    past = organizer.post(page, page=page, name="Kỳ sau", opens_on=today().isoformat())
    assert past.status_code == 422
    opens_on = (today() + timedelta(400)).isoformat()
    assert organizer.post(page, page=page, name="Kỳ sau", opens_on=opens_on).status_code == 303
    assert queries.get_fair("ky-sau").copied_from == ground.fair.slug


def test_organizers_are_invited_and_let_go(ground: Ground, client: FlaskClient) -> None:
    fair, other = ground.make.fair().slug, ground.make.fair().slug
    organizer = Browser(client).become(ground.make.user("fair_organizer", ("fair", fair)))
    page = f"/quan-ly/hoi-cho/{fair}/ban-to-chuc"
    assert "/thoi" not in organizer.get(page).text  # the last one stays
    invited = organizer.post(page, page=page, name="Chị Mai", contact="mai@example.vn")
    assert invited.status_code == 201
    assert invited.headers["Cache-Control"] == "no-store"
    assert "invitation-link" in invited.text
    assert organizer.post(page, page=page, name="Chị Mai", contact="không phải").status_code == 422
    withdraw = re.findall(r'action="([^"]+/rut)"', organizer.get(page).text)
    assert organizer.post(withdraw[0], page=page).status_code == 303
    (own,) = grants_of(fair)
    assert organizer.post(f"{page}/{own}/thoi", page=page).status_code == 422
    ground.make.user("fair_organizer", ("fair", fair))
    ground.make.user("fair_organizer", ("fair", other))
    (foreign,) = grants_of(other)
    assert organizer.post(f"{page}/{foreign}/thoi", page=page).status_code == 404
    second = next(one for one in grants_of(fair) if one != own)
    assert organizer.post(f"{page}/{second}/thoi", page=page).status_code == 303
    assert grants_of(fair) == [own]


def grants_of(fair: str) -> list[int]:
    db.session.expire_all()
    query = select(UserGrant.id).where(UserGrant.scope_id == fair, UserGrant.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(UserGrant.id)))


def test_every_page_of_another_fair_does_not_exist(ground: Ground, organizer: Browser) -> None:
    other = ground.make.fair().slug
    for rest in ("", "/thong-tin", "/doi-ngay", "/huy", "/sao-chep", "/ban-to-chuc"):
        assert organizer.get(f"/quan-ly/hoi-cho/{other}{rest}").status_code == 404
    for rest in ("/thong-tin", "/doi-ngay", "/huy", "/sao-chep", "/ban-to-chuc", "/mo", "/giay-to"):
        answer = organizer.post(f"/quan-ly/hoi-cho/{other}{rest}", page=desk_of(ground, "/thong-tin"))
        assert answer.status_code in (404, 422), rest
    assert queries.get_fair(other).version == 1


def test_more_booths_are_no_more_statements(ground: Ground, organizer: Browser) -> None:
    pages = [desk_of(ground), desk_of(ground, "/ho-so"), desk_of(ground, "/gian"), "/quan-ly/hoi-cho"]
    given(ground, "A01")
    few = [counted(lambda url=url: organizer.get(url)) for url in pages]
    given(ground, "A02")
    assert [counted(lambda url=url: organizer.get(url)) for url in pages] == few


def test_the_api_edits_moves_copies_and_calls_off(ground: Ground, client: FlaskClient, headers: dict[str, str]) -> None:
    url = f"{V1}/fairs/{ground.fair.slug}"
    given(ground)

    def tagged() -> dict[str, str]:
        return {**headers, "If-Match": client.get(url).headers["ETag"]}

    assert client.patch(url, json={"venue": "x"}, headers=headers).status_code == 428
    assert client.patch(url, json={"state": "over"}, headers=tagged()).status_code == 422
    assert client.patch(url, json={"rules": {"stars_min": 9}}, headers=tagged()).status_code == 422
    edited = client.patch(url, json={"hours_from": "08:00", "hours_until": "21:00"}, headers=tagged())
    assert (edited.status_code, edited.get_json()["hours_until"]) == (200, "21:00")
    days = {
        "opens_on": (ground.days[0] + timedelta(14)).isoformat(),
        "closes_on": (ground.days[-1] + timedelta(14)).isoformat(), "choose_by": (today() + timedelta(7)).isoformat(),
        "because": "Bão",
    }  # fmt: skip
    dry = client.post(f"{url}/move", json={**days, "dry_run": True}, headers=headers)
    assert (dry.status_code, dry.get_json()["is_done"], dry.get_json()["bookings"][0]["days_kept"]) == (200, False, 3)
    assert client.post(f"{url}/move", json=days, headers=headers).status_code == 428
    done = client.post(f"{url}/move", json=days, headers=tagged()).get_json()
    assert (done["is_done"], done["bookings"]) == (True, dry.get_json()["bookings"])
    chosen = client.post(f"{V1}/bookings/{done['bookings'][0]['booking']}/choice", json={"choice": "leaves"},
                         headers=ground.make.headers("producer", ("producer", ground.producer.code)))  # fmt: skip
    assert (chosen.status_code, chosen.get_json()["state"]) == (200, "released")
    copied = client.post(f"{url}/copy", json={"name": "Kỳ sau", "opens_on": "2031-05-01"}, headers=headers)
    assert (copied.status_code, copied.get_json()["state"]) == (201, "draft")
    over = client.post(f"{url}/cancellation", json={"because": "Mái dột"}, headers=tagged())
    assert (over.status_code, over.get_json()["state"]) == (200, "cancelled")
    assert client.patch(url, json={"venue": "x"}, headers=tagged()).get_json()["code"] == "fair.state"


def test_a_fairs_paper_is_kept_for_its_organizers_alone(
    ground: Ground, organizer: Browser, client: FlaskClient
) -> None:
    page = desk_of(ground, "/thong-tin")
    drawn = FPDF()
    drawn.add_page()
    pdf = bytes(drawn.output())
    empty = organizer.post(desk_of(ground, "/giay-to"), page=page)
    assert empty.status_code == 303
    sent = organizer.post(desk_of(ground, "/giay-to"), page=page, file=(io.BytesIO(pdf), "xac-nhan.pdf"))
    assert sent.status_code == 303
    found = re.search(r'href="(/tai-lieu/[^"]+)"', organizer.get(page).text)
    assert found
    assert organizer.get(found[1]).status_code == 200
    other = ground.make.user("fair_organizer", ("fair", ground.make.fair().slug))
    assert Browser(client).become(other).get(found[1]).status_code == 404
