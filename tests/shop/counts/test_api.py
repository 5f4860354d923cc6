"""The contract's stocktakes: open, count blind, close, approve with If-Match; and the bad input."""

import uuid
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop.inventory.models import Lot
from shop.stores.models import Store

pytestmark = pytest.mark.long("postgresql")
Keys = dict[str, str]


@pytest.fixture
def shop(make: ModuleType) -> tuple[Store, Lot, Keys]:
    store = make.store()
    lot = make.lot(make.sku(name="Mật ong", price_vnd=100_000), store)
    return store, lot, make.headers("store_manager", ("store", store.code))


def entry(lot: str, quantity: int, **more: object) -> dict[str, Any]:
    return {"uuid": str(uuid.uuid4()), "lot": lot, "place": "shelf", "quantity": quantity} | more


def post(client: FlaskClient, path: str, body: object, keys: Keys, **more: str) -> TestResponse:
    return client.post(f"/api/v1/stores/{path}", json=body, headers=keys | more)


def test_the_whole_way(shop: tuple[Store, Lot, Keys], client: FlaskClient, make: ModuleType) -> None:
    store, lot, keys = shop
    opened = post(client, f"{store.code}/stocktakes", {}, keys, **{"Idempotency-Key": "k1"})
    again = post(client, f"{store.code}/stocktakes", {}, keys, **{"Idempotency-Key": "k1"})
    assert (opened.status_code, opened.json) == (201, again.json)
    assert opened.json is not None
    path = f"{store.code}/stocktakes/{opened.json['code']}"
    (line,) = client.get(f"/api/v1/stores/{path}/lines", headers=keys).get_json()["items"]
    assert (line["lot"], line["counted"], line["expected"]) == (lot.code, None, None), "blind"
    helper = make.headers("cashier", ("store", store.code))
    sent = {"counts": [entry(lot.code, 9), entry("LO-NOBODY", 1)]}
    for _ in range(2):
        kept = post(client, f"{path}/counts", sent, helper).get_json()["items"]
        assert [(one["is_kept"], one["code"]) for one in kept] == [(True, None), (False, "stocktake.lot_unknown")]
    assert post(client, f"{path}/closing", {}, helper).get_json()["round"] == 2
    assert post(client, f"{path}/counts", {"counts": [entry(lot.code, 9)]}, helper).get_json()["items"][0]["is_kept"]
    closed = post(client, f"{path}/closing", {}, helper)
    assert (closed.get_json()["state"], closed.get_json()["done"]) == ("review", 1)
    (line,) = client.get(f"/api/v1/stores/{path}/lines", headers=keys).get_json()["items"]
    assert (line["counted"], line["expected"], line["difference"]) == (9, 10, -1)
    assert post(client, f"{path}/approval", {}, keys).status_code == 428
    assert post(client, f"{path}/approval", {}, helper, **{"If-Match": closed.headers["ETag"]}).status_code == 403
    done = post(client, f"{path}/approval", {}, keys, **{"If-Match": closed.headers["ETag"]})
    assert (done.status_code, done.get_json()["state"], done.get_json()["value"]) == (200, "approved", 100_000)
    ledger = client.get(f"/api/v1/stores/{store.code}/ledger", headers=keys).get_json()["items"]
    assert (ledger[0]["reason"], ledger[0]["delta"], ledger[0]["document"]) == (
        "count", -1, f"stocktake:{opened.json['code']}",
    )  # fmt: skip


def test_one_may_count_by_qr_and_by_barcode(shop: tuple[Store, Lot, Keys], client: FlaskClient) -> None:
    store, lot, keys = shop
    code = post(client, f"{store.code}/stocktakes", {}, keys).get_json()["code"]
    address = f"https://ocop.example/truy-xuat/{lot.code}"
    sent = {"counts": [entry(address, 4), entry(lot.code.lower(), 6, mode="add")]}
    kept = post(client, f"{store.code}/stocktakes/{code}/counts", sent, keys).get_json()["items"]
    assert [one["lot"] for one in kept] == [lot.code] * 2


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"part": "producer"}, "producer"),
        ({"group": "I"}, "group"),
        ({"part": "stale", "most": 0}, "most"),
        ({"part": "moon"}, "part"),
        ({"place": "transit"}, "place"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_part_is_named_well(
    shop: tuple[Store, Lot, Keys], client: FlaskClient, body: dict[str, object], wrong: str
) -> None:
    store, _lot, keys = shop
    answer = post(client, f"{store.code}/stocktakes", body, keys)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [wrong])


@pytest.mark.parametrize(
    "bad", [{"quantity": -1}, {"quantity": 2.5}, {"uuid": "x"}, {"mode": "guess"}, {"age": -1}, {"place": "transit"}]
)
def test_entries_are_whole(shop: tuple[Store, Lot, Keys], client: FlaskClient, bad: dict[str, object]) -> None:
    store, lot, keys = shop
    code = post(client, f"{store.code}/stocktakes", {}, keys).get_json()["code"]
    sent = {"counts": [entry(lot.code, 1) | bad]}
    assert post(client, f"{store.code}/stocktakes/{code}/counts", sent, keys).status_code == 422


def test_others_stores_are_not_there(shop: tuple[Store, Lot, Keys], client: FlaskClient, make: ModuleType) -> None:
    store, _lot, keys = shop
    foreign = make.headers("store_manager", ("store", make.store().code))
    code = post(client, f"{store.code}/stocktakes", {}, keys).get_json()["code"]
    assert post(client, f"{store.code}/stocktakes", {}, foreign).status_code == 404
    assert client.get(f"/api/v1/stores/{store.code}/stocktakes/{code}", headers=foreign).status_code == 404
    assert client.get(f"/api/v1/stores/{store.code}/stocktakes", headers=keys).get_json()["total"] == 1
