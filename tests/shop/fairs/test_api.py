"""The API as the contract says: the whole way of a booth over HTTP, and every kind of bad input."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.clock import day_start, today, travel
from core.db import transaction
from shop.fairs.plans.plan import Grid, Plan, document_of, generate
from tests.shop.fairs.conftest import Ground

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

V1 = "/api/v1"


@pytest.fixture
def organizer(ground: Ground) -> dict[str, str]:
    return ground.make.headers("fair_organizer", ("fair", ground.fair.slug))


@pytest.fixture
def exhibitor(ground: Ground) -> dict[str, str]:
    return ground.make.headers("producer", ("producer", ground.producer.code))


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def plan_document() -> dict[str, Any]:
    hall, booths = generate(Grid("A", rows=2, columns=3, price_vnd=3_000_000))
    return document_of(Plan((hall,), booths))


def test_the_whole_way_of_a_booth(
    ground: Ground, client: FlaskClient, organizer: dict[str, str], exhibitor: dict[str, str]
) -> None:
    slug, product = ground.fair.slug, ground.product()
    shown = client.get(f"{V1}/fairs/{slug}")
    put = client.put(
        f"{V1}/fairs/{slug}/plan", json=plan_document(), headers={**organizer, "If-Match": shown.headers["ETag"]}
    )
    assert (put.status_code, put.get_json()["booths"]) == (200, 6)
    applied = client.post(f"{V1}/fairs/{slug}/applications", json={"products": [product.slug]}, headers=exhibitor)
    assert (applied.status_code, applied.get_json()["state"]) == (201, "submitted")
    application = applied.get_json()["id"]
    decided = client.post(f"{V1}/applications/{application}/decision", json={"decision": "accepted"}, headers=organizer)
    assert decided.get_json()["state"] == "accepted"
    booked = client.put(
        f"{V1}/fairs/{slug}/booths/A01/booking", json={"application": application},
        headers={**organizer, "Idempotency-Key": "one"},
    )  # fmt: skip
    body = booked.get_json()
    assert (booked.status_code, body["state"], body["price"], len(body["days"])) == (201, "hold", 3_000_000, 3)
    again = client.put(
        f"{V1}/fairs/{slug}/booths/A01/booking", json={"application": application},
        headers={**organizer, "Idempotency-Key": "one"},
    )  # fmt: skip
    assert (again.status_code, again.get_json()) == (201, body)
    asked = client.post(f"{V1}/bookings/{body['id']}/payment", json={"provider": "vietqr"}, headers=organizer)
    assert asked.get_json()["payment"]["qr_text"].startswith("000201")
    paid = client.post(f"{V1}/bookings/{body['id']}/payment", json={"provider": "at_store"}, headers=organizer)
    assert {day["state"] for day in paid.get_json()["days"]} == {"paid"}
    who = client.get(f"{V1}/fairs/{slug}/exhibitors").get_json()
    assert who["total"] == 1
    assert who["items"][0]["confirmed"] is True
    assert [one["slug"] for one in who["items"][0]["products"]] == [product.slug]
    booths = client.get(f"{V1}/fairs/{slug}/booths").get_json()
    assert {one["code"]: one["status"] for one in booths["items"]}["A01"] == "paid"
    assert booths["halls"][0]["code"] == "A"
    with travel(day_start(ground.days[0]) + timedelta(hours=2)):
        arrived = client.post(f"{V1}/bookings/{body['id']}/checkin", headers=organizer)
    assert arrived.get_json()["state"] == "checked_in"
    freed = client.delete(f"{V1}/fairs/{slug}/booths/A01/booking", headers=organizer)
    assert (freed.status_code, freed.get_json()["state"]) == (200, "released")
    gone = client.delete(f"{V1}/fairs/{slug}/booths/A01/booking", headers=organizer)
    assert code_of(gone) == (404, "booking.not_found")


def test_taken_names_the_days(ground: Ground, client: FlaskClient, organizer: dict[str, str]) -> None:
    first, second = ground.application(ground.product()), ground.make.application(ground.fair)
    url = f"{V1}/fairs/{ground.fair.slug}/booths/A01/booking"
    client.put(url, json={"application": first.code, "days": [ground.days[1].isoformat()]}, headers=organizer)
    refused = client.put(url, json={"application": second.code}, headers=organizer)
    assert code_of(refused) == (409, "booth.taken")
    assert refused.get_json()["days"] == [ground.days[1].isoformat()]


def test_nothing_of_a_lapsed_product_is_shown_while_the_worker_sleeps(
    ground: Ground, client: FlaskClient, organizer: dict[str, str]
) -> None:
    product = ground.product(until=0)
    application = ground.application(product)
    url = f"{V1}/fairs/{ground.fair.slug}/booths/A01/booking"
    body = {"application": application.code, "conditional": True}
    assert client.put(url, json=body, headers=organizer).status_code == 201
    listed = f"{V1}/fairs/{ground.fair.slug}/exhibitors"
    assert client.get(listed).get_json()["items"][0]["products"][0]["days"] == [ground.days[0].isoformat()]
    with travel(day_start(ground.days[1])):
        assert client.get(listed).get_json()["items"] == []
        assert client.get(f"/hoi-cho/{ground.fair.slug}").status_code == 200
        assert product.slug not in client.get(f"/hoi-cho/{ground.fair.slug}").get_data(as_text=True)


def test_a_fair_is_made_and_found(ground: Ground, client: FlaskClient, organizer: dict[str, str]) -> None:
    body = {
        "name": "Hội chợ mùa thu", "venue": "Quảng trường", "opens_on": (today() + timedelta(60)).isoformat(),
        "closes_on": (today() + timedelta(62)).isoformat(), "registration_number": "7/XTTM",
    }  # fmt: skip
    made = client.post(f"{V1}/fairs", json=body, headers=organizer)
    assert (made.status_code, made.get_json()["slug"], made.get_json()["state"]) == (201, "hoi-cho-mua-thu", "open")
    assert made.get_json()["rules"] == {"stars_min": 3, "groups": [], "hold_hours": 72}
    assert "hoi-cho-mua-thu" in [one["slug"] for one in client.get(f"{V1}/fairs").get_json()["items"]]
    assert code_of(client.post(f"{V1}/fairs", json=body, headers=organizer)) == (409, "fair.exists")


def test_a_draft_is_for_its_organizers(ground: Ground, client: FlaskClient, organizer: dict[str, str]) -> None:
    with transaction():
        ground.fair.state = "draft"
    url = f"{V1}/fairs/{ground.fair.slug}"
    assert client.get(url, headers=organizer).status_code == 200
    assert code_of(client.get(url)) == (404, "fair.not_found")
    assert code_of(client.get(url + "/booths")) == (404, "fair.not_found")
    assert client.get(f"/hoi-cho/{ground.fair.slug}").status_code == 404
    assert client.post(url + "/opening", headers=organizer).get_json()["state"] == "open"


def test_each_sees_only_what_is_theirs(
    ground: Ground, client: FlaskClient, organizer: dict[str, str], exhibitor: dict[str, str]
) -> None:
    own, foreign = ground.application(ground.product()), ground.make.application(ground.fair)
    stranger = ground.make.headers("fair_organizer", ("fair", ground.make.fair().slug))
    url = f"{V1}/applications/"
    assert client.get(url + own.code, headers=exhibitor).status_code == 200
    assert code_of(client.get(url + foreign.code, headers=exhibitor))[0] == 404
    assert code_of(client.get(url + own.code, headers=stranger))[0] == 404
    listed = f"{V1}/fairs/{ground.fair.slug}/applications"
    assert [one["id"] for one in client.get(listed, headers=exhibitor).get_json()["items"]] == [own.code]
    assert client.get(listed, headers=organizer).get_json()["total"] == 2
    assert client.get(listed, headers=stranger).get_json()["total"] == 0
    assert client.get(listed).status_code == 401
    book = f"{V1}/fairs/{ground.fair.slug}/booths/A01/booking"
    assert client.put(book, json={"application": own.code}, headers=stranger).status_code == 404
    assert client.put(book, json={"application": own.code}, headers=exhibitor).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1}, {"halls": []}, {"halls": None}, {"booths": "x"}, {"booths": [{}]},
        {"booths": [{"code": "a1", "hall": "A", "polygon": [[0, 0], [1, 0], [1, 1]], "price": 1}]},
        {"booths": [{"code": "A1", "hall": "A", "polygon": [[0, 0], [1, 0]], "price": 1}]},
        {"booths": [{"code": "A1", "hall": "A", "polygon": [[0, 0], [2.5, 0], [1, 1]], "price": 1}]},
        {"booths": [{"code": "A1", "hall": "A", "polygon": [[0, 0], [True, 0], [1, 1]], "price": 1}]},
        {"booths": [{"code": "A1", "hall": "A", "polygon": [[0, 0], [1, 0], [1, 1]], "price": -1}]},
        {"booths": [{"code": "A1", "hall": "B", "polygon": [[0, 0], [1, 0], [1, 1]], "price": 1}]},
        {"booths": [{"code": "A1", "hall": "A", "polygon": [[0, 0], [1, 0], [2, 0]], "price": 1}]},
    ],
)  # fmt: skip
def test_a_bad_plan_is_refused(
    ground: Ground, client: FlaskClient, organizer: dict[str, str], change: dict[str, Any]
) -> None:
    headers = {**organizer, "If-Match": '"1"'}
    answer = client.put(f"{V1}/fairs/{ground.fair.slug}/plan", json={**plan_document(), **change}, headers=headers)
    assert answer.status_code == 422
    assert answer.get_json()["code"] in ("input.invalid", "plan.faulty")


def test_a_plan_needs_the_version_it_replaces(ground: Ground, client: FlaskClient, organizer: dict[str, str]) -> None:
    url = f"{V1}/fairs/{ground.fair.slug}/plan"
    assert code_of(client.put(url, json=plan_document(), headers=organizer)) == (428, "edit.version_required")
    stale = client.put(url, json=plan_document(), headers={**organizer, "If-Match": '"99"'})
    assert code_of(stale) == (412, "edit.conflict")


@pytest.mark.parametrize(
    "body",
    [{}, {"application": 5}, {"application": "HS-1", "days": []}, {"application": "HS-1", "days": ["tomorrow"]},
     {"application": "HS-1", "conditional": "yes"}, {"application": "HS-1", "price": 1}],
)  # fmt: skip
def test_a_bad_claim_is_refused(ground: Ground, client: FlaskClient, organizer: dict[str, str], body: Any) -> None:
    answer = client.put(f"{V1}/fairs/{ground.fair.slug}/booths/A01/booking", json=body, headers=organizer)
    assert code_of(answer) == (422, "input.invalid")


def test_unknown_things(ground: Ground, client: FlaskClient, organizer: dict[str, str]) -> None:
    claim = {"application": "HS-00000000"}
    url = f"{V1}/fairs/{ground.fair.slug}/booths/A01/booking"
    assert code_of(client.put(url, json=claim, headers=organizer)) == (404, "application.not_found")
    assert code_of(client.get(f"{V1}/fairs/nowhere")) == (404, "fair.not_found")
    assert code_of(client.get(f"{V1}/bookings/BK-0", headers=organizer)) == (404, "booking.not_found")
    known = ground.application(ground.product())
    outside = {"application": known.code, "days": [(ground.days[-1] + timedelta(1)).isoformat()]}
    assert code_of(client.put(url, json=outside, headers=organizer)) == (422, "input.invalid")
