"""The verbs that move an order. Each is one transaction, takes its locks in the order payment, order, stock,
and changes the state only through `_move`, by the table of `rules`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from catalog.certificates.queries import governing
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from shop.inventory import holds
from shop.inventory.ledger import Document
from shop.orders.events import OrderEnded, OrderHandedOver, OrderHeld, OrderPaid, OrderReady
from shop.orders.models import Order, OrderEvent, OrderLineLot
from shop.orders.queries import is_buyer, scope_of
from shop.orders.refusals import OrderNotFound, OrderStateRefused
from shop.orders.rules import GONE, OFF, Action, Facts, State, find_target, reference_of
from shop.payments import refunds
from shop.payments import service as payments
from shop.payments.models import Payment
from shop.payments.providers.port import is_cash
from shop.payments.rules import Status
from shop.payments.service import BankLine


def pack(number: str, by: Actor) -> Order:
    """The goods are packed: for the courier, or for the counter. From now on the buyer cannot call it off."""
    with transaction():
        order, payment = _lock(number)
        authorize(by, "orders.pack", scope_of(order))
        _move(order, payment, Action.PACK, by)
        publish(OrderReady(number))
        return order


def ship(number: str, by: Actor, courier: str | None = None, tracking: str | None = None) -> Order:
    """The courier has the parcel: the goods leave the store and its ledger."""
    with transaction():
        order, payment = _lock(number)
        authorize(by, "orders.ship", scope_of(order))
        _move(order, payment, Action.SHIP, by, courier=courier, tracking=tracking)
        _take_out(order, by)
        return order


def hand_over(number: str, by: Actor) -> Order:
    """The buyer has the goods; what was to be paid in person is paid with it. Stock leaves unless it had shipped.

    Refuses HoldEnded or LotUnfit when the goods that were promised cannot go out.
    """
    with transaction():
        order, payment = _lock(number)
        authorize(by, "orders.hand_over", scope_of(order))
        was_out = order.state in GONE
        _move(order, payment, Action.HAND_OVER, by)
        if not was_out:
            _take_out(order, by)
        if is_cash(payment.provider):
            payments.take_cash(payment.reference, by)
        publish(OrderHandedOver(number))
        return order


def cancel(number: str, token: str | None, by: Actor, reason: str | None = None) -> Order:
    """The buyer calls it off, before it is packed or while it is stopped. Twice is once; another's is not found."""
    with transaction():
        order, payment = _lock(number)
        if not is_buyer(order, token, by):
            raise OrderNotFound
        if order.state in OFF:
            return order
        _end(order, payment, Action.CANCEL, by, "buyer", note=reason)
        return order


def call_off(number: str, by: Actor, reason: str) -> Order:
    """The store calls it off, while the goods are in the house; money that is here must go back."""
    with transaction():
        order, payment = _lock(number)
        authorize(by, "orders.call_off", scope_of(order))
        if order.state in OFF:
            return order
        _end(order, payment, Action.CALL_OFF, by, "store", note=reason)
        return order


def end_by_clock(number: str, reason: str, *states: State) -> bool:
    """A window, a collecting time or a decision time ran out for an order in one of `states`.

    False when it has moved on meanwhile: asked again behind the locks.
    """
    with transaction():
        order, payment = _lock(number)
        return order.state in states and _end_if_possible(order, payment, Action.CALL_OFF, reason)


def lapse(number: str) -> bool:
    """A line's star ended before the sale was decided. False when the order is decided or over."""
    with transaction():
        order, payment = _lock(number)
        return _end_if_possible(order, payment, Action.LAPSE, "certificate")


def stop(number: str, kind: str) -> bool:
    """A line's star was taken back after the sale was decided: hold the goods until the store decides."""
    with transaction():
        order, payment = _lock(number)
        if find_target(State(order.state), Action.HOLD, _facts(order, payment)) is None:
            return False
        order.held_on = local_day(now())
        _move(order, payment, Action.HOLD, SYSTEM, kind=kind)
        publish(OrderHeld(number, kind))
        return True


def go_on(number: str) -> bool:
    """A stopped order goes on by itself once every line's own certificate covers again: a suspension is over.

    False when it is not stopped, or a line still waits.
    """
    with transaction():
        order, payment = _lock(number)
        if order.state != State.HELD or not _is_covered(order, local_day(now())):
            return False
        _move(order, payment, Action.RESUME, SYSTEM, reason="certificate")
        order.held_on = None
        return True


def resume(number: str, by: Actor, reason: str) -> Order:
    """The store decides that a stopped order goes on."""
    with transaction():
        order, payment = _lock(number)
        authorize(by, "orders.call_off", scope_of(order))
        _move(order, payment, Action.RESUME, by, note=reason)
        order.held_on = None
        return order


def confirm_transfer(number: str, line: BankLine, by: Actor) -> Order:
    """A member of staff saw the buyer's transfer at the bank. What follows is decided by `settle`."""
    with transaction():
        order, payment = _lock(number)
        authorize(by, "payments.confirm", scope_of(order))
        payments.confirm_transfer(payment.reference, line, by)
        return order


def record_refund(number: str, refund_ref: str, by: Actor) -> Order:
    """The buyer's money went back, under the bank's or the till's reference."""
    with transaction():
        order, payment = _lock(number)
        authorize(by, "orders.refund", scope_of(order))
        refunds.record_refund(payment.reference, refund_ref, by)
        return order


def settle(number: str, at: datetime) -> None:
    """Money came in. An undecided order is decided at `at` if its goods are still held and its stars cover that
    day; else it ends and the money goes back. Called inside the payment's transaction, which holds its lock.
    """
    with transaction():
        order, payment = _lock(number)
        if order.decided_at is not None:
            return  # paid in person: the placement has decided it
        if (obstacle := _obstacle(order, payment, at)) is not None:
            if not _end_if_possible(order, payment, Action.LAPSE, obstacle):
                _give_back(order, payment)
            return
        _move(order, payment, Action.PAY, SYSTEM)
        holds.confirm(payment.reference, now())
        order.decided_at, order.decided_on = at, local_day(at)
        for one in order.lines:
            one.decided_at, one.decided_on = at, local_day(at)
        publish(OrderPaid(number))


def owe_back(number: str) -> None:
    """Money lies with an order that is over: it waits for its refund. Twice has the effect of once."""
    with transaction():
        order, payment = _lock(number)
        if find_target(State(order.state), Action.MONEY_LATE, _facts(order, payment)) is not None:
            _move(order, payment, Action.MONEY_LATE, SYSTEM)


def refunded(number: str, amount_vnd: int, *, is_whole: bool) -> None:
    """Money went back: all of it, or some. An order that goes on for now only tells it on its timeline."""
    with transaction():
        order, payment = _lock(number)
        action = Action.REFUND if is_whole else Action.PART_REFUND
        told = {"ref": payment.refund_ref, "amount_vnd": amount_vnd}
        if find_target(State(order.state), action, _facts(order, payment)) is not None:
            _move(order, payment, action, SYSTEM, **told)
        else:
            _note(order, action, SYSTEM, told)


def _lock(number: str) -> tuple[Order, Payment]:
    """The order and its payment, locked: payment first, as everywhere. Refuses OrderNotFound."""
    known = db.session.scalar(select(Order.id).where(Order.number == number))
    if known is None:
        raise OrderNotFound
    payment = payments.lock_payment(reference_of(number))
    query = select(Order).where(Order.number == number).with_for_update()
    order = db.session.scalars(query.execution_options(populate_existing=True)).one()
    return order, payment


def _facts(order: Order, payment: Payment) -> Facts:
    has_money = payment.captured_vnd > payment.refunded_vnd
    return Facts(order.decided_at is not None, has_money, order.method == "delivery")


def _move(order: Order, payment: Payment, action: Action, by: Actor, **data: Any) -> None:
    """One step by the table, with its event and audit entry. Refuses OrderStateRefused."""
    target = find_target(State(order.state), action, _facts(order, payment))
    if target is None:
        raise OrderStateRefused(state=order.state, action=action.value)
    told = {key: value for key, value in data.items() if value is not None}
    order.state = target
    _note(order, action, by, told)
    record(f"order.{action.value}", f"order:{order.number}", by, state=target.value, **told)


def _note(order: Order, action: Action, by: Actor, told: dict[str, Any]) -> None:
    """One line of the timeline."""
    db.session.add(OrderEvent(order_id=order.id, at=now(), action=action, state=order.state, actor=by.label, data=told))


def _end(order: Order, payment: Payment, action: Action, by: Actor, reason: str, **data: Any) -> None:
    """Call an order off: holds go back on the shelf, the payment is called off or owed back."""
    _move(order, payment, action, by, reason=reason, **data)
    order.ended_because = reason
    payments.cancel(payment.reference, by, reason)
    holds.release(payment.reference, now())
    publish(OrderEnded(order.number, reason, order.state == State.TO_REFUND))


def _end_if_possible(order: Order, payment: Payment, action: Action, reason: str) -> bool:
    if find_target(State(order.state), action, _facts(order, payment)) is None:
        return False
    _end(order, payment, action, SYSTEM, reason)
    return True


def _obstacle(order: Order, payment: Payment, at: datetime) -> str | None:
    """Why money cannot decide an order: it is over, its window is, or a line's own certificate does not
    cover the day of `at`. None when nothing stands in the way.
    """
    if order.state != State.PLACED:
        return "order_over"
    if payment.expires_at is not None and payment.expires_at <= now():
        return "payment_window"
    return None if _is_covered(order, local_day(at)) else "certificate"


def _is_covered(order: Order, day: date) -> bool:
    """Whether every line's own certificate covers the day."""
    found = governing([one.product_id for one in order.lines], day)
    covering = {product_id: one.certificate_id for product_id, one in found.items()}
    return all(covering.get(one.product_id) == one.certificate_id for one in order.lines)


def _give_back(order: Order, payment: Payment) -> None:
    """Money for an order that is already over."""
    if payment.status == Status.CAPTURED:
        payments.cancel(payment.reference, SYSTEM, "order_over")
    if find_target(State(order.state), Action.MONEY_LATE, _facts(order, payment)) is not None:
        _move(order, payment, Action.MONEY_LATE, SYSTEM)


def _take_out(order: Order, by: Actor) -> None:
    """The goods leave the store: holds become sales, and each line keeps which lots it was served from."""
    given = holds.hand_out(reference_of(order.number), Document("order", order.number), by, now())
    line_of = {one.sku_id: one.id for one in order.lines}
    served: dict[tuple[int, int], int] = {}
    for one in given:
        key = (line_of[one.sku_id], one.lot_id)
        served[key] = served.get(key, 0) + one.quantity
    db.session.add_all(
        OrderLineLot(order_line_id=line, lot_id=lot, quantity=quantity) for (line, lot), quantity in served.items()
    )
