"""The way of an order to its end: packing, money, cancellation, lapse and revocation; on both databases."""

from datetime import date, datetime, timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.certificates import service as certificates
from catalog.certificates.jobs import lapse_due
from catalog.certificates.models import Certificate
from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.clock import now, today
from core.doctor import examine
from core.errors import NotFound
from core.worker import run_pending
from shop.carts import service as carts
from shop.inventory.models import StockLevel, StockMovement
from shop.orders import jobs, refusals, service
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order, ShipmentLot
from shop.orders.queries import get_order
from shop.payments import jobs as payment_jobs
from shop.payments import refunds
from shop.payments import refusals as payment_refusals
from shop.payments.queries import get_payment
from shop.payments.rules import Way
from shop.payments.service import BankLine
from tests.support.clock import Clock
from tests.support.mails import text_of

DAY = date(2026, 11, 22)


@pytest.fixture
def sku(make: ModuleType, clock: Clock) -> Sku:
    clock.on(DAY)
    return make.sku(valid_until=date(2026, 11, 30))


def ordered(make: ModuleType, sku: Sku, provider: str = "at_store", *, method: str = "pickup", units: int = 2) -> Order:
    store = make.store()
    make.lot(sku, store, on_shelf=10)
    token = carts.start_cart().token
    carts.set_line(token, sku.code, units)
    wanted = Fulfilment(method, store.code, "Số 5", make.area().code)
    contact = Contact("Người mua thử", "+84912345678", "mua@example.test")
    return place_order(Checkout(token, contact, wanted, provider, 10**9), ANONYMOUS)


def staff(make: ModuleType, order: Order, role: str = "store_manager") -> Actor:
    return make.actor(role, ("store", order.store.code))


def paid(order: Order, at: datetime | None = None, ref: str = "FT001") -> BankLine:
    return BankLine(order.total_vnd, ref, at or now())


def stock(session: Session) -> tuple[int, int]:
    session.expire_all()
    row = session.execute(select(func.sum(StockLevel.on_hand), func.sum(StockLevel.held))).one()
    return int(row[0]), int(row[1])


def state(order: Order) -> str:
    return get_order(order.number).state


def breaches() -> list[str]:
    """Every promise but I12, since no worker runs here."""
    return [
        f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code != "I12"
    ]


def test_an_order_at_the_store_from_packing_to_the_counter(make: ModuleType, sku: Sku, session: Session) -> None:
    order = ordered(make, sku)
    cashier = staff(make, order, "cashier")
    assert service.pack(order.number, cashier).state == "ready"
    assert stock(session) == (10, 2)
    assert service.hand_over(order.number, cashier).state == "handed_over"
    assert stock(session) == (8, 0)
    payment = get_payment(f"ord:{order.number}")
    assert (payment.status, payment.captured_vnd) == ("captured", order.total_vnd)
    lots = session.scalars(select(ShipmentLot)).all()
    assert [one.quantity for one in lots] == [2]
    sale = session.scalars(select(StockMovement).where(StockMovement.reason == "sale")).one()
    assert (sale.delta, sale.document_ref) == (-2, order.number)
    assert [e.action for e in get_order(order.number).events] == ["place", "pack", "hand_over"]
    assert breaches() == []


def test_cash_on_delivery_leaves_stock_with_the_courier(make: ModuleType, sku: Sku, session: Session) -> None:
    order = ordered(make, sku, "cod", method="delivery")
    by = staff(make, order)
    assert service.pack(order.number, by).state == "packing"
    assert service.ship(order.number, by, "Bưu điện", "VN123").state == "shipped"
    assert stock(session) == (8, 0)
    assert get_payment(f"ord:{order.number}").status == "pending"
    service.hand_over(order.number, by)
    assert stock(session) == (8, 0)
    assert get_payment(f"ord:{order.number}").status == "captured"
    assert breaches() == []


def test_a_transfer_decides_at_the_banks_time(make: ModuleType, sku: Sku, clock: Clock, session: Session) -> None:
    order = ordered(make, sku, "vietqr")
    by = staff(make, order)
    with pytest.raises(refusals.OrderStateRefused):
        service.pack(order.number, by)
    booked = clock.forward(hours=2)
    clock.forward(hours=3)
    service.confirm_transfer(order.number, paid(order, booked), by)
    fresh = get_order(order.number)
    assert (fresh.state, fresh.decided_at, fresh.lines[0].decided_on) == ("paid", booked, DAY)
    clock.on(date(2026, 12, 1))
    assert service.hand_over(order.number, by).state == "handed_over"  # decided orders ship after a lapse
    assert breaches() == []


def test_a_bank_line_that_does_not_fit_decides_nothing(make: ModuleType, sku: Sku, clock: Clock) -> None:
    """A line told twice changes nothing; the same number at another seller's bank is another line (tests of banks)."""
    one, two = ordered(make, sku, "vietqr"), ordered(make, sku, "vietqr")
    by = staff(make, one)
    line = paid(one)
    service.confirm_transfer(one.number, line, by)
    service.confirm_transfer(one.number, line, by)
    with pytest.raises(payment_refusals.AmountDiffers):
        service.confirm_transfer(two.number, BankLine(two.total_vnd - 1, "FT2", now()), SYSTEM)
    with pytest.raises(payment_refusals.BookingTimeRefused):
        service.confirm_transfer(two.number, BankLine(two.total_vnd, "FT2", now() + timedelta(minutes=1)), SYSTEM)
    with pytest.raises(payment_refusals.WrongProvider):
        service.confirm_transfer(ordered(make, sku).number, line, SYSTEM)
    assert breaches() == []


def test_an_unpaid_order_ends_with_its_window_and_late_money_is_owed_back(
    make: ModuleType, sku: Sku, clock: Clock, session: Session
) -> None:
    order = ordered(make, sku, "vietqr")
    clock.forward(hours=24)
    assert payment_jobs.end_windows(now()) == 1
    assert payment_jobs.end_windows(now()) == 0
    assert (state(order), stock(session)) == ("cancelled", (10, 0))
    by = staff(make, order)
    service.confirm_transfer(order.number, paid(order), by)
    assert (state(order), get_payment(f"ord:{order.number}").status) == ("to_refund", "to_refund")
    assert breaches() == []
    with pytest.raises(payment_refusals.RefundByFile):
        service.record_refund(order.number, "FT-BACK-1", by)
    [owed] = refunds.list_refunds(get_payment(f"ord:{order.number}").id)
    refunds.change_way(owed.code, Way.CASH, ANONYMOUS)
    service.record_refund(order.number, "TM-1", by)
    service.record_refund(order.number, "TM-1", by)
    payment = get_payment(f"ord:{order.number}")
    assert (state(order), payment.status, payment.refunded_vnd) == ("refunded", "refunded", order.total_vnd)
    assert breaches() == []


def test_money_after_the_hold_but_before_the_sweeper_is_owed_back(
    make: ModuleType, sku: Sku, clock: Clock, session: Session
) -> None:
    order = ordered(make, sku, "vietqr")
    clock.forward(hours=25)
    service.confirm_transfer(order.number, paid(order), SYSTEM)
    assert (state(order), stock(session)) == ("to_refund", (10, 0))
    assert breaches() == []


def test_money_for_a_star_that_ended_meanwhile_is_owed_back(
    make: ModuleType, sku: Sku, clock: Clock, session: Session
) -> None:
    order = ordered(make, sku, "vietqr")
    revoke(order, today())
    service.confirm_transfer(order.number, paid(order), SYSTEM)
    fresh = get_order(order.number)
    assert (fresh.state, fresh.ended_because, fresh.decided_at) == ("to_refund", "certificate", None)
    assert breaches() == []


def revoke(order: Order, on: date) -> Certificate:
    code = order.lines[0].certificate_code
    return certificates.revoke(SYSTEM, code, decision_number="1/QĐ-TH", ground="breach", effective_on=on)


@pytest.mark.parametrize(("provider", "expected"), [("vietqr", "cancelled_lapsed"), ("at_store", "placed")])
def test_a_lapse_ends_the_undecided_only(
    make: ModuleType, sku: Sku, clock: Clock, session: Session, provider: str, expected: str
) -> None:
    order = ordered(make, sku, provider)
    clock.on(date(2026, 12, 1))
    lapse_due(today())
    run_pending()
    assert state(order) == expected
    run_pending()
    assert breaches() == []


def test_a_revocation_holds_what_is_decided_until_the_store_decides(
    make: ModuleType, sku: Sku, clock: Clock, session: Session
) -> None:
    goes_on, given_up, left = ordered(make, sku), ordered(make, sku), ordered(make, sku)
    clock.forward(minutes=5)
    service.hand_over(left.number, SYSTEM)
    revoke(goes_on, today())
    run_pending()
    assert [state(o) for o in (goes_on, given_up, left)] == ["held", "held", "handed_over"]
    by = staff(make, goes_on)
    with pytest.raises(refusals.OrderStateRefused):
        service.hand_over(goes_on.number, by)
    service.resume(goes_on.number, by, "Chi cục cho phép giao")
    assert state(goes_on) == "placed"
    clock.on(date(2026, 11, 25))
    assert jobs.end_held(today()) == 0  # Sunday, then three working days
    clock.on(date(2026, 11, 26))
    assert jobs.end_held(today()) == 1
    fresh = get_order(given_up.number)
    assert (fresh.state, fresh.ended_because) == ("cancelled", "revocation")
    assert breaches() == []


def test_the_buyer_cancels_before_packing_and_not_after(make: ModuleType, sku: Sku, session: Session) -> None:
    order = ordered(make, sku)
    with pytest.raises(refusals.OrderNotFound):
        service.cancel(order.number, "wrong", ANONYMOUS)
    assert service.cancel(order.number, order.token, ANONYMOUS).state == "cancelled"
    assert service.cancel(order.number, order.token, ANONYMOUS).state == "cancelled"
    assert stock(session) == (10, 0)
    packed = ordered(make, sku)
    service.pack(packed.number, SYSTEM)
    with pytest.raises(refusals.OrderStateRefused):
        service.cancel(packed.number, packed.token, ANONYMOUS)
    assert breaches() == []


def test_cancelling_a_paid_order_owes_the_money_back(make: ModuleType, sku: Sku, session: Session) -> None:
    order = ordered(make, sku, "vietqr")
    service.confirm_transfer(order.number, paid(order), SYSTEM)
    assert service.cancel(order.number, order.token, ANONYMOUS).state == "to_refund"
    assert stock(session) == (10, 0)
    assert breaches() == []


def test_staff_of_another_store_find_no_order(make: ModuleType, sku: Sku) -> None:
    order = ordered(make, sku)
    with pytest.raises(NotFound):
        service.pack(order.number, make.actor("store_manager", ("store", make.store().code)))


def test_orders_that_nobody_fetches_end(make: ModuleType, sku: Sku, clock: Clock, session: Session) -> None:
    order = ordered(make, sku)
    clock.on(date(2026, 11, 27))
    assert jobs.end_uncollected(today()) == 0
    clock.on(date(2026, 11, 28))
    assert jobs.end_uncollected(today()) == 1
    assert (state(order), get_order(order.number).ended_because) == ("cancelled", "uncollected")
    assert jobs.end_uncollected(today()) == 0
    assert stock(session) == (10, 0)


def test_the_buyer_gets_a_confirmation(make: ModuleType, sku: Sku, monkeypatch: pytest.MonkeyPatch) -> None:
    order = ordered(make, sku)
    sent: list[EmailMessage] = []
    monkeypatch.setitem(current_app.extensions, "mailer", sent.append)
    run_pending()
    assert [mail["To"] for mail in sent] == ["mua@example.test"]
    message = text_of(sent[0])
    assert order.number in message
    assert order.token in message
