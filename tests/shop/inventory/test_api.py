"""Stock over REST: by role and store, strict, and once per key."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import today
from shop.inventory.models import GoodsReceipt, StockMovement

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def line(sku: str, **changes: Any) -> dict[str, Any]:
    return {"sku": sku, "number": "L01", "quantity": 12, "expires_on": str(today() + timedelta(days=200))} | changes


def test_a_keeper_takes_goods_in_and_shoppers_see_them(make: ModuleType, client: FlaskClient) -> None:
    store, sku = make.store("kien-thuy"), make.sku(name="Mật ong Cát Bà")
    cashier = make.headers("cashier", ("store", "kien-thuy"))
    body = {"delivery_note": "PX 12", "lines": [line(sku.code)]}
    taken = client.post(f"/api/v1/stores/{store.code}/receipts", json=body, headers=cashier)
    assert taken.status_code == 201
    assert taken.json["lines"][0] | {"lot": ""} == {
        "lot": "", "sku": sku.code, "name": "Mật ong Cát Bà", "quantity": 12, "warnings": [],
    }  # fmt: skip
    stock = client.get(f"/api/v1/stores/{store.code}/stock").json
    assert stock["items"] == [
        {"sku": sku.code, "slug": stock["items"][0]["slug"], "name": "Mật ong Cát Bà", "label": "Hũ 500 g",
         "unit": "piece", "available": 12}
    ]  # fmt: skip
    ledger = client.get(f"/api/v1/stores/{store.code}/ledger?sku={sku.code}", headers=cashier).json
    assert ledger["total"] == 1
    assert ledger["items"][0]["delta"] == 12
    assert client.get(f"/api/v1/stores/{store.code}/ledger?sku=none", headers=cashier).json["items"] == []


def test_the_same_key_takes_the_goods_in_once(make: ModuleType, client: FlaskClient, session: Session) -> None:
    store, sku = make.store(), make.sku()
    headers = make.headers("admin") | {"Idempotency-Key": "delivery-1"}
    answers = [
        client.post(f"/api/v1/stores/{store.code}/receipts", json={"lines": [line(sku.code)]}, headers=headers)
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.text for answer in answers}) == 1
    assert session.scalar(select(func.count(GoodsReceipt.id))) == 1
    other = client.post(
        f"/api/v1/stores/{store.code}/receipts", json={"lines": [line(sku.code, quantity=1)]}, headers=headers
    )
    assert (other.status_code, other.json["code"]) == (422, "idempotency.mismatch")


def test_a_lapsed_product_is_named_and_nothing_is_written(
    make: ModuleType, client: FlaskClient, session: Session
) -> None:
    store = make.store()
    lapsed = make.sku(valid_until=today() - timedelta(days=1))
    answer = client.post(
        f"/api/v1/stores/{store.code}/receipts", json={"lines": [line(lapsed.code)]}, headers=make.headers("admin")
    )
    assert answer.json["code"] == "certificate.lapsed"
    assert session.scalar(select(func.count(StockMovement.id))) == 0


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (None, None, 401),
        ("shopper-like", None, 403),
        ("cashier", ("store", "elsewhere"), 403),
        ("cashier", ("store", "here"), 403),
        ("store_manager", ("store", "elsewhere"), 404),
        ("store_manager", ("store", "here"), 201),
        ("auditor", None, 403),
    ],
)
def test_only_the_stores_manager_writes_off(
    make: ModuleType, client: FlaskClient, role: str | None, scope: tuple[str, str] | None, status: int
) -> None:
    store = make.store("here")
    lot = make.lot(store=store)
    headers = make.headers(role, scope) if role else {}
    body = {"lot": lot.code, "quantity": -1, "reason": "damage"}
    answer = client.post("/api/v1/stores/here/adjustments", json=body, headers=headers)
    assert answer.status_code == status


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": 0}, {"quantity": -1}, {"quantity": 2.5}, {"quantity": "2"}, {"quantity": True}, {"quantity": None},
        {"quantity": 10**12}, {"price": 1}, {"expires_on": "2026-02-30"}, {"number": ""}, {"number": "\u202e"},
        {"made_on": "2030-01-01", "expires_on": "2029-01-01"}, {"commission_bp": 10_001}, {"is_consigned": "yes"},
        {"place": "transit"}, {"unit_cost": -1},
    ],
)  # fmt: skip
def test_bad_lines_are_refused_by_field(
    make: ModuleType, client: FlaskClient, session: Session, changes: dict[str, Any]
) -> None:
    store, sku = make.store(), make.sku()
    url, headers = f"/api/v1/stores/{store.code}/receipts", make.headers("admin")
    answer = client.post(url, json={"lines": [line(sku.code), line(sku.code, **changes)]}, headers=headers)
    assert answer.status_code == 422, answer.json
    assert answer.json["code"] == "input.invalid"
    assert session.scalar(select(func.count(StockMovement.id))) == 0


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"lines": [], "lines": []}', b'{"lines": 1e400}', b"\xff", b'{"lines": [}']
)
def test_broken_bodies_are_refused(make: ModuleType, client: FlaskClient, body: bytes) -> None:
    store = make.store()
    headers = make.headers("admin") | {"Content-Type": "application/json"}
    answer = client.post(f"/api/v1/stores/{store.code}/receipts", data=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_alcohol_is_shown_to_adults_only(make: ModuleType, client: FlaskClient) -> None:
    store = make.store()
    make.lot(make.sku(name="Rượu nếp", set_no=14), store)
    assert client.get(f"/api/v1/stores/{store.code}/stock").json["items"] == []
    assert [i["name"] for i in client.get(f"/api/v1/stores/{store.code}/stock?adult=1").json["items"]] == ["Rượu nếp"]


def test_an_unknown_store_is_not_found(client: FlaskClient, make: ModuleType) -> None:
    assert client.get("/api/v1/stores/nowhere/stock").status_code == 404
    assert client.get("/api/v1/stores/nowhere/ledger", headers=make.headers("admin")).status_code == 404
