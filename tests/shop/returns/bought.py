"""An order that its buyer has, with its money here: what comes back comes back from this."""

from types import ModuleType

from core.accounts.actor import ANONYMOUS, Actor
from core.clock import now
from shop.carts import service as carts
from shop.orders import service
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments.service import BankLine

CONTACT = Contact("Người mua thử", "+84912345678", "mua@example.test")


def place(make: ModuleType, provider: str = "at_store", units: tuple[int, ...] = (3,), **pack: object) -> Order:
    """An order of so many units of one pack a line, at 120.000 đồng each, fetched at the store."""
    store, token = make.store(), carts.start_cart().token
    for wanted in units:
        sku = make.sku(**pack)
        make.lot(sku, store, on_shelf=50)
        carts.set_line(token, sku.code, wanted)
    asked = Checkout(token, CONTACT, Fulfilment("pickup", store.code), provider, 10**9)
    return place_order(asked, ANONYMOUS)


def bought(make: ModuleType, provider: str = "at_store", units: tuple[int, ...] = (3,), **pack: object) -> Order:
    """The same, paid and handed over."""
    order = place(make, provider, units, **pack)
    by = manager(make, order)
    if provider == "vietqr":
        service.confirm_transfer(order.number, BankLine(order.total_vnd, f"FT-{order.number}", now()), by)
    service.hand_over(order.number, by)
    return get_order(order.number)


def manager(make: ModuleType, order: Order, role: str = "store_manager") -> Actor:
    """Somebody of the order's store."""
    return make.actor(role, ("store", order.store.code))
