"""The verbs that move an order as a whole. Each is one transaction, takes its locks in the order payment, order,
stock, and changes the state only through `steps.move`, by the table of `rules`. What happens to one parcel of it
stands in `parcels`.
"""

from datetime import date, datetime
from typing import Any

from catalog.certificates.queries import governing
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.clock import local_day, now
from core.db import transaction
from core.events import publish
from shop.inventory import holds
from shop.orders.events import OrderCompleted, OrderHeld, OrderPaid
from shop.orders.gate import lock_certificates
from shop.orders.models import Order
from shop.orders.parcels import drop_parcel, hand_over, pack, ship
from shop.orders.promises import promise_of
from shop.orders.queries import is_buyer, scope_of
from shop.orders.refusals import OrderNotFound
from shop.orders.rules import OFF, OUTSIDE, Action, Parcel, State
from shop.orders.steps import allows, end, end_if_possible, lock_order, move, tell
from shop.payments import refunds
from shop.payments import service as payments
from shop.payments.models import Payment
from shop.payments.rules import Status
from shop.payments.service import BankLine

__all__ = ["hand_over", "pack", "ship"]


def cancel(number: str, token: str | None, by: Actor, reason: str | None = None) -> Order:
    """The buyer calls it off, before it is packed or while it is stopped. Twice is once; another's is not found."""
    with transaction():
        order, payment = lock_order(number)
        if not is_buyer(order, token, by):
            raise OrderNotFound
        if order.state in OFF:
            return order
        end(order, payment, Action.CANCEL, by, "buyer", note=reason)
        return order


def call_off(number: str, by: Actor, reason: str) -> Order:
    """The store calls it off, while the goods are in the house; money that is here must go back."""
    with transaction():
        order, payment = lock_order(number)
        authorize(by, "orders.call_off", scope_of(order))
        if order.state not in OFF:
            _call_off(order, payment, by, "store", reason)
        return order


def end_by_clock(number: str, reason: str, *states: State) -> bool:
    """A window, a collecting time or a decision time ran out for an order in one of `states`.

    False when it has moved on meanwhile: asked again behind the locks.
    """
    with transaction():
        order, payment = lock_order(number)
        if order.state not in states:
            return False
        if order.state == State.HELD and _is_partly_out(order):
            _call_off(order, payment, SYSTEM, reason)
            return True
        return end_if_possible(order, payment, Action.CALL_OFF, reason)


def complete(number: str) -> bool:
    """The days to give the goods back are over. False when the order has moved on meanwhile."""
    with transaction():
        order, payment = lock_order(number)
        if not allows(order, payment, Action.COMPLETE):
            return False
        move(order, payment, Action.COMPLETE, SYSTEM)
        publish(OrderCompleted(number))
        return True


def lapse(number: str) -> bool:
    """A line's star ended before the sale was decided. False when the order is decided or over."""
    with transaction():
        order, payment = lock_order(number)
        return end_if_possible(order, payment, Action.LAPSE, "certificate")


def stop(number: str, kind: str) -> bool:
    """A line's star was taken back after the sale was decided: hold the goods until the store decides."""
    with transaction():
        order, payment = lock_order(number)
        if not allows(order, payment, Action.HOLD):
            return False
        order.held_on = local_day(now())
        move(order, payment, Action.HOLD, SYSTEM, kind=kind)
        publish(OrderHeld(number, kind))
        return True


def go_on(number: str) -> bool:
    """A stopped order goes on by itself once every line's own certificate covers again: a suspension is over.

    False when it is not stopped, or a line still waits.
    """
    with transaction():
        order, payment = lock_order(number)
        if order.state != State.HELD or not _is_covered(order, local_day(now())):
            return False
        move(order, payment, Action.RESUME, SYSTEM, reason="certificate")
        order.held_on = None
        return True


def resume(number: str, by: Actor, reason: str) -> Order:
    """The store decides that a stopped order goes on."""
    with transaction():
        order, payment = lock_order(number)
        authorize(by, "orders.call_off", scope_of(order))
        move(order, payment, Action.RESUME, by, note=reason)
        order.held_on = None
        return order


def confirm_transfer(number: str, line: BankLine, by: Actor) -> Order:
    """A member of staff saw the buyer's transfer at the bank. What follows is decided by `settle`."""
    with transaction():
        order, payment = lock_order(number)
        authorize(by, "payments.confirm", scope_of(order))
        payments.confirm_transfer(payment.reference, line, by)
        return order


def record_refund(number: str, refund_ref: str, by: Actor) -> Order:
    """The buyer's money went back in cash, under the till's reference. Refuses RefundByFile for a transfer."""
    with transaction():
        order, payment = lock_order(number)
        authorize(by, "orders.refund", scope_of(order))
        refunds.record_refund(payment.reference, refund_ref, by)
        return order


def reserve(number: str) -> None:
    """The card's money is reserved for the order; too late for it, the payment is called off and never taken."""
    with transaction():
        order, payment = lock_order(number)
        at = now()
        if (obstacle := _obstacle(order, payment, at, here=at)) is None:
            move(order, payment, Action.AUTHORISE, SYSTEM)
        elif not end_if_possible(order, payment, Action.LAPSE, obstacle):
            payments.cancel(payment.reference, SYSTEM, obstacle)


def keep_for_capture(number: str) -> None:
    """The card's money is about to be taken: judge the order once more behind the locks of its certificates.

    From here on its goods are held until the provider has answered. What may not be sold any more ends, and with it
    the payment, which then is not taken.
    """
    with transaction():
        order, payment = lock_order(number)
        lock_certificates({one.certificate_id for one in order.lines})
        at = now()
        if (obstacle := _obstacle(order, payment, at, here=at)) is None:
            holds.confirm(payment.reference, at)
        elif not end_if_possible(order, payment, Action.LAPSE, obstacle):
            payments.cancel(payment.reference, SYSTEM, obstacle)


def settle(number: str, at: datetime) -> None:
    """Money came in. An undecided order is decided at `at` if its goods are still held and its stars cover that
    day; else it ends and the money goes back. Called inside the payment's transaction, which holds its lock.
    """
    with transaction():
        order, payment = lock_order(number)
        if order.decided_at is not None:
            return  # paid in person: the placement has decided it
        here = now()  # read once: the window and the goods behind it end at the same instant
        if (obstacle := _obstacle(order, payment, at, here=here)) is not None:
            if not end_if_possible(order, payment, Action.LAPSE, obstacle):
                _give_back(order, payment)
            return
        move(order, payment, Action.PAY, SYSTEM)
        holds.confirm(payment.reference, here)
        order.decided_at, order.decided_on = at, local_day(at)
        for one in order.lines:
            one.decided_at, one.decided_on = at, local_day(at)
        order.promised_at = promise_of(order.store, here, order.method)
        publish(OrderPaid(number))


def owe_back(number: str) -> None:
    """Money lies with an order that is over: it waits for its refund. Twice has the effect of once."""
    with transaction():
        order, payment = lock_order(number)
        if allows(order, payment, Action.MONEY_LATE):
            move(order, payment, Action.MONEY_LATE, SYSTEM)


def refunded(number: str, amount_vnd: int, *, is_whole: bool) -> None:
    """Money went back: all of it, or some. An order that goes on for now only tells it on its timeline."""
    with transaction():
        order, payment = lock_order(number)
        action = Action.REFUND if is_whole else Action.PART_REFUND
        told: dict[str, Any] = {"ref": payment.refund_ref, "amount_vnd": amount_vnd}
        if allows(order, payment, action):
            move(order, payment, action, SYSTEM, **told)
        else:
            tell(order, Action.PART_REFUND.value, SYSTEM, **told)


def bounced(number: str, amount_vnd: int) -> None:
    """Money that had gone back is here again. An order that was closed over it waits for its refund once more."""
    with transaction():
        order, payment = lock_order(number)
        if allows(order, payment, Action.BOUNCE):
            move(order, payment, Action.BOUNCE, SYSTEM, amount_vnd=amount_vnd)
        else:
            tell(order, Action.BOUNCE.value, SYSTEM, amount_vnd=amount_vnd)


def _call_off(order: Order, payment: Payment, by: Actor, reason: str, note: str | None = None) -> None:
    """Call off the order; of one whose parcels are partly on their way, those that are still in the store."""
    if not _is_partly_out(order):
        end(order, payment, Action.CALL_OFF, by, reason, note=note)
        return
    for parcel in order.shipments:
        if parcel.state not in (*OUTSIDE, Parcel.CANCELLED):
            drop_parcel(order, payment, parcel, by, note or reason)


def _is_partly_out(order: Order) -> bool:
    """Whether some parcels have left and others have not."""
    states = {Parcel(one.state) for one in order.shipments} - {Parcel.CANCELLED}
    return bool(states & OUTSIDE) and bool(states - OUTSIDE)


def _obstacle(order: Order, payment: Payment, at: datetime, *, here: datetime) -> str | None:
    """Why money cannot decide an order: it is over, its window is by now (`here`), or a line's own certificate does
    not cover the day of `at`. None when nothing stands in the way.
    """
    if order.state not in (State.PLACED, State.AUTHORISED):
        return "order_over"
    if payment.capture_at is None and payment.expires_at is not None and payment.expires_at <= here:
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
    if allows(order, payment, Action.MONEY_LATE):
        move(order, payment, Action.MONEY_LATE, SYSTEM)
