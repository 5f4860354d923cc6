"""One transaction per verb, on both databases."""

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from core.db import db, dialect_name, end_reading, in_transaction, transaction
from core.outbox import OutboxRow
from core.schedule import ScheduleRun
from tests.support.live import Live

AT = datetime(2026, 11, 22, 3, 4, 5, 678901, tzinfo=UTC)


def _add(name: str) -> None:
    db.session.add(ScheduleRun(job=name, ran_at=AT))


def test_an_inner_transaction_joins_the_outer_one(app: Flask) -> None:
    with pytest.raises(ValueError, match="stop"), transaction():
        with transaction():
            _add("inner")
        raise ValueError("stop")
    assert db.session.get(ScheduleRun, "inner") is None
    assert not in_transaction()


def test_instants_come_back_aware_and_exact(app: Flask) -> None:
    with transaction():
        _add("exact")
    db.session.expire_all()
    assert db.session.get_one(ScheduleRun, "exact").ran_at == AT


def test_a_change_outside_any_transaction_is_a_mistake(app: Flask) -> None:
    _add("stray")
    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass
    db.session.expunge_all()


def test_what_was_read_before_is_read_again_inside(app: Flask) -> None:
    with transaction():
        _add("seen")
    row = db.session.get_one(ScheduleRun, "seen")
    later = AT.replace(year=2027)
    with transaction():
        db.session.execute(update(ScheduleRun).values(ran_at=later).execution_options(synchronize_session=False))
    with transaction():
        assert row.ran_at == later


def test_sqlite_is_as_durable_as_promised(session: Session) -> None:
    if dialect_name() == "postgresql":
        assert session.scalar(text("SHOW lock_timeout")) == "5s"
        return
    found = {name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_eight_writers_that_read_first_lose_nothing(live: Live) -> None:
    """On SQLite a deferred BEGIN would fail nearly all of these with "database is locked"."""
    app = live.app
    with app.app_context(), transaction() as session:
        session.add(OutboxRow(id=1, reaction="counter", payload={}, created_at=AT, due_at=AT, attempts=0))
    failures: list[BaseException] = []

    def count_twenty() -> None:
        with app.app_context():
            try:
                for _ in range(20):
                    with transaction() as session:
                        row = session.scalars(select(OutboxRow).where(OutboxRow.id == 1).with_for_update()).one()
                        row.attempts += 1
            except Exception as error:  # noqa: BLE001 a thread has nobody to raise to
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=count_twenty) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        end_reading()
        counted = db.session.scalar(select(OutboxRow.attempts))
    assert failures == []
    assert counted == 160
