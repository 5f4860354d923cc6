"""Invoices of orders whose parcels come back, go out again or are called off: they say what the buyer keeps."""

from datetime import date
from types import ModuleType

import pytest

from core.accounts.actor import SYSTEM
from core.worker import run_pending
from shop.coupons import service as coupons
from shop.invoices import service
from shop.invoices.models import Invoice
from shop.invoices.queries import adjustments_of, find_current, list_of_order
from shop.orders import parcels
from shop.orders import service as orders
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.payments import refunds
from shop.payments.queries import get_payment
from shop.payments.rules import Way
from tests.shop.orders.parcel_stage import placed, split, two_stores
from tests.support.clock import Clock

DAY = date(2026, 11, 22)
pytestmark = pytest.mark.long("postgresql")  # guards and races, beside, are what databases differ in


@pytest.fixture(autouse=True)
def day(clock: Clock) -> None:
    clock.on(DAY)


def ordered(make: ModuleType, provider: str) -> Order:
    """Two pieces to be sent; by transfer they are paid."""
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=10)
    return placed(make, (sku, 2), store=store, provider=provider)


def go(order: Order, position: int = 1) -> None:
    parcels.pack(order.number, SYSTEM, position)
    parcels.ship(order.number, SYSTEM, "GHN", f"T{position}", position)
    run_pending()


def come_back(order: Order) -> None:
    parcels.fail(order.number, SYSTEM, "away")
    parcels.take_back(order.number, SYSTEM)
    run_pending()


def issued(order: Order) -> Invoice:
    found = find_current(order.id)
    assert found is not None
    return service.issue(found.code, SYSTEM)


def told(order: Order) -> int:
    """What all invoices of an order say together, in đồng."""
    return sum(one.gross_vnd for one in list_of_order(order.id))


def taken(order: Order) -> int:
    """What was received for it and is not promised back, in đồng."""
    payment = get_payment(f"ord:{order.number}")
    return payment.captured_vnd - payment.refunding_vnd


@pytest.mark.parametrize("has_number", [True, False])
@pytest.mark.parametrize("provider", ["vietqr", "cod"])
def test_sent_again_and_delivered_it_was_sold(make: ModuleType, provider: str, *, has_number: bool) -> None:
    order = ordered(make, provider)
    go(order)
    if has_number:
        issued(order)
    come_back(order)
    assert told(order) == (order.total_vnd if has_number else 0)
    parcels.send_again(order.number, SYSTEM)
    go(order)
    parcels.hand_over(order.number, SYSTEM)
    run_pending()
    assert get_order(order.number).state == "handed_over"
    assert told(order) == taken(order) == order.total_vnd


@pytest.mark.parametrize("provider", ["vietqr", "cod"])
def test_called_off_after_it_came_back_nothing_was_sold(make: ModuleType, provider: str) -> None:
    order = ordered(make, provider)
    go(order)
    invoice = issued(order)
    come_back(order)
    orders.call_off(order.number, SYSTEM, "khách không nhận")
    run_pending()
    assert [one.gross_vnd for one in adjustments_of(invoice)] == [-order.total_vnd]
    assert told(order) == taken(order) == 0


def test_goods_that_were_not_sold_stay_so_when_their_money_cannot_go_back(make: ModuleType) -> None:
    order = ordered(make, "vietqr")
    go(order)
    issued(order)
    come_back(order)
    orders.call_off(order.number, SYSTEM, "khách không nhận")
    run_pending()
    (refund,) = refunds.list_open(get_payment(f"ord:{order.number}").id)
    refunds.failed(refund.code, "sai số tài khoản")
    run_pending()
    assert told(order) == 0
    refunds.again(refund.code, Way.CASH, SYSTEM)
    run_pending()
    assert told(order) == 0


def test_refunded_while_the_goods_lie_in_the_store_it_is_adjusted(make: ModuleType) -> None:
    order = ordered(make, "vietqr")
    go(order)
    issued(order)
    come_back(order)
    refunds.promise(f"ord:{order.number}", order.total_vnd, "store", "by:hand", SYSTEM)
    run_pending()
    assert get_order(order.number).state == "returned"
    assert told(order) == taken(order) == 0


def test_a_parcel_in_cash_that_is_called_off_after_the_issue_is_adjusted(make: ModuleType) -> None:
    order = split(make, "cod", 1)
    go(order)
    invoice = issued(order)
    parcels.hand_over(order.number, SYSTEM, 1)
    parcels.drop(order.number, SYSTEM, "hết", 2)
    run_pending()
    (fix,) = adjustments_of(invoice)
    (gone,) = get_order(order.number).shipments[1].lines
    assert [(one.order_line_id, one.quantity) for one in fix.lines] == [(gone.order_line_id, -1)]
    assert told(order) == taken(order) > 0


def test_what_was_drafted_without_the_parcel_is_not_adjusted_for_it(make: ModuleType) -> None:
    """The worker hears of the parcel after somebody issued an invoice that knew of it; both hold the same goods."""
    first, second = two_stores(make)
    sku = make.sku()
    make.lot(sku, first, on_shelf=1)
    make.lot(sku, second, on_shelf=1)
    order = placed(make, (sku, 2))
    assert len(order.shipments) == 2
    parcels.pack(order.number, SYSTEM, 1)
    parcels.ship(order.number, SYSTEM, "GHN", "T1", 1)
    parcels.drop(order.number, SYSTEM, "hết", 2)
    draft = service.draft_for(order.number)
    assert draft is not None
    service.issue(draft.code, SYSTEM)
    run_pending()
    assert adjustments_of(draft) == []
    parcels.hand_over(order.number, SYSTEM, 1)
    run_pending()
    assert told(order) == taken(order) > 0


@pytest.mark.parametrize("provider", ["vietqr", "cod"])
def test_the_delivery_is_whole_when_another_parcel_is_called_off(make: ModuleType, provider: str) -> None:
    """Three pieces, of which a coupon leaves 100.000: two cost 66.667, one 33.333."""
    first, second = two_stores(make)
    sku = make.sku(price_vnd=40_000)
    make.lot(sku, first, on_shelf=2)
    make.lot(sku, second, on_shelf=2)
    coupons.create("BOT20", coupons.Wish("Bớt", DAY, date(2026, 12, 31), 10, amount_vnd=20_000), SYSTEM)
    order = placed(make, (sku, 3), provider=provider, coupon="BOT20")
    dropped, sent = sorted(order.shipments, key=lambda one: -one.lines[0].quantity)
    assert [one.lines[0].quantity for one in (dropped, sent)] == [2, 1]
    parcels.drop(order.number, SYSTEM, "hết", dropped.position)
    run_pending()
    go(order, sent.position)
    invoice = find_current(order.id)
    assert invoice is not None
    assert {one.kind: one.gross_vnd for one in invoice.lines} == {"goods": 33_333, "charge": order.charges_total_vnd}
