"""The orders' parts: lots that left in parcels, and lots that came back undelivered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Subquery, false, literal, or_, select, true

from shop.orders.models import Order, OrderLine, Shipment, ShipmentLine, ShipmentLot
from shop.orders.rules import Parcel
from shop.sales.parts import Rows, among, of_products, share_of, within_days
from shop.sales.rules import Only, Source


def left(only: Only) -> Rows:
    """What left a store for a buyer; a parcel that was sent twice left twice, and came back in between."""
    shared = _shared(only, ShipmentLot.left_at)
    is_final = or_(shared.c.came_back_at.is_not(None), shared.c.parcel_state == Parcel.DELIVERED)
    return select(*_columns(Source.ORDER, shared, shared.c.left_at, 1, is_final))


def came_back(only: Only) -> Rows:
    """What came back undelivered: all that left with its parcel, for what it had left for."""
    shared = _shared(only, ShipmentLot.came_back_at)
    rows = select(*_columns(Source.ORDER_BACK, shared, shared.c.came_back_at, -1, true()))
    return rows.where(shared.c.came_back_at.is_not(None))


def columns_of_line() -> list[Any]:
    """What an order's line says of itself, under the names that every part has."""
    return [
        OrderLine.id.label("line_id"), OrderLine.sku_id, OrderLine.product_id, OrderLine.unit, OrderLine.unit_price_vnd,
        OrderLine.vat_bp, OrderLine.vat_kind, OrderLine.stars, OrderLine.product_name, OrderLine.label,
    ]  # fmt: skip


def _columns(source: Source, shared: Subquery, at: Any, sign: int, is_final: ColumnElement[bool]) -> list[Any]:
    here = shared.c
    return [
        literal(source.value).label("source"), here.row_id, here.source_ref, here.lot_id, here.store_id, here.seller_id,
        at.label("at"), (here.quantity * sign).label("quantity"), (here.share_vnd * sign).label("revenue_vnd"),
        is_final.label("is_final"), here.line_id, here.sku_id, here.product_id, here.unit, here.unit_price_vnd,
        here.vat_bp, here.vat_kind, here.stars, here.product_name, here.label,
    ]  # fmt: skip


def _shared(only: Only, at: Any) -> Subquery:
    """Lots in parcels with their share of their line's money."""
    parcels = _parcels(only)
    share = share_of(
        parcels.c.share_vnd, ShipmentLot.quantity, parcels.c.quantity,
        [ShipmentLot.shipment_id, ShipmentLot.order_line_id, ShipmentLot.left_at], ShipmentLot.id,
    )  # fmt: skip
    is_of_line = parcels.c.order_line_id == ShipmentLot.order_line_id
    rows = (
        select(
            ShipmentLot.id.label("row_id"), Order.number.label("source_ref"), ShipmentLot.lot_id, Shipment.store_id,
            Order.seller_id, ShipmentLot.left_at, ShipmentLot.came_back_at, Shipment.state.label("parcel_state"),
            ShipmentLot.quantity, share.label("share_vnd"), *columns_of_line(),
        )
        .join(Shipment, Shipment.id == ShipmentLot.shipment_id)
        .join(OrderLine, OrderLine.id == ShipmentLot.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(parcels, is_of_line & (parcels.c.shipment_id == ShipmentLot.shipment_id))
        .where(*within_days(at, only), *_of_line(only), *among(Shipment.store_id, only.stores))
    )  # fmt: skip
    return rows.subquery()


def _parcels(only: Only) -> Subquery:
    """Each parcel's share of the money of each of its lines: as `shop/orders/parcel_rules.py: by_line`.

    Never limited by day, store or lot, which would hide a line's other parcels.
    """
    paid = OrderLine.line_total_vnd - OrderLine.discount_vnd
    share = share_of(paid, ShipmentLine.quantity, OrderLine.quantity, [ShipmentLine.order_line_id], Shipment.position)
    rows = (
        select(
            ShipmentLine.shipment_id, ShipmentLine.order_line_id, ShipmentLine.quantity, share.label("share_vnd")
        )
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(OrderLine, OrderLine.id == ShipmentLine.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(*_of_line(only))
    )  # fmt: skip
    return rows.subquery()


def _of_line(only: Only) -> Sequence[ColumnElement[bool]]:
    """What all the rows of one line agree in."""
    found = [
        *among(Order.seller_id, only.sellers), *of_products(OrderLine.product_id, only),
        *among(OrderLine.sku_id, only.skus),
    ]  # fmt: skip
    if only.lots is not None:
        lines = select(ShipmentLot.order_line_id).where(ShipmentLot.lot_id.in_(only.lots))
        found.append(OrderLine.id.in_(lines) if only.lots else false())
    return found
