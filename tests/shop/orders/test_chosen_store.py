"""The store chosen in the cart binds nobody: checkout judges and shows by the store that is chosen there."""

import re
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.listings.models import Sku
from core.clock import now, today
from core.db import transaction
from shop.carts.models import Cart
from shop.coupons import service as coupons
from shop.inventory.holds import hold_all
from shop.orders.models import Order
from shop.stores.models import Store
from tests.support.forms import submit

pytestmark = [pytest.mark.on("sqlite")]

HIDDEN = ("csrf_token", "cart", "expected_total")


def no_pickup(make: ModuleType) -> Store:
    """A stall that hands nothing out."""
    store: Store = make.store("quay-hoi-cho")
    with transaction() as session:
        store = session.get_one(Store, store.id)
        store.has_pickup = store.has_delivery = False
    return store


def honey_at(make: ModuleType, client: FlaskClient, store: Store, units: int = 5) -> Sku:
    """One jar in the cart, which lies in this store only."""
    sku: Sku = make.sku(name="Mật ong Cát Bà", price_vnd=218_000)
    make.lot(sku, store, on_shelf=units)
    submit(client, "/gio-hang", {"sku": sku.code})
    return sku


def choose(client: FlaskClient, store: Store) -> None:
    submit(client, "/gio-hang/cua-hang", {"store": store.code})


def place(client: FlaskClient, page: str, store: Store) -> TestResponse:
    """Order, as checkout's page stands."""
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in HIDDEN}
    typed = {"name": "Chị Mua", "phone": "0912345678", "method": "pickup", "provider": "at_store", "store": store.code}
    return client.post("/thanh-toan", data={n: m[1] for n, m in found.items() if m} | typed)


def sum_at(client: FlaskClient, store: Store | None, method: str = "pickup") -> str:
    return client.get(f"/thanh-toan/tong?method={method}&store={store.code if store else ''}").text


def test_a_store_without_it_does_not_empty_the_sum_of_another(make: ModuleType, client: FlaskClient) -> None:
    full, bare = make.store("kien-thuy"), make.store("kien-an")
    honey_at(make, client, full)
    coupons.create("CHAO10", coupons.Wish("Chào", today(), today(), 5, percent=10), make.actor("admin"))
    submit(client, "/gio-hang/ma-giam-gia", {"code": "CHAO10"})
    choose(client, bare)
    page = client.get("/thanh-toan").text
    assert "OCOP Mart kien-thuy (đủ hàng)" in page and "OCOP Mart kien-an (chưa đủ hàng)" in page
    piece = sum_at(client, full)
    assert "Mật ong Cát Bà" in piece and "218.000" in piece and "196.200" in piece
    assert "Mã giảm giá CHAO10" in piece and "chưa dùng được" not in piece
    assert "Có dòng chưa mua được" not in piece


def test_what_the_chosen_store_lacks_is_said_as_soon_as_it_is_chosen(make: ModuleType, client: FlaskClient) -> None:
    full, bare = make.store("kien-thuy"), make.store("kien-an")
    honey_at(make, client, full)
    piece = sum_at(client, bare)
    assert "Có dòng chưa mua được" in piece and "Có ở OCOP Mart kien-thuy" in piece
    assert "Có dòng chưa mua được" not in sum_at(client, full)


def test_a_store_without_pickup_is_offered_nowhere(make: ModuleType, client: FlaskClient) -> None:
    full, stall = make.store("kien-thuy"), no_pickup(make)
    honey_at(make, client, full)
    assert "quay-hoi-cho" not in client.get("/gio-hang").text
    choose(client, stall)
    assert "Tạm hết hàng" not in client.get("/gio-hang").text


def test_a_cart_that_was_bound_to_such_a_store_is_bought_elsewhere(
    make: ModuleType, client: FlaskClient, session: Session
) -> None:
    full, stall = make.store("kien-thuy"), no_pickup(make)
    honey_at(make, client, full)
    with transaction():
        session.scalars(select(Cart)).one().store_id = stall.id
    cart, page = client.get("/gio-hang").text, client.get("/thanh-toan").text
    assert "Tạm hết hàng" not in cart and "218.000" in cart
    assert "Cách nhận hàng này không dùng được" not in page and "(đủ hàng)" in page
    assert place(client, page, full).status_code == 303
    assert session.scalars(select(Order)).one().total_vnd == 218_000


def test_the_store_chosen_for_fetching_sends_nothing_by_itself(make: ModuleType, client: FlaskClient) -> None:
    """What is shown for a delivery is what placing it finds: the store in the hidden list says nothing."""
    full, bare = make.store("kien-thuy"), make.store("kien-an")
    honey_at(make, client, full)
    home = make.area("Xã Kiến Hải").code
    piece = client.get(f"/thanh-toan/tong?method=delivery&store={bare.code}&province=31&area={home}").text
    assert "OCOP Mart kien-thuy phục vụ đơn này" in piece
    assert "Có dòng chưa mua được" not in piece


def test_the_cart_names_the_store_that_has_it(make: ModuleType, client: FlaskClient) -> None:
    full, bare = make.store("kien-thuy"), make.store("kien-an")
    honey_at(make, client, full)
    choose(client, bare)
    page = client.get("/gio-hang").text
    assert "Có ở OCOP Mart kien-thuy" in page
    assert "Tạm hết hàng" not in page
    assert "Chọn cửa hàng ở bước đặt hàng" in page
    submit(client, "/gio-hang/cua-hang", {"store": ""})
    assert "/thanh-toan" in client.get("/gio-hang").text


def test_who_comes_too_late_hears_which_pack_how_many_and_where(make: ModuleType, client: FlaskClient) -> None:
    full, other = make.store("kien-thuy"), make.store("kien-an")
    sku = honey_at(make, client, full, units=1)
    page = client.get(f"/thanh-toan/tong?method=pickup&store={full.code}").text + client.get("/thanh-toan").text
    make.lot(sku, other, on_shelf=1)
    with transaction():
        hold_all({full.id: {sku.id: 1}}, "order:faster", None, now())
    answer = place(client, page, full)
    assert answer.status_code == 409
    assert "Mật ong Cát Bà, Hũ 500 g × 1: Cửa hàng đã chọn hết món này. Có ở OCOP Mart kien-an" in answer.text
