"""The verbs of returns. Each is one transaction; locks are taken in the order payment, order, stock.

The goods come in and the refund is promised in one transaction (`_settle`), so that neither stands without the other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.accounts.actor import Actor
from core.accounts.permissions import authorize, is_allowed
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from core.ids import short_code
from shop.orders.models import Order, OrderLine
from shop.orders.queries import is_buyer, scope_of
from shop.orders.refusals import OrderNotFound
from shop.orders.rules import GONE, OFF, WITH_BUYER, reference_of
from shop.orders.steps import lock_order
from shop.payments import refunds
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from shop.payments.refusals import RefundTooMuch
from shop.returns import goods, rules
from shop.returns.events import ReturnAsked, ReturnDecided
from shop.returns.models import GoodsReturn, ReturnLine
from shop.returns.queries import find_open, get_return, given_of, lines_of, reasons_of, received_on
from shop.returns.refusals import (
    NothingLeft,
    NotYetReceived,
    ReturnLinesRefused,
    ReturnNotFound,
    ReturnOpen,
    ReturnStateRefused,
    SecondPerson,
    WholeInHouse,
)
from shop.returns.rules import COUNTING, SECOND_PERSON_FROM_VND, Charge, Kind, Problem, Reason, State

#: Units wanted by the line's position in the order: 1, 2, 3 …
Wanted = Mapping[int, int]


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: units by line, or a sum (`lump_vnd`) for no single line."""

    kind: Kind
    reason: Reason
    wanted: Wanted
    words: str | None = None
    lump_vnd: int | None = None


def ask(number: str, token: str | None, wish: Wish, by: Actor) -> GoodsReturn:
    """The buyer asks to give goods back, or for money for what was short or broken.

    Refuses OrderNotFound for anybody else, NotYetReceived, ReturnOpen, and ReturnLinesRefused naming each line.
    """
    with transaction():
        order, payment = lock_order(number)
        if not is_buyer(order, token, by):
            raise OrderNotFound
        day = received_on(order)
        if order.state not in WITH_BUYER or day is None or payment.captured_vnd <= payment.refunding_vnd:
            raise NotYetReceived(state=order.state)
        known, today = lines_of(order), local_day(now())
        lines = _chosen(order, wish.wanted)
        _refuse({
            one.position: rules.find_problem(known[one.id], units, wish.reason, day, today) for one, units in lines
        })  # fmt: skip
        row = _open(order, wish, lines, by)
        publish(ReturnAsked(row.code, number))
        return row


def withdraw(code: str, token: str | None, by: Actor) -> GoodsReturn:
    """The buyer thinks better of it, while no goods are back. Twice is once."""
    with transaction():
        row, order, _payment = _lock(code)
        if not is_buyer(order, token, by):
            raise ReturnNotFound
        if row.state != State.WITHDRAWN:
            _expect(row, State.ASKED, State.ACCEPTED)
            row.state = State.WITHDRAWN
            record("return.withdrawn", f"return:{code}", by)
        return row


def accept(code: str, by: Actor) -> GoodsReturn:
    """The store agrees. Money for goods that stay with the buyer is promised at once; else the goods are awaited.

    Above two million đồng a second person settles it (`settle`).
    """
    with transaction():
        row, order, payment = _lock(code)
        authorize(by, "returns.decide", scope_of(order))
        _expect(row, State.ASKED)
        _decide(row, State.ACCEPTED, by)
        if row.kind == Kind.REFUND:
            _settle(row, order, payment, by)
        publish(ReturnDecided(code, order.number, is_accepted=True))
        return row


def refuse(code: str, refusal: str, by: Actor) -> GoodsReturn:
    """The store does not agree, and says why. Twice is once."""
    with transaction():
        row, order, _payment = _lock(code)
        authorize(by, "returns.decide", scope_of(order))
        if row.state == State.REFUSED:
            return row
        _expect(row, State.ASKED, State.ACCEPTED)
        row.refusal = refusal
        _decide(row, State.REFUSED, by)
        publish(ReturnDecided(code, order.number, is_accepted=False))
        return row


def receive(code: str, damaged: Wanted, by: Actor) -> GoodsReturn:
    """The goods are back: `damaged` units by the line's position are written off, the rest goes to the back of the
    store; the refund is promised in the same transaction, unless a second person must settle it.
    """
    with transaction():
        row, order, payment = _lock(code)
        authorize(by, "returns.receive", scope_of(order))
        _expect(row, State.ACCEPTED)
        if row.kind == Kind.REFUND:
            raise ReturnStateRefused(state=row.state)
        by_position = {one.line.position: one for one in row.lines}
        if any(p not in by_position or not 0 <= n <= by_position[p].quantity for p, n in damaged.items()):
            raise ReturnLinesRefused(lines=[{"line": p, "problem": Problem.TOO_MANY.value} for p in damaged])
        row.state, row.received_at, row.received_by = State.RECEIVED, now(), by.label
        goods.take_back(row, order, {by_position[p].id: n for p, n in damaged.items()}, by)
        record("return.received", f"return:{code}", by, damaged={str(p): n for p, n in damaged.items() if n})
        _settle(row, order, payment, by)
        return row


def settle(code: str, by: Actor) -> GoodsReturn:
    """A second person lets a large sum go. Refuses whoever decided it (SecondPerson). Twice is once."""
    with transaction():
        row, order, payment = _lock(code)
        authorize(by, "returns.decide", scope_of(order))
        if row.state == State.DONE:
            return row
        _expect(row, State.RECEIVED, *((State.ACCEPTED,) if row.kind == Kind.REFUND else ()))
        if not _settle(row, order, payment, by):
            raise SecondPerson(limit_vnd=SECOND_PERSON_FROM_VND, amount_vnd=_sum(row, order, payment)[0])
        return row


def give(number: str, wish: Wish, by: Actor, reference: str | None = None) -> GoodsReturn:
    """The store gives money back on its own: for goods that were short or broken, or a sum of goodwill.

    With `reference` the money has gone already, under the bank's or the till's number. Above two million đồng the
    answer waits in state `accepted` for a second person; money that has gone is then refused (SecondPerson).
    """
    with transaction():
        order, payment = lock_order(number)
        authorize(by, "orders.refund", scope_of(order))
        lines = _chosen(order, wish.wanted)
        _check_gift(order, payment, wish)
        known = lines_of(order)
        free = {one.position: units <= known[one.id].quantity - known[one.id].gone for one, units in lines}
        _refuse({position: None if is_free else Problem.TOO_MANY for position, is_free in free.items()})
        row = _open(order, wish, lines, by)
        _decide(row, State.ACCEPTED, by)
        is_settled = _settle(row, order, payment, by)
        if reference is not None:
            if not is_settled or row.refund is None:
                raise SecondPerson(limit_vnd=SECOND_PERSON_FROM_VND, amount_vnd=_sum(row, order, payment)[0])
            refunds.done(row.refund.code, reference, by)
        return row


def _check_gift(order: Order, payment: Payment, wish: Wish) -> None:
    """Money is here, and enough; lines have left the house; and an order that has not left is not given back whole."""
    left = payment.captured_vnd - payment.refunding_vnd
    if left <= 0:
        raise NothingLeft
    if order.state in OFF or (wish.wanted and order.state not in GONE):
        raise NotYetReceived(state=order.state)
    if order.state not in WITH_BUYER and wish.lump_vnd is not None and wish.lump_vnd >= left:
        raise WholeInHouse
    if wish.lump_vnd is not None and wish.lump_vnd > left:
        raise RefundTooMuch(left_vnd=left, asked_vnd=wish.lump_vnd)


def _open(order: Order, wish: Wish, lines: Sequence[tuple[OrderLine, int]], by: Actor) -> GoodsReturn:
    if (other := find_open(order.id)) is not None:
        raise ReturnOpen(open=other.code)
    row = GoodsReturn(
        code=short_code("TH"), order_id=order.id, kind=wish.kind, reason=wish.reason, words=wish.words,
        state=State.ASKED, lump_vnd=wish.lump_vnd, asked_at=now(), asked_by=by.label,
    )  # fmt: skip
    row.order = order
    row.lines = [ReturnLine(order_line_id=one.id, line=one, quantity=units) for one, units in lines]
    db.session.add(row)
    db.session.flush()
    units = {str(one.position): n for one, n in lines}
    record("return.asked", f"return:{row.code}", by, order=order.number, kind=wish.kind.value,
           reason=wish.reason.value, lines=units, lump_vnd=wish.lump_vnd)  # fmt: skip
    return row


def _settle(row: GoodsReturn, order: Order, payment: Payment, by: Actor) -> bool:
    """Promise the refund, unless the sum needs another person than the one who decided. Refuses NothingLeft."""
    amount, worths = _sum(row, order, payment)
    given = given_of(order.id)
    if rules.needs_second(given, amount) and not _is_second(row, order, by):
        return False
    refund = refunds.promise(payment.reference, amount, row.reason, f"return:{row.code}", by)
    for one in row.lines:
        one.worth_vnd = worths[one.order_line_id]
    row.refund, row.refund_id, row.given_vnd = refund, refund.id, given + amount
    row.state, row.settled_at, row.settled_by, row.settled_by_id = State.DONE, now(), by.label, by.user_id
    record("return.settled", f"return:{row.code}", by, refund=refund.code, amount_vnd=amount)
    return True


def _is_second(row: GoodsReturn, order: Order, by: Actor) -> bool:
    """Whether this is somebody else than who decided, and may decide herself."""
    is_other = by.user_id is not None and by.user_id != row.decided_by_id
    return is_other and is_allowed(by, "returns.decide", scope_of(order))


def _sum(row: GoodsReturn, order: Order, payment: Payment) -> tuple[int, dict[int, int]]:
    """What a return is worth: in all, at most what is left; and by line.

    Refuses NothingLeft, and ReturnLinesRefused when its units went another way meanwhile: called off with their parcel,
    or used as vouchers.
    """
    left = payment.captured_vnd - payment.refunding_vnd
    known = lines_of(order, (State.DONE,))
    free = {one.order_line_id: known[one.order_line_id].quantity - known[one.order_line_id].gone for one in row.lines}
    _refuse({
        one.line.position: Problem.TOO_MANY if one.quantity > free[one.order_line_id] else None for one in row.lines
    })  # fmt: skip
    worths = {one.order_line_id: rules.worth(known[one.order_line_id], one.quantity) for one in row.lines}
    back = {one.order_line_id: one.quantity for one in row.lines}
    is_last = bool(back) and all(one.gone + back.get(line_id, 0) == one.quantity for line_id, one in known.items())
    charges = [Charge(one.kind, one.amount_vnd) for one in order.charges]
    extra = rules.charges_back(charges, reasons_of(order.id) | {Reason(row.reason)}, is_last=is_last)
    amount = row.lump_vnd if row.lump_vnd is not None else min(sum(worths.values()) + extra, left)
    if amount <= 0:
        raise NothingLeft
    return amount, worths


def _chosen(order: Order, wanted: Wanted) -> list[tuple[OrderLine, int]]:
    """The order's lines with the units wanted of each. Refuses a line that it does not have."""
    by_position = {one.position: one for one in order.lines}
    _refuse({p: Problem.TOO_MANY for p in wanted if p not in by_position})
    return [(by_position[position], units) for position, units in sorted(wanted.items())]


def _refuse(problems: Mapping[int, Problem | None]) -> None:
    found = [{"line": position, "problem": problem.value} for position, problem in problems.items() if problem]
    if found:
        raise ReturnLinesRefused(lines=found)


def _decide(row: GoodsReturn, state: State, by: Actor) -> None:
    row.state, row.decided_at, row.decided_by, row.decided_by_id = state, now(), by.label, by.user_id
    record(f"return.{state.value}", f"return:{row.code}", by, refusal=row.refusal)


def _expect(row: GoodsReturn, *states: State) -> None:
    if row.state not in states:
        raise ReturnStateRefused(state=row.state)


def _lock(code: str) -> tuple[GoodsReturn, Order, Payment]:
    """The return behind the locks of its payment and order. Refuses ReturnNotFound."""
    order, payment = lock_order(get_return(code).order.number)
    db.session.expire(row := get_return(code))
    return row, order, payment


def foresee(row: GoodsReturn) -> int | None:
    """What a return would give back if it were settled now, in đồng; None when nothing is left of it. Takes no lock."""
    try:
        return _sum(row, row.order, get_payment(reference_of(row.order.number)))[0]
    except (NothingLeft, ReturnLinesRefused):
        return None


def units_free(order: Order, states: Collection[State] = COUNTING) -> dict[int, int]:
    """Units of each line, by position, that nobody has asked for yet."""
    known = lines_of(order, states)
    return {one.position: max(0, known[one.id].quantity - known[one.id].gone) for one in order.lines}
