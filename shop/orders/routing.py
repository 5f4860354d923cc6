"""Which store serves an order, where the goods go, and what that costs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from catalog.areas.models import Area
from catalog.areas.queries import find_area, province_of
from core.clock import local_day
from core.db import db
from core.errors import Invalid
from shop.carts.models import Cart
from shop.inventory.queries import available, name_short
from shop.inventory.refusals import OutOfStock
from shop.orders.asked import Fulfilment
from shop.orders.basket import Basket, Charge
from shop.orders.refusals import MethodUnavailable
from shop.orders.rules import DELIVERY_VAT_BP, WRAP_VAT_BP, delivery_fee
from shop.payments.providers.port import Payee
from shop.stores.models import Seller, Store
from shop.stores.queries import find_store, list_stores

#: Provinces of which every commune is in our data (Hải Phòng); of others only those that products come from.
WHOLE_PROVINCES = frozenset({"31"})


@dataclass(frozen=True)
class Route:
    """The store that serves with its legal seller, and for delivery the commune with its names of today."""

    store: Store
    seller: Seller
    area: Area | None = None
    area_name: str | None = None

    @property
    def payee(self) -> Payee:
        """The seller as payments know her."""
        return Payee(self.seller.id, self.seller.name, self.seller.bank_bin, self.seller.bank_account)


def find_route(cart: Cart, wanted: Fulfilment, basket: Basket, at: datetime) -> Route:
    """Settle store and destination. Refuses Invalid by field, MethodUnavailable, OutOfStock."""
    if wanted.method == "pickup":
        return _route(_pickup_store(cart, wanted))
    area = find_area(wanted.area or "", local_day(at))
    if area is None or not _is_destination(area):
        raise Invalid({"fulfilment": {"address": {"area": [_("Không có xã, phường này.")]}}})
    province = province_of(area)
    store = _delivery_store(wanted, basket, province, at)
    return _route(store, area, ", ".join(dict.fromkeys([area.name, province.name])))


def charges_of(basket: Basket, route: Route) -> list[Charge]:
    """What is paid besides the goods: wrapping by the store that serves, and delivery when they are delivered."""
    wrapping = sum(wrap.total_vnd for wrap in basket.wraps if wrap.store_id == route.store.id)
    charges = [Charge("gift_wrap", wrapping, WRAP_VAT_BP)] if wrapping else []
    if route.area is None:
        return charges
    is_near = _province_code(route.store) == province_of(route.area).code
    return [*charges, Charge("delivery", delivery_fee(basket.lines_total_vnd, is_near), DELIVERY_VAT_BP)]


def _is_destination(area: Area) -> bool:
    """A commune, or a province whose communes we do not all know: then the buyer writes hers into the address."""
    return area.kind == "commune" or (area.kind == "province" and area.code not in WHOLE_PROVINCES)


def _route(store: Store, area: Area | None = None, area_name: str | None = None) -> Route:
    return Route(store, db.session.get_one(Seller, store.seller_id), area, area_name)


def _pickup_store(cart: Cart, wanted: Fulfilment) -> Store:
    store = find_store(wanted.store) if wanted.store else _store_of(cart)
    if store is None:
        raise Invalid({"fulfilment": {"store": [_("Hãy chọn cửa hàng để đến lấy.")]}})
    if not store.has_pickup:
        raise MethodUnavailable(method="pickup", store=store.code)
    return store


def _store_of(cart: Cart) -> Store | None:
    store = db.session.get(Store, cart.store_id) if cart.store_id else None
    return store if store and store.is_active else None


def _delivery_store(wanted: Fulfilment, basket: Basket, province: Area, at: datetime) -> Store:
    """The store asked for, or the first that delivers and has everything: one that wraps the buyer's gift first,
    then same province, then by id.
    """
    if wanted.store:
        store = find_store(wanted.store)
        if store is None:
            raise Invalid({"fulfilment": {"store": [_("Không có cửa hàng này.")]}})
        if not store.has_delivery:
            raise MethodUnavailable(method="delivery", store=store.code)
        return store
    stores = [store for store in list_stores() if store.has_delivery]
    if not stores:
        raise MethodUnavailable(method="delivery")
    wrapping = {wrap.store_id for wrap in basket.wraps}
    stores.sort(key=lambda one: (one.id not in wrapping, _province_code(one) != province.code, one.id))
    return _first_with_all(stores, basket, at)


def _first_with_all(stores: list[Store], basket: Basket, at: datetime) -> Store:
    free = available(list(basket.wants), at)
    for store in stores:
        if all(free.get(sku, {}).get(store.id, 0) >= wanted for sku, wanted in basket.wants.items()):
            return store
    best = {sku: max(free.get(sku, {}).get(store.id, 0) for store in stores) for sku in basket.wants}
    raise OutOfStock(lines=name_short(basket.wants, best) or _apart(basket))


def _apart(basket: Basket) -> list[dict[str, Any]]:
    """Every line by name: each can be had somewhere, but no one store has them all."""
    return [
        {"sku": basket.offers[sku].sku_code, "name": basket.offers[sku].name, "wanted": wanted, "available": 0}
        for sku, wanted in basket.wants.items()
    ]


def _province_code(store: Store) -> str:
    return province_of(db.session.get_one(Area, store.area_id)).code
