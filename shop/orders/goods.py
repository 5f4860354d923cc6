"""What is in an order's parcels: lots that left and came back, and what each parcel costs."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from core.accounts.actor import Actor
from core.clock import now
from core.db import db
from shop.inventory import holds
from shop.inventory.ledger import Document
from shop.orders.given_back import GivenBack, tells
from shop.orders.models import Order, Shipment, ShipmentLot
from shop.orders.parcel_rules import Share, by_line, shares
from shop.orders.rules import Parcel, reference_of


def take_out(order: Order, parcel: Shipment, by: Actor) -> None:
    """The goods of a parcel leave the store: holds become sales, and the parcel keeps which lots they were."""
    at = now()
    given = holds.hand_out(
        reference_of(order.number), Document("order", order.number), by, at, store_id=parcel.store_id
    )
    line_of = {one.sku_id: one.id for one in order.lines}
    db.session.add_all(
        ShipmentLot(
            shipment_id=parcel.id, order_line_id=line_of[one.sku_id], level_id=one.level_id, lot_id=one.lot_id,
            quantity=one.quantity, left_at=at,
        )
        for one in given
    )  # fmt: skip


def came_back(order: Order, parcel: Shipment, at: datetime) -> list[ShipmentLot]:
    """What left in a parcel and is back now, marked so."""
    out = [one for one in parcel.lots if one.came_back_at is None]
    for one in out:
        one.came_back_at = at
    return out


def units_by_sku(parcel: Shipment) -> dict[int, int]:
    """What a parcel holds, in units by SKU id."""
    return {one.line.sku_id: one.quantity for one in parcel.lines}


def is_only_one(order: Order, parcel: Shipment) -> bool:
    """Whether no other parcel of the order is still alive."""
    return all(one.state == Parcel.CANCELLED for one in order.shipments if one.id != parcel.id)


def due_for(order: Order, parcel: Shipment) -> int:
    """What is to be paid for a parcel in person, in đồng: its goods, and for the first that goes, the charges."""
    live = [at for at, one in enumerate(order.shipments) if one.state != Parcel.CANCELLED]
    return costs(order, live)[order.shipments.index(parcel)]


def worth_of(order: Order, parcel: Shipment) -> int:
    """What the goods of a parcel cost, in đồng, without charges, which are owed for the parcels that go."""
    others = [at for at, one in enumerate(order.shipments) if one.id != parcel.id and one.state != Parcel.CANCELLED]
    return costs(order, others)[order.shipments.index(parcel)]


def costs(order: Order, live: Collection[int]) -> list[int]:
    """What each parcel of an order costs, in đồng; together its total."""
    return shares(_lines(order), _parts(order), order.charges_total_vnd, live)


def given_back(code: str) -> Sequence[GivenBack] | None:
    """For which lines the money of a parcel that was called off went back; None for a code of no parcel."""
    parcel = db.session.scalar(select(Shipment).where(Shipment.code == code))
    if parcel is None:
        return None
    order = parcel.order
    costs_by_line = by_line(_lines(order), _parts(order))[order.shipments.index(parcel)]
    units = {one.order_line_id: one.quantity for one in parcel.lines}
    return [GivenBack(amount_vnd, units[line_id], line_id) for line_id, amount_vnd in costs_by_line.items()]


#: Refunds of parcels that were called off carry the key ``parcel:CODE``.
tells("parcel", given_back)


def _lines(order: Order) -> dict[int, Share]:
    return {one.id: Share(one.quantity, one.line_total_vnd - one.discount_vnd) for one in order.lines}


def _parts(order: Order) -> list[dict[int, int]]:
    return [{one.order_line_id: one.quantity for one in parcel.lines} for parcel in order.shipments]
