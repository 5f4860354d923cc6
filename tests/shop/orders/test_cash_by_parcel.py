"""Charges of an order paid at the door: taken once, with a parcel whose carrier was told; on both databases."""

from datetime import date
from itertools import product
from types import ModuleType

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.db import transaction
from core.worker import run_pending
from shop.invoices.queries import list_of_order
from shop.orders import parcels
from shop.orders.goods import due_for
from shop.orders.models import Order, Shipment
from shop.orders.papers import slips_of
from shop.orders.parcel_rules import Box, find_bearer
from shop.orders.queries import get_order
from shop.orders.rules import OUTSIDE, Parcel
from shop.payments.queries import get_payment
from tests.shop.orders.parcel_stage import split, states
from tests.support.clock import Clock

P = Parcel


@pytest.fixture
def order(make: ModuleType, clock: Clock) -> Order:
    """Two parcels of 120.000 đồng each, and 40.000 đồng of delivery, to be paid at the door."""
    clock.on(date(2026, 11, 22))
    found = split(make, "cod", 1)
    assert (found.total_vnd, found.charges_total_vnd) == (280_000, 40_000)
    return found


def due(order: Order) -> list[int]:
    fresh = get_order(order.number)
    return [due_for(fresh, one) for one in fresh.shipments]


def send(order: Order, position: int) -> None:
    parcels.ship(order.number, SYSTEM, "GHN", f"X{position}", position)


def taken(order: Order) -> int:
    return get_payment(f"ord:{order.number}").captured_vnd


def invoiced(order: Order) -> int:
    run_pending()
    return sum(one.gross_vnd for one in list_of_order(order.id) if one.state != "discarded")


def test_the_parcel_that_goes_first_takes_the_charges_and_the_other_none(order: Order) -> None:
    assert due(order) == [160_000, 120_000], "none is packed: the first place"
    parcels.pack(order.number, SYSTEM, 2)
    assert due(order) == [120_000, 160_000], "its label is printed now"
    parcels.pack(order.number, SYSTEM, 1)
    assert due(order) == [120_000, 160_000]
    send(order, 2)
    run_pending()
    parcels.hand_over(order.number, SYSTEM, 2)
    assert due(order) == [120_000, 160_000]
    parcels.drop(order.number, SYSTEM, "hết", 1)
    assert states(order) == ("handed_over", ["cancelled", "delivered"])
    assert (taken(order), invoiced(order)) == (160_000, 160_000)


def test_handed_over_from_the_house_it_takes_them_too(order: Order) -> None:
    parcels.hand_over(order.number, SYSTEM, 2)
    assert [one.cash_vnd for one in get_order(order.number).shipments] == [None, 160_000]
    parcels.drop(order.number, SYSTEM, "hết", 1)
    assert (taken(order), invoiced(order)) == (160_000, 160_000)


def test_what_a_carrier_was_told_stands_when_another_parcel_is_called_off(order: Order) -> None:
    """The charges stood on the first label; its parcel never goes, and the other left without them: nobody pays."""
    parcels.pack(order.number, SYSTEM, 1)
    parcels.pack(order.number, SYSTEM, 2)
    send(order, 2)
    assert due(order) == [160_000, 120_000]
    parcels.drop(order.number, SYSTEM, "hỏng", 1)
    assert due(order)[1] == 120_000
    parcels.hand_over(order.number, SYSTEM, 2)
    assert (taken(order), invoiced(order)) == (120_000, 120_000)


def test_charges_move_to_what_is_still_in_the_house(order: Order) -> None:
    parcels.pack(order.number, SYSTEM, 1)
    parcels.pack(order.number, SYSTEM, 2)
    parcels.drop(order.number, SYSTEM, "hỏng", 1)
    assert due(order)[1] == 160_000
    send(order, 2)
    parcels.hand_over(order.number, SYSTEM, 2)
    assert (taken(order), invoiced(order)) == (160_000, 160_000)


def test_sent_again_it_still_has_them(order: Order) -> None:
    for position in (1, 2):
        parcels.pack(order.number, SYSTEM, position)
        send(order, position)
    parcels.take_back(order.number, SYSTEM, 1)
    parcels.send_again(order.number, SYSTEM, 1)
    assert due(order) == [160_000, 120_000]
    parcels.take_back(order.number, SYSTEM, 2)
    parcels.send_again(order.number, SYSTEM, 2)
    parcels.pack(order.number, SYSTEM, 2)
    assert due(order) == [160_000, 120_000]
    parcels.drop(order.number, SYSTEM, "không nhận", 1)
    assert due(order)[1] == 160_000, "it is here, and its carrier can be told"
    send(order, 2)
    parcels.hand_over(order.number, SYSTEM, 2)
    assert (taken(order), invoiced(order)) == (160_000, 160_000)


def test_labels_say_what_is_taken(order: Order) -> None:
    parcels.pack(order.number, SYSTEM, 2)
    slips = slips_of(get_order(order.number).shipments)
    assert [slip.consignment.cash_vnd for slip in slips] == due(order) == [120_000, 160_000]


def test_the_database_knows_one_parcel_with_charges(order: Order, session: Session) -> None:
    charged = update(Shipment).where(Shipment.order_id == order.id).values(has_charges=True)
    with pytest.raises(Exception, match=r"uq_shipment_charges|shipment\.order_id"), transaction():
        session.execute(charged)
    with transaction():
        session.execute(charged.where(Shipment.position == 1).values(state="cancelled"))
        session.execute(charged.where(Shipment.position == 2))
    assert len(session.scalars(select(Shipment.id).where(Shipment.has_charges)).all()) == 2


def test_every_mixture_has_one_parcel_for_its_charges_or_none_in_reach() -> None:
    kinds = [Box(state, has) for state in P for has in (False, True)]
    for boxes in product(kinds, repeat=3):
        at, live = find_bearer(boxes), [one for one in boxes if one.state != P.CANCELLED]
        if at is None:
            assert all(one.state in OUTSIDE and not one.has_charges for one in live), boxes
        else:
            assert boxes[at] in live, boxes
            assert boxes[at].has_charges or boxes[at].state not in OUTSIDE, boxes
            assert boxes[at].has_charges or not any(one.has_charges for one in live), boxes
