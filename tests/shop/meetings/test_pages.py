"""Pages and API: a company registers and meets, exhibitor and organizer do their part, nobody sees another's."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from core.clock import day_start
from core.db import db
from shop.meetings import queries, service
from shop.meetings.links import key_of
from shop.meetings.models import Buyer, Meeting
from shop.meetings.rules import BuyerState
from tests.shop.meetings.conftest import Floor
from tests.support.browser import Browser

pytestmark = pytest.mark.on("sqlite")

COMPANY = {
    "company": "Siêu thị Đồng Xanh", "kind": "retail", "place": "Hà Nội", "contact_name": "Người thử",
    "phone": "0912 345 678", "email": "mua@thu.example", "consent": "true", "of-1": "3", "wanted-1": "mật ong",
    "quantity-1": "200", "unit-1": "kg", "period-1": "month", "price-1": "150.000", "stars-1": "3", "period-2": "once",
    "stars-2": "3",
}  # fmt: skip


@pytest.fixture
def organizer(floor: Floor, client: FlaskClient) -> Browser:
    return Browser(client).become(floor.make.user("fair_organizer", ("fair", floor.fair.slug)))


def public(floor: Floor) -> str:
    return f"/hoi-cho/{floor.fair.slug}/ket-noi"


def desk(floor: Floor) -> str:
    return f"/quan-ly/hoi-cho/{floor.fair.slug}/ket-noi"


def test_a_company_registers_is_admitted_and_meets(floor: Floor, client: FlaskClient) -> None:
    visitor = Browser(client)
    assert public(floor) in client.get(f"/hoi-cho/{floor.fair.slug}").text
    sent = visitor.post(public(floor), page=public(floor), **COMPANY)
    assert sent.status_code == 303
    address = sent.headers["Location"]
    page = client.get(address)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Ban tổ chức đang xem" in page.text
    assert f'href="/hoi-cho/{floor.fair.slug}"' in page.text.split('class="crumbs"')[1].split("</nav>")[0]
    one = db.session.scalars(select(Buyer)).one()
    assert (one.phone, one.needs[0].price_vnd, one.needs[0].quantity) == ("+84912345678", 150_000, 200)
    service.decide_buyer(floor.fair.slug, one.code, BuyerState.ADMITTED, floor.organizer)
    seller = floor.sellers[0]
    page = client.get(address)
    assert f'id="ct-{seller.code}"' in page.text
    assert "đúng bộ sản phẩm" in page.text
    assert f'id="ct-{floor.sellers[1].code}"' not in page.text
    once = re.search(r'name="once" value="([^"]+)"', page.text)
    assert once
    wish = {"producer": seller.code, "slot": str(floor.slots[0]), "once": once[1]}
    assert visitor.post(f"{address}/hen", page=address, **wish).status_code == 303
    again = visitor.post(f"{address}/hen", page=address, **wish)
    assert again.status_code == 409
    made = db.session.scalars(select(Meeting)).one()
    assert made.asked_by == "buyer"
    dates = client.get(f"{address}/lich.ics").text
    assert dates.count("BEGIN:VEVENT") == 1
    assert "STATUS:CONFIRMED" in dates
    empty = visitor.post(f"{address}/huy", page=address, meeting=made.code, reason="")
    assert empty.status_code == 422
    assert visitor.post(f"{address}/huy", page=address, meeting=made.code, reason="Bận").status_code == 303
    assert "STATUS:CANCELLED" in client.get(f"{address}/lich.ics").text


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"company": ""}, "f-company"), ({"phone": "12"}, "f-phone"), ({"kind": "x"}, "f-kind"),
        ({"consent": ""}, "f-consent"),
        ({"of-1": "27"}, "e-of-1"), ({"quantity-1": "0"}, "e-quantity-1"), ({"price-1": "abc"}, "e-price-1"),
        ({"of-1": "", "wanted-1": ""}, "e-wanted-1"), ({"email": "a@b"}, "f-email"), ({"tax_code": "1"}, "f-tax_code"),
    ],
)  # fmt: skip
def test_a_form_comes_back_with_what_was_typed(
    floor: Floor, client: FlaskClient, wrong: dict[str, str], where: str
) -> None:
    answer = Browser(client).post(public(floor), page=public(floor), **{**COMPANY, **wrong})
    assert answer.status_code == 422
    assert where in answer.text
    assert 'value="Người thử"' in answer.text
    assert db.session.scalar(select(Buyer.id)) is None


def test_a_number_registers_once(floor: Floor, client: FlaskClient) -> None:
    assert Browser(client).post(public(floor), page=public(floor), **COMPANY).status_code == 303
    again = Browser(client).post(public(floor), page=public(floor), **COMPANY)
    assert again.status_code == 409
    assert 'value="Siêu thị Đồng Xanh"' in again.text


def test_the_address_of_a_buyer_is_a_key(floor: Floor, client: FlaskClient) -> None:
    one = floor.buyer()
    for wrong in (one.code, f"{one.code}.", f"{one.code}.{'0' * 32}", f"NM-00000000.{key_of(one.code)[-32:]}"):
        assert client.get(f"/ket-noi/{wrong}").status_code == 404
    assert client.get(f"/ket-noi/{key_of(one.code)}").status_code == 200
    service.withdraw_buyer(one.code, floor.organizer)
    assert client.get(f"/ket-noi/{key_of(one.code)}").status_code == 410


def test_a_buyer_cannot_touch_anothers_meeting(floor: Floor, client: FlaskClient) -> None:
    one, other = floor.buyer(), floor.buyer()
    made = floor.meet(one, floor.sellers[0])
    address = f"/ket-noi/{key_of(other.code)}"
    visitor = Browser(client)
    assert visitor.post(f"{address}/huy", meeting=made.code, reason="x").status_code == 404
    assert visitor.post(f"{address}/doi", meeting=made.code, version=1, slot=floor.slots[1]).status_code == 404
    assert made.code not in client.get(address).text
    assert queries.get_meeting(made.code).state == "booked"


def test_an_exhibitor_meets_and_writes_down_what_came_of_it(floor: Floor, client: FlaskClient, clock) -> None:
    honey, paste = floor.sellers
    one = floor.buyer()
    own = f"{public(floor)}/cua-toi"
    me = Browser(client).become(floor.make.user("producer", ("producer", honey.code)))
    assert one.company in me.get(own).text
    wish = {"buyer": one.code, "producer": honey.code, "slot": floor.slots[0]}
    assert me.post(f"{own}/hen", page=own, **{**wish, "producer": paste.code}).status_code == 404
    assert me.post(f"{own}/hen", page=own, **wish).status_code == 303
    made = db.session.scalars(select(Meeting)).one()
    assert "tel:+84" in me.get(own).text  # whom she meets she may call
    early = me.post(f"{own}/ket-qua", page=own, meeting=made.code, version=1, came="yes", outcome="contract")
    assert early.status_code == 409
    assert "BEGIN:VEVENT" in me.get(f"{own}/lich.ics").text
    clock.set(day_start(floor.fair.opens_on) + timedelta(hours=12))
    me.become(floor.make.user("producer", ("producer", honey.code)))
    result = {"meeting": made.code, "version": 1, "came": "yes", "outcome": "contract", "expected": "250.000.000"}
    wrong = me.post(f"{own}/ket-qua", page=own, **{**result, "expected": "rất nhiều"}, words="Hẹn gửi mẫu")
    assert (wrong.status_code, "rất nhiều" in wrong.text, "Hẹn gửi mẫu" in wrong.text) == (422, True, True)
    assert me.post(f"{own}/ket-qua", page=own, **result).status_code == 303
    db.session.expire_all()
    assert queries.get_meeting(made.code).expected_vnd == 250_000_000
    assert me.post(f"{own}/ket-qua", page=own, **result).status_code == 412


def test_an_exhibitor_sees_no_contact_before_there_is_a_meeting(floor: Floor, client: FlaskClient) -> None:
    one = floor.buyer()
    me = Browser(client).become(floor.make.user("producer", ("producer", floor.sellers[0].code)))
    page = me.get(f"{public(floor)}/cua-toi").text
    assert one.company in page
    assert str(one.phone) not in page
    assert str(one.phone)[3:] not in page


def test_the_desk_sets_up_admits_books_and_arranges(floor: Floor, organizer: Browser) -> None:
    one = floor.buyer(admitted=False)
    page = desk(floor)
    assert one.company in organizer.get(page).text
    setting = {
        "version": 1, "is_open": "true", "register_until": floor.fair.closes_on.isoformat(), "place": "Sảnh C",
        "starts_time": "9:00", "ends_time": "11:00", "slot_minutes": "30", "tables": "3", "most_each": "4",
    }  # fmt: skip
    wrong = organizer.post(f"{page}/cai-dat", page=f"{page}/cai-dat", **{**setting, "ends_time": "25:00"})
    assert wrong.status_code == 422
    assert 'value="Sảnh C"' in wrong.text
    assert organizer.post(f"{page}/cai-dat", page=f"{page}/cai-dat", **setting).status_code == 303
    assert organizer.post(f"{page}/cai-dat", page=f"{page}/cai-dat", **setting).status_code == 412
    own = f"{page}/ben-mua/{one.code}"
    assert organizer.post(own, page=own, state="admitted").status_code == 303
    trial = organizer.get(f"{page}/xep").text
    assert floor.sellers[0].name in trial
    assert db.session.scalar(select(Meeting.id)) is None
    once = re.search(r'name="once" value="([^"]+)"', trial)
    assert once
    assert organizer.post(f"{page}/xep", page=f"{page}/xep", once=once[1]).status_code == 303
    made = db.session.scalars(select(Meeting)).one()
    move = {"meeting": made.code, "version": 1, "slot": floor.slots[3]}
    assert organizer.post(f"{page}/lich/doi", page=own, **move).status_code == 303
    assert organizer.post(f"{page}/lich/doi", page=own, **move).status_code == 412
    assert made.code in organizer.get(f"{page}/lich").text
    assert organizer.post(f"{page}/lich/huy", page=own, meeting=made.code, reason="Đổi").status_code == 303
    again = organizer.post(f"{own}/hen", page=own, producer=floor.sellers[0].code, slot=floor.slots[1])
    assert again.status_code == 303


def test_a_company_that_telephones_is_entered_and_admitted(floor: Floor, organizer: Browser) -> None:
    page = f"{desk(floor)}/moi"
    assert organizer.post(page, page=page, **{**COMPANY, "place": ""}).status_code == 422
    assert organizer.post(page, page=page, **COMPANY).status_code == 303
    assert db.session.scalars(select(Buyer)).one().state == "admitted"


def test_the_desk_of_another_fair_does_not_exist(floor: Floor, organizer: Browser) -> None:
    other = Floor(floor.make, floor.make.fair(), floor.organizer)
    other.organizer = floor.make.actor("fair_organizer", ("fair", other.fair.slug))
    other.seller("Mật ong khác", "A01")
    other.set_up()
    theirs = other.buyer()
    made = other.meet(theirs, other.sellers[0])
    mine = desk(floor)
    for address in ("", "/cai-dat", "/lich", "/xep", "/moi", f"/ben-mua/{theirs.code}"):
        assert organizer.get(desk(other) + address).status_code == 404
    assert organizer.get(f"{mine}/ben-mua/{theirs.code}").status_code == 404
    page = f"{mine}/cai-dat"
    assert organizer.post(f"{mine}/lich/huy", page=page, meeting=made.code, reason="x").status_code == 404
    assert organizer.post(f"{mine}/ben-mua/{theirs.code}", page=page, state="refused").status_code == 404
    assert queries.get_meeting(made.code).state == "booked"


def test_the_api_enters_proposes_books_and_records(floor: Floor, client: FlaskClient, clock) -> None:
    headers = floor.make.headers("fair_organizer", ("fair", floor.fair.slug))
    stem = f"/api/v1/fairs/{floor.fair.slug}"
    body = {
        "company": "Đồng Xanh", "kind": "retail", "place": "Hà Nội", "contact_name": "Người thử", "phone": "0912345678",
        "needs": [{"of": "3", "wanted": "mật ong", "quantity": 200, "unit": "kg", "price": 150000}],
    }  # fmt: skip
    buyer = client.post(f"{stem}/buyers", json=body, headers=headers)
    assert buyer.status_code == 201, buyer.text
    code = buyer.json["id"]
    assert client.post(f"{stem}/buyers", json=body, headers=headers).json["code"] == "buyer.known"
    for wrong in ({"needs": []}, {"needs": [{}]}, {"phone": "1"}, {"state": "admitted"}):
        assert client.post(f"{stem}/buyers", json={**body, **wrong}, headers=headers).status_code == 422
    (one,) = client.get(f"{stem}/buyers/{code}/proposals", headers=headers).json["items"]
    assert one["producer"] == floor.sellers[0].code
    assert one["matches"][0]["because"] == ["set", "words", "stars"]
    starts = queries.grid_of(floor.fair.id).slots[0].starts_at.isoformat()
    wish = {"buyer": code, "producer": one["producer"], "starts_at": starts}
    keyed = {**headers, "Idempotency-Key": "meet-1"}
    made = client.post(f"{stem}/meetings", json=wish, headers=keyed)
    assert made.status_code == 201, made.text
    assert client.post(f"{stem}/meetings", json=wish, headers=keyed).json == made.json
    assert client.post(f"{stem}/meetings", json=wish, headers=headers).json["code"] == "meeting.exists"
    off = {**wish, "starts_at": "2026-01-01T00:00:00Z"}
    assert client.post(f"{stem}/meetings", json=off, headers=headers).json["code"] == "meeting.slot_not_found"
    address = f"/api/v1/meetings/{made.json['id']}"
    clock.set(day_start(floor.fair.opens_on) + timedelta(hours=12))
    headers = floor.make.headers("fair_organizer", ("fair", floor.fair.slug))
    result = {"came": True, "outcome": "memorandum", "expected": 1000000}
    assert client.post(f"{address}/result", json=result, headers=headers).status_code == 428
    fresh = {**headers, "If-Match": client.get(address, headers=headers).headers["ETag"]}
    assert client.post(f"{address}/result", json=result, headers=fresh).json["state"] == "held"
    assert client.post(f"{address}/result", json=result, headers=fresh).status_code == 412
    assert client.get(f"{stem}/meetings", headers=headers).json["total"] == 1
    stranger = floor.make.headers("fair_organizer", ("fair", floor.make.fair().slug))
    for path in (address, f"{stem}/meetings", f"{stem}/buyers", f"{stem}/buyers/{code}/proposals"):
        assert client.get(path, headers=stranger).status_code == 404
        assert client.get(path).status_code == 401


def test_a_timetable_is_read_in_as_many_statements_however_long(floor: Floor, organizer: Browser) -> None:
    counts: list[int] = []
    for _round in range(2):
        floor.meet(floor.buyer(), floor.sellers[0], len(queries.grid_of(floor.fair.id).live))
        counts.append(_statements(organizer, f"{desk(floor)}/lich"))
        counts.append(_statements(organizer, desk(floor)))
    assert counts[:2] == counts[2:]


def _statements(browser: Browser, address: str) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert browser.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([one for one in seen if "SAVEPOINT" not in one])
