"""What is in an order's parcels: lots that left and came back, and what each parcel costs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from core.accounts.actor import Actor
from core.clock import now
from core.db import db
from shop.inventory import holds
from shop.inventory.ledger import Document
from shop.orders.given_back import GivenBack, find_given_back, tells
from shop.orders.models import Order, Shipment, ShipmentLot
from shop.orders.parcel_rules import Box, Share, by_line, find_bearer, given_of_part, shares
from shop.orders.rules import INSIDE, Parcel, reference_of
from shop.payments.queries import get_payment
from shop.payments.refunds import list_refunds


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
    """What is to be paid for a parcel in person, in đồng: its goods, and with one of the order's, the charges."""
    owed = shares(_lines(order), _parts(order), order.charges_total_vnd, find_bearer(_boxes(order)))
    return owed[order.shipments.index(parcel)]


def keep_charges(order: Order, parcel: Shipment) -> None:
    """A parcel is packed, or leaves: whether the charges are paid with it is settled now, since its label says it.

    The first to be packed has them, and keeps them until it is called off. One that is out keeps what it left with.
    """
    boxes, index = _boxes(order), order.shipments.index(parcel)
    if boxes[index].state in INSIDE:
        boxes[index] = replace(boxes[index], state=Parcel.PACKED)
        parcel.has_charges = find_bearer(boxes) == index


def charges_with(order: Order, parcel: Shipment) -> int:
    """Charges that nobody can be asked for any more once a parcel is called off, in đồng: the others left without."""
    boxes, index = _boxes(order), order.shipments.index(parcel)
    rest = [replace(one, state=Parcel.CANCELLED) if at == index else one for at, one in enumerate(boxes)]
    is_last_chance = find_bearer(boxes) is not None and find_bearer(rest) is None
    return order.charges_total_vnd if is_last_chance else 0


def worth_of(order: Order, parcel: Shipment) -> int:
    """What the goods of a parcel cost and nobody gave back yet, in đồng; without charges, owed for what goes."""
    return sum(one.amount_vnd for one in still_bought(order, parcel))


def still_bought(order: Order, parcel: Shipment) -> list[GivenBack]:
    """Units and đồng of each line in a parcel, less those that money went back for (by a return, by a voucher)."""
    index, given = order.shipments.index(parcel), _given(order)
    parts, paid = _parts(order), by_line(_lines(order), _parts(order))
    stays = [at for at, one in enumerate(order.shipments) if at != index and one.state != Parcel.CANCELLED]
    found: list[GivenBack] = []
    for line_id, amount_vnd in paid[index].items():
        units, had = parts[index][line_id], given.get(line_id, GivenBack(0))
        units -= given_of_part(had.quantity, sum(parts[at].get(line_id, 0) for at in stays), units)
        amount_vnd -= given_of_part(had.amount_vnd, sum(paid[at].get(line_id, 0) for at in stays), amount_vnd)
        found.append(GivenBack(amount_vnd, units, line_id))
    return found


def given_back(code: str) -> Sequence[GivenBack] | None:
    """For which lines the money of a parcel that was called off went back; None for a code of no parcel."""
    parcel = db.session.scalar(select(Shipment).where(Shipment.code == code))
    if parcel is None:
        return None
    return still_bought(parcel.order, parcel)


#: Refunds of parcels that were called off carry the key ``parcel:CODE``.
PARCEL = "parcel"
tells(PARCEL, given_back)


def _given(order: Order) -> dict[int, GivenBack]:
    """What went back for each line, by its id, parcels that were called off left out.

    A refund that failed counts: its money is still owed, and goes another way under a key that tells no lines.
    """
    found: dict[int, GivenBack] = {}
    for refund in list_refunds(get_payment(reference_of(order.number)).id):
        told = () if refund.key.startswith(f"{PARCEL}:") else find_given_back(refund.key) or ()
        for one in told:
            if one.line_id is not None:
                had = found.get(one.line_id, GivenBack(0))
                units, amount_vnd = had.quantity + one.quantity, had.amount_vnd + one.amount_vnd
                found[one.line_id] = GivenBack(amount_vnd, units, one.line_id)
    return found


def _lines(order: Order) -> dict[int, Share]:
    return {one.id: Share(one.quantity, one.line_total_vnd - one.discount_vnd) for one in order.lines}


def _boxes(order: Order) -> list[Box]:
    return [Box(Parcel(one.state), one.has_charges) for one in order.shipments]


def _parts(order: Order) -> list[dict[int, int]]:
    return [{one.order_line_id: one.quantity for one in parcel.lines} for parcel in order.shipments]
