"""Goods that come back: asked, decided, received, and the money promised with them; on both databases."""

from types import ModuleType

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import now, today
from core.db import transaction
from core.doctor import examine
from core.errors import Forbidden, NotFound
from shop.inventory.models import StockLevel, StockMovement
from shop.orders import service as orders
from shop.orders.queries import get_order
from shop.orders.refusals import OrderNotFound
from shop.payments import refunds
from shop.payments.queries import get_payment
from shop.payments.refusals import RefundTooMuch
from shop.payments.service import BankLine
from shop.returns import refusals, service
from shop.returns.models import GoodsReturn
from shop.returns.rules import Kind, Reason, State
from shop.returns.service import Wish
from tests.shop.returns.bought import bought, manager, place
from tests.support.clock import Clock

MIND = Wish(Kind.RETURN, Reason.CHANGED_MIND, {1: 2})
BROKEN = Wish(Kind.REFUND, Reason.BROKEN, {1: 1}, "vỡ nắp")


def breaches() -> list[str]:
    return [
        f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code != "I12"
    ]


def on_hand(session: Session) -> int:
    session.expire_all()
    return sum(session.scalars(select(StockLevel.on_hand)))


def test_goods_back_and_money_promised_in_one_step(make: ModuleType, session: Session) -> None:
    order = bought(make, "vietqr")
    by = manager(make, order)
    row = service.ask(order.number, order.token, MIND, ANONYMOUS)
    assert service.accept(row.code, by).state == State.ACCEPTED
    before = on_hand(session)
    done = service.receive(row.code, {1: 1}, manager(make, order, "cashier"))
    assert (done.state, done.refund and (done.refund.amount_vnd, done.refund.way)) == (State.DONE, (240_000, "bank"))
    assert on_hand(session) == before + 1
    moves = session.execute(
        select(StockMovement.reason, StockMovement.delta).where(StockMovement.document_type == "return")
    )
    assert sorted(tuple(one) for one in moves) == [("damage", -1), ("return", 1), ("return", 1)]
    assert get_order(order.number).state == "handed_over"
    assert done.refund is not None
    refunds.done(done.refund.code, "FT-BACK", by)
    payment = get_payment(f"ord:{order.number}")
    assert (get_order(order.number).state, payment.status, payment.refunded_vnd) == (
        "part_refunded",
        "captured",
        240_000,
    )
    rest = service.give(order.number, Wish(Kind.REFUND, Reason.BROKEN, {1: 1}), by, "FT-REST")
    assert rest.refund is not None and rest.refund.state == "done"
    assert (get_order(order.number).state, get_payment(f"ord:{order.number}").status) == ("refunded", "refunded")
    assert breaches() == []


def test_money_for_what_was_broken_is_promised_when_the_store_agrees(make: ModuleType) -> None:
    order = bought(make)
    row = service.ask(order.number, order.token, BROKEN, ANONYMOUS)
    assert service.accept(row.code, manager(make, order)).state == State.DONE
    payment = get_payment(f"ord:{order.number}")
    assert (payment.refunding_vnd, payment.refunded_vnd) == (120_000, 0)
    assert breaches() == []


def test_the_store_refuses_and_says_why_and_the_units_are_free_again(make: ModuleType) -> None:
    order = bought(make)
    row = service.ask(order.number, order.token, MIND, ANONYMOUS)
    by = manager(make, order)
    service.refuse(row.code, "Đã mở niêm phong.", by)
    assert service.refuse(row.code, "lần hai", by).refusal == "Đã mở niêm phong."
    with pytest.raises(refusals.ReturnStateRefused):
        service.accept(row.code, by)
    again = service.ask(order.number, order.token, MIND, ANONYMOUS)
    assert service.withdraw(again.code, order.token, ANONYMOUS).state == State.WITHDRAWN
    assert service.units_free(order) == {1: 3}


def test_one_wish_at_a_time_and_never_more_than_was_bought(make: ModuleType) -> None:
    order = bought(make)
    service.ask(order.number, order.token, MIND, ANONYMOUS)
    with pytest.raises(refusals.ReturnLinesRefused):
        service.ask(order.number, order.token, MIND, ANONYMOUS)
    with pytest.raises(refusals.ReturnOpen):
        service.ask(order.number, order.token, BROKEN, ANONYMOUS)
    with pytest.raises(refusals.ReturnLinesRefused):
        service.give(order.number, Wish(Kind.REFUND, Reason.BROKEN, {2: 1}), manager(make, order))


def test_the_days_to_give_back_end(make: ModuleType, clock: Clock) -> None:
    clock.on(today())
    order = bought(make)
    clock.forward(days=8)
    with pytest.raises(refusals.ReturnLinesRefused) as refused:
        service.ask(order.number, order.token, MIND, ANONYMOUS)
    assert refused.value.facts["lines"] == [{"line": 1, "problem": "return.late"}]
    assert service.ask(order.number, order.token, BROKEN, ANONYMOUS).state == State.ASKED


def test_what_the_buyer_does_not_have_she_cannot_give_back(make: ModuleType) -> None:
    order = place(make, "vietqr")
    with pytest.raises(refusals.NotYetReceived):
        service.ask(order.number, order.token, MIND, ANONYMOUS)
    with pytest.raises(refusals.NothingLeft):
        service.give(order.number, BROKEN, manager(make, order))


def test_an_order_of_another_is_not_there(make: ModuleType) -> None:
    order, other = bought(make), bought(make)
    with pytest.raises(OrderNotFound):
        service.ask(order.number, other.token, MIND, ANONYMOUS)
    row = service.ask(order.number, order.token, MIND, ANONYMOUS)
    stranger = manager(make, other)
    for act in (service.accept, service.settle, lambda code, by: service.refuse(code, "không", by)):
        with pytest.raises(NotFound):
            act(row.code, stranger)
    with pytest.raises(NotFound):
        service.give(order.number, BROKEN, stranger)
    with pytest.raises(refusals.ReturnNotFound):
        service.withdraw(row.code, other.token, ANONYMOUS)
    with pytest.raises(Forbidden):
        service.accept(row.code, manager(make, order, "cashier"))


def test_a_large_sum_needs_a_second_person(make: ModuleType) -> None:
    order = bought(make, "vietqr", (20,))
    one, two = manager(make, order), manager(make, order)
    wish = Wish(Kind.REFUND, Reason.WRONG, {1: 17})
    row = service.give(order.number, wish, one)
    assert (row.state, row.refund_id) == (State.ACCEPTED, None)
    with pytest.raises(refusals.SecondPerson):
        service.settle(row.code, one)
    assert service.settle(row.code, two).state == State.DONE
    assert service.settle(row.code, two).given_vnd == 17 * 120_000
    small = service.give(order.number, Wish(Kind.REFUND, Reason.WRONG, {1: 1}), one)
    assert small.state == State.ACCEPTED, "what was given before counts"
    assert breaches() == []


def test_the_database_keeps_the_two_persons_apart(make: ModuleType) -> None:
    order = bought(make, "vietqr", (20,))
    one, two = manager(make, order), manager(make, order)
    row = service.give(order.number, Wish(Kind.REFUND, Reason.WRONG, {1: 17}), one)
    with pytest.raises(Exception, match="ck_goods_return_two_persons"), transaction() as inner:
        promised = refunds.promise(f"ord:{order.number}", 1, "wrong", "x", SYSTEM)
        sql = "UPDATE goods_return SET state = 'done', refund_id = :refund, given_vnd = 2000001, settled_by_id = :by"
        inner.execute(text(sql), {"refund": promised.id, "by": one.user_id})
    assert service.settle(row.code, two).state == State.DONE
    for change in ("UPDATE goods_return SET reason = 'broken'", "DELETE FROM goods_return_line"):
        with pytest.raises(Exception, match="goods_return"), transaction() as inner:
            inner.execute(text(change))


def test_money_that_has_gone_by_hand_is_refused_above_the_limit(make: ModuleType, session: Session) -> None:
    order = bought(make, "vietqr", (20,))
    with pytest.raises(refusals.SecondPerson):
        service.give(order.number, Wish(Kind.REFUND, Reason.WRONG, {1: 20}), manager(make, order), "FT-1")
    assert session.scalar(select(GoodsReturn.id)) is None, "nothing is left of it"


def test_an_order_in_the_house_is_called_off_rather_than_emptied(make: ModuleType) -> None:
    order = place(make, "vietqr")
    by = manager(make, order)
    orders.confirm_transfer(order.number, BankLine(order.total_vnd, "FT-IN", now()), by)
    whole = Wish(Kind.REFUND, Reason.GOODWILL, {}, lump_vnd=order.total_vnd)
    with pytest.raises(refusals.WholeInHouse):
        service.give(order.number, whole, by)
    part = service.give(order.number, Wish(Kind.REFUND, Reason.GOODWILL, {}, lump_vnd=10_000), by)
    assert part.state == State.DONE
    with pytest.raises(RefundTooMuch):
        refunds.promise(f"ord:{order.number}", order.total_vnd, "owed", "again", by)


def test_a_sum_of_goodwill_lessens_what_the_goods_bring_later(make: ModuleType) -> None:
    order = bought(make)
    by = manager(make, order)
    service.give(order.number, Wish(Kind.REFUND, Reason.GOODWILL, {}, lump_vnd=50_000), by, "TM-1")
    row = service.give(order.number, Wish(Kind.REFUND, Reason.BROKEN, {1: 3}), by)
    assert row.refund is not None and row.refund.amount_vnd == order.total_vnd - 50_000
    with pytest.raises(refusals.NothingLeft):
        service.give(order.number, Wish(Kind.REFUND, Reason.GOODWILL, {}, lump_vnd=1), by)
    assert breaches() == []
