"""An order as the API answers it: snapshots as printed, the payment as it stands."""

from typing import Any

from sqlalchemy import select

from core.db import db
from shop.inventory.models import Lot
from shop.orders.models import Order, OrderLine
from shop.orders.rules import reference_of
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from shop.payments.rules import Status


def order_out(order: Order, *, with_token: bool) -> dict[str, Any]:
    """The whole order; its token only for those who buy."""
    payment = payment_out(get_payment(reference_of(order.number)))
    lots = _lot_codes(order)
    plain = ("number", "state", "ended_because", "placed_at", "decided_at", "version")
    shown: dict[str, Any] = {name: getattr(order, name) for name in plain}
    shown |= _parties(order) | _sums(order)
    shown["lines"] = [line_out(line, lots) for line in order.lines]
    shown["payment"], shown["payments"] = payment, [payment]
    shown["timeline"] = [{"at": e.at, "action": e.action, "state": e.state} for e in order.events]
    shown["shipments"] = [
        {"at": e.at, "courier": e.data.get("courier"), "tracking": e.data.get("tracking")}
        for e in order.events
        if e.action == "ship"
    ]
    return shown | ({"token": order.token} if with_token else {})


def line_out(line: OrderLine, lots: dict[int, str]) -> dict[str, Any]:
    """A line as printed."""
    return {
        "sku": line.sku_code, "slug": line.slug, "name": line.product_name, "producer": line.producer_name,
        "label": line.label, "unit": line.unit, "quantity": line.quantity, "unit_price": line.unit_price_vnd,
        "line_total": line.line_total_vnd, "stars": line.stars,
        "certificate": {"code": line.certificate_code, "number": line.certificate_number},
        "lots": [{"lot": lots[one.lot_id], "quantity": one.quantity} for one in line.lots],
    }  # fmt: skip


def payment_out(payment: Payment) -> dict[str, Any]:
    """A payment; its QR only while it can be paid."""
    is_open = payment.status == Status.PENDING
    return {
        "provider": payment.provider, "status": payment.status, "amount": payment.amount_vnd,
        "captured": payment.captured_vnd, "refunded": payment.refunded_vnd, "redirect_url": None,
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
            "collect_by": order.collect_by,
        },
    }  # fmt: skip


def _sums(order: Order) -> dict[str, Any]:
    return {
        "lines_total": order.lines_total_vnd, "discount_total": order.discount_total_vnd,
        "charges": [{"kind": one.kind, "amount": one.amount_vnd} for one in order.charges],
        "charges_total": order.charges_total_vnd, "total": order.total_vnd, "currency": "VND",
    }  # fmt: skip


def _lot_codes(order: Order) -> dict[int, str]:
    ids = [one.lot_id for line in order.lines for one in line.lots]
    return {row.id: row.code for row in db.session.execute(select(Lot.id, Lot.code).where(Lot.id.in_(ids)))}
