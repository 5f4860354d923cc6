"""Which stores serve an order, where the goods go, and what that costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from catalog.areas.models import Area
from catalog.areas.queries import find_area, find_latest, present_of, province_of
from catalog.listings.queries import Offer
from catalog.products.sets import SERVICE
from core.clock import local_day
from core.db import db
from core.errors import Invalid
from shop.carts.models import Cart
from shop.carts.rules import made_up
from shop.delivery.queries import places_of, rates_on
from shop.delivery.refusals import NotDelivered
from shop.delivery.rules import Load, Rates, delivery_of, distance, weight_of, zone_of
from shop.inventory.queries import available, name_short
from shop.inventory.refusals import OutOfStock
from shop.orders.allocation import Candidate, plan, reachable
from shop.orders.asked import Fulfilment
from shop.orders.basket import Basket, Charge
from shop.orders.refusals import MethodUnavailable, PickupOnly
from shop.payments.providers.port import Payee
from shop.stores.models import Seller, Store
from shop.stores.queries import list_stores
from shop.taxes.rules import vat_of_charge

#: Provinces of which every commune is in our data (Hải Phòng); of others only those that products come from.
WHOLE_PROVINCES = frozenset({"31"})


@dataclass(frozen=True)
class Part:
    """What one store gives: units by SKU id; for delivery with its zone and what it weighs and asks for."""

    store: Store
    wants: Mapping[int, int]
    zone: str | None = None
    load: Load | None = None


@dataclass(frozen=True)
class Route:
    """The stores that serve with their one legal seller, and for delivery the commune with its names of today."""

    parts: Sequence[Part]
    seller: Seller
    area: Area | None = None
    area_name: str | None = None
    rates: Rates | None = None

    @property
    def store(self) -> Store:
        """The first of them: where the buyer turns."""
        return self.parts[0].store

    @property
    def wants(self) -> dict[int, Mapping[int, int]]:
        """Units by SKU id for each store's id: what a hold takes."""
        return {part.store.id: part.wants for part in self.parts}

    @property
    def payee(self) -> Payee:
        """The seller as payments know her."""
        return Payee(self.seller.id, self.seller.name, self.seller.bank_bin, self.seller.bank_account)


def find_route(cart: Cart, wanted: Fulfilment, basket: Basket, at: datetime) -> Route:
    """Settle stores and destination. Refuses Invalid by field, MethodUnavailable, PickupOnly, OutOfStock."""
    if wanted.method == "pickup":
        store = _pickup_store(cart, wanted)
        return Route((Part(store, basket.wants),), store.seller)
    on = local_day(at)
    area = _destination(wanted.area or "", on)
    _check_deliverable(basket)
    rates = rates_on(on)
    if rates is None:
        raise NotDelivered
    stores = _senders(wanted)
    places, to = places_of(stores, area)
    shares = [(stores[0], basket.wants)]
    if not wanted.store:
        shares = _shares(stores, {one.id: distance(places[one.id], to) for one in stores}, basket, at)
    parts = [
        Part(store, wants, zone_of(places[store.id], to, rates.near), load_of(wants, basket.offers, rates))
        for store, wants in shares
    ]
    names = dict.fromkeys([area.name, province_of(area).name])
    return Route(parts, parts[0].store.seller, area, ", ".join(names), rates)


def charges_of(basket: Basket, route: Route, on: date) -> list[Charge]:
    """What is paid besides the goods: wrapping by the stores that serve, delivery, boxes for what must stay cold."""
    wrapping = sum(wrap.total_vnd for wrap in served_wraps(basket, route))
    amounts = {"gift_wrap": wrapping} if wrapping else {}
    if route.rates is not None:
        goods = basket.lines_total_vnd - basket.discount_total_vnd
        parcels = [(part.zone, part.load) for part in route.parts if part.zone and part.load]
        carriage, cold = delivery_of(route.rates, goods, parcels)
        amounts |= {"delivery": carriage, **({"cold_box": cold} if cold else {})}
    method = route.seller.vat_method
    return [Charge(kind, vnd, vat_of_charge(kind, on, method)) for kind, vnd in amounts.items()]


def served_wraps(basket: Basket, route: Route) -> list[Any]:
    """The wrapping that can be done: each by its own store, as far as that store gives its parts."""
    return [
        wrap
        for part in route.parts
        for wrap in made_up([one for one in basket.wraps if one.store_id == part.store.id], part.wants)
        if wrap.whole
    ]


def _destination(code: str, on: date) -> Area:
    """The area of today behind a code of any time. Refuses Invalid: unknown, no commune, or divided since."""
    area = find_area(code, on)
    if area is None and (old := find_latest(code)) is not None:
        area, is_doubtful = present_of(old, on)
        if area is not None and is_doubtful:
            divided = _("%(name)s đã chia vào nhiều xã, phường. Hãy chọn xã, phường hiện nay.", name=old.name)
            raise Invalid({"fulfilment": {"address": {"area": [divided]}}})
    if area is None or not _is_destination(area):
        raise Invalid({"fulfilment": {"address": {"area": [_("Không có xã, phường này.")]}}})
    return area


def _is_destination(area: Area) -> bool:
    """A commune, or a province whose communes we do not all know: then the buyer writes hers into the address."""
    return area.kind == "commune" or (area.kind == "province" and area.code not in WHOLE_PROVINCES)


def _check_deliverable(basket: Basket) -> None:
    """Some goods are only handed over at a store; where all are services, there is nothing to send at all."""
    if basket.is_services:
        raise MethodUnavailable(
            _("Dịch vụ nhận bằng phiếu, không có gì để giao tận nơi. Hãy chọn cửa hàng."), method="delivery"
        )
    kept = [offer for offer in basket.offers.values() if offer.is_pickup_only]
    if kept:
        raise PickupOnly(lines=[
            {"sku": one.sku_code, "name": one.name, "slug": one.slug, "code": "pickup.only"} for one in kept
        ])  # fmt: skip


_TRADING = select(Store).where(Store.is_active).options(joinedload(Store.seller))
_BY_CODE = _TRADING.where(Store.code == bindparam("code"))
_BY_ID = _TRADING.where(Store.id == bindparam("id"))


def _find_store(code: str | None, store_id: int | None = None) -> Store | None:
    """A store that trades, with its seller, by its code or else its id: one statement."""
    return db.session.scalar(_BY_CODE, {"code": code}) if code else db.session.scalar(_BY_ID, {"id": store_id})


def _pickup_store(cart: Cart, wanted: Fulfilment) -> Store:
    store = _find_store(wanted.store, cart.store_id) if wanted.store or cart.store_id else None
    if store is None:
        raise Invalid({"fulfilment": {"store": [_("Hãy chọn cửa hàng để đến lấy.")]}})
    if not store.has_pickup:
        raise MethodUnavailable(method="pickup", store=store.code)
    return store


def _senders(wanted: Fulfilment) -> Sequence[Store]:
    """The store that was asked for, else every one that delivers. Refuses Invalid, MethodUnavailable."""
    if not wanted.store:
        stores = [store for store in list_stores() if store.has_delivery]
        if not stores:
            raise MethodUnavailable(method="delivery")
        return stores
    store = _find_store(wanted.store)
    if store is None:
        raise Invalid({"fulfilment": {"store": [_("Không có cửa hàng này.")]}})
    if not store.has_delivery:
        raise MethodUnavailable(method="delivery", store=store.code)
    return [store]


def _shares(
    stores: Sequence[Store], far: Mapping[int, int], basket: Basket, at: datetime
) -> list[tuple[Store, Mapping[int, int]]]:
    """What each store sends, by `allocation.plan`; ``far`` tells how far each is, by its id. Refuses OutOfStock."""
    wrapping = {wrap.store_id for wrap in basket.wraps}
    candidates = [Candidate(one.id, one.seller_id, far[one.id], one.id in wrapping) for one in stores]
    free = _free_by_store(basket.wants, at)
    found = plan(basket.wants, free, candidates)
    if found is None:
        short = name_short(basket.wants, reachable(basket.wants, free, candidates))
        if short:
            names = ", ".join(one["name"] for one in short)
            words = _(
                "Các cửa hàng có giao hàng không đủ: %(names)s. Hãy bớt số lượng, hoặc chọn đến lấy.", names=names
            )
            raise OutOfStock(words, lines=short)
        raise OutOfStock(
            _(
                "Các món này nằm ở cửa hàng của những người bán khác nhau, nên không gửi chung được. "
                "Hãy đặt thành nhiều đơn."
            ),
            lines=_apart(basket),
        )
    by_id = {store.id: store for store in stores}
    return [(by_id[store], some) for store, some in found]


def _free_by_store(wants: Mapping[int, int], at: datetime) -> dict[int, dict[int, int]]:
    """Units free now by store id and SKU id."""
    found: dict[int, dict[int, int]] = {}
    for sku, stores in available(list(wants), at).items():
        for store, units in stores.items():
            found.setdefault(store, {})[sku] = units
    return found


def load_of(wants: Mapping[int, int], offers: Mapping[int, Offer], rates: Rates) -> Load:
    """What a parcel weighs, and what it asks of whoever carries it; services weigh nothing."""
    mine = [(offers[sku], units) for sku, units in wants.items() if offers[sku].set_no != SERVICE]
    grams = sum(weight_of(one.unit, units, one.net_grams, one.net_ml, rates.pack_grams) for one, units in mine)
    return Load(grams, any(one.is_cold for one, _n in mine), any(one.is_fragile for one, _n in mine))


def _apart(basket: Basket) -> list[dict[str, Any]]:
    """Every line by name: each can be had somewhere, but no one seller's stores have them all."""
    return [
        {"sku": basket.offers[sku].sku_code, "name": basket.offers[sku].name, "wanted": wanted, "available": 0}
        for sku, wanted in basket.wants.items()
    ]
