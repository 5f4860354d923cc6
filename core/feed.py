"""The feed of changes: how a reader that keeps data in memory stays exact.

Triggers of the database write one row per changed thing (migration 0021): a topic and the id of what changed. A
reader remembers how far it has read and asks, with one statement, what has been committed since. Nothing has to
remember to tell it, and no answer rests on a cache that might be old.

On SQLite writers follow one another, so a row's number says how far a reader is. On PostgreSQL transactions commit in
another order than they take numbers; a position there is a snapshot (`pg_current_snapshot`), and what its holder has
not seen is exactly what was not visible in it.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, TypeVar, cast

from flask import Flask, current_app, g, has_request_context
from sqlalchemy import BigInteger, CursorResult, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import machine_now
from core.db import Base, Pk, db, dialect_name, end_reading, in_transaction, transaction, writes_done
from core.schedule import nightly

T = TypeVar("T")
#: Ids of what changed, by topic.
Subjects = Mapping[str, Collection[int]]

#: Marks in the feed, one a night: their subject is the second at which they were made.
_MARKS: Final = "mark"
#: Seconds after which rows are forgotten, and those after which a reader that has not asked must read all anew.
_FORGOTTEN_SECONDS: Final = 36 * 3600
_KEPT_SECONDS: Final = 12 * 3600


class Change(Base):
    """One changed thing. Written by triggers only."""

    __tablename__ = "change_feed"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[Pk]
    #: What kind of thing: product, producer, area, stock, synonym …
    topic: Mapped[str] = mapped_column(String(16))
    #: Its id; 0 where any of the kind may have changed.
    subject: Mapped[int] = mapped_column(BigInteger)
    #: The transaction that wrote it, on PostgreSQL; 0 on SQLite.
    xid: Mapped[int] = mapped_column(BigInteger, index=True, server_default=text("0"))


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has read, and when by the machine's steady clock."""

    mark: str
    read_at: float

    @property
    def is_too_old(self) -> bool:
        """Whether rows that its holder has not seen may be gone."""
        return time.monotonic() - self.read_at > _KEPT_SECONDS


@dataclass(frozen=True, slots=True)
class News:
    """What was committed since a position: ids by topic, and the position after it."""

    position: Position
    subjects: Subjects
    #: What was asked beside them.
    beside: Any = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A question of one value that is put together with the feed's: a scalar subquery in the database's own words."""

    sql: str
    values: Mapping[str, Any]


#: The two hottest statements of the house: handed to the driver as they are.
_SQLITE_SINCE = (
    "SELECT (SELECT coalesce(max(id), 0) FROM change_feed) AS mark, f.topic, f.subject, {beside}"
    " FROM (SELECT 1) AS one LEFT JOIN change_feed f ON f.id > CAST(:since AS INTEGER)"
)
_POSTGRESQL_SINCE = (
    "SELECT CAST(pg_current_snapshot() AS text) AS mark, f.topic, f.subject, {beside}"
    " FROM (SELECT 1) AS one LEFT JOIN feed_since(CAST(%(since)s AS pg_snapshot)) f ON true"
)
_SQLITE_HERE = "SELECT coalesce(max(id), 0) FROM change_feed"
_POSTGRESQL_HERE = "SELECT CAST(pg_current_snapshot() AS text)"


def here() -> Position:
    """The present position: to be taken before everything is read, so that nothing falls in between."""
    began = time.monotonic()
    query = _SQLITE_HERE if dialect_name() == "sqlite" else _POSTGRESQL_HERE
    return Position(str(db.session.connection().exec_driver_sql(query).scalar_one()), began)


def since(position: Position, beside: Beside | None = None) -> News:
    """What was committed since a position, and the answer to a question beside it, in one statement."""
    began = time.monotonic()
    query = _SQLITE_SINCE if dialect_name() == "sqlite" else _POSTGRESQL_SINCE
    values = {"since": position.mark, **(beside.values if beside else {})}
    asked = query.format(beside=beside.sql if beside else "NULL")
    rows = db.session.connection().exec_driver_sql(asked, values).all()
    found: dict[str, set[int]] = defaultdict(set)
    for _mark, topic, subject, _answer in rows:
        if topic is not None:
            found[topic].add(subject)
    return News(Position(str(rows[0][0]), began), found, rows[0][3])


class Kept(Generic[T]):
    """Something kept in memory, one for each process, and always as new as the database.

    build: reads it whole. renew: answers it anew after changes of its topics (the old one stays as it is, since other
    threads may hold it). Asking costs one statement in a request, however many kept things it looks at.
    """

    def __init__(self, topics: Collection[str], build: Callable[[], T], renew: Callable[[T, Subjects], T]) -> None:
        self._topics = frozenset(topics)
        self._build = build
        self._renew = renew

    def current(self) -> T:
        """The thing as the database has it now; inside ``transaction()`` it is read anew, for this caller alone."""
        if in_transaction():
            return self._build()
        memory = _memory()
        memory.follow(self)
        return memory.bring_up(self, self._topics, self._build, self._renew)

    def known(self) -> T | None:
        """The thing as this process knew it last, for who finds out next whether it is so still; None: not read yet."""
        slot = _memory().slots.get(self)
        return slot.value if slot else None


def ask_beside(beside: Beside) -> Any:
    """One value of the database, asked together with the news: all that is kept costs no statement after it."""
    if in_transaction():
        return db.session.connection().exec_driver_sql(f"SELECT {beside.sql}", beside.values).scalar()
    return _memory().learn(beside)


@dataclass(slots=True)
class _Slot:
    """One kept thing of one process, and what it has still to learn."""

    value: Any
    topics: frozenset[str]
    waiting: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


@dataclass(slots=True)
class _Memory:
    """Everything that a process keeps, and how far it has read the feed.

    Threads ask at once and lay down what they learnt one at a time; so nobody waits for another's statement. What two
    of them were told is learnt twice, which does no harm.
    """

    lock: threading.RLock = field(default_factory=threading.RLock)
    position: Position | None = None
    slots: dict[object, _Slot] = field(default_factory=dict[object, _Slot])

    def follow(self, key: object) -> None:
        """Read on, unless this request has done so and the value under the key has nothing to learn."""
        slot = self.slots.get(key)
        if not _has_asked() or slot is None or slot.waiting:
            self.learn()

    def bring_up(
        self, key: object, topics: frozenset[str], build: Callable[[], T], renew: Callable[[T, Subjects], T]
    ) -> T:
        """The value under a key after all news that were learnt."""
        with self.lock:
            slot = self.slots.get(key)
            if slot is None:
                slot = self.slots[key] = _Slot(build(), topics)
            elif slot.waiting:
                slot.value = renew(slot.value, slot.waiting)
                slot.waiting = defaultdict(set)
            return slot.value

    def learn(self, beside: Beside | None = None) -> Any:
        """Read on, and lay the news before every slot that follows its topic; the answer to the question beside."""
        position = self._begun()
        news = since(position, beside)
        if dialect_name() == "sqlite" and int(news.position.mark) < int(position.mark):
            end_reading()  # this thread's snapshot is older than what another has read already
            news = since(position, beside)
        with self.lock:
            for slot in self.slots.values():
                for topic in slot.topics & news.subjects.keys():
                    slot.waiting[topic].update(news.subjects[topic])
            if self.position is position:  # else another has read on from here: what it has not seen is told again
                self.position = news.position
        _note_asked()
        return news.beside

    def _begun(self) -> Position:
        """The position to read on from; who has not asked for long begins anew, knowing nothing."""
        with self.lock:
            if self.position is None or self.position.is_too_old:
                self.slots.clear()
                self.position = here()
            return self.position


def forget(app: Flask) -> None:
    """Let a process read everything anew: after a restore, and between tests that roll back."""
    app.extensions.pop(_EXTENSION, None)


_EXTENSION: Final = "feed"


def _memory() -> _Memory:
    return cast("_Memory", current_app.extensions.setdefault(_EXTENSION, _Memory()))


def _has_asked() -> bool:
    """Whether this request has read the feed since its last write."""
    return has_request_context() and g.get("feed_asked") == writes_done()


def _note_asked() -> None:
    if has_request_context():
        g.feed_asked = writes_done()


_OLD_MARK = text("SELECT max(id) FROM change_feed WHERE topic = :topic AND subject < :before")
_MARK = text("INSERT INTO change_feed (topic, subject) VALUES (:topic, :at)")
_FORGET = text("DELETE FROM change_feed WHERE id < :mark")


@nightly
def shorten_feed(today: date) -> int:
    """Leave a mark, and drop what is older than the newest mark of two days ago: readers have seen it or read anew.

    Ages are measured by the machine's own clock: running the night's work for another day forgets nothing.
    """
    at = int(machine_now().timestamp())
    with transaction() as session:
        old = session.execute(_OLD_MARK, {"topic": _MARKS, "before": at - _FORGOTTEN_SECONDS}).scalar()
        session.execute(_MARK, {"topic": _MARKS, "at": at})
        return cast("CursorResult[Any]", session.execute(_FORGET, {"mark": old or 0})).rowcount
