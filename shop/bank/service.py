"""Bank lines: stored once, then matched by the number in their memo.

Storing and matching are two transactions: a notice is acknowledged when its lines are kept, a statement is taken
whole or not at all, and a line that could not be matched just then is matched by the clock. Locks are taken in the
order of the whole shop: the payment first, then its lines, and what follows from the payment after them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import now
from core.db import db, dialect_name, transaction
from core.errors import Refusal
from core.events import publish
from core.money import dong
from shop.bank import queries, rules
from shop.bank.models import Credit, CreditStep
from shop.bank.refusals import LineDiffers, LineNotFound, LineSettled, LineToldLess
from shop.bank.rules import Reason, Seen, Source, State
from shop.payments import service as payments
from shop.payments.events import MoneyToReturn
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from shop.payments.rules import Status
from shop.payments.service import BankLine
from shop.stores.models import Seller

_ROW = cast("Table", Credit.__table__)
_KEY = ["seller_id", "account", "bank_ref"]
_ONCE = {
    "sqlite": sqlite.insert(_ROW).on_conflict_do_nothing(index_elements=_KEY).returning(_ROW.c.id),
    "postgresql": postgresql.insert(_ROW).on_conflict_do_nothing(index_elements=_KEY).returning(_ROW.c.id),
}


@dataclass(frozen=True)
class Kept:
    """What storing did: ids of lines that were new, and how many were known already."""

    fresh: list[int]
    known: int


def keep(seller: Seller, lines: Sequence[Seen], source: Source, by: Actor, statement_id: int | None = None) -> Kept:
    """Store lines, each once by seller, account and reference, in the order of those keys (so that two never wait
    for each other). What somebody else told with another sum is put before a person. Refuses LineDiffers for a sum
    that differs from what the same source told before, or a person's from the bank's; nothing is stored then.
    """
    with transaction():
        at = now()
        told = sorted(lines, key=lambda one: (rules.plain_account(one.account), rules.plain_ref(one.bank_ref)))
        found = [_keep(seller.id, one, source, at, by, statement_id) for one in told]
    fresh = [one for one in found if one is not None]
    return Kept(fresh, len(lines) - len(fresh))


def match(line_id: int, by: Actor = SYSTEM) -> None:
    """Read a new line's memo and count its money, or leave it to a person with the reason. Twice is once."""
    try:
        _match(line_id, by)
    except Refusal as refusal:
        with transaction():
            line = lock_line(line_id)
            if line.state == State.WAITING:
                wait(line, Reason.REFUSED, line.payment_id, by, str(refusal))


def match_new(at: datetime) -> int:
    """Match every line that nobody has read yet: what a stopped machine left behind. Answers how many."""
    query = select(Credit.id).where(Credit.state == State.WAITING, Credit.reason == Reason.NEW).order_by(Credit.id)
    with transaction():
        waiting = list(db.session.scalars(query))
    for line_id in waiting:
        match(line_id)
    return len(waiting)


def lock_line(line_id: int) -> Credit:
    """A line, locked until the transaction ends. Its payment is locked before it. Refuses LineNotFound."""
    query = select(Credit).where(Credit.id == line_id).with_for_update(of=Credit)
    line = db.session.scalar(query.execution_options(populate_existing=True))
    if line is None:
        raise LineNotFound
    return line


def weigh(line: Credit, payment: Payment, by: Actor, *, is_assigned: bool = False) -> None:
    """Count a (locked) line for a (locked) payment, with those that wait for it; or let it wait for it, and why.

    Who assigned it has looked: her word stands against a booking time before the payment, or in the future.
    """
    others = [one for one in queries.waiting_for(payment.id) if one.id != line.id]
    at = now()
    told_at = rules.booking_time(line.booked_at, at)
    booked_at = rules.counted_time(told_at, payment.opened_at, at) if is_assigned else told_at
    named = rules.Named(
        payment.seller_id == line.seller_id, payment.provider == payments.TRANSFER, Status(payment.status),
        payment.amount_vnd, sum(one.amount_vnd for one in others), payment.opened_at,
    )  # fmt: skip
    verdict = rules.judge(line.amount_vnd, booked_at, named, at)
    if verdict.pays:
        if booked_at != told_at:
            line.reason = Reason.EARLY
            step(line, "assigned", by)
        line.reason = verdict.reason
        count_all(payment, [*others, line], by)
    else:
        act = "assigned" if is_assigned else "waits"
        wait(line, verdict.reason, payment.id if verdict.is_attached else None, by, act=act)


def count_all(payment: Payment, lines: Sequence[Credit], by: Actor) -> None:
    """Let (locked) lines pay a (locked) payment, first booked first; what is too much of the last goes back.

    Each line is settled by the reaction to `TransferBooked`, as one confirmed by hand is.
    """
    at = now()
    ordered = sorted(lines, key=lambda one: (one.booked_at, one.id))
    parts = rules.shares(payment.amount_vnd, [one.amount_vnd for one in ordered])
    told = [
        BankLine(part, one.bank_ref, rules.counted_time(one.booked_at, payment.opened_at, at))
        for one, part in zip(ordered, parts, strict=True)
        if part
    ]
    payments.confirm_lines(payment.reference, told, by)


def settle(reference: str, told: BankLine, by: str) -> None:
    """A line counts for a payment: find it or store it (a person saw it first), and note its money as counted.

    Refuses LineSettled for a line whose money is elsewhere, LineDiffers for one that is smaller than told.
    """
    payment = get_payment(reference)
    actor = Actor(None, by)
    seen = Seen(payment.bank_account or "", told.provider_ref, told.amount_vnd, told.booked_at)
    line = _find(payment.seller_id, seen)
    if line is None:
        line_id = _insert(payment.seller_id, seen, Source.HAND, now(), None)
        line = lock_line(line_id) if line_id is not None else _find(payment.seller_id, seen)
    if line is None:
        raise LineNotFound
    if line.state == State.PAID and line.payment_id == payment.id:
        return
    if line.state != State.WAITING:
        raise LineSettled(state=line.state, reference=line.bank_ref)
    if line.amount_vnd < told.amount_vnd:
        raise LineDiffers(reference=line.bank_ref, known_vnd=line.amount_vnd, told_vnd=told.amount_vnd)
    line.state, line.payment_id, line.paid_vnd = State.PAID, payment.id, told.amount_vnd
    line.return_vnd = line.amount_vnd - told.amount_vnd
    if line.reason != Reason.LATE:
        line.reason = Reason.TOO_MUCH if line.return_vnd else Reason.NEW
    step(line, "matched", actor)
    if line.return_vnd:
        tell_return(line, line.return_vnd)


def let_go(reference: str) -> int:
    """The payment ended without its whole sum: what waits for it goes back, at once where the account is known."""
    with transaction():
        payment = get_payment(reference)
        lines = [lock_line(one.id) for one in queries.waiting_for(payment.id)]
        for line in lines:
            if line.payer_account and line.payer_bin:
                give_back(line, Reason.ENDED, SYSTEM)
            else:
                wait(line, Reason.ENDED, payment.id, SYSTEM)
    return len(lines)


def give_back(line: Credit, reason: Reason, by: Actor, note: str | None = None) -> None:
    """A (locked) waiting line goes back whole, to the account that it came from. Refuses LineSettled."""
    must_wait(line)
    line.state, line.return_vnd, line.reason = State.TO_RETURN, line.amount_vnd, reason
    step(line, "returned", by, note)
    tell_return(line, line.amount_vnd)


def tell_return(line: Credit, amount_vnd: int, to: tuple[str, str, str] | None = None) -> None:
    """Publish the duty to send money back; whoever keeps payouts takes it from there."""
    payer = (line.payer_bin or "", line.payer_account or "", line.payer_holder or "")
    publish(MoneyToReturn(f"bankline:{line.id}", amount_vnd, line.seller_id, *(to or payer)))


def wait(
    line: Credit, reason: Reason, payment_id: int | None, by: Actor, note: str | None = None, act: str = "waits"
) -> None:
    """Leave a line to a person, with the reason."""
    line.reason, line.payment_id = reason, payment_id
    step(line, act, by, note)


def must_wait(line: Credit) -> None:
    """Refuse LineSettled unless the line's money is still undecided."""
    if line.state != State.WAITING:
        raise LineSettled(state=line.state)


def must_be_money(line: Credit) -> None:
    """Refuse LineToldLess for a line whose money stands in another that says more."""
    if line.reason == Reason.SHORT:
        raise LineToldLess(reference=line.bank_ref)


def step(line: Credit, act: str, by: Actor, note: str | None = None) -> None:
    """Append to the line's history and to the trail."""
    told = (note or "")[:500] or None
    db.session.add(
        CreditStep(line_id=line.id, at=now(), act=act, state=line.state, reason=line.reason, actor=by.label, note=told)
    )
    data: dict[str, Any] = {"state": line.state, "reason": line.reason, "amount_vnd": line.amount_vnd, "note": told}
    record(f"bankline.{act}", f"bankline:{line.id}", by, **data)


def _match(line_id: int, by: Actor) -> None:
    with transaction():
        seen = queries.get_line(line_id)
        if seen.state != State.WAITING or seen.reason != Reason.NEW:
            return
        named = queries.find_named(seen)
        payment = payments.lock_payment(named[0].reference) if len(named) == 1 else None
        line = lock_line(line_id)
        if line.state != State.WAITING or line.reason != Reason.NEW:
            return
        if line.account not in queries.accounts_of(line.seller):
            wait(line, Reason.ACCOUNT, None, by)
        elif payment is None:
            wait(line, Reason.SEVERAL if named else Reason.UNREADABLE, None, by)
        else:
            weigh(line, payment, by)


def _keep(seller_id: int, seen: Seen, source: Source, at: datetime, by: Actor, statement_id: int | None) -> int | None:
    """The id of a line that is new, or None for one that is known with the same sum."""
    line_id = _insert(seller_id, seen, source, at, statement_id)
    if line_id is not None:
        db.session.add(CreditStep(line_id=line_id, at=at, act="seen", state="waiting", reason="new", actor=by.label))
        return line_id
    known = _find(seller_id, seen)
    if known is None or known.amount_vnd == seen.amount_vnd:
        return None
    if source == Source.HAND or queries.has_told(known, source, seen.amount_vnd):
        raise LineDiffers(reference=known.bank_ref, known_vnd=known.amount_vnd, told_vnd=seen.amount_vnd)
    return _keep_differing(known, seen, source, at, by, statement_id)


def _keep_differing(
    known: Credit, seen: Seen, source: Source, at: datetime, by: Actor, statement_id: int | None
) -> int | None:
    """Another sum than somebody else told of the same reference, for a person: the rest of it, or that it was less.

    Each đồng stands in one line: beside a smaller one only what is beyond it is kept. None when it is known, too.
    """
    rest = seen.amount_vnd - known.amount_vnd
    ref = rules.differing_ref(known.bank_ref, seen.amount_vnd)
    told = replace(seen, bank_ref=ref, amount_vnd=rest if rest > 0 else seen.amount_vnd)
    line_id = _insert(known.seller_id, told, source, at, statement_id)
    if line_id is not None:
        note = _("Mã %(ref)s đã ghi %(known)s, nguồn này báo %(told)s.", ref=known.bank_ref,
                 known=dong(known.amount_vnd), told=dong(seen.amount_vnd))  # fmt: skip
        reason, payment_id = (Reason.DIFFERS, known.payment_id) if rest > 0 else (Reason.SHORT, None)
        wait(lock_line(line_id), reason, payment_id, by, note, act="seen")
    return line_id


def _insert(seller_id: int, seen: Seen, source: Source, at: datetime, statement_id: int | None) -> int | None:
    values: dict[str, Any] = {
        "seller_id": seller_id, "account": rules.plain_account(seen.account),
        "bank_ref": rules.plain_ref(seen.bank_ref), "amount_vnd": seen.amount_vnd, "booked_at": seen.booked_at,
        "memo": seen.memo, "payer_bin": seen.payer_bin, "payer_account": seen.payer_account,
        "payer_holder": seen.payer_holder, "source": source, "statement_id": statement_id, "seen_at": at,
        "state": State.WAITING, "reason": Reason.NEW, "paid_vnd": 0, "return_vnd": 0, "version": 1,
    }  # fmt: skip
    return db.session.scalar(_ONCE[dialect_name()].values(**values))


def _find(seller_id: int, seen: Seen) -> Credit | None:
    """The line of that account and reference, locked."""
    query = select(Credit).where(
        Credit.seller_id == seller_id, Credit.account == rules.plain_account(seen.account),
        Credit.bank_ref == rules.plain_ref(seen.bank_ref),
    )  # fmt: skip
    return db.session.scalar(query.with_for_update(of=Credit).execution_options(populate_existing=True))
