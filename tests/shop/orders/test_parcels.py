"""Parcels of an order on their way: packed, sent, failed, back in the store, sent again, called off."""

from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalog.listings.models import Sku
from core.accounts.actor import SYSTEM, Actor
from core.db import transaction
from core.doctor import examine
from core.errors import Forbidden, Invalid, NotFound
from shop.inventory.models import Lot, StockHold, StockLevel, StockMovement
from shop.inventory.refusals import OutOfStock
from shop.orders import parcels, refusals, service
from shop.orders.goods import due_for
from shop.orders.models import Order, Shipment
from shop.orders.queries import get_order
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from tests.shop.orders.parcel_stage import keeper, placed, split, states, two_stores
from tests.support.clock import Clock


@pytest.fixture
def sku(make: ModuleType, clock: Clock) -> Sku:
    clock.on(date(2026, 11, 22))
    return make.sku()


@pytest.fixture
def sent(make: ModuleType, sku: Sku) -> tuple[Order, Actor]:
    """An order that a carrier has, to be paid in cash."""
    store = make.store()
    make.lot(sku, store, on_shelf=10)
    order = placed(make, (sku, 2), store=store)
    by = keeper(make, store)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by, "GHN", "GHN1", carrier="ghn")
    return order, by


def stock(session: Session) -> tuple[int, int]:
    row = session.execute(select(func.sum(StockLevel.on_hand), func.sum(StockLevel.held))).one()
    return int(row[0]), int(row[1])


def breaches() -> list[str]:
    return [
        f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code != "I12"
    ]


def payment(order: Order) -> Payment:
    return get_payment(f"ord:{order.number}")


def test_a_failed_delivery_is_tried_again_and_arrives(sent: tuple[Order, Actor], session: Session) -> None:
    order, by = sent
    parcels.fail(order.number, by, "away")
    assert states(order) == ("delivery_failed", ["failed"])
    parcels.retry(order.number, by)
    parcels.fail(order.number, by, "later")
    assert get_order(order.number).shipments[0].attempts == 2
    parcels.hand_over(order.number, by)  # the carrier met her after all
    assert states(order) == ("handed_over", ["delivered"])
    assert payment(order).captured_vnd == order.total_vnd
    assert stock(session) == (8, 0)
    assert breaches() == []


def test_what_comes_back_undelivered_is_in_the_ledger_again(sent: tuple[Order, Actor], session: Session) -> None:
    order, by = sent
    parcels.take_back(order.number, by)
    assert states(order) == ("returned", ["returned"])
    assert stock(session) == (10, 0)
    back = session.scalars(select(StockMovement).where(StockMovement.reason == "return")).one()
    assert (back.delta, back.document_ref) == (2, order.number)
    assert get_order(order.number).lines[0].lots == []
    service.call_off(order.number, by, "khách không nhận")
    assert states(order) == ("cancelled", ["cancelled"])
    assert payment(order).status == "cancelled"
    assert breaches() == []


def test_goods_that_came_back_broken_leave_as_damage(sent: tuple[Order, Actor], session: Session) -> None:
    order, by = sent
    parcels.take_back(order.number, by, is_fit=False, note="vỡ hũ")
    assert stock(session) == (8, 0)
    moved = session.execute(
        select(StockMovement.reason, StockMovement.delta).where(StockMovement.document_type == "order")
    )
    assert [tuple(row) for row in moved] == [("sale", -2), ("return", 2), ("damage", -2)]
    assert breaches() == []


def test_a_recalled_lot_takes_its_goods_back_and_sells_none(sent: tuple[Order, Actor], session: Session) -> None:
    order, by = sent
    with transaction():
        session.execute(update(Lot).values(state="recalled", ground="recall"))
    parcels.take_back(order.number, by)
    assert stock(session) == (10, 0)
    with pytest.raises(OutOfStock):
        parcels.send_again(order.number, by)
    assert states(order) == ("returned", ["returned"])


def test_sent_again_it_is_held_anew_and_keeps_both_ways(sent: tuple[Order, Actor], session: Session) -> None:
    order, by = sent
    parcels.take_back(order.number, by)
    parcels.send_again(order.number, by)
    assert states(order) == ("placed", ["waiting"])
    assert stock(session) == (10, 2)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by, "GHTK", "S2")
    parcels.hand_over(order.number, by)
    fresh = get_order(order.number)
    assert [(one.quantity, one.came_back_at is None) for one in fresh.shipments[0].lots] == [(2, False), (2, True)]
    assert [one.quantity for one in fresh.lines[0].lots] == [2]
    assert stock(session) == (8, 0)
    assert breaches() == []


def test_two_stores_pack_their_own_parcels_and_the_order_follows(make: ModuleType, sku: Sku, session: Session) -> None:
    order = split(make)
    assert states(order) == ("placed", ["waiting", "waiting"])
    first, second = (keeper(make, one.store) for one in order.shipments)
    parcels.pack(order.number, first)
    assert states(order) == ("packing", ["packed", "waiting"])
    parcels.ship(order.number, first)
    assert states(order)[0] == "packing"  # the second parcel is still in its store
    assert stock(session) == (18, 2)
    parcels.pack(order.number, second)
    parcels.ship(order.number, second)
    assert states(order)[0] == "shipped"
    parcels.hand_over(order.number, first)
    assert states(order)[0] == "shipped"
    assert payment(order).captured_vnd == 0
    parcels.hand_over(order.number, second)
    assert states(order) == ("handed_over", ["delivered", "delivered"])
    assert payment(order).captured_vnd == order.total_vnd
    assert sum(one.cash_vnd or 0 for one in get_order(order.number).shipments) == order.total_vnd
    assert breaches() == []


def test_a_store_acts_on_its_own_parcels_only(make: ModuleType, sku: Sku) -> None:
    order = split(make)
    first = keeper(make, order.shipments[0].store)
    parcels.pack(order.number, first)
    with pytest.raises((Forbidden, NotFound)):
        parcels.pack(order.number, first, 2)
    with pytest.raises(refusals.OrderStateRefused):
        parcels.pack(order.number, first)
    with pytest.raises(refusals.ParcelNotFound):
        parcels.pack(order.number, first, 3)
    with pytest.raises((Forbidden, NotFound)):
        parcels.pack(order.number, keeper(make, make.store()))


def test_one_parcel_called_off_takes_less_cash_at_the_door(make: ModuleType, sku: Sku, session: Session) -> None:
    order = split(make)
    worth = sum(line.line_total_vnd for line in order.lines if line.sku_id == order.shipments[1].lines[0].line.sku_id)
    parcels.drop(order.number, keeper(make, order.shipments[1].store), "hỏng", 2)
    assert states(order) == ("placed", ["waiting", "cancelled"])
    assert stock(session) == (20, 2)
    by = keeper(make, order.shipments[0].store)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by)
    assert due_for(get_order(order.number), get_order(order.number).shipments[0]) == order.total_vnd - worth
    parcels.hand_over(order.number, by)
    assert states(order)[0] == "handed_over"
    assert payment(order).captured_vnd == order.total_vnd - worth
    assert breaches() == []


def test_one_parcel_called_off_gives_its_share_back(make: ModuleType, sku: Sku) -> None:
    order = split(make, provider="vietqr")
    worth = order.lines[0].line_total_vnd
    parcels.drop(order.number, keeper(make, order.shipments[0].store), "hết hàng", 1)
    assert states(order) == ("paid", ["cancelled", "waiting"])
    assert payment(order).refunding_vnd == worth
    with pytest.raises(refusals.OrderStateRefused):
        parcels.drop(order.number, keeper(make, order.shipments[0].store), "lần nữa", 1)
    parcels.drop(
        order.number, keeper(make, order.shipments[1].store), "hết hàng", 2
    )  # the last one calls off the order
    assert states(order) == ("to_refund", ["cancelled", "cancelled"])
    assert payment(order).refunding_vnd == order.total_vnd
    assert breaches() == []


def test_a_stopped_order_hears_of_what_is_on_its_way(make: ModuleType, sku: Sku) -> None:
    order = split(make)
    first, second = (keeper(make, one.store) for one in order.shipments)
    parcels.pack(order.number, first)
    parcels.ship(order.number, first)
    assert service.stop(order.number, "revoked")
    with pytest.raises(refusals.OrderStateRefused):
        parcels.pack(order.number, second)
    parcels.hand_over(order.number, first)
    assert states(order) == ("held", ["delivered", "waiting"])
    service.call_off(order.number, keeper(make, order.store), "không giao nữa")
    assert states(order) == ("handed_over", ["delivered", "cancelled"])
    assert breaches() == []


def test_goods_that_left_cannot_be_called_off(sent: tuple[Order, Actor]) -> None:
    order, by = sent
    with pytest.raises(refusals.OrderStateRefused):
        service.call_off(order.number, by, "đổi ý")
    with pytest.raises(refusals.OrderStateRefused):
        service.cancel(order.number, order.token, SYSTEM)
    with pytest.raises(refusals.OrderStateRefused):
        parcels.drop(order.number, by, "đổi ý")


def test_a_tracking_number_belongs_to_a_carrier(make: ModuleType, sku: Sku) -> None:
    store = make.store()
    make.lot(sku, store, on_shelf=10)
    order, by = placed(make, (sku, 1), store=store), keeper(make, store)
    parcels.pack(order.number, by)
    for verb in (parcels.ship, parcels.track):
        with pytest.raises(Invalid) as refused:
            verb(order.number, by, None, "X1")
        assert "courier" in refused.value.facts["errors"]
    parcels.track(order.number, by, "GHN", "X1", carrier="ghn")
    parcels.track(order.number, by, None, "X2")  # the same carrier's
    parcels.ship(order.number, by)
    assert get_order(order.number).shipments[0].tracking == "X2"


def test_a_tracking_number_is_written_once(sent: tuple[Order, Actor]) -> None:
    order, by = sent
    before = len(get_order(order.number).events)
    parcels.track(order.number, by, "GHN", "GHN1", carrier="ghn")
    assert len(get_order(order.number).events) == before
    parcels.track(order.number, by, "GHN", "GHN2", carrier="ghn")
    fresh = get_order(order.number)
    assert (fresh.shipments[0].tracking, len(fresh.events)) == ("GHN2", before + 1)
    parcels.hand_over(order.number, by)
    with pytest.raises(refusals.OrderStateRefused):
        parcels.track(order.number, by, None, "GHN3")


def test_holds_of_a_store_go_without_those_of_the_other(make: ModuleType, sku: Sku, session: Session) -> None:
    order = split(make)
    assert len(two_stores(make)) == 2
    by = keeper(make, order.shipments[1].store)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by)
    left = session.scalars(select(StockHold.state).order_by(StockHold.id)).all()
    assert sorted(left) == ["active", "committed"]


def test_an_order_that_lost_its_parcels_is_found(sent: tuple[Order, Actor], session: Session) -> None:
    """Control of I34."""
    order, _by = sent
    with transaction():
        session.execute(update(Order).where(Order.id == order.id).values(state="ready"))
        session.execute(update(Shipment).where(Shipment.order_id == order.id).values(state="packed"))
    assert breaches() == [f"I34: order {order.number}: ready, its parcels packed", f"I34: parcel {order.number}-1"]
