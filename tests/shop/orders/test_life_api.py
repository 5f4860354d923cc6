"""Parcels and lists of orders over REST: who may, what does not fit, and what an order answers."""

from collections.abc import Callable
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.accounts.actor import ANONYMOUS, Actor, Scope
from core.errors import Forbidden, NotFound, Unauthenticated
from shop.orders import parcels
from shop.orders.models import Order
from shop.orders.queries import get_order, list_mine
from tests.shop.orders.parcel_stage import keeper, placed, split
from tests.support.clock import Clock
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def order(make: ModuleType, clock: Clock) -> Order:
    sku, store = make.sku(), make.store()
    make.lot(sku, store, on_shelf=20)
    return placed(make, (sku, 1), store=store)


VERBS = {
    "pack": parcels.pack, "ship": parcels.ship,
    "hand_over": parcels.hand_over, "fail": lambda n, by: parcels.fail(n, by, "away"),
    "retry": parcels.retry, "take_back": parcels.take_back,
    "send_again": parcels.send_again, "drop": lambda n, by: parcels.drop(n, by, "thử"),
    "track": lambda n, by: parcels.track(n, by, "GHN", "1", 1),
}  # fmt: skip


class Caller:
    """The staff of a store with a token."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def get(self, url: str) -> TestResponse:
        return self.client.get(url, headers=self.headers)

    def post(self, url: str, json: object = None) -> TestResponse:
        return self.client.post(url, headers=self.headers, json=json if json is not None else {})


@pytest.fixture
def api_as(client: FlaskClient, make: ModuleType) -> Callable[[str, tuple[str, str]], Caller]:
    return lambda role, scope: Caller(client, make.headers(role, scope))


def test_nobody_else_moves_a_parcel_in_whatever_state(make: ModuleType, order: Order) -> None:
    code = order.store.code
    strangers: list[Actor] = [
        ANONYMOUS, make.actor("shopper"), make.actor("auditor"), keeper(make, make.store()),
        make.actor("cashier", ("store", make.store().code)),
    ]  # fmt: skip
    for name, verb in VERBS.items():
        for by in strangers:
            with pytest.raises((Forbidden, NotFound, Unauthenticated)):
                verb(order.number, by)
        if name == "drop":
            with pytest.raises(Forbidden):
                verb(order.number, make.actor("cashier", ("store", code)))
    assert get_order(order.number).shipments[0].state == "waiting"
    assert Scope("store", code) == parcels.scope_of_parcel(get_order(order.number).shipments[0])


def test_an_order_tells_its_parcels_with_the_carrier_s_page(
    client: FlaskClient, make: ModuleType, order: Order, api_as
) -> None:
    staff = api_as("cashier", ("store", order.store.code))
    at = f"/api/v1/orders/{order.number}"
    assert staff.post(f"{at}/packing", json={"parcel": 1}).status_code == 200
    assert staff.post(f"{at}/packing", json={"parcel": 1}).json["code"] == "order.state"
    assert staff.post(f"{at}/shipment", json={"parcel": 9}).json["code"] == "order.parcel_not_found"
    assert staff.post(f"{at}/shipment", json={"parcel": "1"}).status_code == 422
    assert staff.post(f"{at}/shipment", json={"parcel": 1, "colour": "red"}).status_code == 422
    nobodys = staff.post(f"{at}/shipment", json={"tracking": "GA1"})
    assert (nobodys.status_code, list(nobodys.json["errors"])) == (422, ["courier"])
    assert staff.post(f"{at}/shipment", json={"courier": "giao hàng nhanh", "tracking": "GA1"}).status_code == 200
    [parcel] = client.get(f"{at}?token={order.token}").json["shipments"]
    assert (parcel["state"], parcel["carrier"], parcel["tracking"]) == ("shipped", "ghn", "GA1")
    assert parcel["link"] == "https://donhang.ghn.vn/?order_code=GA1"
    assert parcel["at"] is not None
    assert staff.post(f"{at}/delivery-failure", json={"reason": "vì mưa"}).status_code == 422
    assert staff.post(f"{at}/delivery-failure", json={"reason": "away"}).json["state"] == "delivery_failed"
    assert staff.post(f"{at}/retry").json["state"] == "shipped"
    assert staff.post(f"{at}/taking-back", json={"fit": True}).json["state"] == "returned"
    assert staff.post(f"{at}/sending-again").json["state"] == "placed"
    assert staff.post(f"{at}/parcel-cancellation", json={"reason": "thử"}).status_code == 403
    assert staff.post(f"{at}/handover", json={"to": "Hàng xóm"}).json["state"] == "handed_over"


def test_lists_are_the_caller_s_own(client: FlaskClient, make: ModuleType, order: Order, api_as) -> None:
    store = order.store.code
    assert client.get("/api/v1/orders").status_code == 401
    staff = api_as("cashier", ("store", store))
    assert staff.get("/api/v1/orders").json["total"] == 0
    found = staff.get(f"/api/v1/orders?store={store}").json
    assert [one["number"] for one in found["items"]] == [order.number]
    assert found["items"][0]["parcels"] == [{"code": f"{order.number}-1", "state": "waiting"}]
    assert staff.get(f"/api/v1/orders?store={store}&q=0912345678&state=placed").json["total"] == 1
    assert staff.get(f"/api/v1/orders?store={store}&state=lost").status_code == 422
    assert staff.get(f"/api/v1/orders?store={make.store().code}").status_code == 404


def test_a_list_takes_the_same_few_statements_for_one_order_and_for_many(make: ModuleType, clock: Clock) -> None:
    orders = [split(make) for _n in range(3)]

    def read(many: int) -> int:
        return counted(lambda: [one.store.code for one in list_mine(None, (), 1, many)[0] if one.shipments])

    assert read(1) == read(3) <= 5
    assert len(orders) == 3
