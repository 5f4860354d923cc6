"""What was sold, is owed and should be brought, read from real orders; on both databases."""

from datetime import date
from types import ModuleType

import pytest

from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS
from core.clock import now, today
from core.db import db
from shop.carts import service as carts
from shop.orders import service
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.settlements.owing import Owed, owed_to
from shop.stores.models import Store
from shop.supply.queries import Sold, list_to_bring, sold_between
from tests.support.clock import Clock
from tests.support.queries import counted

DAY = date(2026, 11, 22)


@pytest.fixture
def sku(make: ModuleType, clock: Clock) -> Sku:
    clock.on(DAY)
    return make.sku(price_vnd=100_000)


def product_of(sku: Sku) -> int:
    return db.session.get_one(Listing, sku.listing_id).product_id


def buy(store: Store, sku: Sku, units: int, provider: str = "at_store") -> Order:
    token = carts.start_cart().token
    carts.set_line(token, sku.code, units)
    contact = Contact("Người mua thử", "+84912345678", "mua@example.test")
    wanted = Fulfilment("pickup", store.code, None, None)
    return place_order(Checkout(token, contact, wanted, provider, 10**9), ANONYMOUS)


def hand_over(make: ModuleType, order: Order) -> None:
    keeper = make.actor("store_manager", ("store", order.store.code))
    service.pack(order.number, keeper)
    service.hand_over(order.number, keeper)


def test_decided_sales_count_and_others_do_not(make: ModuleType, sku: Sku, clock: Clock) -> None:
    store, product = make.store(), product_of(sku)
    make.lot(sku, store, on_shelf=20)
    buy(store, sku, 2)
    buy(store, sku, 5, "vietqr")  # its money is awaited
    called_off = buy(store, sku, 3)
    service.call_off(called_off.number, make.actor("store_manager", ("store", store.code)), "store")
    assert sold_between([product], DAY, DAY) == Sold(2, 0, 200_000)
    assert sold_between([product], date(2026, 10, 1), date(2026, 10, 31)) == Sold()
    assert sold_between([], DAY, DAY) == Sold()
    assert sold_between([product_of(make.sku())], DAY, DAY) == Sold()


def test_what_left_the_store_is_owed_less_the_commission(make: ModuleType, sku: Sku) -> None:
    store, product = make.store(), product_of(sku)
    lot = make.lot(sku, store, on_shelf=20)
    assert (lot.is_consigned, lot.commission_bp) == (True, 2_000)
    first = buy(store, sku, 2)
    buy(store, sku, 1)
    maker = [db.session.get_one(Product, product).producer_id]
    assert owed_to(maker) == Owed(0, 0, 300_000)
    hand_over(make, first)
    assert owed_to(maker) == Owed(160_000, 0, 100_000)
    db.session.execute(db.text("UPDATE lot SET is_consigned = :no"), {"no": False})
    assert owed_to(maker).vnd == 0  # bought goods were paid for when they came


def test_what_to_bring_is_told_for_each_store(make: ModuleType, sku: Sku) -> None:
    full, empty = make.store(), make.store()
    make.lot(sku, full, on_shelf=90)
    make.lot(sku, empty, on_shelf=11)
    buy(full, sku, 8)
    buy(empty, sku, 8)
    product = product_of(sku)
    (one,) = list_to_bring([product], now())
    assert (one.store_code, one.free, one.weekly, one.wanted) == (empty.code, 3, 2, 12)
    db.session.execute(db.text("UPDATE certificate SET governs_until = :day"), {"day": today()})
    db.session.expire_all()
    assert list_to_bring([product], now()) == []


def test_more_products_take_no_more_statements(make: ModuleType, sku: Sku) -> None:
    def asked(ids: list[int]) -> int:
        return counted(lambda: (sold_between(ids, DAY, DAY), list_to_bring(ids, now())))

    ids = [product_of(sku)]
    store = make.store()
    make.lot(sku, store, on_shelf=5)
    buy(store, sku, 4)
    one = asked(ids)
    for _ in range(3):
        other = make.sku()
        make.lot(other, store, on_shelf=5)
        buy(store, other, 4)
        ids.append(product_of(other))
    assert asked(ids) <= one
