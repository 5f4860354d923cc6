"""Payout files: collected by one person, approved by another, frozen, sent, and answered item by item.

An item is in at most one live file (a unique index says so), and a refund in a file is `sent`: nobody else pays it.
Lock order: refunds (by code, each behind its payment), other features' sums (`ports`, by code), then the file.
"""

import csv
import hashlib
import io
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from catalog.registry.format import guard
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.events import publish
from core.ids import short_code
from shop.payments import refunds
from shop.payments.banks import bank_name
from shop.payments.events import MoneyReturned
from shop.payouts import claims
from shop.payouts.models import PayoutDebt, PayoutFile, PayoutItem
from shop.payouts.permissions import scopes_of
from shop.payouts.ports import Payable, find_port
from shop.payouts.queries import get_file, list_payable
from shop.payouts.refusals import AlreadyListed, FileNotFound, FileStateRefused, NothingToPay, SecondPersonNeeded
from shop.payouts.rules import MOST_ITEMS, Failure, FileState, ItemState, memo_of, refund_of

#: The columns that Vietnamese banks' pages for many transfers ask for, in their words.
COLUMNS = ("STT", "Số tài khoản", "Tên người thụ hưởng", "Mã ngân hàng", "Ngân hàng", "Số tiền", "Nội dung")


def collect(seller_id: int, sources: Collection[str], by: Actor) -> PayoutFile:
    """Put these sums (those that can be paid now, at most `MOST_ITEMS`) into a draft.

    Refuses NothingToPay, and AlreadyListed when one of them went into another file meanwhile.
    """
    authorize(by, "payouts.make", *scopes_of(seller_id))
    with transaction() as session:
        chosen = [one.source for one in list_payable(seller_id) if one.source in sources][:MOST_ITEMS]
        _lock_sums(chosen)
        found = [one for one in list_payable(seller_id) if one.source in chosen]  # as it is behind the locks
        for one in found:
            if code := refund_of(one.source):
                refunds.sent(code, by)
            elif other := find_port(one.source):
                other[0].listed(other[1], by)
        if not found or by.user_id is None:
            raise NothingToPay
        file = PayoutFile(
            code=short_code("CT"), seller_id=seller_id, state=FileState.DRAFT, count=len(found),
            total_vnd=sum(one.amount_vnd for one in found), made_by_id=by.user_id, made_by=by.label, made_at=now(),
        )  # fmt: skip
        session.add(file)
        session.flush()
        _list(file, found)
        record("payout.collected", f"payout:{file.code}", by, count=file.count, total_vnd=file.total_vnd)
        return file


def approve(code: str, by: Actor) -> PayoutFile:
    """Another person lets it go: from now on its bytes are fixed. Twice by the same person is once.

    Refuses the maker (SecondPersonNeeded) and a file that is no draft (FileStateRefused).
    """
    with transaction():
        file = _locked(code)
        authorize(by, "payouts.approve", *scopes_of(file.seller_id))
        if file.approved_by_id is not None and file.approved_by_id == by.user_id:
            return file
        _expect(file, FileState.DRAFT)
        if by.user_id is None or by.user_id == file.made_by_id:
            raise SecondPersonNeeded
        content = as_csv(file)
        file.content, file.sha256 = content, hashlib.sha256(content.encode()).hexdigest()
        file.state, file.approved_by_id, file.approved_by, file.approved_at = (
            FileState.APPROVED, by.user_id, by.label, now(),
        )  # fmt: skip
        record("payout.approved", f"payout:{code}", by, sha256=file.sha256, total_vnd=file.total_vnd)
        return file


def drop(code: str, by: Actor) -> PayoutFile:
    """Give a draft up: its sums wait again. An approved file may be at the bank already, so it is never dropped."""
    with transaction():
        _lock_items(code)
        file = _locked(code)
        authorize(by, "payouts.make", *scopes_of(file.seller_id))
        if file.state == FileState.DROPPED:
            return file
        _expect(file, FileState.DRAFT)
        file.state, file.ended_at = FileState.DROPPED, now()
        for item in file.items:
            _end(item, ItemState.DROPPED, by)
            if refund := refund_of(item.source):
                refunds.unsent(refund, by)
            elif other := find_port(item.source):
                other[0].unlisted(other[1], by)
        record("payout.dropped", f"payout:{code}", by)
        return file


def sent(code: str, by: Actor) -> PayoutFile:
    """It was handed to the bank. Twice is once."""
    with transaction():
        file = _locked(code)
        authorize(by, "payouts.make", *scopes_of(file.seller_id))
        if file.state == FileState.SENT:
            return file
        _expect(file, FileState.APPROVED)
        file.state, file.sent_at = FileState.SENT, now()
        record("payout.sent", f"payout:{code}", by)
        return file


def item_paid(code: str, position: int, bank_ref: str, by: Actor) -> PayoutItem:
    """The bank transferred an item, under its own number. Twice is once; another answer is refused."""
    with transaction():
        _lock_items(code, position)
        file, item = _item(code, position, by)
        if item.state == ItemState.PAID and item.bank_ref == bank_ref:
            return item
        _expect_open(file, item)
        item.bank_ref = bank_ref
        _end(item, ItemState.PAID, by)
        if refund := refund_of(item.source):
            refunds.done(refund, bank_ref, by)
        elif other := find_port(item.source):
            other[0].paid(other[1], bank_ref, by)
        else:
            _debt(item.source).paid_at = now()
            publish(MoneyReturned(item.source, bank_ref))
        _close_if_answered(file)
        record("payout.item_paid", f"payout:{code}", by, source=item.source, amount_vnd=item.amount_vnd, ref=bank_ref)
        return item


def item_failed(code: str, position: int, failure: Failure, by: Actor) -> PayoutItem:
    """The bank did not transfer an item: it waits for another file; after a wrong account, for another account."""
    with transaction():
        _lock_items(code, position)
        file, item = _item(code, position, by)
        if item.state == ItemState.FAILED and item.failure == failure:
            return item
        _expect_open(file, item)
        item.failure = failure
        _end(item, ItemState.FAILED, by)
        if refund := refund_of(item.source):
            waiting = refunds.unsent(refund, by, failure)
            if failure is Failure.WRONG_ACCOUNT:
                claims.reopen(waiting, by)
        elif other := find_port(item.source):
            other[0].failed(other[1], failure, by)
        elif failure is Failure.WRONG_ACCOUNT:
            _debt(item.source).account = ""
        _close_if_answered(file)
        record("payout.item_failed", f"payout:{code}", by, source=item.source, failure=failure.value)
        return item


def name_debt(source: str, bank_bin: str, account: str, holder: str, by: Actor) -> PayoutDebt:
    """Staff write down where a bank line goes back to. Refuses one that is paid (FileStateRefused)."""
    with transaction():
        debt = _debt(source)
        authorize(by, "payouts.make", *scopes_of(debt.seller_id))
        if debt.paid_at is not None:
            raise FileStateRefused(state="paid")
        debt.bank_bin, debt.account, debt.holder = bank_bin, account, holder
        record("payout.debt_named", source, by, bank=bank_bin)
        return debt


def as_csv(file: PayoutFile) -> str:
    """The items in the columns that banks ask for; no cell that a spreadsheet would run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in file.items:
        bank = guard(bank_name(one.bank_bin))
        writer.writerow([one.position, one.account, guard(one.holder), one.bank_bin, bank, one.amount_vnd, one.memo])
    return out.getvalue()


def _list(file: PayoutFile, found: list[Payable]) -> None:
    rows = [
        PayoutItem(
            file_id=file.id, position=number, source=one.source, amount_vnd=one.amount_vnd, bank_bin=one.bank_bin,
            account=one.account, holder=one.holder, memo=_memo(one.source), state=ItemState.LISTED,
        )
        for number, one in enumerate(found, 1)
    ]  # fmt: skip
    db.session.add_all(rows)
    try:
        db.session.flush()
    except IntegrityError as clash:
        raise AlreadyListed from clash


def _lock_items(code: str, position: int | None = None) -> None:
    """What a file's items pay, before the file: as everywhere. Refuses FileNotFound."""
    file = get_file(code)
    _lock_sums([one.source for one in file.items if position is None or one.position == position])


def _lock_sums(sources: Collection[str]) -> None:
    """Payments and refunds, then what other features pay; each in the order of their codes."""
    for refund in sorted(found for source in sources if (found := refund_of(source))):
        refunds.lock_refund(refund)
    for source in sorted(sources):
        if other := find_port(source):
            other[0].lock(other[1])


def _memo(source: str) -> str:
    other = find_port(source)
    return other[0].memo(other[1]) if other else memo_of(source)


def _locked(code: str) -> PayoutFile:
    query = select(PayoutFile).where(PayoutFile.code == code).with_for_update(of=PayoutFile)
    query = query.options(selectinload(PayoutFile.items)).execution_options(populate_existing=True)
    file = db.session.scalar(query)
    if file is None:
        raise FileNotFound
    return file


def _item(code: str, position: int, by: Actor) -> tuple[PayoutFile, PayoutItem]:
    file = _locked(code)
    authorize(by, "payouts.make", *scopes_of(file.seller_id))
    item = next((one for one in file.items if one.position == position), None)
    if item is None:
        raise FileNotFound
    return file, item


def _debt(source: str) -> PayoutDebt:
    debt = db.session.scalar(select(PayoutDebt).where(PayoutDebt.source == source).with_for_update())
    if debt is None:
        raise FileNotFound
    return debt


def _expect(file: PayoutFile, *states: FileState) -> None:
    if file.state not in states:
        raise FileStateRefused(state=file.state)


def _expect_open(file: PayoutFile, item: PayoutItem) -> None:
    _expect(file, FileState.SENT)
    if item.state != ItemState.LISTED:
        raise FileStateRefused(state=item.state)


def _end(item: PayoutItem, state: ItemState, by: Actor) -> None:
    item.state, item.ended_at, item.ended_by = state, now(), by.label


def _close_if_answered(file: PayoutFile) -> None:
    if all(one.state != ItemState.LISTED for one in file.items):
        file.state, file.ended_at = FileState.CLOSED, now()
