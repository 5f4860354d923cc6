"""One transaction per verb, on both databases."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url, select, text, update
from sqlalchemy.orm import Session

from core.db import db, dialect_name, end_reading, in_transaction, transaction
from core.outbox import OutboxRow
from core.schedule import ScheduleRun
from tests.support.live import Live
from tests.support.needs import lacking
from tests.support.pagecache import can_tell, unwritten

pytestmark = pytest.mark.daily  # what the database itself decides

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


@pytest.mark.on("postgresql")
def test_what_is_asked_again_keeps_its_plan_on_the_connection_that_rested_last(live: Live) -> None:
    """Two connections rest in the pool; one of them answers all that comes after another, and prepares it once."""
    query = text("SELECT 7 AS asked_again WHERE :one = 1")

    def ask() -> tuple[int, int]:
        with db.engine.connect() as connection:
            connection.execute(query, {"one": 1})
            kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT 7 AS asked%%'"
            pid, plans = connection.exec_driver_sql(f"SELECT pg_backend_pid(), ({kept})").one()
            return pid, plans

    def work() -> list[tuple[int, int]]:
        with db.engine.connect(), db.engine.connect():
            pass
        return [ask() for _ in range(4)]

    answers = live.run(work)
    assert len({pid for pid, _ in answers}) == 1, answers
    assert [plans for _, plans in answers] == [0, 0, 1, 1]


@pytest.mark.on("sqlite")
def test_every_connection_of_a_fresh_pool_waits_for_the_disk(live: Live) -> None:
    """Eight threads hold eight connections at once, all of them new; then once more, after a pool was thrown away."""
    manners = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15_000}
    held = threading.Barrier(8)

    def ask(_number: int) -> tuple[int, dict[str, object]]:
        with db.engine.connect() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in manners}
            held.wait(timeout=30)
            return id(connection.connection.dbapi_connection), found

    for _ in range(2):
        answers = live.together(8, ask)
        pairs = [answer for answer in answers if isinstance(answer, tuple)]
        assert [found for _, found in pairs] == [manners] * 8, answers
        assert len({number for number, _ in pairs}) == 8
        with live.app.app_context():
            db.engine.dispose()


@pytest.mark.on("sqlite")
def test_a_commit_is_on_the_disk_when_it_is_told(live: Live, tmp_path: Path) -> None:
    """No page of the log is left to the kernel; the control, a connection that does not wait, leaves some."""
    if not can_tell(tmp_path):
        lacking("this kernel or file system does not say what is unwritten (Linux 6.5, no RAM disk)")
    log = Path(f"{make_url(live.url).database}-wal")

    def commit(name: str) -> int:
        with transaction():
            _add(name)
        return unwritten(log)

    def commit_carelessly() -> int:
        db.engine.dispose()
        only_one = db.engine.raw_connection()
        only_one.cursor().execute("PRAGMA synchronous = NORMAL")
        only_one.close()  # back into the pool, for the commit
        return commit("careless")

    assert [live.run(lambda n=n: commit(f"careful-{n}")) for n in range(5)] == [0] * 5
    assert live.run(commit_carelessly) > 0


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
