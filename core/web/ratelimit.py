"""Limits shared by all workers: one row per (limit, key) in the database.

Keys are an account, a phone number or a token rather than an address alone: a whole school
or market shares one address. Each key may do ``times`` in ``per``, spread as it likes (GCRA:
the row holds the instant at which the key will have "paid" for what it did).
"""

import math
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, Instant, db, dialect_name, in_transaction, transaction
from core.errors import RateLimited
from core.ids import digest
from core.schedule import hourly


class RateBucket(Base):
    """How far ahead of time one key is."""

    __tablename__ = "rate_bucket"

    #: ``limit:digest``: neither phone numbers nor addresses are kept in clear.
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    #: When all that was done so far is paid for; in the past: a fresh start.
    paid_at: Mapped[Instant] = mapped_column(index=True)


def limit(name: str, key: str, *, times: int, per: timedelta) -> None:
    """Count one try of ``key``; raises RateLimited (429, with Retry-After) when it is one too many.

    Runs in its own transaction, before the verb's, so that a refused verb still counts.
    Raises RuntimeError inside a transaction (the count would be undone with it).
    """
    if in_transaction():
        raise RuntimeError("a limit is asked before the transaction it guards")
    with transaction():
        row = _locked(_key(name, key))
        at = now()  # after the lock: a slow thread must not ask with an older time
        paid_at = max(row.paid_at, at) + per / times
        wait = paid_at - at - per
        if wait <= timedelta(0):
            row.paid_at = paid_at
    if wait > timedelta(0):
        raise RateLimited(retry_after=max(1, math.ceil(wait.total_seconds())))


def forgive(name: str, key: str) -> None:
    """Start this key afresh: after a right password."""
    with transaction() as session:
        session.execute(delete(RateBucket).where(RateBucket.key == _key(name, key)))


def caller_address() -> str:
    """The caller's network address, as a wide second limit beside the account's own."""
    return request.remote_addr or "unknown"


@hourly
def tidy_buckets(at: datetime) -> int:
    """Drop what is paid for."""
    with transaction() as session:
        return int(session.execute(delete(RateBucket).where(RateBucket.paid_at < at)).rowcount)  # type: ignore[attr-defined]


def _key(name: str, key: str) -> str:
    return f"{name[:40]}:{digest(key)[:32]}"


def _locked(bucket: str) -> RateBucket:
    insert = (postgresql if dialect_name() == "postgresql" else sqlite).insert(RateBucket)
    db.session.execute(insert.values(key=bucket, paid_at=now()).on_conflict_do_nothing())
    return db.session.scalars(select(RateBucket).where(RateBucket.key == bucket).with_for_update()).one()
