"""The verbs of settlements: close a period, approve, carry over, pay. Each is one transaction.

Lock order: the seller (closing only), then settlements by id, then a payout file; stock and orders are never locked,
since what was sold is only read. Two closings of one period wait for each other at the seller's row; the unique
constraint of the lines stands behind that.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Forbidden
from core.events import publish
from core.ids import short_code
from shop.payouts.permissions import scopes_of as scopes_of_seller
from shop.settlements.drawing import Drawn, draw
from shop.settlements.events import PeriodClosed, SettlementCarried, SettlementPaid
from shop.settlements.models import Settlement, SettlementLine, SettlementPeriod
from shop.settlements.permissions import scopes_of
from shop.settlements.queries import find_period, get_seller, get_settlement
from shop.settlements.refusals import (
    EarlierUndecided,
    PeriodNotOver,
    PeriodOpen,
    PeriodPassed,
    PeriodUnknown,
    SecondPersonNeeded,
    SettlementNotFound,
    SettlementStateRefused,
)
from shop.settlements.rules import STEPS, State, days_of, is_over, is_period
from shop.stores.models import Seller


def close(seller_code: str, period: str, by: Actor) -> SettlementPeriod:
    """Close a month of a seller: draw up what every producer gets, and seal it. Twice is once.

    Refuses PeriodNotOver, PeriodPassed (a later one is closed), EarlierUndecided (a second person is still asked).
    """
    seller = get_seller(seller_code)
    authorize(by, "settlements.close", *scopes_of_seller(seller.id))
    if not is_period(period):
        raise PeriodUnknown
    with transaction() as session:
        # Without the key: orders that name the seller meanwhile do not wait.
        session.execute(select(Seller.id).where(Seller.id == seller.id).with_for_update(key_share=True))
        if (found := find_period(seller.id, period)) is not None:
            return found
        at = now()
        if not is_over(period, local_day(at)):
            raise PeriodNotOver(period=period, from_on=f"{days_of(period)[1]:%Y-%m-%d}")
        _check_earlier(seller.id, period)
        row = SettlementPeriod(
            seller_id=seller.id, period=period, closed_at=at, closed_by=by.label, closed_by_id=_person(by)
        )
        session.add(row)
        session.flush()
        settled = [_settle(row, one) for one in draw(seller.id, period)]
        row.sealed_at = at
        session.flush()
        total_vnd = sum(one.total_vnd for one in settled)
        record("settlement.closed", f"settlement_period:{seller.code}/{period}", by, count=len(settled),
               total_vnd=total_vnd)  # fmt: skip
        publish(PeriodClosed(seller.code, period))
        return row


def approve(code: str, by: Actor) -> Settlement:
    """A second person agrees: it is to be paid, or carried over when nothing is owed to the producer. Twice is once.

    Refuses whoever closed the period (SecondPersonNeeded).
    """
    with transaction():
        row = _locked(code)
        authorize(by, "settlements.approve", *scopes_of_seller(row.period.seller_id))
        if row.state != State.CLOSED:
            if row.approved_by_id == by.user_id:
                return row
            raise SettlementStateRefused(state=row.state)
        _agree(row, by)
        _move(row, State.APPROVED if row.total_vnd > 0 else State.CARRIED)
        record("settlement.approved", f"settlement:{code}", by, total_vnd=row.total_vnd, state=row.state)
        if row.state == State.CARRIED:
            publish(SettlementCarried(code))
        return row


def approve_period(seller_code: str, period: str, by: Actor) -> list[Settlement]:
    """A second person agrees to all of a period that is still open. Refuses PeriodOpen when it is not closed."""
    authorize(by, "settlements.approve", *scopes_of_seller(get_seller(seller_code).id))
    with transaction():
        waiting = list_of_period(seller_code, period, State.CLOSED)
        return [approve(one.code, by) for one in waiting]


def carry(code: str, note: str, by: Actor) -> Settlement:
    """Nothing is paid now: the balance goes into the next period, since a second person found something to mend.

    What is closed never changes, so what was wrong in it becomes an adjustment of the next period. Twice is once.
    """
    with transaction():
        row = _locked(code)
        authorize(by, "settlements.approve", *scopes_of_seller(row.period.seller_id))
        if row.state == State.CARRIED and row.note == note:
            return row
        if row.state == State.CLOSED:
            _agree(row, by)
        elif by.user_id == row.closed_by_id:
            raise SecondPersonNeeded
        _move(row, State.CARRIED)
        row.note = note
        record("settlement.carried", f"settlement:{code}", by, total_vnd=row.total_vnd, note=note)
        publish(SettlementCarried(code))
        return row


def pay(code: str, reference: str, by: Actor) -> Settlement:
    """The money went out outside a payout file (a transfer by hand, cash against a voucher), under this number.

    Refuses what is not approved, or stands in a payout file. Twice is once.
    """
    with transaction():
        row = _locked(code)
        authorize(by, "settlements.pay", *scopes_of_seller(row.period.seller_id))
        if row.state == State.PAID and row.bank_ref == reference:
            return row
        if row.state == State.LISTED:
            raise SettlementStateRefused(state=row.state)
        paid(row, reference, by)
        return row


def paid(row: Settlement, reference: str, by: Actor) -> None:
    """The step itself, for callers that hold the row's lock."""
    _move(row, State.PAID)
    row.bank_ref, row.paid_at = reference, now()
    record("settlement.paid", f"settlement:{row.code}", by, total_vnd=row.total_vnd, ref=reference)
    publish(SettlementPaid(row.code))


def lock(code: str) -> Settlement:
    """A settlement behind its lock. Refuses SettlementNotFound. For payouts, which know the caller."""
    return _locked(code)


def move(row: Settlement, target: State) -> None:
    """A step between approved and listed. Refuses SettlementStateRefused."""
    _move(row, target)


def list_of_period(seller_code: str, period: str, state: State) -> Sequence[Settlement]:
    """Settlements of a closed period in a state. Refuses PeriodUnknown, PeriodOpen."""
    seller = get_seller(seller_code)
    if not is_period(period):
        raise PeriodUnknown
    found = find_period(seller.id, period)
    if found is None:
        raise PeriodOpen(period=period)
    query = select(Settlement).where(Settlement.period_id == found.id, Settlement.state == state)
    return db.session.scalars(query.order_by(Settlement.id)).all()


def _check_earlier(seller_id: int, period: str) -> None:
    """Periods are closed in their order, each when the last one is decided."""
    query = select(func.max(SettlementPeriod.period)).where(SettlementPeriod.seller_id == seller_id)
    last = db.session.scalar(query)
    if last is None:
        return
    if last > period:
        raise PeriodPassed(closed=last)
    waiting = select(func.count()).select_from(Settlement)
    waiting = waiting.join(SettlementPeriod, SettlementPeriod.id == Settlement.period_id)
    count = db.session.scalar(
        waiting.where(SettlementPeriod.seller_id == seller_id, Settlement.state == State.CLOSED)
    )  # fmt: skip
    if count:
        raise EarlierUndecided(period=last, waiting=count)


def _settle(period: SettlementPeriod, drawn: Drawn) -> Settlement:
    """One producer's settlement with its lines; adjustments and balances are taken over."""
    sums = drawn.sums
    row = Settlement(
        code=short_code("DS"), period_id=period.id, producer_id=drawn.producer.id, state=State.CLOSED,
        vat_method=drawn.vat_method, is_method_assumed=drawn.is_method_assumed, sales_vnd=sums.sales_vnd,
        returns_vnd=sums.returns_vnd, commission_vnd=sums.commission_vnd, adjustments_vnd=sums.adjustments_vnd,
        carried_in_vnd=sums.carried_in_vnd, total_vnd=sums.total_vnd, closed_by_id=period.closed_by_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.add_all(_lines(row, drawn))
    for extra in drawn.adjustments:
        extra.settlement_id = row.id
    for old in drawn.carried:
        old.carried_into_id = row.id
    db.session.flush()
    return row


def _lines(row: Settlement, drawn: Drawn) -> list[SettlementLine]:
    return [
        SettlementLine(
            settlement_id=row.id, position=position, source=one.sold.source.value, row_id=one.sold.row_id,
            source_ref=one.sold.source_ref, sold_on=one.sold.day, store_id=one.sold.store_id,
            product_id=one.sold.product_id, product_name=one.sold.product_name, label=one.sold.label,
            lot_id=one.sold.lot_id, lot_code=one.sold.lot_code, quantity=one.sold.quantity, unit=one.sold.unit,
            unit_price_vnd=one.sold.unit_price_vnd, revenue_vnd=one.sold.revenue_vnd,
            commission_bp=one.sold.commission_bp, due_vnd=one.due_vnd, vat_bp=one.vat_bp, vat_kind=one.vat_kind,
        )
        for position, one in enumerate(drawn.lines, 1)
    ]  # fmt: skip


def _agree(row: Settlement, by: Actor) -> None:
    if _person(by) == row.closed_by_id:
        raise SecondPersonNeeded
    row.approved_at, row.approved_by, row.approved_by_id = now(), by.label, by.user_id


def _move(row: Settlement, target: State) -> None:
    if (row.state, target) not in STEPS:
        raise SettlementStateRefused(state=row.state)
    row.state = target


def _person(by: Actor) -> int:
    """Money moves under a person's name. Refuses everything else."""
    if by.user_id is None:
        raise Forbidden(action="settlements.close")
    return by.user_id


def _locked(code: str) -> Settlement:
    query = select(Settlement.id).where(Settlement.code == code).with_for_update()
    if db.session.scalar(query) is None:
        raise SettlementNotFound
    db.session.expire(row := get_settlement(code))
    return row


__all__ = ["approve", "approve_period", "carry", "close", "lock", "move", "paid", "pay", "scopes_of"]
