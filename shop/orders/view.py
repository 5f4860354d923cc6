"""An order as the API answers it: snapshots as printed, the payment as it stands."""

from typing import Any

from sqlalchemy import select

from core.db import db
from shop.cards.links import redirect_url
from shop.delivery.carriers.known import tracking_link
from shop.inventory.models import Lot
from shop.orders.models import Order, OrderLine, Shipment
from shop.orders.rules import reference_of
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from shop.payments.rules import Status


def order_out(order: Order, *, with_token: bool, payment: Payment | None = None) -> dict[str, Any]:
    """The whole order; its token only for those who buy. ``payment``: its payment, for who has it already."""
    paying = payment_out(payment or get_payment(reference_of(order.number)))
    lots = _lot_codes(order)
    plain = ("number", "state", "ended_because", "placed_at", "decided_at", "version")
    shown: dict[str, Any] = {name: getattr(order, name) for name in plain}
    shown |= _parties(order) | _sums(order)
    shown["lines"] = [line_out(line, lots) for line in order.lines]
    shown["payment"], shown["payments"] = paying, [paying]
    shown["timeline"] = [{"at": e.at, "action": e.action, "state": e.state} for e in order.events]
    shown["shipments"] = [parcel_out(order, one) for one in order.shipments]
    return shown | ({"token": order.token} if with_token else {})


def line_out(line: OrderLine, lots: dict[int, str]) -> dict[str, Any]:
    """A line as printed."""
    return {
        "sku": line.sku_code, "slug": line.slug, "name": line.product_name, "producer": line.producer_name,
        "label": line.label, "unit": line.unit, "quantity": line.quantity, "unit_price": line.unit_price_vnd,
        "line_total": line.line_total_vnd, "discount": line.discount_vnd, "stars": line.stars,
        "certificate": {"code": line.certificate_code, "number": line.certificate_number},
        "lots": [{"lot": lots[one.lot_id], "quantity": one.quantity} for one in line.lots],
    }  # fmt: skip


def parcel_out(order: Order, parcel: Shipment) -> dict[str, Any]:
    """A parcel: which part of the order, where it is, and where to follow it."""
    plain = ("code", "position", "state", "carrier", "courier", "tracking", "packed_at", "shipped_at", "delivered_at")
    shown: dict[str, Any] = {name: getattr(parcel, name) for name in plain}
    sku_of = {line.id: line.sku_code for line in order.lines}
    return shown | {
        "at": parcel.shipped_at, "link": tracking_link(parcel.carrier, parcel.tracking),
        "store": {"code": parcel.store.code, "name": parcel.store.name},
        "lines": [{"sku": sku_of[one.order_line_id], "quantity": one.quantity} for one in parcel.lines],
    }  # fmt: skip


def brief_out(order: Order) -> dict[str, Any]:
    """An order in a list."""
    return {
        "number": order.number, "state": order.state, "placed_at": order.placed_at, "method": order.method,
        "total": order.total_vnd, "currency": "VND", "promised_at": order.promised_at, "collect_by": order.collect_by,
        "store": {"code": order.store.code, "name": order.store.name}, "contact": {"name": order.contact_name},
        "parcels": [{"code": one.code, "state": one.state} for one in order.shipments],
    }  # fmt: skip


def payment_out(payment: Payment) -> dict[str, Any]:
    """A payment; its QR only while it can be paid."""
    is_open = payment.status == Status.PENDING
    return {
        "provider": payment.provider, "status": payment.status, "amount": payment.amount_vnd,
        "captured": payment.captured_vnd, "refunded": payment.refunded_vnd, "redirect_url": redirect_url(payment),
        "qr_text": payment.qr_text if is_open else None, "expires_at": payment.expires_at,
    }  # fmt: skip


def _parties(order: Order) -> dict[str, Any]:
    return {
        "seller": {"code": order.seller.code, "name": order.seller.name},
        "store": {"code": order.store.code, "name": order.store.name},
        "contact": {
            "name": order.contact_name, "phone": order.contact_phone, "email": order.contact_email,
        },
        "fulfilment": {
            "method": order.method, "address": order.address_line, "area": order.area_name,
            "collect_by": order.collect_by, "promised_at": order.promised_at,
        },
    }  # fmt: skip


def _sums(order: Order) -> dict[str, Any]:
    return {
        "lines_total": order.lines_total_vnd, "coupon": order.coupon_code, "discount_total": order.discount_total_vnd,
        "charges": [{"kind": one.kind, "amount": one.amount_vnd} for one in order.charges],
        "charges_total": order.charges_total_vnd, "total": order.total_vnd, "currency": "VND",
    }  # fmt: skip


def _lot_codes(order: Order) -> dict[int, str]:
    ids = [one.lot_id for line in order.lines for one in line.lots]
    if not ids:
        return {}
    return {row.id: row.code for row in db.session.execute(select(Lot.id, Lot.code).where(Lot.id.in_(ids)))}
