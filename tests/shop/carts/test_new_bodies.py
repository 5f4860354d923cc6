"""Carts that begin with lines, and coupons over REST: the bad input too."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import today
from shop.carts.models import Cart
from shop.coupons import service as coupons

pytestmark = pytest.mark.long("postgresql")  # what its answers say is the same on both


def test_a_cart_begins_with_its_lines(make: ModuleType, client: FlaskClient) -> None:
    store, sku = make.store(), make.sku(price_vnd=100_000)
    make.lot(sku, store)
    lines = [{"sku": sku.code, "quantity": 1}, {"sku": sku.code, "quantity": 2}]
    made = client.post("/api/v1/carts", json={"store": store.code, "lines": lines})
    assert made.status_code == 201
    assert [(one["sku"], one["quantity"]) for one in made.json["lines"]] == [(sku.code, 3)]  # twice named: the sum
    shown = client.get(f"/api/v1/carts/{made.json['token']}").json
    assert shown == made.json
    assert (shown["total"], shown["store"]) == (300_000, store.code)


BAD: list[Any] = [
    [{"sku": "SKU", "quantity": quantity}] for quantity in
    (0, -1, 1.5, "2", "2e3", 2**63, True, None, [], {}, "٣", "１")
] + [
    [{"sku": "SKU"}], [{"quantity": 1}], [{"sku": "SKU", "quantity": 1, "price": 1}], [None], "x", {}, [[]],
    [{"sku": f"S{n}", "quantity": 1} for n in range(101)], [{"sku": "\x00", "quantity": 1}],
]  # fmt: skip


@pytest.mark.parametrize("lines", BAD)
def test_bad_lines_make_no_cart(lines: Any, client: FlaskClient, session: Session) -> None:
    answer = client.post("/api/v1/carts", json={"lines": lines})
    assert answer.status_code == 422, answer.text
    assert answer.json["code"] == "input.invalid"
    assert session.scalar(select(func.count()).select_from(Cart)) == 0


def test_one_line_that_is_not_for_sale_makes_no_cart(make: ModuleType, client: FlaskClient, session: Session) -> None:
    sku = make.sku()
    lines = [{"sku": sku.code, "quantity": 1}, {"sku": "KHONG-CO", "quantity": 1}]
    answer = client.post("/api/v1/carts", json={"lines": lines})
    assert (answer.status_code, answer.json["code"]) == (404, "sku.not_found")
    assert session.scalar(select(func.count()).select_from(Cart)) == 0


def coupon(make: ModuleType, **terms: object) -> None:
    plain = {"name": "Tết", "starts_on": today(), "ends_on": today() + timedelta(days=1), "max_uses": 5, "percent": 10}
    coupons.create("TET2027", coupons.Wish(**(plain | terms)), make.actor("admin"))  # type: ignore[arg-type]


def cart_of(make: ModuleType, client: FlaskClient) -> str:
    sku = make.sku(price_vnd=100_000)
    make.lot(sku)
    made = client.post("/api/v1/carts", json={"lines": [{"sku": sku.code, "quantity": 1}]})
    return f"/api/v1/carts/{made.json['token']}/coupon"


@pytest.mark.parametrize("typed", ["tet2027", " TẾT-2027 ", "TET\u200d2027", "ＴＥＴ２０２７"])
def test_a_coupon_however_it_is_typed(typed: str, make: ModuleType, client: FlaskClient) -> None:
    coupon(make)
    at = cart_of(make, client)
    shown = client.put(at, json={"code": typed}).json
    assert shown["coupon"] == {"code": "TET2027", "name": "Tết", "discount": 10_000}
    assert (shown["total"], shown["discount_total"]) == (100_000, 10_000)
    assert client.delete(at).json["coupon"] is None


def test_a_coupon_in_trouble_stays_and_says_why(make: ModuleType, client: FlaskClient) -> None:
    coupon(make, minimum_vnd=150_000)
    shown = client.put(cart_of(make, client), json={"code": "TET2027"}).json
    assert shown["coupon"]["problem"]["code"] == "coupon.minimum"
    assert "50.000" in shown["coupon"]["problem"]["detail"]
    assert shown["discount_total"] == 0


@pytest.mark.parametrize(
    "code", [None, 1, True, [], {}, "", "abc", "\u200b" * 8, "x" * 300, "'; DROP TABLE coupon", "😀😀😀😀"]
)
def test_what_is_no_code_is_refused(code: Any, make: ModuleType, client: FlaskClient) -> None:
    answer = client.put(cart_of(make, client), json={"code": code})
    assert (answer.status_code, answer.json["code"]) == (422, "input.invalid")


def test_codes_cannot_be_tried_out(make: ModuleType, client: FlaskClient) -> None:
    coupon(make)
    at = cart_of(make, client)
    told = [client.put(at, json={"code": f"THU{n:04d}"}).json["code"] for n in range(12)]
    assert told == ["coupon.unknown"] * 10 + ["rate.limited"] * 2
    assert client.put(at, json={"code": "TET2027"}).status_code == 429  # a right one neither
