"""An order that is over is still needed while goods come back or money has not gone: the store must reach the buyer."""

from datetime import date
from types import ModuleType

import pytest

from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import local_day, now
from core.db import db
from shop.orders import parcels
from shop.orders import service as orders
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.queries import get_payment
from shop.privacy import service
from shop.privacy.jobs import forget_old_contacts
from shop.privacy.needs import needed_of
from shop.privacy.refusals import DataNeeded
from shop.privacy.rules import Wish
from shop.privacy.subject import Subject, orders_of
from shop.returns import service as returns
from shop.returns.rules import Kind, Reason
from shop.returns.service import Wish as ReturnWish
from tests.shop.privacy.conftest import EMAIL, bought
from tests.support.clock import Clock
from tests.support.queries import counted


@pytest.fixture
def completed(make: ModuleType, clock: Clock) -> Order:
    """An order whose days to give it back are over."""
    order = bought(make)
    parcels.pack(order.number, SYSTEM)
    parcels.hand_over(order.number, SYSTEM)
    clock.forward(days=9)
    assert orders.complete(order.number)
    return order


def needs(order: Order) -> list[tuple[str, str, date | None]]:
    db.session.expire_all()
    found = needed_of([db.session.get_one(Order, order.id)], local_day(now()))
    return [(one.number, one.why, one.until) for one in found]


def test_a_return_that_waits(completed: Order) -> None:
    assert needs(completed) == []
    asked = ReturnWish(Kind.RETURN, Reason.BROKEN, {1: 1})
    row = returns.ask(completed.number, completed.token, asked, ANONYMOUS)
    assert needs(completed) == [(completed.number, "return", None)]
    returns.refuse(row.code, "không thấy hỏng", SYSTEM)
    assert needs(completed) == []


def test_a_refund_that_waits_for_an_account(completed: Order) -> None:
    returns.give(completed.number, ReturnWish(Kind.REFUND, Reason.BROKEN, {1: 1}), SYSTEM)
    assert needs(completed) == [(completed.number, "money", None)]
    with pytest.raises(DataNeeded):
        service.ask(Subject(contact=EMAIL), Wish.ERASE, ANONYMOUS)
    assert forget_old_contacts(date(2036, 1, 1)) == 0
    (refund,) = refunds.list_open(get_payment(f"ord:{completed.number}").id)
    refunds.sent(refund.code, SYSTEM)
    assert needs(completed) == [(completed.number, "money", None)]
    refunds.done(refund.code, "HT-TAY-1", SYSTEM)
    assert needs(completed) == []


def test_as_many_statements_for_many_orders(make: ModuleType, completed: Order) -> None:
    """Of returns and refunds it is asked once, however many orders she has."""
    mine = Subject(contact=EMAIL)
    one = counted(lambda: needed_of(orders_of(mine), local_day(now())))
    for _ in range(3):
        bought(make)
    assert counted(lambda: needed_of(orders_of(mine), local_day(now()))) == one
