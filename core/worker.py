"""The worker: runs the outbox and the schedule. One process beside the web server.

A row is claimed by compare-and-set with a lease, so several workers may run. A reaction
inside the database is done in the same transaction as the mark that it is done; one that
talks to the world runs between two short transactions and must be safe to repeat.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import delete, func, select, update

from core.clock import day_start, now
from core.db import db, end_reading, transaction
from core.doctor import invariant
from core.events import Later, find_later, unpack
from core.outbox import OutboxRow
from core.schedule import nightly

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
#: Done rows are kept so long.
KEEP = timedelta(days=30)
#: A row that waits longer is a finding of the doctor.
PATIENCE = timedelta(minutes=15)
#: Seconds to wait after the n-th failure; the last one repeats.
BACKOFF = (1, 5, 30, 120, 600, 3600)
#: What runs in threads of its own beside the outbox, each with how many: calls to strangers, who may be slow.
_beside: list[tuple[Callable[[], int], int]] = []
#: No row is held in the session, so none has to be kept in step.
_BLIND = {"synchronize_session": False}


def run_pending(limit: int = 1000) -> int:
    """Run what is due, oldest first; answers how many rows were tried (0: nothing waits)."""
    tried = 0
    while tried < limit:
        row = _claim()
        if row is None:
            break
        _run(row)
        tried += 1
    return tried


def work_forever(
    tick: Callable[[], object], pause: float = 0.5, should_stop: Callable[[], bool] = lambda: False
) -> None:
    """Loop until told to stop: the outbox, then ``tick`` (the schedule), then a short sleep."""
    for run, threads in _beside:
        for _number in range(threads):
            app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
            threading.Thread(target=_loop_beside, args=(app, run, pause, should_stop), daemon=True).start()
    while not should_stop():
        try:
            tick()
            busy = run_pending(200)
        except Exception:
            # A database that is away must not end the worker: it waits and tries again.
            log.exception("worker.round_failed")
            db.session.rollback()
            busy = 0
        end_reading()
        if not busy:
            time.sleep(pause)


def beside(run: Callable[[], int], threads: int) -> None:
    """Let ``run`` be called over and over in threads of its own; it answers how many things it did (0: it sleeps).

    What waits for a stranger there delays neither mails nor the schedule.
    """
    if run not in [known for known, _threads in _beside]:
        _beside.append((run, threads))


def run_beside() -> int:
    """The same once, here, until nothing waits: for ``flask work --once``."""
    done = 0
    for run, _threads in _beside:
        while did := run():
            done += did
    return done


def _loop_beside(app: Flask, run: Callable[[], int], pause: float, should_stop: Callable[[], bool]) -> None:
    with app.app_context():
        while not should_stop():
            try:
                busy = run()
            except Exception:
                log.exception("worker.beside_failed")
                db.session.rollback()
                busy = 0
            end_reading()
            if not busy:
                time.sleep(pause)


def waiting() -> int:
    """How many rows are not done."""
    return db.session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None))) or 0


@nightly
def forget_done(today: date) -> int:
    """Drop rows that were done more than thirty days ago."""
    old = delete(OutboxRow).where(OutboxRow.done_at < day_start(today) - KEEP)
    with transaction() as session:
        return session.execute(old).rowcount  # pyright: ignore[reportAttributeAccessIssue] a CursorResult


@invariant("I12", "the outbox keeps up: nothing has waited longer than fifteen minutes")
def nothing_is_stuck() -> list[str]:
    """A line for each row that should have been done long ago."""
    stuck = OutboxRow.done_at.is_(None) & (OutboxRow.due_at < now() - PATIENCE)
    rows = db.session.scalars(select(OutboxRow).where(stuck).order_by(OutboxRow.id).limit(100))
    return [
        f"row {row.id} {row.reaction}, tried {row.attempts} times: {row.last_error or 'no worker?'}" for row in rows
    ]


@dataclass(frozen=True)
class _Claimed:
    """A row as it was when this worker took it."""

    id: int
    reaction: str
    payload: dict[str, Any]
    attempts: int


def _claim() -> _Claimed | None:
    """Take the oldest row that is due and free, in one statement."""
    at = now()
    free = OutboxRow.leased_until.is_(None) | (OutboxRow.leased_until < at)
    due = OutboxRow.done_at.is_(None) & (OutboxRow.due_at <= at) & free
    oldest = select(OutboxRow.id).where(due).order_by(OutboxRow.id).limit(1).with_for_update(skip_locked=True)
    taken = update(OutboxRow).where(OutboxRow.id == oldest.scalar_subquery())
    taken = taken.values(leased_until=at + LEASE, attempts=OutboxRow.attempts + 1)
    taken = taken.returning(OutboxRow.id, OutboxRow.reaction, OutboxRow.payload, OutboxRow.attempts)
    with transaction() as session:
        row = session.execute(taken, execution_options=_BLIND).first()
        return _Claimed(*row) if row else None


def _run(row: _Claimed) -> None:
    reaction = find_later(row.reaction)
    try:
        if reaction is None:
            raise LookupError(f"no reaction is registered as {row.reaction}")
        _react(reaction, row)
    except Exception as error:
        log.warning("outbox.failed", reaction=row.reaction, row=row.id, attempts=row.attempts, exc_info=True)
        _postpone(row.id, row.attempts, error)


def _react(reaction: Later, row: _Claimed) -> None:
    event = unpack(reaction, row.payload)
    if reaction.outside:
        end_reading()
        reaction.run(event)
        with transaction():
            _mark_done(row.id)
        return
    with transaction():
        _mark_done(row.id)
        reaction.run(event)


def _mark_done(row_id: int) -> None:
    done = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.done_at.is_(None))
    db.session.execute(done.values(done_at=now(), leased_until=None, last_error=None), execution_options=_BLIND)


def _postpone(row_id: int, attempts: int, error: Exception) -> None:
    wait = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    with transaction() as session:
        failed = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.done_at.is_(None))
        session.execute(
            failed.values(due_at=now() + timedelta(seconds=wait), leased_until=None, last_error=repr(error)[:2000])
        )
