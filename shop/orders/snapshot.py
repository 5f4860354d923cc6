"""Writing an order: names, prices, stars and certificates as printed, so that history stays true."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from catalog.listings.queries import Offer
from core.accounts.actor import Actor
from core.clock import local_day
from core.db import db
from core.ids import secret_token
from shop.carts.models import Cart
from shop.carts.rules import Wrap
from shop.carts.words import amount
from shop.orders.asked import Checkout
from shop.orders.basket import Basket
from shop.orders.gate import Wanted
from shop.orders.models import Order, OrderCharge, OrderEvent, OrderLine, Shipment, ShipmentLine
from shop.orders.promises import promise_of
from shop.orders.routing import Part, Route, served_wraps
from shop.orders.rules import CONSENTS, Parcel, State, collect_by
from shop.payments.providers.port import Provider
from shop.taxes.rules import Vat, class_of, vat_of

#: The wording by which a buyer says that she is 18 or older (wine and spirits).
AGE_VERSION = "2026-11"


@dataclass(frozen=True)
class Placed:
    """Everything an order is written from. What is paid in person is decided by its placement."""

    cart: Cart
    asked: Checkout
    basket: Basket
    route: Route
    number: str
    at: datetime
    provider: Provider

    @property
    def is_decided(self) -> bool:
        """Whether the placement decides the sale."""
        return self.provider.is_cash


def write_order(placed: Placed, by: Actor) -> Order:
    """Add the order with its lines, charges, parcels and first event. The database judges each line at the flush."""
    order = Order(**_whom(placed, by), **_what(placed), **_when(placed))
    order.lines = [
        _line(placed, line, position, share)
        for position, (line, share) in enumerate(zip(placed.basket.lines, placed.basket.shares, strict=True), start=1)
    ]
    order.charges = [
        OrderCharge(
            kind=charge.kind, amount_vnd=charge.amount_vnd, vat_bp=charge.vat.stored_bp, vat_kind=charge.vat.kind
        )
        for charge in placed.basket.charges
    ]
    order.shipments = [_parcel(placed, order, position, part) for position, part in enumerate(placed.route.parts, 1)]
    order.events = [OrderEvent(at=placed.at, action="place", state=State.PLACED, actor=by.label, data=_told(placed))]
    db.session.add(order)
    return order


def _parcel(placed: Placed, order: Order, position: int, part: Part) -> Shipment:
    """What one store gives of each line."""
    line_of = {line.sku_id: line for line in order.lines}
    lines = [ShipmentLine(line=line_of[sku], quantity=units) for sku, units in part.wants.items()]
    return Shipment(
        code=f"{placed.number}-{position}", store=part.store, position=position, state=Parcel.WAITING, lines=lines,
        weight_grams=part.load.grams if part.load else 0,
    )  # fmt: skip


def _told(placed: Placed) -> dict[str, Any]:
    """What packers and the desk want to know later: baskets to wrap, and by which zone and weight it was charged."""
    wraps = [_wrapped(wrap, placed.basket.offers) for wrap in served_wraps(placed.basket, placed.route)]
    zones = [
        {"store": part.store.code, "zone": part.zone, "grams": part.load.grams}
        for part in placed.route.parts
        if part.load
    ]
    return {**({"wraps": wraps} if wraps else {}), **({"zones": zones} if zones else {})}


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
        "seller": route.seller,
        "store": route.store,
        "user_id": placed.cart.user_id or by.user_id,
        "contact_name": asked.contact.name,
        "contact_phone": asked.contact.phone,
        "contact_email": asked.contact.email,
        "method": asked.fulfilment.method,
        "address_line": asked.fulfilment.address_line if route.area else None,
        "area_id": route.area.id if route.area else None,
        "area_name": route.area_name,
        "note": asked.fulfilment.note,
        "provider": placed.provider.name,
        "locale": asked.locale,
        "consents": _consents(placed),
        "invoice_wish": asdict(asked.invoice) if asked.invoice else None,
    }


def _what(placed: Placed) -> dict[str, Any]:
    return {
        "state": State.PLACED,
        "lines_total_vnd": placed.basket.lines_total_vnd,
        "coupon_code": placed.basket.discount.code if placed.basket.discount else None,
        "discount_total_vnd": placed.basket.discount_total_vnd,
        "charges_total_vnd": placed.basket.charges_total_vnd,
        "total_vnd": placed.basket.total_vnd,
    }


def _when(placed: Placed) -> dict[str, Any]:
    day, method = local_day(placed.at), placed.asked.fulfilment.method
    return {
        "placed_at": placed.at,
        "placed_on": day,
        "decided_at": placed.at if placed.is_decided else None,
        "decided_on": day if placed.is_decided else None,
        "promised_at": promise_of(placed.route.store, placed.at, method) if placed.is_decided else None,
        "collect_by": collect_by(day) if method == "pickup" else None,
    }


def _line(placed: Placed, line: Wanted, position: int, share_vnd: int) -> OrderLine:
    offer = placed.basket.offers[line.sku_id]
    day, vat = local_day(placed.at), _vat(placed, offer)
    return OrderLine(
        position=position,
        sku_id=offer.sku_id,
        product_id=offer.product_id,
        sku_code=offer.sku_code,
        slug=offer.slug,
        product_name=offer.name,
        producer_name=offer.producer_name,
        label=offer.label,
        unit=offer.unit,
        quantity=line.quantity,
        unit_price_vnd=offer.price_vnd,
        line_total_vnd=placed.basket.cost(line),
        discount_vnd=share_vnd,
        vat_bp=vat.stored_bp,
        vat_kind=vat.kind,
        certificate_id=offer.governing.certificate_id,
        certificate_code=offer.governing.code,
        certificate_number=offer.governing.decision_number,
        stars=offer.governing.stars,
        placed_on=day,
        decided_at=placed.at if placed.is_decided else None,
        decided_on=day if placed.is_decided else None,
        lots=[],
    )


def _vat(placed: Placed, offer: Offer) -> Vat:
    """By the day, the goods and the seller's method; a producer who sells her own produce is the seller herself."""
    seller, invoice = placed.route.seller, placed.asked.invoice
    return vat_of(
        class_of(offer.vat_class, offer.set_no), offer.vat_bp, local_day(placed.at), seller.vat_method,
        is_own_produce=bool(seller.tax_code) and offer.producer_tax_code == seller.tax_code,
        to_business=invoice is not None and invoice.tax_code is not None,
    )  # fmt: skip


def _consents(placed: Placed) -> dict[str, Any]:
    """What was agreed to, in which wording, when (Law 91/2025 on personal data; Law 44/2019 on age)."""
    given = {one: CONSENTS[one] for one in placed.asked.consents}
    if placed.basket.alcohol:
        given["adult"] = AGE_VERSION
    at = placed.at.isoformat()
    return {"items": [{"purpose": one, "version": version, "at": at} for one, version in given.items()]}
