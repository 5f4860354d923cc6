"""The audit trail: who did what to which object, in the transaction of the deed. Never changed, never deleted.

Entries are append-only by trigger. A job seals them: each seal is the SHA-256 over the
entries since the last one and the last seal's digest, so a later change is seen. Sealing
waits a minute, longer than any transaction may live, so no entry slips in under a seal.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Text, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from core.accounts.actor import Actor
from core.clock import now
from core.db import Base, Instant, Json, Pk, db, in_transaction, run, table_of, transaction
from core.doctor import invariant
from core.schedule import minutely

SETTLED = timedelta(seconds=60)


class AuditEntry(Base):
    """One deed."""

    __tablename__ = "audit_entry"

    #: Rises with time.
    id: Mapped[Pk]
    #: When.
    at: Mapped[Instant] = mapped_column(index=True)
    #: Dotted name of the deed, such as ``account.registered``.
    action: Mapped[str] = mapped_column(Text)
    #: ``kind:code`` of the object.
    subject: Mapped[str] = mapped_column(Text, index=True)
    #: Account of the doer; null for the system.
    actor_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    #: The doer as printed then.
    actor: Mapped[str] = mapped_column(Text)
    #: On whose behalf ("thay mặt"), when somebody acts for another.
    on_behalf_of: Mapped[str | None] = mapped_column(Text, index=True)
    #: What changed: plain values only.
    data: Mapped[Json]


class AuditSeal(Base):
    """A seal over all entries with ids in (previous seal's last, this last]."""

    __tablename__ = "audit_seal"

    #: Rises by one.
    id: Mapped[Pk]
    #: Highest entry id under this seal.
    last_entry_id: Mapped[int] = mapped_column(BigInteger)
    #: How many entries it covers.
    entries: Mapped[int]
    #: SHA-256 hex over the previous digest and the entries.
    digest: Mapped[str] = mapped_column(Text)
    #: When.
    sealed_at: Mapped[Instant]


_ENTRY = insert(table_of(AuditEntry))


def record(action: str, subject: str, by: Actor, **data: Any) -> None:
    """Write one entry in the running transaction. Raises RuntimeError outside one."""
    if not in_transaction():
        raise RuntimeError("an audit entry belongs to the transaction of its deed")
    values = {
        "at": now(), "action": action, "subject": subject, "actor_id": by.user_id, "actor": by.label,
        "on_behalf_of": by.on_behalf_of, "data": json.loads(json.dumps(data, default=str)),
    }  # fmt: skip
    run(_ENTRY, values, flush=False)


@minutely
def seal(at: datetime) -> int:
    """Seal what has settled; answers how many entries."""
    with transaction() as session:
        last = session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1).with_for_update())
        entries = _entries_between(last.last_entry_id if last else 0, at - SETTLED)
        if entries:
            digest = _digest(last.digest if last else "", entries)
            session.add(AuditSeal(last_entry_id=entries[-1].id, entries=len(entries), digest=digest, sealed_at=at))
    return len(entries)


@invariant("I10", "the audit trail is whole: every seal still fits its entries")
def seals_hold() -> list[str]:
    """A line for each seal that no longer fits what lies under it."""
    breaches: list[str] = []
    previous = AuditSeal(last_entry_id=0, digest="")
    for one in db.session.scalars(select(AuditSeal).order_by(AuditSeal.id)):
        between = AuditEntry.id > previous.last_entry_id, AuditEntry.id <= one.last_entry_id
        entries = db.session.scalars(select(AuditEntry).where(*between).order_by(AuditEntry.id)).all()
        if len(entries) != one.entries or _digest(previous.digest, entries) != one.digest:
            breaches.append(f"seal {one.id} (entries {previous.last_entry_id + 1} to {one.last_entry_id})")
        previous = one
    return breaches


def _entries_between(after_id: int, until: datetime) -> Sequence[AuditEntry]:
    """Settled entries up to the first that is not: a seal never jumps over one, whatever their clocks said."""
    query = select(AuditEntry).where(AuditEntry.id > after_id, AuditEntry.at <= until)
    unsettled = select(func.min(AuditEntry.id)).where(AuditEntry.id > after_id, AuditEntry.at > until)
    first = db.session.scalar(unsettled)
    if first is not None:
        query = query.where(AuditEntry.id < first)
    return db.session.scalars(query.order_by(AuditEntry.id).limit(5000)).all()


def _digest(previous: str, entries: Sequence[AuditEntry]) -> str:
    sha = hashlib.sha256(previous.encode())
    for e in entries:
        fields = [e.id, e.at.isoformat(), e.action, e.subject, e.actor_id, e.actor, e.on_behalf_of, e.data]
        sha.update(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode())
    return sha.hexdigest()
