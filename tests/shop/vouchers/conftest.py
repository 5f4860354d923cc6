"""A service on sale, a season of ten, and a jar of honey beside it."""

from dataclasses import dataclass
from datetime import date
from types import ModuleType

import pytest

from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.clock import now
from core.db import db
from core.worker import run_pending
from shop.carts import service as carts
from shop.orders import parcels
from shop.orders import service as orders
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments.service import BankLine
from shop.stores.models import Store
from shop.vouchers.models import Voucher
from shop.vouchers.queries import list_of_order
from tests.support.clock import Clock

DAY = date(2026, 11, 22)
SEASON_ENDS = date(2027, 3, 31)


@dataclass
class Office:
    """Where services are sold."""

    make: ModuleType
    clock: Clock
    store: Store
    tour: Sku
    honey: Sku

    @property
    def product(self) -> Product:
        listing = db.session.get_one(Listing, self.tour.listing_id)
        return db.session.get_one(Product, listing.product_id)

    def order(self, units: int = 2, *, honey: int = 0, provider: str = "vietqr") -> Order:
        """Placed, nothing paid."""
        token = carts.start_cart().token
        carts.set_line(token, self.tour.code, units)
        if honey:
            carts.set_line(token, self.honey.code, honey)
        contact = Contact("Người mua thử", "+84912345678", "mua@example.test")
        wanted = Fulfilment("pickup", self.store.code)
        return place_order(Checkout(token, contact, wanted, provider, 10**9), ANONYMOUS)

    def bought(self, units: int = 2, *, honey: int = 0) -> Order:
        """Paid by transfer, and what follows done."""
        order = self.order(units, honey=honey)
        orders.confirm_transfer(order.number, BankLine(order.total_vnd, order.number, now()), SYSTEM)
        run_pending()
        return get_order(order.number)

    def hand_over(self, order: Order) -> None:
        """Packed and given out at the counter."""
        orders_keeper = self.keeper
        parcels.pack(order.number, orders_keeper)
        parcels.hand_over(order.number, orders_keeper)
        run_pending()

    def vouchers(self, order: Order) -> list[Voucher]:
        return list(list_of_order(order.id))

    @property
    def keeper(self) -> Actor:
        return self.make.actor("store_manager", ("store", self.store.code))

    @property
    def guide(self) -> Actor:
        return self.make.actor("producer", ("producer", self.product.producer.code))


@pytest.fixture
def office(make: ModuleType, clock: Clock) -> Office:
    clock.on(DAY)
    store = make.store()
    tour = make.sku(price_vnd=350_000, set_no=26, valid_until=date(2026, 12, 31))
    honey = make.sku(price_vnd=120_000)
    make.lot(tour, store, on_shelf=10, expires_on=SEASON_ENDS)
    make.lot(honey, store, on_shelf=10)
    return Office(make, clock, store, tour, honey)
