"""Orders over HTTP: the contract's calls, bad input, foreign eyes, idempotency; on both databases."""

from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import now
from shop.carts import service as carts
from shop.orders.models import Order

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

CONTACT = {"name": "Chị Mua Thử", "phone": "0912 345 678"}


class Shop:
    """A store with a stocked SKU, and the calls of a buyer."""

    def __init__(self, make: ModuleType, client: FlaskClient) -> None:
        self.make, self.client = make, client
        self.store, self.sku = make.store(), make.sku()
        make.lot(self.sku, self.store, on_shelf=10)

    def cart(self, units: int = 2) -> str:
        token = carts.start_cart().token
        carts.set_line(token, self.sku.code, units)
        return token

    def body(self, **changes: Any) -> dict[str, Any]:
        return {
            "contact": CONTACT,
            "fulfilment": {"method": "pickup", "store": self.store.code},
            "payment": {"provider": "at_store"},
            "expected_total": 240_000,
        } | changes

    def check_out(self, cart: str | None = None, key: str | None = None, **changes: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(
            f"/api/v1/carts/{cart or self.cart()}/checkout", json=self.body(**changes), headers=headers
        )

    def act(
        self, order: dict[str, Any], verb: str, role: str = "store_manager", store: str | None = None, **body: Any
    ) -> Any:
        headers = self.make.headers(role, ("store", store or self.store.code))
        return self.client.post(f"/api/v1/orders/{order['number']}/{verb}", json=body, headers=headers)


@pytest.fixture
def shop(make: ModuleType, client: FlaskClient) -> Shop:
    return Shop(make, client)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Order)) or 0


def test_checkout_answers_the_whole_order(shop: Shop) -> None:
    answer = shop.check_out(payment={"provider": "vietqr"})
    order = answer.json
    assert answer.status_code == 201
    assert (order["total"], order["currency"], order["state"]) == (240_000, "VND", "placed")
    assert order["contact"]["phone"] == "+84912345678"
    assert order["payment"]["qr_text"].startswith("000201010212")
    assert order["payment"]["status"] == "pending"
    assert order["payment"]["expires_at"].endswith("Z")
    assert order["lines"][0]["certificate"]["number"].endswith("/QĐ-UBND")
    assert answer.headers["ETag"]


def test_only_the_buyer_and_her_store_see_an_order(shop: Shop, make: ModuleType) -> None:
    order = shop.check_out().json
    url = f"/api/v1/orders/{order['number']}"
    assert shop.client.get(f"{url}?token={order['token']}").json["token"] == order["token"]
    assert "token" not in shop.client.get(url, headers=make.headers("cashier", ("store", shop.store.code))).json
    for headers in ({}, make.headers("cashier", ("store", make.store().code)), make.headers("producer", None)):
        answer = shop.client.get(url, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (404, "order.not_found")
    assert shop.client.get(f"{url}?token=wrong").status_code == 404


def test_the_way_to_the_counter(shop: Shop) -> None:
    order = shop.check_out().json
    assert shop.act(order, "packing", "cashier").json["state"] == "ready"
    done = shop.act(order, "handover", "cashier")
    assert (done.json["state"], done.json["payment"]["captured"]) == ("handed_over", 240_000)
    assert [lot["quantity"] for lot in done.json["lines"][0]["lots"]] == [2]
    assert shop.act(order, "handover", "cashier").json["code"] == "order.state"


def test_a_transfer_is_confirmed_by_the_manager(shop: Shop) -> None:
    order = shop.check_out(payment={"provider": "vietqr"}).json
    line = {"amount": 240_000, "reference": "FT26327", "booked_at": now().isoformat()}
    assert shop.act(order, "payment", "cashier", **line).status_code == 403
    assert shop.act(order, "payment", amount=1, reference="x", booked_at=line["booked_at"]).json["code"] == (
        "payment.amount_differs"
    )
    paid = shop.act(order, "payment", **line)
    assert (paid.json["state"], paid.json["payment"]["status"]) == ("paid", "captured")
    cancelled = shop.client.post(f"/api/v1/orders/{order['number']}/cancellation?token={order['token']}")
    assert cancelled.json["state"] == "to_refund"
    refused = shop.act(order, "refunds", reference="FT-BACK")
    assert (refused.status_code, refused.json["code"]) == (409, "refund.by_file")


def test_staff_of_another_store_get_404(shop: Shop, make: ModuleType) -> None:
    order = shop.check_out().json
    other = make.store().code
    for verb in ("packing", "handover", "shipment"):
        assert shop.act(order, verb, store=other).status_code == 404
    assert shop.client.post(f"/api/v1/orders/{order['number']}/packing").status_code == 401


def test_cancelling_takes_the_key_in_address_or_body(shop: Shop) -> None:
    order = shop.check_out().json
    url = f"/api/v1/orders/{order['number']}/cancellation"
    assert shop.client.post(url).status_code == 404
    assert shop.client.post(url, json={"token": order["token"], "reason": "Đổi ý"}).json["state"] == "cancelled"


def test_a_kept_answer_is_given_to_the_key_of_the_order_only(shop: Shop) -> None:
    order = shop.check_out().json
    url, key = f"/api/v1/orders/{order['number']}/cancellation", {"Idempotency-Key": "1"}
    first = shop.client.post(f"{url}?token={order['token']}", headers=key)
    assert (first.status_code, first.json["token"]) == (200, order["token"])
    again = shop.client.post(f"{url}?token={order['token']}", headers=key)
    assert (again.data, again.headers["Idempotent-Replay"]) == (first.data, "true")
    for guess in ("", f"?token={'x' * len(order['token'])}"):
        stranger = shop.client.post(url + guess, headers=key)
        assert (stranger.status_code, "token" in stranger.json) == (404, False)


def test_an_idempotency_key_is_one_order_and_one_answer(shop: Shop, session: Session) -> None:
    cart = shop.cart()
    first, again = shop.check_out(cart, "k1"), shop.check_out(cart, "k1")
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert again.headers["Idempotent-Replay"] == "true"
    other = shop.check_out(cart, "k1", expected_total=250_000)
    assert (other.status_code, other.json["code"]) == (422, "idempotency.mismatch")
    assert shop.check_out(cart, "k2").json["number"] == first.json["number"]
    assert count(session) == 1


def test_refusals_name_the_facts(shop: Shop) -> None:
    short = shop.check_out(shop.cart(11), expected_total=10**7)
    assert (short.status_code, short.json["code"]) == (409, "stock.short")
    assert short.json["lines"] == [{"sku": shop.sku.code, "name": "Mật ong thử", "wanted": 11, "available": 10}]
    dear = shop.check_out(expected_total=1)
    assert (dear.status_code, dear.json["code"], dear.json["total"]) == (409, "price.changed", 240_000)
    card = shop.check_out(payment={"provider": "stripe"})
    assert (card.status_code, card.json["code"]) == (409, "payment.provider_unavailable")


@pytest.mark.parametrize(
    "change",
    [
        {"contact": {"name": "", "phone": "0912345678"}},
        {"contact": {"name": "A", "phone": "12"}},
        {"contact": {"name": "A\u202eB", "phone": "0912345678"}},
        {"contact": CONTACT | {"email": "a@b.vn\nBcc: x@y.vn"}},
        {"contact": CONTACT | {"id": 1}},
        {"contact": []},
        {"fulfilment": {"method": "teleport"}},
        {"fulfilment": {"method": "delivery"}},
        {"fulfilment": {"method": "delivery", "address": {"line": "Số 1", "area": "x"}}},
        {"fulfilment": {"method": "delivery", "address": {"line": "Số 1", "area": "99999"}}},
        {"fulfilment": {"method": "pickup", "store": "no-such"}},
        {"payment": {"provider": "gold"}},
        {"payment": {}},
        {"expected_total": 2.5},
        {"expected_total": -1},
        {"expected_total": "240000"},
        {"expected_total": True},
        {"expected_total": None},
        {"expected_total": 10**30},
        {"adult": 1},
        {"consents": ["everything"]},
        {"total": 1},
        {"price": 1},
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(shop: Shop, session: Session, change: dict[str, Any]) -> None:
    answer = shop.check_out(**change)
    assert (answer.status_code, answer.json["code"]) == (422, "input.invalid")
    assert count(session) == 0


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"contact": 1, "contact": 2}', b'{"expected_total": 1e400}', b"\xff"]
)
def test_broken_json_is_refused(shop: Shop, session: Session, raw: bytes) -> None:
    url = f"/api/v1/carts/{shop.cart()}/checkout"
    answer = shop.client.post(url, data=raw, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.json["code"] in ("json.invalid", "input.invalid")
    assert count(session) == 0


def test_a_quote_tells_the_total_with_delivery(shop: Shop, make: ModuleType) -> None:
    home = make.area("Xã Kiến Hải")
    cart = shop.cart()
    quote = shop.client.get(f"/api/v1/carts/{cart}/quote?method=delivery&area={home.code}").json
    assert quote["total"] == 260_000
    assert quote["charges"] == [{"kind": "delivery", "amount": 20_000}]
    wanted = {"method": "delivery", "address": {"line": "Số 5, thôn Đoài", "area": home.code}}
    order = shop.check_out(cart, fulfilment=wanted, payment={"provider": "cod"}, expected_total=260_000).json
    assert (order["total"], order["fulfilment"]["area"]) == (260_000, "Xã Kiến Hải, Thành phố Hải Phòng")


def test_unknown_things_are_not_found(shop: Shop) -> None:
    assert shop.check_out("no-such-cart").status_code == 404
    assert shop.client.get("/api/v1/orders/DH-00000000").status_code == 404
    assert shop.client.get("/api/v1/carts/no-such-cart/quote").status_code == 404
