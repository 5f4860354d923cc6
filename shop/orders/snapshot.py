"""Writing an order: names, prices, stars and certificates as printed, so that history stays true."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from catalog.listings.queries import Offer
from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.clock import local_day
from core.db import db
from core.ids import secret_token
from shop.carts.models import Cart, CartLine
from shop.carts.rules import Wrap
from shop.carts.words import amount
from shop.orders.asked import Checkout
from shop.orders.basket import Basket
from shop.orders.models import Order, OrderCharge, OrderEvent, OrderLine, Shipment, ShipmentLine
from shop.orders.routing import Route
from shop.orders.rules import CONSENTS, Parcel, State, collect_by


@dataclass(frozen=True)
class Placed:
    """Everything an order is written from; `is_decided`: paid in person, so its placement decides the sale."""

    cart: Cart
    asked: Checkout
    basket: Basket
    route: Route
    number: str
    at: datetime
    is_decided: bool


def write_order(placed: Placed, by: Actor) -> Order:
    """Add the order with its lines, charges and first event. The database judges each line at the flush."""
    order = Order(**_whom(placed, by), **_what(placed), **_when(placed))
    producers = _producer_names({offer.producer_id for offer in placed.basket.offers.values()})
    order.lines = [
        _line(placed, line, position, producers) for position, line in enumerate(placed.basket.lines, start=1)
    ]
    order.charges = [
        OrderCharge(kind=charge.kind, amount_vnd=charge.amount_vnd, vat_bp=charge.vat_bp)
        for charge in placed.basket.charges
    ]
    served = [wrap for wrap in placed.basket.wraps if wrap.store_id == placed.route.store.id]
    wraps = [_wrapped(wrap, placed.basket.offers) for wrap in served]
    data = {"wraps": wraps} if wraps else {}
    order.shipments = [_parcel(placed, order)]
    order.events = [OrderEvent(at=placed.at, action="place", state=State.PLACED, actor=by.label, data=data)]
    db.session.add(order)
    return order


def _parcel(placed: Placed, order: Order) -> Shipment:
    """All of it from the store that serves."""
    parts = [ShipmentLine(line=line, quantity=line.quantity) for line in order.lines]
    code = f"{placed.number}-1"
    return Shipment(code=code, store_id=placed.route.store.id, position=1, state=Parcel.WAITING, lines=parts)


def _wrapped(wrap: Wrap, offers: Mapping[int, Offer]) -> str:
    """What goes into which basket, for whoever packs it: ``Giỏ quà Tết × 1 (2 Mật ong, 1 Trà)``."""
    parts = ", ".join(f"{amount(units, offers[sku].unit)} {offers[sku].name}" for sku, units in wrap.parts.items())
    return f"{wrap.label} × {wrap.whole} ({parts})"


def _whom(placed: Placed, by: Actor) -> dict[str, Any]:
    asked, route = placed.asked, placed.route
    return {
        "number": placed.number,
        "token": secret_token(),
        "cart_id": placed.cart.id,
        "seller_id": route.seller.id,
        "store_id": route.store.id,
        "user_id": placed.cart.user_id or by.user_id,
        "contact_name": asked.contact.name,
        "contact_phone": asked.contact.phone,
        "contact_email": asked.contact.email,
        "method": asked.fulfilment.method,
        "address_line": asked.fulfilment.address_line if route.area else None,
        "area_id": route.area.id if route.area else None,
        "area_name": route.area_name,
        "note": asked.fulfilment.note,
        "provider": asked.provider,
        "locale": asked.locale,
        "consents": _consents(asked.consents, placed.at),
    }


def _what(placed: Placed) -> dict[str, Any]:
    return {
        "state": State.PLACED,
        "lines_total_vnd": placed.basket.lines_total_vnd,
        "discount_total_vnd": 0,
        "charges_total_vnd": placed.basket.charges_total_vnd,
        "total_vnd": placed.basket.total_vnd,
    }


def _when(placed: Placed) -> dict[str, Any]:
    day = local_day(placed.at)
    return {
        "placed_at": placed.at,
        "placed_on": day,
        "decided_at": placed.at if placed.is_decided else None,
        "decided_on": day if placed.is_decided else None,
        "collect_by": collect_by(day) if placed.asked.fulfilment.method == "pickup" else None,
    }


def _line(placed: Placed, line: CartLine, position: int, producers: dict[int, str]) -> OrderLine:
    offer: Offer = placed.basket.offers[line.sku_id]
    day = local_day(placed.at)
    return OrderLine(
        position=position,
        sku_id=offer.sku_id,
        product_id=offer.product_id,
        sku_code=offer.sku_code,
        slug=offer.slug,
        product_name=offer.name,
        producer_name=producers[offer.producer_id],
        label=offer.label,
        unit=offer.unit,
        quantity=line.quantity,
        unit_price_vnd=offer.price_vnd,
        line_total_vnd=placed.basket.cost(line),
        vat_bp=offer.vat_bp,
        certificate_id=offer.governing.certificate_id,
        certificate_code=offer.governing.code,
        certificate_number=offer.governing.decision_number,
        stars=offer.governing.stars,
        placed_on=day,
        decided_at=placed.at if placed.is_decided else None,
        decided_on=day if placed.is_decided else None,
    )


def _producer_names(ids: Collection[int]) -> dict[int, str]:
    query = select(Producer.id, Producer.name).where(Producer.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)}


def _consents(given: Collection[str], at: datetime) -> dict[str, Any]:
    """What was agreed to, in which wording, when (Law 91/2025 on personal data)."""
    return {"items": [{"purpose": one, "version": CONSENTS[one], "at": at.isoformat()} for one in given]}
