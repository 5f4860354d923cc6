"""What a person must look at: money that differs from what was asked, disputes, a balance that does not reach."""

from typing import Any

from sqlalchemy import func, select

from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import db, transaction
from shop.cards.models import CardAlarm
from shop.cards.refusals import AlarmNotFound


def raise_alarm(kind: str, subject: str, reference: str | None, **data: Any) -> bool:
    """Put something before a person; the same thing alarms once. Answers whether it is new."""
    with transaction() as session:
        known = select(CardAlarm.id).where(CardAlarm.kind == kind, CardAlarm.subject == subject)
        if session.scalar(known) is not None:
            return False
        session.add(
            CardAlarm(kind=kind, subject=subject[:120], reference=reference, data=data, raised_at=now())
        )  # fmt: skip
        record("card.alarm", f"payment:{reference}" if reference else f"card:{subject}", SYSTEM, kind=kind, **data)
        return True


def clear_alarm(alarm_id: int, note: str | None, by: Actor) -> CardAlarm:
    """A person has looked at it. Twice has the effect of once. Refuses AlarmNotFound."""
    authorize(by, "cards.clear")
    with transaction() as session:
        alarm = session.scalar(select(CardAlarm).where(CardAlarm.id == alarm_id).with_for_update())
        if alarm is None:
            raise AlarmNotFound
        if alarm.cleared_at is None:
            alarm.cleared_at, alarm.cleared_by, alarm.note = now(), by.label, note
            record("card.alarm_cleared", f"card:{alarm.subject}", by, kind=alarm.kind, note=note)
        return alarm


def list_alarms(*, is_open: bool, page: int = 1, per_page: int = 50) -> tuple[list[CardAlarm], int]:
    """A page of alarms, newest first, with the whole number."""
    where = CardAlarm.cleared_at.is_(None) if is_open else CardAlarm.cleared_at.is_not(None)
    total = db.session.scalar(select(func.count()).select_from(CardAlarm).where(where)) or 0
    query = select(CardAlarm).where(where).order_by(CardAlarm.id.desc())
    return list(db.session.scalars(query.limit(per_page).offset((page - 1) * per_page))), total


def count_open() -> int:
    """How many alarms nobody has looked at."""
    query = select(func.count()).select_from(CardAlarm).where(CardAlarm.cleared_at.is_(None))
    return db.session.scalar(query) or 0
