"""One drawer from its opening float to its count. A closed shift takes nothing and never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import is_allowed
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.events import publish
from core.ids import short_code
from shop.tills import reports
from shop.tills.approvals import use_approval
from shop.tills.cashiers import end_sessions
from shop.tills.devices import settings_of
from shop.tills.events import ShiftClosedEvent
from shop.tills.here import here
from shop.tills.models import Till, TillCash, TillShift
from shop.tills.refusals import CashShort, NoTill, ShiftClosed, ShiftMissing, ShiftNotFound, ShiftOpen
from shop.tills.rules import Act, counted_total


@dataclass(frozen=True)
class Counted:
    """The drawer as it was counted: pieces by denomination (đồng), and the cashier's words."""

    pieces: Mapping[int, int]
    note: str | None = None


def open_shift(till: Till, float_vnd: int, by: Actor) -> TillShift:
    """Begin a shift with cash in the drawer. Raises ShiftOpen when one is open."""
    with transaction() as session:
        locked = _locked_till(till.id)
        standing = find_open(locked.id)
        if standing is not None:
            raise ShiftOpen(shift=standing.code)
        last = session.scalar(select(func.max(TillShift.number)).where(TillShift.till_id == locked.id)) or 0
        shift = TillShift(
            code=short_code("CA"), till_id=locked.id, store_id=locked.store_id, number=last + 1, opened_at=now(),
            opened_by=by.label, opened_by_id=by.user_id, float_vnd=float_vnd, counted={}, report={},
        )  # fmt: skip
        session.add(shift)
        session.flush()
        record("shift.opened", f"shift:{shift.code}", by, till=locked.code, number=shift.number, float_vnd=float_vnd)
        return shift


def find_open(till_id: int) -> TillShift | None:
    """The open shift of a till."""
    return db.session.scalar(select(TillShift).where(TillShift.till_id == till_id, TillShift.closed_at.is_(None)))


def lock_shift(till: Till, code: str) -> TillShift:
    """A shift of this till, locked until the transaction ends. Raises ShiftNotFound."""
    query = select(TillShift).where(TillShift.code == code, TillShift.till_id == till.id).with_for_update(of=TillShift)
    shift = db.session.scalar(query.execution_options(populate_existing=True))
    if shift is None:
        raise ShiftNotFound
    return shift


def lock_open(till: Till, code: str | None = None) -> TillShift:
    """As `lock_shift`, of one that is open (without a code: the till's own). Raises ShiftClosed, ShiftMissing."""
    if code is None:
        standing = find_open(till.id)
        if standing is None:
            raise ShiftMissing
        code = standing.code
    shift = lock_shift(till, code)
    if shift.closed_at is not None:
        raise ShiftClosed(shift=shift.code)
    return shift


def get_shift(code: str) -> TillShift:
    """A shift by its code, with till and store. Raises ShiftNotFound."""
    with_names = joinedload(TillShift.till), joinedload(TillShift.store)
    shift = db.session.scalar(select(TillShift).where(TillShift.code == code).options(*with_names))
    if shift is None:
        raise ShiftNotFound
    return shift


def move_cash(
    till: Till, code: str, kind: str, amount_vnd: int, reason: str, by: Actor, approvals: Sequence[str] = ()
) -> TillCash:
    """Lay cash into the drawer (`pay_in`) or take it out (`pay_out`).

    Raises ShiftClosed; CashShort for more than is there; ApprovalNeeded, ApprovalWrong for a large pay-out.
    """
    with transaction() as session:
        shift = lock_open(till, code)
        entry = TillCash(
            code=short_code("TC"), shift_id=shift.id, kind=kind, amount_vnd=amount_vnd, reason=reason,
            actor=by.label, at=now(),
        )  # fmt: skip
        if kind == "pay_out":
            _check_pay_out(till, shift, entry, by, approvals)
        session.add(entry)
        session.flush()
        record(f"drawer.{kind}", f"shift:{shift.code}", by, amount_vnd=amount_vnd, reason=reason, entry=entry.code)
        return entry


def close_shift(till: Till, code: str, counted: Counted, by: Actor) -> TillShift:
    """Count the drawer and close: the Z report is written down, the difference recorded, the cashier signed out.

    Raises ShiftClosed when it is.
    """
    with transaction() as session:
        shift = lock_open(till, code)
        at, total = now(), counted_total(counted.pieces)
        expected = reports.cash_in_drawer(shift)
        with session.no_autoflush:  # one statement closes it: a closed shift takes no second one
            shift.closed_at, shift.closed_by, shift.note = at, by.label, counted.note
            shift.counted_vnd, shift.expected_vnd, shift.difference_vnd = total, expected, total - expected
            shift.counted = {str(value): pieces for value, pieces in counted.pieces.items() if pieces}
            shift.report = reports.freeze(reports.report_of(shift, till, at))
        session.flush()
        end_sessions(till, at)
        record("shift.closed", f"shift:{shift.code}", by, number=shift.number, counted_vnd=total,
               expected_vnd=expected, difference_vnd=total - expected)  # fmt: skip
        publish(ShiftClosedEvent(shift.code, shift.store_id, total - expected))
        return shift


def report(shift: TillShift, *, is_blind: bool = False) -> dict[str, Any]:
    """The X report as it stands now, `is_blind` without what the drawer should hold; or the Z report that was kept."""
    if shift.closed_at is not None:
        return {"is_blind": False} | reports.thaw(shift.report)
    found = reports.report_of(shift, shift.till, now())
    return reports.blind(found) if is_blind else found


def report_for(shift: TillShift, by: Actor) -> dict[str, Any]:
    """The report as this person may read it: blind for who may not know what the open drawer should hold."""
    return report(shift, is_blind=not is_allowed(by, "till.cash", Scope("store", shift.store.code)))


def _check_pay_out(till: Till, shift: TillShift, entry: TillCash, by: Actor, approvals: Sequence[str]) -> None:
    limit_vnd = settings_of(till.store_id).pay_out_limit_vnd
    if entry.amount_vnd > limit_vnd:
        use_approval(Act.CASH, entry.amount_vnd, limit_vnd, here(till), by, approvals, entry.code, entry.at)
    in_drawer = reports.cash_in_drawer(shift)
    if entry.amount_vnd > in_drawer:
        raise CashShort(in_drawer=in_drawer)


def _locked_till(till_id: int) -> Till:
    """The till, locked: shifts of one till begin one after the other. Raises NoTill for one out of service."""
    query = select(Till).where(Till.id == till_id, Till.is_active).with_for_update(of=Till)
    till = db.session.scalar(query.execution_options(populate_existing=True))
    if till is None:
        raise NoTill
    return till
