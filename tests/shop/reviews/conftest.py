"""A buyer who has her goods: one order of two products, handed over on 22/11/2026."""

from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from types import ModuleType

import pytest
from flask import Flask

from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS, Actor
from core.db import db
from core.worker import run_pending
from shop.carts import service as carts
from shop.orders import service as orders
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.stores.models import Store
from tests.support.clock import Clock

DAY = date(2026, 11, 22)


@dataclass
class Bought:
    """Who bought what where."""

    make: ModuleType
    clock: Clock
    sku: Sku
    other: Sku
    store: Store
    order: Order

    @property
    def product(self) -> Product:
        return product_of(self.sku)

    def buy(self, *skus: Sku, hand_over: bool = True, email: str | None = "mua@example.test") -> Order:
        """Another order, by somebody with a name of three words."""
        token = carts.start_cart().token
        for sku in skus:
            carts.set_line(token, sku.code, 1)
        contact = Contact("Ngô Thị Thử", "+84912345678", email)
        asked = Checkout(token, contact, Fulfilment("pickup", self.store.code), "at_store", 10**9)
        order = place_order(asked, ANONYMOUS)
        if hand_over:
            self.hand_over(order)
        return order

    def hand_over(self, order: Order) -> None:
        keeper = self.make.actor("store_manager", ("store", self.store.code))
        orders.pack(order.number, keeper)
        orders.hand_over(order.number, keeper)

    def producer(self) -> Actor:
        return self.make.actor("producer", ("producer", self.product.producer.code))


def product_of(sku: Sku) -> Product:
    return db.session.get_one(Product, db.session.get_one(Listing, sku.listing_id).product_id)


def build(make: ModuleType, clock: Clock) -> Bought:
    """The same outside a fixture, for races."""
    clock.on(DAY)
    store = make.store()
    sku, other = make.sku(name="Mật ong thử", valid_until=date(2026, 11, 30)), make.sku(name="Nước mắm thử")
    for one in (sku, other):
        make.lot(one, store, on_shelf=20)
    made = Bought(make, clock, sku, other, store, None)  # type: ignore[arg-type]
    made.order = made.buy(sku, other)
    return made


@pytest.fixture
def bought(make: ModuleType, clock: Clock) -> Bought:
    return build(make, clock)


@pytest.fixture
def make_admin(make: ModuleType) -> Actor:
    return make.actor("admin")


@pytest.fixture
def mails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """What was sent."""
    sent: list[EmailMessage] = []
    monkeypatch.setitem(app.extensions, "mailer", sent.append)
    return sent


def work() -> None:
    """The worker does whatever waits."""
    while run_pending():
        pass
