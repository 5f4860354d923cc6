"""Counting searches without making them wait: in memory, written together every few seconds.

A GET writes nothing. It leaves a note in the memory of its process; a thread of the process writes the notes of all
requests in one transaction, every few seconds or sooner when many wait. A process that is killed loses the notes of its
last seconds and nothing else: counts are good enough then, and no sale waits for a statistic.
"""

import atexit
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from catalog.search.asked.models import SearchCount
from catalog.search.asked.rules import box_of, kept_text
from core.config import Config
from core.db import db, dialect_name, in_chunks, transaction

log = structlog.get_logger()

#: Seconds between two writings.
PAUSE = 5.0
#: Different texts of one day that wait before the thread is woken early, and beyond which new ones are left out.
MANY, MOST_WAITING = 500, 2_000
#: Different texts of one day that are kept at all: a flood of invented words fills no disk.
MOST_A_DAY = 5_000
_KEPT = "searches"


@dataclass(slots=True)
class Tally:
    """What waits to be written of one text on one day."""

    letters: str
    times: int = 0
    misses: int = 0
    results: int = 0
    boxes: int = 0


#: By day and text.
Waiting = dict[tuple[date, str], Tally]


class Gatherer:
    """The notes of one process."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._waiting: Waiting = {}
        self._called = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, day: date, text: str, letters: str, results: int, box: int) -> None:
        """Count one search; takes microseconds and touches no database."""
        with self._lock:
            tally = self._waiting.get((day, text))
            if tally is None:
                if len(self._waiting) >= MOST_WAITING:
                    return
                tally = self._waiting[(day, text)] = Tally(letters)
            tally.times += 1
            tally.misses += results == 0
            tally.results = results
            tally.boxes |= box
            many = len(self._waiting) >= MANY
        if not self._app.testing:
            self._begin()
        if many:
            self._called.set()

    def take(self) -> Waiting:
        """All that waits; nothing waits afterwards."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        return taken

    def write(self) -> int:
        """Write what waits, in one transaction; answers how many texts. What cannot be written is given up."""
        taken = self.take()
        if taken:
            with self._app.app_context():
                write_down(taken)
        return len(taken)

    def _begin(self) -> None:
        """Start the thread with the first note: a server that forks its workers does so before."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._go_on, name="searches", daemon=True)
                    self._thread.start()
                    atexit.register(self._write_safely)

    def _go_on(self) -> None:
        while True:
            self._called.wait(PAUSE)
            self._called.clear()
            self._write_safely()

    def _write_safely(self) -> None:
        try:
            self.write()
        except SQLAlchemyError as error:
            log.warning("searches.not_written", error=str(error))


def init_app(app: Flask) -> None:
    """Give the application its notes."""
    app.extensions[_KEPT] = Gatherer(app)


def gatherer() -> Gatherer:
    """The notes of this process."""
    found: Gatherer = current_app.extensions[_KEPT]
    return found


def note_search(typed: str, results: int, visitor: str, day: date) -> None:
    """Count a search: `visitor` (a session's or a connection's secret) only chooses a box and is forgotten."""
    kept = kept_text(typed)
    if kept is not None:
        text, letters = kept
        config: Config = current_app.extensions["config"]
        gatherer().note(day, text, letters, results, box_of(visitor, letters, config.secret_key))


def write_down(waiting: Mapping[tuple[date, str], Tally]) -> None:
    """Add tallies to the rows of their day and text; new texts only while the day has room for them."""
    rows = [_row(day, text, tally) for (day, text), tally in sorted(waiting.items(), key=lambda item: item[0])]
    with transaction() as session:
        for day in {row["day"] for row in rows}:
            known = _known(day, [row["text"] for row in rows if row["day"] == day])
            room = MOST_A_DAY - (session.scalar(select(func.count()).where(SearchCount.day == day)) or 0)
            new = [row["text"] for row in rows if row["day"] == day and row["text"] not in known]
            left_out = set(new[max(0, room) :])
            some = [row for row in rows if row["day"] == day and row["text"] not in left_out]
            if some:
                session.execute(_adding(), some)


def _row(day: date, text: str, tally: Tally) -> dict[str, Any]:
    return {
        "day": day, "text": text, "letters": tally.letters, "times": tally.times, "misses": tally.misses,
        "results": tally.results, "boxes": tally.boxes,
    }  # fmt: skip


def _known(day: date, texts: list[str]) -> set[str]:
    """Those of the texts that the day has already."""
    found: set[str] = set()
    for some in in_chunks(texts, 500):
        query = select(SearchCount.text).where(SearchCount.day == day, SearchCount.text.in_(some))
        found.update(db.session.scalars(query))
    return found


def _adding() -> Insert:
    """A new row, or its numbers added to the row that is there; two processes at once lose nothing."""
    insert = (postgresql if dialect_name() == "postgresql" else sqlite).insert(SearchCount)
    row, new = SearchCount, insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["day", "text"],
        set_={
            "times": row.times + new.times, "misses": row.misses + new.misses, "results": new.results,
            "boxes": row.boxes.op("|")(new.boxes),
        },
    )  # fmt: skip
