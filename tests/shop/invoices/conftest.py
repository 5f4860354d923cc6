"""A delivered order of two packs, one with 8 % and one whose producer sells her own; its seller has a series."""

from dataclasses import dataclass
from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import update

from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.db import db, transaction
from core.worker import run_pending
from shop.carts import service as carts
from shop.invoices.models import Invoice
from shop.invoices.queries import find_current, get_invoice
from shop.orders import service as orders
from shop.orders.asked import Checkout, Contact, Fulfilment, InvoiceWish
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments import refunds
from shop.stores.models import Store
from tests.support.clock import Clock

DAY = date(2026, 11, 22)
COMPANY = InvoiceWish("Công ty Quà Biển", "Số 1, phố Thử, Hải Phòng", "ketoan@example.test", "0201234567")


@dataclass
class Till:
    """A store with two packs on its shelf."""

    make: ModuleType
    store: Store
    packs: list[Sku]

    def order(self, *units: int, wish: InvoiceWish | None = None, hand_over: bool = True, work: bool = True) -> Order:
        """So many of each pack; paid at the store and handed over, and what follows of it done."""
        token = carts.start_cart().token
        for sku, count in zip(self.packs, units, strict=False):
            if count:
                carts.set_line(token, sku.code, count)
        contact = Contact("Người mua thử", "+84912345678", None)
        wanted = Fulfilment("pickup", self.store.code)
        asked = Checkout(token, contact, wanted, "at_store", 10**9, invoice=wish)
        order = place_order(asked, ANONYMOUS)
        if hand_over:
            orders.pack(order.number, self.keeper)
            orders.hand_over(order.number, self.keeper)
        if hand_over and work:
            run_pending()
        return get_order(order.number)

    @property
    def keeper(self) -> Actor:
        return self.make.actor("store_manager", ("store", self.store.code))

    def invoice(self, order: Order) -> Invoice:
        """What stands for the order now."""
        found = find_current(order.id)
        assert found is not None
        return get_invoice(found.code)

    def refund(self, order: Order, amount_vnd: int, key: str = "by:hand", reason: str = "store") -> str:
        """Promise so much back, and let what follows happen."""
        code = refunds.promise(f"ord:{order.number}", amount_vnd, reason, key, SYSTEM).code
        run_pending()
        return code


@pytest.fixture
def till(make: ModuleType, clock: Clock) -> Till:
    clock.on(DAY)
    store = make.store()
    packs = [make.sku(price_vnd=108_000), make.sku(price_vnd=50_000)]
    with transaction():
        db.session.execute(update(Sku).where(Sku.id == packs[0].id).values(vat_class="processed", vat_bp=800))
        db.session.execute(update(Sku).where(Sku.id == packs[1].id).values(vat_class="produce", vat_bp=500))
    for sku in packs:
        make.lot(sku, store, on_shelf=50)
    return Till(make, store, packs)
