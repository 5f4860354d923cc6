"""Carts over REST: exactly the contract, strict in what they take, never a hold."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from core.clock import now, today
from core.db import db, transaction
from shop.carts.models import Cart, CartLine
from shop.carts.queries import get_cart, view_cart
from shop.carts.service import set_line, start_cart
from shop.inventory import holds
from shop.inventory.models import StockHold
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def begin(client: FlaskClient, body: dict[str, Any] | None = None) -> str:
    answer = client.post("/api/v1/carts", json=body or {})
    assert answer.status_code == 201, answer.json
    return answer.json["token"]


def put(client: FlaskClient, token: str, sku: str, quantity: Any) -> Any:
    return client.put(f"/api/v1/carts/{token}/lines/{sku}", json={"quantity": quantity})


def test_a_cart_from_its_first_line_to_its_last(make: ModuleType, client: FlaskClient, session: Session) -> None:
    sku = make.sku(name="Mật ong Cát Bà", price_vnd=125_000)
    make.lot(sku, on_shelf=5)
    token = begin(client)
    line = {
        "sku": sku.code, "slug": "", "name": "Mật ong Cát Bà", "label": "Hũ 500 g", "unit": "piece", "quantity": 2,
        "unit_price": 125_000, "line_total": 250_000,
    }  # fmt: skip
    shown = put(client, token, sku.code, 2).json
    shown["lines"][0]["slug"] = ""
    assert shown == {
        "token": token, "store": None, "lines": [line], "charges": [], "total": 250_000, "charges_total": 0,
        "coupon": None, "discount_total": 0,
        "currency": "VND",
    }  # fmt: skip
    assert put(client, token, sku.code, 3).json["total"] == 375_000
    assert client.get(f"/api/v1/carts/{token}").json["lines"][0]["quantity"] == 3
    assert session.scalar(select(func.count(StockHold.id))) == 0
    emptied = client.delete(f"/api/v1/carts/{token}/lines/{sku.code}")
    assert (emptied.status_code, emptied.json["lines"], emptied.json["total"]) == (200, [], 0)
    assert client.delete(f"/api/v1/carts/{token}/lines/{sku.code}").status_code == 404


def test_a_cart_of_a_store_counts_that_stores_goods(make: ModuleType, client: FlaskClient) -> None:
    here, there, sku = make.store("here"), make.store("there"), make.sku()
    make.lot(sku, here, on_shelf=1)
    make.lot(sku, there, on_shelf=9)
    mine, any_store = begin(client, {"store": here.code}), begin(client)
    problem = put(client, mine, sku.code, 2).json["lines"][0]["problem"]
    assert (problem["code"], problem["available"]) == ("stock.short", 1)
    assert "problem" not in put(client, any_store, sku.code, 9).json["lines"][0]
    assert put(client, any_store, sku.code, 10).json["lines"][0]["problem"]["available"] == 9


def test_a_short_line_stays_and_costs_nothing(make: ModuleType, client: FlaskClient) -> None:
    store, one, two = make.store(), make.sku(price_vnd=10_000), make.sku(price_vnd=7_000)
    make.lot(one, store, on_shelf=1)
    make.lot(two, store, on_shelf=1)
    token = begin(client)
    put(client, token, one.code, 2)
    shown = put(client, token, two.code, 1).json
    assert [line.get("problem", {}).get("code") for line in shown["lines"]] == ["stock.short", None]
    assert shown["total"] == 7_000


def test_what_others_hold_is_not_available_until_it_runs_out(
    make: ModuleType, client: FlaskClient, clock: Clock
) -> None:
    clock.on(today())
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=2)
    token = begin(client)
    put(client, token, sku.code, 1)
    holds.hold(store.id, {sku.id: 2}, "order:A", now() + timedelta(minutes=30), now())
    assert client.get(f"/api/v1/carts/{token}").json["lines"][0]["problem"]["code"] == "stock.short"
    clock.forward(minutes=30)
    assert "problem" not in client.get(f"/api/v1/carts/{token}").json["lines"][0]


def test_a_lapse_marks_the_line_and_a_renewal_revives_it(make: ModuleType, client: FlaskClient, clock: Clock) -> None:
    clock.on(today())
    product = make.product()
    make.certificate(product, valid_until=today())
    sku = make.pack_of(make.listing(product, price_vnd=50_000))
    make.lot(sku)
    token = begin(client)
    assert put(client, token, sku.code, 1).json["total"] == 50_000
    clock.forward(days=1)
    shown = client.get(f"/api/v1/carts/{token}").json
    assert (shown["lines"][0]["problem"]["code"], shown["total"]) == ("certificate.lapsed", 0)
    assert shown["lines"][0]["line_total"] == 50_000
    assert put(client, token, sku.code, 2).json["code"] == "certificate.lapsed"
    assert client.get(f"/api/v1/carts/{token}").json["lines"][0]["quantity"] == 1
    make.certificate(product, valid_from=today())
    assert client.get(f"/api/v1/carts/{token}").json["total"] == 50_000


def test_what_may_not_be_sold_enters_no_cart(make: ModuleType, client: FlaskClient) -> None:
    lapsed, candidate = make.sku(valid_until=today() - timedelta(days=1)), make.sku(stars=None)
    token = begin(client)
    assert put(client, token, lapsed.code, 1).status_code == 410
    assert put(client, token, candidate.code, 1).status_code == 404
    assert put(client, token, "no-such-sku", 1).status_code == 404
    assert client.get(f"/api/v1/carts/{token}").json["lines"] == []


def test_wine_waits_for_the_visitors_word(make: ModuleType, client: FlaskClient) -> None:
    sku = make.sku(set_no=14)
    make.lot(sku)
    token = begin(client)
    assert put(client, token, sku.code, 1).json["lines"][0]["problem"]["code"] == "adult.required"
    said = client.put(f"/api/v1/carts/{token}/lines/{sku.code}?adult=1", json={"quantity": 1}).json
    assert "problem" not in said["lines"][0]
    assert "problem" not in client.get(f"/api/v1/carts/{token}").json["lines"][0]


def test_goods_by_weight_are_counted_in_grams(make: ModuleType, client: FlaskClient) -> None:
    sku = make.sku(unit="gram", price_vnd=89_999)
    make.lot(sku, on_shelf=5_000)
    shown = put(client, begin(client), sku.code, 500).json["lines"][0]
    assert (shown["unit_price"], shown["line_total"]) == (89_999, 45_000)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "quantity", [0, -1, 1.5, "2", "2e3", 2**31, 2**63, True, None, [], {}, "٣", "１", float("inf"), float("nan"), 1e400]
)
def test_a_quantity_is_a_whole_number(make: ModuleType, client: FlaskClient, session: Session, quantity: Any) -> None:
    sku = make.sku()
    token = begin(client)
    answer = put(client, token, sku.code, quantity)
    assert answer.status_code in (400, 422), answer.json
    assert session.scalar(select(func.count(CartLine.id))) == 0


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("more", [{"price": 1}, {"total": 1}, {"certificate_id": 1}, {"store": "x"}, {"stars": 5}])
def test_a_line_takes_its_quantity_and_nothing_else(make: ModuleType, client: FlaskClient, more: Any) -> None:
    line = f"/api/v1/carts/{begin(client)}/lines/{make.sku().code}"
    assert client.put(line, json={}).status_code == 422
    answer = client.put(line, json={"quantity": 1} | more)
    assert (answer.status_code, answer.json["code"]) == (422, "input.invalid")


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("body", [{"store": wrong} for wrong in ("nowhere", "../1", 1, None)] + [{"shop": "x"}])
def test_a_cart_begins_with_a_known_store_or_none(client: FlaskClient, session: Session, body: Any) -> None:
    assert client.post("/api/v1/carts", json=body).status_code == 422
    assert session.scalar(select(func.count(Cart.id))) == 0


def test_an_unknown_token_is_not_found(make: ModuleType, client: FlaskClient) -> None:
    sku = make.sku()
    assert client.get("/api/v1/carts/guess").status_code == 404
    assert put(client, "guess", sku.code, 1).status_code == 404
    assert client.delete(f"/api/v1/carts/guess/lines/{sku.code}").status_code == 404


def test_an_ordered_cart_cannot_be_changed(make: ModuleType, client: FlaskClient) -> None:
    sku = make.sku()
    token = begin(client)
    put(client, token, sku.code, 1)
    with transaction():
        get_cart(token).closed_at = now()
    assert put(client, token, sku.code, 2).json["code"] == "cart.closed"
    assert client.get(f"/api/v1/carts/{token}").status_code == 200


def test_a_look_costs_the_same_for_one_line_and_for_thirty(make: ModuleType, session: Session) -> None:
    """A constant number of queries, troubled lines included."""

    def queries(lines: int) -> int:
        cart = start_cart()
        store = make.store()
        for number in range(lines):
            sku = make.sku()
            set_line(cart.token, sku.code, 1)
            if number % 2:
                make.lot(sku, store)
        lapsing = make.sku(valid_until=today())
        set_line(cart.token, lapsing.code, 1)
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", listener)
        session.expire_all()
        view_cart(get_cart(cart.token), now() + timedelta(days=1))
        event.remove(bind, "before_cursor_execute", listener)
        return len(seen)

    assert queries(1) == queries(30) <= 12  # one for its stops, one for its charges


def test_thirty_hands_on_one_cart_lose_no_line(live: Any) -> None:
    """A browser that fires many requests at once: each line once, at a quantity that somebody asked for."""
    from tests import make

    def build() -> tuple[str, list[str]]:
        return start_cart().token, [make.sku().code for _ in range(4)]

    token, skus = live.run(build)
    answers = live.together(12, lambda n: set_line(token, skus[n % 4], n + 1).id)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    lines = live.run(lambda: list(db.session.scalars(select(CartLine.quantity))))
    assert len(lines) == 4
    assert set(lines) <= set(range(1, 13))
