"""The verbs that move one parcel of an order; the order then stands where its parcels say (`rules.whole`).

Each is one transaction, takes its locks in the order payment, order, stock, and changes a parcel only by the table of
`parcel_rules`. Without ``position`` the only or the next fitting parcel of the caller's stores is meant.
"""

from typing import Any

from flask_babel import gettext as _

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import now
from core.db import transaction
from core.errors import Invalid
from core.events import publish
from shop.inventory import holds
from shop.inventory.ledger import Document
from shop.inventory.undelivered import Back, bring_back
from shop.orders.events import (
    DeliveryFailed,
    OrderHandedOver,
    OrderReady,
    OrderReturned,
    OrderShipped,
    ParcelDropped,
)
from shop.orders.goods import (
    PARCEL,
    came_back,
    charges_with,
    due_for,
    is_only_one,
    keep_charges,
    still_bought,
    take_out,
    units_by_sku,
    worth_of,
)
from shop.orders.models import Order, Shipment
from shop.orders.parcel_rules import Act, find_step, next_fitting
from shop.orders.refusals import OrderStateRefused, ParcelNotFound, ParcelRefunded
from shop.orders.rules import INSIDE, Action, Parcel, State, reference_of
from shop.orders.steps import end, lock_order, move, tell
from shop.payments import refunds
from shop.payments import service as payments
from shop.payments.models import Payment
from shop.payments.providers.port import is_cash

#: Who may do what with a parcel.
NEEDS = {
    Act.PACK: "orders.pack", Act.SHIP: "orders.ship", Act.HAND_OVER: "orders.hand_over", Act.FAIL: "orders.ship",
    Act.RETRY: "orders.ship", Act.TAKE_BACK: "orders.ship", Act.SEND_AGAIN: "orders.pack", Act.DROP: "orders.call_off",
}  # fmt: skip


def pack(number: str, by: Actor, position: int | None = None) -> Order:
    """The goods are packed: for the carrier, or for the counter. From now on the buyer cannot call it off."""
    with transaction():
        order, payment = lock_order(number)
        parcel = _choose(order, Act.PACK, by, position)
        keep_charges(order, parcel)
        _move(order, payment, parcel, Act.PACK, by)
        parcel.packed_at = now()
        publish(OrderReady(number, parcel.code))
        return order


def ship(
    number: str,
    by: Actor,
    courier: str | None = None,
    tracking: str | None = None,
    position: int | None = None,
    *,
    carrier: str | None = None,
) -> Order:
    """The carrier has the parcel: the goods leave the store and its ledger.

    Refuses HoldEnded or LotUnfit when the goods that were promised cannot go out, Invalid for a number of no carrier.
    """
    with transaction():
        order, payment = lock_order(number)
        parcel = _choose(order, Act.SHIP, by, position)
        keep_charges(order, parcel)
        _move(order, payment, parcel, Act.SHIP, by, courier=courier, tracking=tracking)
        _check_carrier(parcel, courier, tracking)
        parcel.carrier, parcel.shipped_at = carrier or parcel.carrier or "manual", now()
        parcel.courier, parcel.tracking = courier or parcel.courier, tracking or parcel.tracking
        take_out(order, parcel, by)
        publish(OrderShipped(number, parcel.code))
        return order


def hand_over(number: str, by: Actor, position: int | None = None, *, to: str | None = None) -> Order:
    """The buyer has the parcel; what is to be paid in person is paid with it. Stock leaves unless it had shipped.

    ``to``: who took it, when it was not the buyer. Refuses HoldEnded or LotUnfit as `ship` does.
    """
    with transaction():
        order, payment = lock_order(number)
        parcel = _choose(order, Act.HAND_OVER, by, position)
        was_inside = parcel.state in INSIDE
        keep_charges(order, parcel)
        cash = due_for(order, parcel) if is_cash(payment.provider) else None
        _move(order, payment, parcel, Act.HAND_OVER, by, to=to, cash_vnd=cash)
        parcel.delivered_at, parcel.cash_vnd = now(), cash
        if was_inside:
            take_out(order, parcel, by)
        _finish(order, payment, by)
        return order


def fail(number: str, by: Actor, reason: str, position: int | None = None) -> Order:
    """The carrier could not deliver it; ``reason`` is a code of `words.FAILURES`. The carrier still has the parcel."""
    with transaction():
        order, payment = lock_order(number)
        parcel = _step(order, payment, Act.FAIL, by, position, failure=reason)
        parcel.attempts, parcel.failure = parcel.attempts + 1, reason
        publish(DeliveryFailed(number, parcel.code, reason))
        return order


def retry(number: str, by: Actor, position: int | None = None) -> Order:
    """The carrier takes it to the buyer once more."""
    with transaction():
        order, payment = lock_order(number)
        parcel = _step(order, payment, Act.RETRY, by, position)
        publish(OrderShipped(number, parcel.code, again=True))
        return order


def take_back(
    number: str, by: Actor, position: int | None = None, *, is_fit: bool = True, note: str | None = None
) -> Order:
    """The parcel is in the store again: its goods go back into the ledger, lot by lot, to where they came from.

    ``is_fit`` False: somebody looked at them and they cannot be sold again, so they leave the ledger as damage.
    """
    with transaction():
        order, payment = lock_order(number)
        parcel = _step(order, payment, Act.TAKE_BACK, by, position, note=note, unfit=None if is_fit else True)
        parcel.returned_at = at = now()
        goods = [Back(one.level_id, one.quantity, is_fit) for one in came_back(order, parcel, at)]
        bring_back(goods, Document("order", number), by, at, note)
        publish(OrderReturned(number, parcel.code))
        return order


def send_again(number: str, by: Actor, position: int | None = None) -> Order:
    """What came back is to be packed once more, from what the store has now.

    Refuses OutOfStock, and ParcelRefunded when money for some of it went back meanwhile.
    """
    with transaction():
        order, payment = lock_order(number)
        parcel = _step(order, payment, Act.SEND_AGAIN, by, position)
        if sum(one.quantity for one in still_bought(order, parcel)) < sum(one.quantity for one in parcel.lines):
            raise ParcelRefunded(parcel=parcel.code)
        holds.hold(parcel.store_id, units_by_sku(parcel), reference_of(number), None, now())
        parcel.packed_at = parcel.shipped_at = parcel.carrier = parcel.courier = parcel.tracking = None
        return order


def drop(number: str, by: Actor, reason: str, position: int | None = None) -> Order:
    """The store calls off one parcel; its share of what was paid goes back. The last one calls off the order."""
    with transaction():
        order, payment = lock_order(number)
        parcel = _choose(order, Act.DROP, by, position)
        if is_only_one(order, parcel):
            end(order, payment, Action.CALL_OFF, by, "store", note=reason)
        else:
            drop_parcel(order, payment, parcel, by, reason)
        return order


def drop_parcel(order: Order, payment: Payment, parcel: Shipment, by: Actor, reason: str) -> None:
    """Call off one of several parcels of a locked order: its goods go back on the shelf, its money to the buyer."""
    owed, is_paid = worth_of(order, parcel), payment.captured_vnd > 0
    if is_paid:  # a sum of goodwill may have gone back before; more than is left is nobody's
        owed = min(owed, payment.captured_vnd - payment.refunding_vnd)
    else:
        owed += charges_with(order, parcel)
    was_inside = parcel.state in INSIDE
    _move(order, payment, parcel, Act.DROP, by, note=reason, owed_vnd=owed)
    if was_inside:
        holds.release(payment.reference, now(), store_id=parcel.store_id)
    if is_paid and owed > 0:
        refunds.promise(payment.reference, owed, "parcel_dropped", f"{PARCEL}:{parcel.code}", by)
    publish(ParcelDropped(order.number, parcel.code, owed if is_paid else 0))
    _finish(order, payment, by)


def track(
    number: str, by: Actor, courier: str | None, tracking: str, position: int | None = None, *,
    carrier: str | None = None,
) -> Order:  # fmt: skip
    """The carrier's number of a parcel, before it leaves or after. The same number again changes nothing.

    Refuses Invalid for a number of no carrier.
    """
    with transaction():
        order, _payment = lock_order(number)
        parcel = find_parcel(order, position) if position else _trackable(order)
        authorize(by, "orders.ship", scope_of_parcel(parcel))
        if parcel.state not in (Parcel.PACKED, Parcel.SHIPPED, Parcel.FAILED):
            raise OrderStateRefused(state=order.state, action="track", parcel=parcel.state)
        _check_carrier(parcel, courier, tracking)
        wanted = (carrier or parcel.carrier, courier or parcel.courier, tracking)
        if (parcel.carrier, parcel.courier, parcel.tracking) != wanted:
            parcel.carrier, parcel.courier, parcel.tracking = wanted
            tell(order, "track", by, **_told(order, parcel, courier=courier, tracking=tracking))
        return order


def scope_of_parcel(parcel: Shipment) -> Scope:
    """The store that packs a parcel, as permissions know it."""
    return Scope("store", parcel.store.code)


def find_parcel(order: Order, position: int) -> Shipment:
    """The order's parcel of that place; refuses ParcelNotFound."""
    for parcel in order.shipments:
        if parcel.position == position:
            return parcel
    raise ParcelNotFound


def _step(order: Order, payment: Payment, act: Act, by: Actor, position: int | None, **data: Any) -> Shipment:
    parcel = _choose(order, act, by, position)
    _move(order, payment, parcel, act, by, **data)
    return parcel


def _choose(order: Order, act: Act, by: Actor, position: int | None) -> Shipment:
    """The parcel that is meant, when the caller may act on it. Refuses ParcelNotFound, OrderStateRefused, Forbidden."""
    if position is not None:
        parcel = find_parcel(order, position)
        authorize(by, NEEDS[act], scope_of_parcel(parcel))
        return parcel
    ours = [one for one in order.shipments if is_allowed(by, NEEDS[act], scope_of_parcel(one))]
    if not ours:
        authorize(by, NEEDS[act], Scope("store", order.store.code))
    states = [Parcel(one.state) for one in ours]
    at = next_fitting(states, act, order.method == "delivery", is_held=order.state == State.HELD)
    if at is None:
        raise OrderStateRefused(state=order.state, action=act.value)
    return ours[at]


def _move(order: Order, payment: Payment, parcel: Shipment, act: Act, by: Actor, **data: Any) -> None:
    """One step of a parcel by its table, and of the order after it. Refuses OrderStateRefused."""
    is_held, before = order.state == State.HELD, parcel.state
    target = find_step(Parcel(parcel.state), act, order.method == "delivery", is_held=is_held)
    if target is None:
        raise OrderStateRefused(state=order.state, action=act.value, parcel=parcel.state)
    parcel.state = target
    try:
        move(order, payment, Action.FOLLOW, by, said=act.value, **_told(order, parcel, **data))
    except OrderStateRefused as refused:
        parcel.state = before
        raise OrderStateRefused(state=order.state, action=act.value, parcel=before) from refused


def _told(order: Order, parcel: Shipment, **data: Any) -> dict[str, Any]:
    """What the timeline says; which parcel, when there are several."""
    return data | ({"parcel": parcel.position} if len(order.shipments) > 1 else {})


def _check_carrier(parcel: Shipment, courier: str | None, tracking: str | None) -> None:
    """A number without the name of its carrier leads the buyer nowhere."""
    if (tracking or parcel.tracking) and not (courier or parcel.courier):
        text = _("Hãy chọn đơn vị vận chuyển, hoặc ghi tên.")
        raise Invalid({"courier": [text]}, text)


def _finish(order: Order, payment: Payment, by: Actor) -> None:
    """Everything that goes to the buyer is with her: cash is taken as a whole, and the sale is told."""
    if order.state != State.HANDED_OVER:
        return
    if is_cash(payment.provider) and (taken := sum(one.cash_vnd or 0 for one in order.shipments)):
        payments.take_cash(payment.reference, by, taken)
    publish(OrderHandedOver(order.number))


def _trackable(order: Order) -> Shipment:
    """The parcel that a number without a place is for."""
    fitting = [one for one in order.shipments if one.state in (Parcel.PACKED, Parcel.SHIPPED, Parcel.FAILED)]
    if not fitting:
        raise OrderStateRefused(state=order.state, action="track")
    return fitting[0]
