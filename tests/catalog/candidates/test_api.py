"""Candidates over HTTP: the contract's form, roles, versions, keys; and that no public door knows one."""

from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from catalog.candidates.models import Candidate
from catalog.candidates.service import accept, propose
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.db import db

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

BASE = "/api/v1/candidates"
BODY: dict[str, Any] = {
    "name": "Mật ong hoa sú vẹt lạ", "set": 3, "producer_name": "HTX Ong Biển", "producer_kind": "cooperative",
    "score_a": 30.5, "contact": "0912 345 678",
}  # fmt: skip


@pytest.fixture
def area(make: ModuleType) -> str:
    return make.area().code


@pytest.fixture
def reporter(make: ModuleType, area: str) -> dict[str, str]:
    return make.headers("reporter", ("area", area))


@pytest.fixture
def certifier(make: ModuleType) -> dict[str, str]:
    return make.headers("certifier")


def test_proposed_edited_and_accepted(client: FlaskClient, reporter: Any, certifier: Any, area: str) -> None:
    made = client.post(BASE, json=BODY, headers=reporter)
    assert made.status_code == 201, made.json
    assert (made.json["state"], made.json["area"]["code"], made.json["group"], made.json["score_a"]) == (
        "proposed", area, "I", 30.5,
    )  # fmt: skip
    assert "similar" not in made.json, "what else is known is for the deciding desk"
    url = f"{BASE}/{made.json['code']}"
    assert client.patch(url, json={"name": "Khác"}, headers=reporter).status_code == 428
    stale = client.patch(url, json={"name": "Khác"}, headers={**reporter, "If-Match": '"9"'})
    assert (stale.status_code, stale.json["code"]) == (412, "edit.conflict")
    edited = client.patch(url, json={"story": "Hai\ndòng"}, headers={**reporter, "If-Match": made.headers["ETag"]})
    assert (edited.status_code, edited.json["story"], edited.json["version"]) == (200, "Hai\ndòng", 2)
    assert client.post(f"{url}/acceptance", json={}, headers=reporter).status_code == 403
    key = {**certifier, "Idempotency-Key": "k1"}
    answers = [client.post(f"{url}/acceptance", json={}, headers=key) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert (answers[0].json["state"], answers[0].json["product"]["name"]) == ("accepted", BODY["name"])
    seen = client.get(BASE, headers=reporter).json
    assert (seen["total"], seen["items"][0]["product"]["code"]) == (1, answers[0].json["product"]["code"])


def test_similar_merged_and_declined(client: FlaskClient, make: ModuleType, reporter: Any, certifier: Any) -> None:
    known = make.product(BODY["name"])
    one = client.post(BASE, json=BODY, headers=reporter).json["code"]
    shown = client.get(f"{BASE}/{one}", headers=certifier).json
    assert [(s["kind"], s["code"]) for s in shown["similar"]] == [("product", known.code)]
    held = client.post(f"{BASE}/{one}/acceptance", json={}, headers=certifier)
    assert (held.status_code, held.json["code"]) == (409, "candidate.similar")
    merged = client.post(f"{BASE}/{one}/acceptance", json={"product": known.code}, headers=certifier)
    assert (merged.json["state"], merged.json["product"]["code"]) == ("merged", known.code)
    two = client.post(BASE, json={**BODY, "name": "Mắm"}, headers=reporter).json["code"]
    assert client.post(f"{BASE}/{two}/decline", json={}, headers=certifier).status_code == 422
    declined = client.post(f"{BASE}/{two}/decline", json={"reason": "Chưa đủ hồ sơ"}, headers=certifier)
    assert (declined.json["state"], declined.json["reason"]) == ("declined", "Chưa đủ hồ sơ")
    twice = client.post(f"{BASE}/{two}/decline", json={"reason": "x"}, headers=certifier)
    assert (twice.status_code, twice.json["code"]) == (409, "candidate.decided")


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "a\u202eb"}, {"name": None}, {"set": 27}, {"set": "3"}, {"set": True}, {"score_a": 40.01},
     {"score_b": 9.999}, {"producer_kind": "big"}, {"producer_tax_code": "0100233489"}, {"producer_phone": "12"},
     {"producer": "CT-NOBODY"}, {"producer_name": None}, {"state": "accepted"}, {"product_id": 1}, {"area": "x1"},
     {"story": "x" * 4001}],
)  # fmt: skip
def test_bad_proposals_write_nothing(client: FlaskClient, reporter: Any, wrong: dict[str, Any]) -> None:
    assert client.post(BASE, json={**BODY, **wrong}, headers=reporter).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Candidate)) == 0


def test_foreign_ones_are_not_found(client: FlaskClient, make: ModuleType, certifier: Any, reporter: Any) -> None:
    other = client.post(BASE, json={**BODY, "area": make.area("Xã Khác").code}, headers=certifier).json["code"]
    for answer in (
        client.get(f"{BASE}/{other}", headers=reporter),
        client.patch(f"{BASE}/{other}", json={"name": "x"}, headers={**reporter, "If-Match": '"1"'}),
        client.get(f"{BASE}/DX-NOBODY00", headers=reporter),
    ):
        assert answer.status_code == 404
    assert client.get(BASE, headers=reporter).json["total"] == 0
    assert client.get(BASE).status_code == 401
    assert client.get(f"{BASE}/{other}", headers=make.headers("producer", ("producer", "CT-X"))).status_code == 403


def test_no_public_door_knows_a_candidate(client: FlaskClient, make: ModuleType) -> None:
    """Proposed, or accepted as a product without a certificate: neither is found by anybody outside (decision 21)."""
    make.listing(name="Mật ong đang bán")
    area = make.area()
    facts = {key: value for key, value in BODY.items() if key not in ("set", "score_a")}
    waiting = propose(SYSTEM, area=area.code, set_no=3, **facts)
    accepted = accept(SYSTEM, propose(SYSTEM, area=area.code, set_no=3, **{**facts, "name": "Trà hoa vàng lạ"}).code)
    assert accepted.product is not None
    slug, product = accepted.product.slug, accepted.product.code
    for name in (waiting.name, accepted.name):
        asked = {"q": name.rsplit(" ", 1)[0]}
        items = client.get("/api/v1/products", query_string=asked).json["items"]
        items += client.get("/api/v1/suggest", query_string=asked).json["items"]
        assert name not in [item.get("name") or item["text"] for item in items]
        for page in ("/san-pham", "/chung-nhan"):
            assert name not in client.get(page, query_string=asked).text
    everything = client.get("/api/v1/products", query_string={"per_page": 100}).json
    assert [item["name"] for item in everything["items"]] == ["Mật ong đang bán"]
    for address in (
        f"/api/v1/products/{slug}", f"/api/v1/products/{product}", f"/san-pham/{slug}",
        f"/api/v1/products/{waiting.code}", f"/san-pham/{waiting.code}",
        f"/api/v1/certificates/{waiting.code}", f"/chung-nhan/{waiting.code}",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert slug not in client.get("/").text
    assert db.session.scalar(select(func.count()).select_from(Product)) == 2
