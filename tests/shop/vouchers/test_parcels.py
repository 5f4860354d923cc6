"""Services beside goods, in one parcel or in two: what comes back, is called off or refunded has no live voucher."""

from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.listings.models import Sku
from core.accounts.actor import SYSTEM
from core.db import transaction
from core.doctor import examine
from core.worker import run_pending
from shop.orders import parcels
from shop.orders import service as orders
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.orders.rules import Parcel
from shop.payments import refunds
from shop.payments.models import Refund
from shop.payments.queries import get_payment
from shop.payments.rules import Way
from shop.returns import service as returns
from shop.returns.rules import Kind, Reason
from shop.returns.service import Wish
from shop.stores.models import Store
from shop.vouchers import service
from shop.vouchers.queries import list_of_order
from shop.vouchers.refusals import VouchersUsed
from tests.shop.orders.parcel_stage import placed, two_stores
from tests.support.clock import Clock

DAY, SEASON_ENDS = date(2026, 11, 22), date(2027, 3, 31)
TOUR, HONEY = 350_000, 120_000


def goods(make: ModuleType, clock: Clock, honeys: Store, tours: Store) -> tuple[Sku, Sku]:
    """Honey at one store, a tour at another or the same."""
    clock.on(DAY)
    honey = make.sku(price_vnd=HONEY)
    tour = make.sku(price_vnd=TOUR, set_no=26, valid_until=date(2026, 12, 31))
    make.lot(honey, honeys, on_shelf=10)
    make.lot(tour, tours, on_shelf=10, expires_on=SEASON_ENDS)
    return honey, tour


def together(make: ModuleType, clock: Clock, pieces: int = 1) -> Order:
    """A jar and a tour in one parcel, paid."""
    store = make.store()
    honey, tour = goods(make, clock, store, store)
    order = placed(make, (honey, 1), (tour, pieces), store=store, provider="vietqr")
    run_pending()
    return order


def apart(make: ModuleType, clock: Clock, pieces: int = 2) -> tuple[Order, int, int]:
    """A jar from one store and a tour from another, paid; the places of their parcels."""
    first, second = two_stores(make)
    honey, tour = goods(make, clock, first, second)
    order = placed(make, (honey, 1), (tour, pieces), provider="vietqr")
    run_pending()
    order = get_order(order.number)
    of = {one.lines[0].line.sku_id: one.position for one in order.shipments}
    return order, of[honey.id], of[tour.id]


def shipped(order: Order, position: int | None = None) -> None:
    parcels.pack(order.number, SYSTEM, position)
    parcels.ship(order.number, SYSTEM, "GHN", "X1", position)
    run_pending()


def states(order: Order) -> list[str]:
    return [one.state for one in list_of_order(order.id)]


def breaches() -> list[str]:
    return [f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches]


def test_a_service_in_a_parcel_with_goods_is_issued_when_it_arrives(make: ModuleType, clock: Clock) -> None:
    order = together(make, clock)
    shipped(order)
    assert states(order) == [], "the parcel may still come back"
    parcels.hand_over(order.number, SYSTEM)
    run_pending()
    assert states(order) == ["live"]
    assert service.issue_for(order.number) == list_of_order(order.id)


def test_a_parcel_that_came_back_is_paid_back_whole_and_has_no_voucher(make: ModuleType, clock: Clock) -> None:
    order = together(make, clock)
    shipped(order)
    parcels.fail(order.number, SYSTEM, "refused")
    parcels.take_back(order.number, SYSTEM)
    orders.call_off(order.number, SYSTEM, "khách không nhận")
    run_pending()
    assert states(order) == [] and get_payment(f"ord:{order.number}").refunding_vnd == order.total_vnd


def test_what_was_used_is_never_owed_back_by_a_program(make: ModuleType, clock: Clock, session: Session) -> None:
    """Vouchers that an earlier version issued while the parcel was on its way."""
    order = together(make, clock)
    shipped(order)
    with transaction():
        get_order(order.number).shipments[0].state = Parcel.DELIVERED
    (voucher,) = service.issue_for(order.number)
    with transaction():
        get_order(order.number).shipments[0].state = Parcel.SHIPPED
    service.redeem(voucher.code, SYSTEM)
    parcels.fail(order.number, SYSTEM, "refused")
    parcels.take_back(order.number, SYSTEM)
    with pytest.raises(VouchersUsed):
        orders.call_off(order.number, SYSTEM, "khách không nhận")
    assert session.scalars(select(Refund)).all() == [] and states(order) == ["redeemed"]


def test_a_service_in_a_parcel_of_its_own_is_issued_when_the_goods_leave(make: ModuleType, clock: Clock) -> None:
    order, jar, tour = apart(make, clock)
    assert states(order) == []
    shipped(order, jar)
    assert states(order) == ["live", "live"]
    assert [one.state for one in get_order(order.number).shipments if one.position == tour] == ["delivered"]
    service.redeem(list_of_order(order.id)[0].code, SYSTEM)
    parcels.fail(order.number, SYSTEM, "refused", jar)
    parcels.take_back(order.number, SYSTEM, jar)
    orders.call_off(order.number, SYSTEM, "khách không nhận")
    run_pending()
    assert states(order) == ["redeemed", "live"], "the tour does not come back with the jar"
    assert get_payment(f"ord:{order.number}").refunding_vnd == HONEY
    assert get_order(order.number).state == "handed_over" and breaches() == []


def test_services_of_a_parcel_that_was_called_off_get_no_voucher(make: ModuleType, clock: Clock) -> None:
    order, jar, tour = apart(make, clock)
    parcels.drop(order.number, SYSTEM, "tour bị hủy", tour)
    run_pending()
    assert get_payment(f"ord:{order.number}").refunding_vnd == 2 * TOUR
    shipped(order, jar)
    parcels.hand_over(order.number, SYSTEM, jar)
    run_pending()
    assert states(order) == [] and breaches() == []


def test_of_a_line_in_two_parcels_the_pieces_called_off_are_worth_nothing(make: ModuleType, clock: Clock) -> None:
    first, second = two_stores(make)
    honey, tour = goods(make, clock, first, first)
    make.lot(tour, second, on_shelf=10, expires_on=SEASON_ENDS)
    order = placed(make, (honey, 1), (tour, 12), provider="vietqr")
    of = {len(one.lines): one.position for one in get_order(order.number).shipments}
    parcels.drop(order.number, SYSTEM, "tour bị hủy", of[1])
    parcels.pack(order.number, SYSTEM, of[2])
    parcels.hand_over(order.number, SYSTEM, of[2])
    run_pending()
    assert len(of) == 2 and states(order) == ["live"] * 10 + ["void"] * 2
    assert get_payment(f"ord:{order.number}").refunding_vnd == 2 * TOUR and breaches() == []


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_piece_refunded_before_the_worker_ran_gets_no_voucher(make: ModuleType, clock: Clock, pieces: int) -> None:
    order = together(make, clock, pieces)
    shipped(order)
    parcels.hand_over(order.number, SYSTEM)
    returns.give(order.number, Wish(Kind.REFUND, Reason.MISSING, {2: 1}), SYSTEM)
    run_pending()
    assert states(order) == ["live", "void"][: 2 * (pieces - 1)]
    assert breaches() == []


def test_a_refund_that_goes_another_way_is_still_for_its_pieces(make: ModuleType, clock: Clock) -> None:
    order = together(make, clock, 2)
    shipped(order)
    parcels.hand_over(order.number, SYSTEM)
    row = returns.give(order.number, Wish(Kind.REFUND, Reason.MISSING, {2: 1}), SYSTEM)
    assert row.refund is not None
    code = row.refund.code
    refunds.failed(code, "wrong account")
    refunds.again(code, Way.CASH, SYSTEM)
    run_pending()
    assert states(order) == ["live", "void"] and breaches() == []


def test_a_refund_that_failed_is_for_no_piece(make: ModuleType, clock: Clock) -> None:
    order = together(make, clock, 2)
    shipped(order)
    parcels.hand_over(order.number, SYSTEM)
    row = returns.give(order.number, Wish(Kind.REFUND, Reason.MISSING, {2: 1}), SYSTEM)
    assert row.refund is not None
    refunds.failed(row.refund.code, "wrong account")
    run_pending()
    assert states(order) == ["live", "live"]
