"""Orders to walk with: of one parcel or two, paid in person or by transfer."""

from types import ModuleType

from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.clock import now
from shop.carts import service as carts
from shop.orders import service
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments.service import BankLine
from shop.stores.models import Store
from shop.stores.service import open_store

HOURS = {day: [["07:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def two_stores(make: ModuleType) -> tuple[Store, Store]:
    """Two stores of one seller."""
    first = make.store()
    second = open_store(
        SYSTEM, code=f"{first.code}-b", name="OCOP Mart hai", kind="mart", seller_id=first.seller_id,
        area_id=first.area_id, address="Số 2, đường Thử", hours=HOURS, has_pickup=True, has_delivery=True,
    )  # fmt: skip
    return first, second


def placed(
    make: ModuleType, *wants: tuple[Sku, int], store: Store | None = None, provider: str = "cod",
    method: str = "delivery", coupon: str | None = None,
) -> Order:  # fmt: skip
    """An order as a guest places it; by transfer it is paid at once."""
    token = carts.start_cart().token
    for sku, units in wants:
        carts.set_line(token, sku.code, units)
    if coupon:
        carts.set_coupon(token, coupon)
    wanted = Fulfilment(method, store.code if store else None, "Số 5", make.area().code)
    contact = Contact("Người mua thử", "+84912345678", "mua@example.test")
    order = place_order(Checkout(token, contact, wanted, provider, 10**9), ANONYMOUS)
    if provider == "vietqr":
        service.confirm_transfer(order.number, BankLine(order.total_vnd, f"FT-{order.number}", now()), SYSTEM)
    return get_order(order.number)


def split(make: ModuleType, provider: str = "cod", units: int = 2) -> Order:
    """An order of two products, each of which only one of two stores of the same seller has."""
    first, second = two_stores(make)
    one, two = make.sku(), make.sku()
    make.lot(one, first, on_shelf=10)
    make.lot(two, second, on_shelf=10)
    return placed(make, (one, units), (two, units), provider=provider)


def keeper(make: ModuleType, *stores: Store, role: str = "store_manager") -> Actor:
    """Staff of a store."""
    return make.actor(role, ("store", stores[0].code))


def states(order: Order) -> tuple[str, list[str]]:
    """Where the order stands, and each parcel."""
    fresh = get_order(order.number)
    return fresh.state, [one.state for one in fresh.shipments]


__all__ = ["HOURS", "keeper", "placed", "split", "states", "two_stores"]
