"""Products: the 26 sets, addresses, whose they are; a candidate is nothing to a shopper."""

from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.products.queries import find_moved
from catalog.products.rules import slug_of
from catalog.products.sets import GROUPS, SETS

BASE = "/api/v1/products"


def test_the_sets_of_decision_26() -> None:
    assert list(SETS) == list(range(1, 27))
    assert list(GROUPS) == ["I", "II", "III", "IV", "V", "VI"]
    per_group = [sum(s.group == g for s in SETS.values()) for g in GROUPS]
    assert per_group == [13, 4, 3, 2, 3, 1]
    assert [s.number for s in SETS.values() if s.is_alcohol] == [14, 15]
    assert [s.number for s in SETS.values() if s.is_service] == [26]
    assert {SETS[n].group for n in (11, 12, 13)} == {"I"}, "tea and coffee are food"


@pytest.mark.parametrize(
    ("taken", "slug"),
    [
        (set(), "chanh-day-say-deo"),
        ({"chanh-day-say-deo"}, "chanh-day-say-deo-htx-da-lat"),
        ({"chanh-day-say-deo", "chanh-day-say-deo-htx-da-lat"}, "chanh-day-say-deo-2"),
        ({"chanh-day-say-deo", "chanh-day-say-deo-htx-da-lat", "chanh-day-say-deo-2"}, "chanh-day-say-deo-3"),
    ],
)
def test_slugs(taken: set[str], slug: str) -> None:
    assert slug_of("Chanh dây sấy dẻo", "HTX Đà Lạt", taken) == slug


def test_created_renamed_and_redirecting(client: FlaskClient, make: ModuleType) -> None:
    certifier, maker = make.headers("certifier"), make.producer()
    made = client.post(BASE, json={"name": "Đường thốt nốt", "producer": maker.code, "set": 7}, headers=certifier)
    assert (made.status_code, made.json["slug"], made.json["group"]) == (201, "duong-thot-not", "I")
    headers = {**certifier, "If-Match": made.headers["ETag"]}
    named = client.patch(f"{BASE}/duong-thot-not", json={"name": "Mật thốt nốt"}, headers=headers)
    assert (named.status_code, named.json["slug"]) == (200, "mat-thot-not")
    moved = find_moved("duong-thot-not")
    assert moved is not None
    assert moved.code == made.json["code"]
    again = client.post(BASE, json={"name": "Đường thốt nốt", "producer": maker.code, "set": 7}, headers=certifier)
    assert again.json["slug"] != "duong-thot-not", "an old address keeps redirecting"
    assert client.get("/api/v1/desk/products/mat-thot-not", headers=certifier).headers["ETag"] == '"2"'


@pytest.mark.parametrize(
    "wrong",
    [
        {"set": 0}, {"set": 27}, {"set": "7"}, {"set": 7.0}, {"name": " "}, {"producer": "CT-NOBODY"},
        {"area": "99999"}, {"slug": "mine"}, {"is_demo": True}, {"stars": 5},
    ],
)  # fmt: skip
def test_bad_products_are_refused(wrong: dict[str, Any], client: FlaskClient, make: ModuleType) -> None:
    certifier = make.headers("certifier")
    sent = {"name": "Đường", "producer": make.producer().code, "set": 7, **wrong}
    assert client.post(BASE, json=sent, headers=certifier).status_code == 422


def test_a_producers_people_have_their_own(client: FlaskClient, make: ModuleType) -> None:
    mine, other = make.product("Của tôi"), make.product("Của người khác")
    hand = make.headers("producer", ("producer", mine.producer.code))
    listed = client.get("/api/v1/desk/products", headers=hand).json
    assert [p["code"] for p in listed["items"]] == [mine.code]
    assert client.get(f"/api/v1/desk/products/{other.code}", headers=hand).status_code == 404
    for product, status in ((mine, 200), (other, 404)):
        answer = client.patch(f"{BASE}/{product.code}", json={"note": "x"}, headers={**hand, "If-Match": '"1"'})
        assert answer.status_code == status
    sent = {"name": "Mới", "producer": other.producer.code, "set": 7}
    assert client.post(BASE, json=sent, headers=hand).status_code == 404


def test_a_candidate_is_known_to_the_desks_only(client: FlaskClient, make: ModuleType) -> None:
    candidate = make.product("Than hoạt tính thử")
    certifier = make.headers("certifier")
    assert client.get(f"/api/v1/desk/products/{candidate.slug}", headers=certifier).status_code == 200
    assert client.get(f"/api/v1/desk/products/{candidate.slug}").status_code == 401
    assert client.get(f"/san-pham/{candidate.slug}").status_code == 404
