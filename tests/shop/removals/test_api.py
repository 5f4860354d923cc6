"""Goods that leave unsold, over REST; and deliveries as papers."""

from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from shop.inventory.models import Lot

pytestmark = pytest.mark.long("postgresql")
PRICE = 120_000


def maker(lot: Lot) -> str:
    return db.session.get_one(Producer, db.session.get_one(Product, lot.product_id).producer_id).code


def test_a_write_off_and_its_second_person(client: FlaskClient, make: ModuleType) -> None:
    store = make.store()
    lot = make.lot(make.sku(price_vnd=PRICE), store)
    first, second = (make.headers("store_manager", ("store", store.code)) for _ in range(2))
    base = f"/api/v1/stores/{store.code}/removals"
    body: dict[str, Any] = {"reason": "damage", "note": "ướt", "lines": [{"lot": lot.code, "quantity": 5}]}
    made = client.post(base, json=body, headers=first | {"Idempotency-Key": "k"})
    assert (made.status_code, made.json["state"], made.json["needs_second"]) == (202, "waiting", True)
    assert client.post(base, json=body, headers=first | {"Idempotency-Key": "k"}).json == made.json
    one = f"/api/v1/removals/{made.json['id']}"
    alone = client.post(f"{one}/approval", headers=first)
    assert (alone.status_code, alone.json["code"]) == (409, "removal.second_person")
    assert client.post(f"{one}/approval", headers=second).json["state"] == "done"
    assert client.get(f"{base}?state=done&kind=write_off", headers=first).json["total"] == 1
    over = client.post(
        f"/api/v1/stores/{store.code}/adjustments",
        json={"lot": lot.code, "quantity": -5, "reason": "count"}, headers=first,
    )  # fmt: skip
    assert (over.status_code, over.json["code"], over.json["limit"]) == (409, "removal.over_limit", 500_000)
    stranger = make.headers("store_manager", ("store", make.store().code))
    for path in (one, base):
        assert client.get(path, headers=stranger).status_code == 404
    assert client.post(f"{one}/approval", headers=stranger).status_code == 404
    assert client.post(base, json=body, headers=make.headers("shopper")).status_code == 403


def test_goods_go_back(client: FlaskClient, make: ModuleType) -> None:
    store = make.store()
    lot, headers = make.lot(store=store), make.headers("cashier", ("store", store.code))
    base = f"/api/v1/stores/{store.code}/removals"
    body: dict[str, Any] = {
        "kind": "producer_return", "reason": "producer_return", "producer": maker(lot),
        "lines": [{"lot": lot.code, "quantity": 2}],
    }  # fmt: skip
    made = client.post(base, json=body, headers=headers)
    assert (made.status_code, made.json["producer"]) == (202, maker(lot))
    one = f"/api/v1/removals/{made.json['id']}"
    assert client.post(f"{one}/handover", json={}, headers=headers).status_code == 422
    done = client.post(f"{one}/handover", json={"handed_to": "Chị Thử"}, headers=headers)
    assert (done.json["state"], done.json["handed_to"]) == ("done", "Chị Thử")
    again = client.post(base, json=body, headers=headers).json
    gone = client.post(f"/api/v1/removals/{again['id']}/cancellation", json={"words": "nhầm"}, headers=headers)
    assert gone.json["state"] == "cancelled"


@pytest.mark.parametrize(
    "change",
    [
        {"lines": []}, {"reason": "sale"}, {"reason": "recall"}, {"producer": "x"}, {"kind": "producer_return"},
        {"lines": [{"lot": "x", "quantity": -1}]}, {"lines": [{"lot": "x", "quantity": True}]}, {"more": 1},
        {"kind": "producer_return", "producer": "nobody", "reason": "recall"},
    ],
)  # fmt: skip
def test_bad_input(client: FlaskClient, make: ModuleType, change: dict[str, Any]) -> None:
    store = make.store()
    lot = make.lot(store=store)
    body = {"reason": "damage", "lines": [{"lot": lot.code, "quantity": 1}]} | change
    answer = client.post(f"/api/v1/stores/{store.code}/removals", json=body, headers=make.headers("admin"))
    assert answer.status_code == 422, answer.text


def test_deliveries_are_listed_and_shown(client: FlaskClient, make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    headers, base = make.headers("cashier", ("store", store.code)), f"/api/v1/stores/{store.code}/receipts"
    body = {
        "delivery_note": "PG-7", "delivered_on": "2026-01-02", "deliverer": "Anh Thử",
        "lines": [{"sku": sku.code, "number": "L1", "quantity": 12, "is_consigned": False, "unit_cost": 7_000,
                   "origin_number": "XN-1"}],
    }  # fmt: skip
    made = client.post(base, json=body, headers=headers).json
    assert [row["code"] for row in client.get(f"{base}?q=PG", headers=headers).json["items"]] == [made["code"]]
    shown = client.get(f"{base}/{made['code']}", headers=headers).json
    assert (shown["delivered_on"], shown["deliverer"], shown["lots"]) == ("2026-01-02", "Anh Thử", 1)
    assert (shown["lines"][0]["value"], shown["lines"][0]["origin_number"]) == (84_000, "XN-1")
    assert client.get(f"{base}/NK-NONE", headers=headers).status_code == 404
    elsewhere = f"/api/v1/stores/{make.store().code}/receipts/{made['code']}"
    assert client.get(elsewhere, headers=make.headers("admin")).status_code == 404
