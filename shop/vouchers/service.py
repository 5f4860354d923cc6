"""The verbs of vouchers. Each is one transaction; what happens once is one guarded UPDATE.

Locks: payment, order, then vouchers; redeeming takes the voucher's row alone.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select, update

from catalog.listings.models import Sku
from catalog.products.models import Product
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from core.ids import short_code
from shop.inventory.holds import allocations
from shop.inventory.models import Lot
from shop.orders import parcels
from shop.orders.models import Order, OrderLine
from shop.orders.queries import is_buyer
from shop.orders.rules import INSIDE, OFF, OUTSIDE, Parcel, reference_of
from shop.orders.steps import lock_order
from shop.payments import refunds
from shop.vouchers.events import RefundOffered, VoucherRedeemed, VoucherReturned, VouchersIssued
from shop.vouchers.models import Voucher
from shop.vouchers.queries import find_voucher, get_voucher, list_of_order, pieces_gone, scopes_of, service_lines
from shop.vouchers.refusals import (
    VoucherEnded,
    VoucherNotFound,
    VoucherNotNow,
    VoucherNotOffered,
    VouchersUsed,
    VoucherUsed,
)
from shop.vouchers.rules import CODE_LENGTH, PREFIX, Obstacle, Season, State, last_days, obstacle, values

_BLIND = {"synchronize_session": False}


def issue_for(number: str) -> Sequence[Voucher]:
    """Make the vouchers of an order whose money is here: one for each piece of each service. Twice is once.

    A parcel of services only is handed over with it, in this one transaction; a service that lies with goods waits
    until its parcel has arrived. Nobody calls off what was handed over, so no voucher is used whose money went back.
    A piece whose money goes back already ends in the same transaction.
    """
    with transaction():
        order, payment = lock_order(number)
        lines, known = service_lines(order.id), list_of_order(order.id)
        issued = {one.order_line_id for one in known}
        waiting = [one for one in lines if one.id not in issued]
        if not waiting or order.state in OFF or payment.captured_vnd <= payment.refunding_vnd:
            return known
        _hand_over(order, {one.id for one in lines})
        gone = pieces_gone(order, payment.id)
        ready = [one for one in waiting if gone[one.id] < one.quantity and _has_arrived(order, one)]
        if not ready:
            return known
        day, shelf, seasons = local_day(now()), _shelf_days(ready), _seasons(order)
        for line in ready:
            ends = last_days(day, line.quantity, seasons.get(line.sku_id, ()), shelf[line.sku_id])
            _write(order, line, day, ends)
        db.session.flush()
        for line in ready:
            void_pieces(line.id, gone[line.id])
        record("vouchers.issued", f"order:{number}", SYSTEM, count=sum(one.quantity - gone[one.id] for one in ready))
        publish(VouchersIssued(number))
        return list_of_order(order.id)


def redeem(text: str, by: Actor) -> Voucher:
    """Take a voucher, once. Whoever comes second hears when it was used and by whom.

    Refuses VoucherNotFound, VoucherUsed, VoucherEnded, VoucherNotNow.
    """
    with transaction():
        voucher = get_voucher(text)
        authorize(by, "vouchers.redeem", *scopes_of(voucher))
        at = now()
        day = local_day(at)
        taking = update(Voucher).where(
            Voucher.id == voucher.id, Voucher.state == State.LIVE, Voucher.valid_from <= day, Voucher.valid_until >= day
        )
        taken = {"state": State.REDEEMED, "redeemed_at": at, "redeemed_by": by.label, "version": Voucher.version + 1}
        done = db.session.execute(taking.values(taken).returning(Voucher.id), execution_options=_BLIND).first()
        fresh = get_voucher(voucher.code)
        if done is None:
            raise _refusal(fresh, day)
        record("voucher.redeemed", f"voucher:{voucher.id}", by, order=voucher.order.number, price_vnd=voucher.price_vnd)
        publish(VoucherRedeemed(voucher.order.number, voucher.id))
        return fresh


def give_back(text: str, by: Actor, reason: str) -> Voucher:
    """The store takes an unused voucher back; what was paid for it goes back. Refuses VoucherUsed, VoucherEnded."""
    with transaction():
        voucher = get_voucher(text)
        authorize(by, "vouchers.give_back", *scopes_of(voucher))
        return _return(voucher, by, reason)


def take_offer(text: str, token: str | None, by: Actor) -> Voucher:
    """The buyer takes the money that she was offered when the star was taken back. Refuses VoucherNotOffered."""
    with transaction():
        voucher = find_voucher(text)
        if voucher is None or not is_buyer(voucher.order, token, by):
            raise VoucherNotFound
        if voucher.offered_on is None:
            raise VoucherNotOffered
        return _return(voucher, by, "revoked")


def void_for(number: str) -> int:
    """The order's money goes back as a whole: what is not used is worth nothing any more. Answers how many."""
    with transaction():
        order, _payment = lock_order(number)
        return _void(Voucher.order_id == order.id)


def refuse_used(number: str) -> None:
    """All the money of an order is to go back: refuses VouchersUsed when somebody has used what she paid for."""
    with transaction():
        order, _payment = lock_order(number)
        paid = [one for one in list_of_order(order.id) if one.price_vnd]
        used = [one for one in paid if one.state == State.REDEEMED]
        if used:
            raise VouchersUsed(live=len(paid) - len(used), wanted=len(paid))


def void_pieces(line_id: int, pieces: int) -> None:
    """Money for so many pieces of a line goes back: as many unused vouchers end. Refuses VouchersUsed."""
    with transaction():
        query = select(Voucher.id).where(Voucher.order_line_id == line_id, Voucher.state == State.LIVE)
        live = db.session.scalars(query.order_by(Voucher.position.desc()).with_for_update()).all()
        if len(live) < pieces:
            raise VouchersUsed(live=len(live), wanted=pieces)
        _void(Voucher.id.in_(live[:pieces]))


def offer_refunds(certificate_id: int, on: date) -> int:
    """A star was taken back: whoever has not used her voucher may have her money. Answers how many were offered."""
    with transaction():
        query = select(Voucher).where(
            Voucher.certificate_id == certificate_id, Voucher.state == State.LIVE, Voucher.offered_on.is_(None)
        )
        open_ones = db.session.scalars(query.order_by(Voucher.id).with_for_update()).all()
        for one in open_ones:
            one.offered_on = on
            record("voucher.refund_offered", f"voucher:{one.id}", SYSTEM)
        for number in sorted({one.order.number for one in open_ones}):
            publish(RefundOffered(number))
        return len(open_ones)


def _return(voucher: Voucher, by: Actor, reason: str) -> Voucher:
    """End an unused voucher and promise its money. The voucher ends first, so that nobody is paid for a used one."""
    order, payment = lock_order(voucher.order.number)
    if not _end(voucher.id, State.RETURNED):
        raise _refusal(get_voucher(voucher.code), local_day(now()))
    if voucher.price_vnd:
        refunds.promise(payment.reference, voucher.price_vnd, "voucher", f"voucher:{voucher.id}", by)
    record("voucher.returned", f"voucher:{voucher.id}", by, order=order.number, reason=reason)
    publish(VoucherReturned(order.number, voucher.id))
    return get_voucher(voucher.code)


def _end(voucher_id: int, state: State) -> bool:
    ending = update(Voucher).where(Voucher.id == voucher_id, Voucher.state == State.LIVE)
    ended = {"state": state, "ended_at": now(), "version": Voucher.version + 1}
    return db.session.execute(ending.values(ended).returning(Voucher.id), execution_options=_BLIND).first() is not None


def _void(*conditions: object) -> int:
    ending = update(Voucher).where(*conditions, Voucher.state == State.LIVE)  # type: ignore[arg-type]
    ended = {"state": State.VOID, "ended_at": now(), "version": Voucher.version + 1}
    changed = db.session.scalars(ending.values(ended).returning(Voucher.id), execution_options=_BLIND).all()
    for one in changed:
        record("voucher.void", f"voucher:{one}", SYSTEM)
    return len(changed)


def _refusal(voucher: Voucher, day: date) -> Exception:
    """Why it cannot be used or given back."""
    why = obstacle(State(voucher.state), voucher.valid_from, voucher.valid_until, day)
    if why == Obstacle.REDEEMED and voucher.redeemed_at is not None:
        return VoucherUsed(at=voucher.redeemed_at.isoformat(), by=voucher.redeemed_by)
    if why in (Obstacle.RETURNED, Obstacle.VOID):
        return VoucherEnded(state=voucher.state)
    return VoucherNotNow(valid_from=voucher.valid_from.isoformat(), valid_until=voucher.valid_until.isoformat())


def _hand_over(order: Order, services: Collection[int]) -> None:
    """Every parcel of services only, once the order's goods have begun to leave: nothing of it is packed or carried."""
    live = [one for one in order.shipments if one.state != Parcel.CANCELLED]
    bare = [one for one in live if {part.order_line_id for part in one.lines} <= set(services)]
    if len(bare) < len(live) and not any(one.state in OUTSIDE for one in live):
        return
    for parcel in bare:
        if parcel.state in INSIDE:
            parcels.hand_over(order.number, SYSTEM, parcel.position)


def _has_arrived(order: Order, line: OrderLine) -> bool:
    """Whether the buyer has every piece of a line that was not called off."""
    parcels_of = [one for one in order.shipments if any(part.order_line_id == line.id for part in one.lines)]
    return {one.state for one in parcels_of} - {Parcel.CANCELLED} == {Parcel.DELIVERED}


def _write(order: Order, line: OrderLine, day: date, ends: Sequence[date]) -> None:
    """A voucher for each piece. One whose season ended while the money was on its way is offered back at once."""
    worth = values(line.line_total_vnd - line.discount_vnd, line.quantity)
    producer_id = db.session.get_one(Product, line.product_id).producer_id
    for position, (price, until) in enumerate(zip(worth, ends, strict=True), start=1):
        db.session.add(Voucher(
            code=short_code(PREFIX, CODE_LENGTH), order_id=order.id, order_line_id=line.id, position=position,
            store_id=order.store_id, producer_id=producer_id, product_id=line.product_id,
            certificate_id=line.certificate_id, price_vnd=price, sold_on=line.decided_on or day,
            valid_from=min(day, until), valid_until=until, offered_on=day if until < day else None,
            state=State.LIVE, issued_at=now(),
        ))  # fmt: skip


def _seasons(order: Order) -> dict[int, list[Season]]:
    """The lots that an order's pieces come from, by SKU id, those that end first in front."""
    given = allocations(reference_of(order.number))
    lots = select(Lot.id, Lot.expires_on).where(Lot.id.in_({one.lot_id for one in given}))
    ends = {row.id: row.expires_on for row in db.session.execute(lots)}
    found: dict[int, list[Season]] = {}
    for one in sorted(given, key=lambda one: (ends[one.lot_id] or date.max, one.lot_id)):
        found.setdefault(one.sku_id, []).append(Season(one.quantity, ends[one.lot_id]))
    return found


def _shelf_days(lines: Sequence[OrderLine]) -> dict[int, int | None]:
    query = select(Sku.id, Sku.shelf_days).where(Sku.id.in_({one.sku_id for one in lines}))
    return {row.id: row.shelf_days for row in db.session.execute(query)}
