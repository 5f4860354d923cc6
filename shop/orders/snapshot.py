"""Writing an order: names, prices, stars and certificates as printed, so that history stays true."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm.attributes import set_committed_value

from catalog.listings.queries import Offer
from core.accounts.actor import Actor
from core.clock import local_day
from core.db import Base, run, table_of, written
from core.ids import secret_token
from shop.carts.models import Cart
from shop.carts.rules import Wrap
from shop.inventory.words import amount
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
#: Statements that write one row, or one for each; they answer the keys.
_ORDER, _CHARGE, _PARCEL, _EVENT = (
    insert(table_of(model)).returning(table_of(model).c.id) for model in (Order, OrderCharge, Shipment, OrderEvent)
)
_LINES = insert(table_of(OrderLine)).returning(table_of(OrderLine).c.id, table_of(OrderLine).c.position)
_SHARES = insert(table_of(ShipmentLine)).returning(table_of(ShipmentLine).c.id, table_of(ShipmentLine).c.order_line_id)
#: What an order comes to later.
_NOT_YET = {
    "ended_because": None, "collector_name": None, "collector_phone": None, "held_on": None, "version": 1,
}  # fmt: skip


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
    """Write the order with its lines, charges, parcels and first event, each table in one statement; the database
    judges each line as it is written. The answer is whole: nothing of it need be read again.
    """
    values = {**_whom(placed, by), **_what(placed), **_when(placed), **_NOT_YET}
    order = written(Order(id=run(_ORDER, values).scalar_one(), **values))
    lines = _write_lines(placed, order)
    _know(order, seller=placed.route.seller, store=placed.route.store, lines=lines)
    _know(order, charges=_write_charges(placed, order), shipments=_write_parcels(placed, order, lines))
    step = {
        "order_id": order.id, "at": placed.at, "action": "place", "state": State.PLACED, "actor": by.label,
        "data": _told(placed),
    }  # fmt: skip
    _know(order, events=[written(OrderEvent(id=run(_EVENT, step).scalar_one(), **step))])
    return order


def _know(thing: Base, **related: Any) -> None:
    """What belongs to a thing that was just written, so that nobody asks the database for it."""
    for name, value in related.items():
        set_committed_value(thing, name, value)


def _write_lines(placed: Placed, order: Order) -> list[OrderLine]:
    rows = [
        {"order_id": order.id, **_line(placed, line, position, share)}
        for position, (line, share) in enumerate(zip(placed.basket.lines, placed.basket.shares, strict=True), start=1)
    ]
    ids = {row.position: row.id for row in run(_LINES, rows)}
    lines = [written(OrderLine(id=ids[row["position"]], **row)) for row in rows]
    for line in lines:
        _know(line, lots=[])
    return lines


def _write_charges(placed: Placed, order: Order) -> list[OrderCharge]:
    rows = [
        {
            "order_id": order.id, "kind": charge.kind, "amount_vnd": charge.amount_vnd, "vat_bp": charge.vat.stored_bp,
            "vat_kind": charge.vat.kind,
        }
        for charge in placed.basket.charges
    ]  # fmt: skip
    return [written(OrderCharge(id=run(_CHARGE, row).scalar_one(), **row)) for row in rows]


def _write_parcels(placed: Placed, order: Order, lines: Sequence[OrderLine]) -> list[Shipment]:
    """What each store gives of each line."""
    line_of = {line.sku_id: line for line in lines}
    parcels: list[Shipment] = []
    for position, part in enumerate(placed.route.parts, 1):
        row = {"order_id": order.id, **_parcel(placed, position, part)}
        parcel = written(Shipment(id=run(_PARCEL, row).scalar_one(), **row))
        shares = [
            {"shipment_id": parcel.id, "order_line_id": line_of[sku].id, "quantity": units}
            for sku, units in part.wants.items()
        ]
        ids = {one.order_line_id: one.id for one in run(_SHARES, shares)}
        made = [written(ShipmentLine(id=ids[one["order_line_id"]], **one)) for one in shares]
        _know(parcel, store=part.store, lines=made, lots=[])
        parcels.append(parcel)
    return parcels


def _parcel(placed: Placed, position: int, part: Part) -> dict[str, Any]:
    """What one store packs: all that happens to a parcel later is empty."""
    return {
        "code": f"{placed.number}-{position}", "store_id": part.store.id, "position": position,
        "state": Parcel.WAITING, "weight_grams": part.load.grams if part.load else 0, "attempts": 0, "version": 1,
        "has_charges": False,
        **dict.fromkeys(
            ("carrier", "courier", "tracking", "packed_at", "shipped_at", "delivered_at", "returned_at", "cash_vnd",
             "failure")
        ),
    }  # fmt: skip


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


def _line(placed: Placed, line: Wanted, position: int, share_vnd: int) -> dict[str, Any]:
    offer = placed.basket.offers[line.sku_id]
    day, vat = local_day(placed.at), _vat(placed, offer)
    return {
        "position": position,
        "sku_id": offer.sku_id,
        "product_id": offer.product_id,
        "sku_code": offer.sku_code,
        "slug": offer.slug,
        "product_name": offer.name,
        "producer_name": offer.producer_name,
        "label": offer.label,
        "unit": offer.unit,
        "quantity": line.quantity,
        "unit_price_vnd": offer.price_vnd,
        "line_total_vnd": placed.basket.cost(line),
        "discount_vnd": share_vnd,
        "vat_bp": vat.stored_bp,
        "vat_kind": vat.kind,
        "certificate_id": offer.governing.certificate_id,
        "certificate_code": offer.governing.code,
        "certificate_number": offer.governing.decision_number,
        "stars": offer.governing.stars,
        "placed_on": day,
        "decided_at": placed.at if placed.is_decided else None,
        "decided_on": day if placed.is_decided else None,
    }


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
