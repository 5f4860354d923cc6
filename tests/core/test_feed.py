"""The feed of changes: what is kept in memory is as new as the database, whoever wrote and in whichever order."""

import threading

import pytest
from flask import Flask
from sqlalchemy import text

from core import feed
from core.db import db, end_reading, transaction
from core.feed import Kept, Subjects
from tests.support.live import Live

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.daily]


def names() -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(text("SELECT id, name FROM producer"))}


def renewed(old: dict[int, str], subjects: Subjects) -> dict[int, str]:
    asked.append(set(subjects["producer"]))
    fresh = names()
    return {**old, **{one: fresh[one] for one in subjects["producer"] if one in fresh}}


asked: list[set[int]] = []
KEPT = Kept(["producer"], names, renewed)


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    asked.clear()


@pytest.mark.on("sqlite")  # on PostgreSQL the one transaction of a test is never "seen": it is told again and again
def test_what_changed_is_read_and_nothing_else(make) -> None:
    one, two = make.producer(name="Tổ hợp tác Một"), make.producer(name="Hợp tác xã Hai")
    assert set(KEPT.current()) == {one.id, two.id}
    rename(one.id, "Tổ hợp tác Một mới")
    assert KEPT.current()[one.id] == "Tổ hợp tác Một mới"
    assert KEPT.current()[two.id] == "Hợp tác xã Hai"
    assert asked[0] == {one.id}


@pytest.mark.on("sqlite")
def test_without_its_triggers_it_would_be_stale(make) -> None:
    """Negative control: the feed alone makes it exact."""
    one = make.producer(name="Tổ hợp tác Một")
    KEPT.current()
    on = " ON producer" if db.engine.dialect.name == "postgresql" else ""
    with transaction() as session:
        session.execute(text(f"DROP TRIGGER feed_producer_producer_update{on}"))
    rename(one.id, "Tên mới")
    assert KEPT.current()[one.id] == "Tổ hợp tác Một"


def test_inside_a_transaction_it_is_read_for_the_caller_alone(make) -> None:
    one = make.producer(name="Cũ")
    KEPT.current()
    with pytest.raises(RuntimeError), transaction() as session:
        session.execute(text("UPDATE producer SET name = 'Chưa chắc' WHERE id = :one"), {"one": one.id})
        assert KEPT.current()[one.id] == "Chưa chắc"
        raise RuntimeError
    assert KEPT.current()[one.id] == "Cũ"


def test_a_reader_away_for_hours_reads_everything_anew(make, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make.producer(name="Cũ")
    KEPT.current()
    rename(one.id, "Mới")
    with transaction() as session:
        session.execute(text("DELETE FROM change_feed"))
    steady = feed.time.monotonic
    monkeypatch.setattr(feed.time, "monotonic", lambda: steady() + 13 * 3600)
    assert KEPT.current()[one.id] == "Mới"
    assert asked == []


def test_the_feed_is_shortened_by_the_machines_clock(make, monkeypatch: pytest.MonkeyPatch) -> None:
    make.producer(name="Một")
    rows = text("SELECT count(*) FROM change_feed WHERE topic = 'producer'")
    now = feed.machine_now()
    assert feed.shorten_feed(now.date()) == 0
    monkeypatch.setattr(feed, "machine_now", lambda: now.replace(year=now.year + 1))
    before = db.session.scalar(rows)
    assert before
    assert feed.shorten_feed(now.date()) >= before
    assert db.session.scalar(rows) == 0


def rename(producer_id: int, name: str) -> None:
    with transaction() as session:
        session.execute(text("UPDATE producer SET name = :name WHERE id = :id"), {"name": name, "id": producer_id})


class TestManyThreads:
    """On a real database, with writers that commit in another order than they began."""

    pytestmark = pytest.mark.long("sqlite")

    @pytest.mark.on("postgresql")
    def test_a_late_commit_is_seen(self, live: Live) -> None:
        live.run(lambda: make_two(live.app))
        first, second = live.run(lambda: sorted(KEPT.current()))
        began, go = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction() as session:
                session.execute(text("UPDATE producer SET name = 'Chậm' WHERE id = :id"), {"id": first})
                began.set()
                go.wait(10)

        writer = threading.Thread(target=lambda: live.run(slow))
        writer.start()
        began.wait(10)
        live.run(lambda: rename(second, "Nhanh"))
        assert live.run(lambda: KEPT.current()[second]) == "Nhanh"
        go.set()
        writer.join()
        assert live.run(lambda: KEPT.current()[first]) == "Chậm"

    def test_an_older_snapshot_never_puts_the_kept_thing_back(self, live: Live) -> None:
        live.run(lambda: make_two(live.app))
        first, _second = live.run(lambda: sorted(KEPT.current()))

        def old_reader() -> str:
            names()  # opens this thread's snapshot before the change
            other = threading.Thread(target=lambda: live.run(lambda: (rename(first, "Mới"), KEPT.current())))
            other.start()
            other.join()
            found = KEPT.current()[first]
            end_reading()
            return found

        assert live.run(old_reader) == "Mới"
        assert live.run(lambda: KEPT.current()[first]) == "Mới"


def make_two(app: Flask) -> None:
    from tests import make

    make.producer(name="Một")
    make.producer(name="Hai")
