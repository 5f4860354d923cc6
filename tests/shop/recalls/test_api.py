"""Recalls over REST: who may, the bad input, and that no address undoes one."""

from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.worker import run_pending
from shop.inventory.models import Lot
from shop.orders.models import ShipmentLot
from tests.shop.returns.bought import bought

pytestmark = pytest.mark.long("postgresql")
WHY = "Kiểm nghiệm không đạt"


def test_the_whole_way(make: ModuleType, client: FlaskClient, session: Session) -> None:
    order = bought(make)
    store, lot = order.store, session.get_one(Lot, session.scalars(select(ShipmentLot.lot_id)).one())
    keys = make.headers("store_manager", ("store", store.code))
    cashier = make.headers("cashier", ("store", store.code))
    wish = {"lot": lot.code, "reason": WHY}
    assert client.post("/api/v1/recalls", json=wish, headers=cashier).status_code == 403
    first, again = (
        client.post("/api/v1/recalls", json=wish, headers=keys | {"Idempotency-Key": "r1"}) for _ in range(2)
    )
    assert (first.status_code, first.data) == (201, again.data)
    told = first.get_json()
    assert (told["lots"], told["stores"][0]["left"]) == ([lot.code], 47)
    assert client.post("/api/v1/recalls", json=wish, headers=keys).get_json()["code"] == "recall.already"
    path = f"/api/v1/recalls/{told['code']}"
    assert client.delete(path, headers=keys).get_json()["code"] == "recall.final"
    assert client.get(f"/api/v1/trace/{lot.code}").get_json()["state"] == "recalled"
    while run_pending():
        pass
    (buyer,) = client.get(f"{path}/buyers", headers=keys).get_json()["items"]
    assert (buyer["ref"], buyer["phone"], buyer["goods"][0]["bought"]) == (order.number, "+84912345678", 3)
    (hidden,) = client.get(f"{path}/buyers", headers=cashier).get_json()["items"]
    assert (hidden["phone"], hidden["email"], hidden["name"]) == (None, None, "")
    foreign = make.headers("store_manager", ("store", make.store().code))
    assert client.get(f"{path}/buyers", headers=foreign).get_json()["total"] == 0
    call = f"{path}/buyers/order/{order.number}/call"
    assert client.post(call, json={}, headers=foreign).status_code == 404
    assert client.post(call, json={"note": "mai mang lại"}, headers=keys).status_code == 204
    assert client.post(f"{path}/closing", headers=keys).get_json()["code"] == "recall.unfinished"
    removal = f"{path}/stores/{store.code}/removal"
    much = {"lines": [{"lot": lot.code, "place": "shelf", "quantity": 48}]}
    assert client.post(removal, json=much, headers=cashier).get_json()["code"] == "recall.too_many"
    assert client.post(removal, json={}, headers=foreign).status_code == 404
    assert client.post(removal, json={}, headers=cashier).get_json()["stores"][0]["taken_off"] == 47
    assert client.post(f"{path}/closing", headers=keys).get_json()["state"] == "closed"
    assert client.get("/api/v1/recalls?state=open", headers=keys).get_json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"reason": WHY}, ["lot"]),
        ({"lot": "LO-1", "reason": "x"}, ["reason"]),
        ({"lot": "LO-1", "product": "p", "reason": WHY}, ["product"]),
        ({"basis": "made", "product": "p", "reason": WHY}, ["first", "last"]),
        ({"basis": "made", "product": "p", "first": "2026-02-02", "last": "2026-02-01", "reason": WHY}, ["last"]),
        ({"basis": "made", "product": "p", "first": "2026-02-30", "last": "2026-02-01", "reason": WHY}, ["first"]),
        ({"lot": "LO-1", "reason": WHY, "colour": "red"}, ["colour"]),
    ],
)
def test_what_is_meant_is_said_well(
    make: ModuleType, client: FlaskClient, body: dict[str, str], wrong: list[str]
) -> None:
    answer = client.post("/api/v1/recalls", json=body, headers=make.headers("admin"))
    assert (answer.status_code, sorted(answer.get_json()["errors"])) == (422, wrong)
