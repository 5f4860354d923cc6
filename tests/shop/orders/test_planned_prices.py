"""A planned price at midnight: pages and carts show it, a rise is refused, a fall passed on, orders keep theirs."""

from datetime import date, time
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.changes.jobs import take_over_prices
from catalog.changes.prices import set_price
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import now, today
from core.db import db
from shop.carts import service as carts
from shop.carts.queries import get_cart, view_cart
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order, quote
from shop.orders.models import OrderLine
from shop.orders.refusals import PriceChanged
from tests.support.clock import Clock

BUYER = Contact("Người mua thử", "+84912345678")
EVE, FIRST = date(2026, 11, 30), date(2026, 12, 1)


@pytest.mark.parametrize(("price", "is_refused"), [(150_000, True), (90_000, False)])
def test_at_midnight(make: ModuleType, clock: Clock, session: Session, price: int, is_refused: bool) -> None:
    clock.on(date(2026, 11, 22))
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    set_price(SYSTEM, sku.code, sku.version, price, starts_on=FIRST)
    before = _order(_cart(sku), store.code, 120_000)
    cart = _cart(sku)
    clock.on(EVE, time(23, 59, 59))
    assert _shown(cart) == 120_000
    clock.forward(seconds=1)
    assert _shown(cart) == price
    assert quote(cart, Fulfilment("pickup", store.code))[0].total_vnd == price
    if is_refused:
        with pytest.raises(PriceChanged) as refused:
            _order(cart, store.code, 120_000)
        assert (refused.value.facts["expected"], refused.value.facts["total"]) == (120_000, price)
    assert _order(cart, store.code, max(price, 120_000)) == price
    assert take_over_prices(today()) == 1  # only now
    assert _shown(_cart(sku)) == price
    prices = session.scalars(select(OrderLine.unit_price_vnd).order_by(OrderLine.id)).all()
    assert list(prices) == [before, price]


@pytest.mark.long("postgresql")
def test_every_page_asks_the_price_of_its_day(make: ModuleType, clock: Clock, client: FlaskClient) -> None:
    clock.on(date(2026, 11, 22))
    sku = make.sku(name="Mật ong rừng")
    listing = db.session.get_one(Listing, sku.listing_id)
    slug = db.session.get_one(Product, listing.product_id).slug
    assert _listed(client) == [120_000]
    set_price(SYSTEM, sku.code, sku.version, 90_000, starts_on=FIRST)
    clock.on(EVE, time(23, 59, 59))
    assert _listed(client) == [120_000]
    assert _listed(client, "?price_max=100000") == []
    clock.forward(seconds=1)
    assert _listed(client) == [90_000]
    assert _listed(client, "?price_max=100000") == [90_000]
    assert client.get(f"/api/v1/products/{slug}").json["price"] == 90_000
    assert "90.000" in client.get(f"/san-pham/{slug}").text
    assert "120.000" not in client.get(f"/san-pham/{slug}").text
    take_over_prices(today())
    assert _listed(client) == [90_000]


def _listed(client: FlaskClient, query: str = "") -> list[int]:
    return [item["price"] for item in client.get(f"/api/v1/products{query}").json["items"]]


def _cart(sku: Sku) -> str:
    token = carts.start_cart().token
    carts.set_line(token, sku.code, 1)
    return token


def _shown(token: str) -> int:
    db.session.expire_all()
    return view_cart(get_cart(token), now()).total_vnd


def _order(cart: str, store: str, expected: int) -> int:
    return place_order(Checkout(cart, BUYER, Fulfilment("pickup", store), "at_store", expected), ANONYMOUS).total_vnd
