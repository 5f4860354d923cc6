"""Goods of several stores and sellers in one cart: who sells what is said, and no line is lost."""

import re
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from shop.carts import aside
from shop.carts import service as carts
from shop.carts.queries import quantities
from shop.orders.allocation import Candidate
from shop.orders.several import orders_of
from shop.stores.models import Store
from shop.stores.service import open_store, register_seller
from tests.support.forms import submit

BUYER = {"name": "Người mua thử", "phone": "0912345678", "method": "pickup", "provider": "at_store"}
OTHER = {"code": "nguoi-hai", "name": "HTX Người Hai", "tax_code": "0209999999", "vat_method": "direct"}
HIDDEN = ("csrf_token", "cart", "expected_total")


def test_a_cart_is_as_few_orders_as_its_sellers_allow() -> None:
    stores = [Candidate(1, 1), Candidate(2, 1), Candidate(3, 2)]
    free = {1: {10: 5}, 2: {11: 5}, 3: {12: 5, 11: 1}}
    assert [(one.seller_id, one.parcels) for one in orders_of({10: 1, 11: 2}, free, stores)] == [
        (1, [(1, {10: 1}), (2, {11: 2})])
    ]  # fmt: skip
    found = orders_of({10: 1, 11: 2, 12: 1}, free, stores)
    assert [(one.seller_id, one.skus) for one in found] == [(1, {10, 11}), (2, {12})]
    assert orders_of({10: 6}, free, stores) == [], "what nobody has enough of is in no order"


def test_a_line_is_never_torn_between_sellers() -> None:
    free = {1: {10: 2}, 2: {10: 2}}
    assert orders_of({10: 3}, free, [Candidate(1, 1), Candidate(2, 2)]) == []


def test_more_parcels_than_an_order_has_are_two_orders() -> None:
    free = {store: {10 + store: 1} for store in range(1, 6)}
    found = orders_of({10 + store: 1 for store in range(1, 6)}, free, [Candidate(n, 1) for n in range(1, 6)])
    assert [len(one.parcels) for one in found] == [4, 1]


def second(make: ModuleType, first: Store, *, seller: int | None = None, sends: bool = True) -> Store:
    """Another store, of the same seller unless told."""
    return open_store(
        make.actor("admin"), code="hai", name="OCOP Hai", kind="mart", seller_id=seller or first.seller_id,
        area_id=make.area().id, address="Số 2", hours={}, has_pickup=True, has_delivery=sends,
    )  # fmt: skip


def place(client: FlaskClient, store: Store) -> str:
    """Order what the cart has, to be fetched at a store; answers where that leads."""
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', client.get("/thanh-toan").text) for name in HIDDEN}
    answer = client.post("/thanh-toan", data={n: m[1] for n, m in found.items() if m} | BUYER | {"store": store.code})
    return str(answer.location)


def fill(make: ModuleType, client: FlaskClient, first: Store, other: Store) -> tuple[str, str]:
    """A cart of honey, which only the first store has, and tea, which only the other has; the SKUs' codes."""
    honey, tea = make.sku(name="Mật ong Cát Bà"), make.sku(name="Trà Tiên Lãng")
    make.lot(honey, first, on_shelf=5)
    make.lot(tea, other, on_shelf=5)
    for sku in (honey, tea):
        submit(client, "/gio-hang", {"sku": sku.code})
    return honey.code, tea.code


@pytest.mark.on("sqlite")
def test_one_sellers_stores_are_one_order_in_parcels(make: ModuleType, client: FlaskClient) -> None:
    first = make.store()
    fill(make, client, first, second(make, first))
    page = client.get("/gio-hang").text
    assert "Hàng ở 2 cửa hàng" in page and "Giao tận nơi vẫn là một đơn" in page
    assert "Đặt phần này trước" not in page and first.name in page and "OCOP Hai" in page


@pytest.mark.on("sqlite")
def test_what_must_be_fetched_elsewhere_is_an_order_of_its_own(make: ModuleType, client: FlaskClient) -> None:
    first = make.store()
    fill(make, client, first, second(make, first, sends=False))
    page = client.get("/gio-hang").text
    assert "Giỏ này đặt thành 2 đơn" in page and "chỉ đến lấy" in page


@pytest.mark.on("sqlite")
def test_where_one_store_has_all_nothing_is_said(make: ModuleType, client: FlaskClient) -> None:
    first = make.store()
    honey, tea = make.sku(), make.sku()
    for sku in (honey, tea):
        make.lot(sku, first, on_shelf=5)
        submit(client, "/gio-hang", {"sku": sku.code})
    assert 'id="nguoi-ban"' not in client.get("/gio-hang").text


@pytest.mark.on("sqlite")
def test_two_sellers_are_two_orders_and_the_rest_comes_back(make: ModuleType, client: FlaskClient) -> None:
    first = make.store()
    seller = register_seller(make.actor("admin"), **OTHER)
    other = second(make, first, seller=seller.id)
    _honey, tea = fill(make, client, first, other)
    page = client.get("/gio-hang").text
    assert "Giỏ này đặt thành 2 đơn" in page and "Người bán: HTX Người Hai" in page
    assert "Giao tận nơi" not in page, "what two sellers have is not delivered together"
    submit(client, "/gio-hang/de-lai", {"skus": tea})
    page = client.get("/gio-hang").text
    assert "Để lại cho đơn sau" in page and "Giỏ này đặt thành 2 đơn" not in page
    submit(client, "/gio-hang/lay-lai", {})
    assert "Giỏ này đặt thành 2 đơn" in client.get("/gio-hang").text, "a change of mind loses nothing"
    submit(client, "/gio-hang/de-lai", {"skus": tea})
    assert "/don-hang/" in place(client, first)
    page = client.get("/gio-hang").text
    assert "Trà Tiên Lãng" in page and "Mật ong" not in page and "Để lại cho đơn sau" not in page
    assert "/don-hang/" in place(client, other)
    assert "Giỏ hàng đang trống" in client.get("/gio-hang").text


@pytest.mark.on("sqlite")
def test_not_everything_is_put_aside_and_nothing_strange(make: ModuleType, client: FlaskClient) -> None:
    first = make.store()
    honey, tea = fill(make, client, first, second(make, first))
    for skus in (f"{honey} {tea}", "KHONG-CO", ""):
        assert submit(client, "/gio-hang/de-lai", {"skus": skus}).status_code == 303
        assert "Để lại cho đơn sau" not in client.get("/gio-hang").text
    assert submit(client, "/gio-hang/lay-lai", {}).status_code == 303


@pytest.mark.long("postgresql")
def test_the_larger_quantity_stays_and_a_cart_swallows_no_lines_of_its_own(make: ModuleType, app: object) -> None:
    honey, tea = make.sku(), make.sku()
    cart, later = carts.start_cart(), carts.start_cart()
    for token, code, units in ((cart.token, honey.code, 2), (cart.token, tea.code, 1), (later.token, honey.code, 5)):
        carts.set_line(token, code, units)
    aside.put_aside(cart.token, [honey.id], later.token)
    assert (quantities(cart.id), quantities(later.id)) == ({tea.id: 1}, {honey.id: 5})
    aside.take_along(later.token, later.token)
    assert quantities(later.id) == {honey.id: 5}
    aside.take_along(cart.token, later.token)
    assert quantities(cart.id) == {tea.id: 1, honey.id: 5}
