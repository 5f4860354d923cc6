"""Which engine this application searches with, chosen by OCOP_SEARCH, and how it is kept in step with the listings."""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

import structlog
from flask import Flask, current_app

from catalog.search.document import documents, sequences
from catalog.search.kept import scan
from catalog.search.port import Document, IndexBusy, IndexUnavailable, SearchIndex
from catalog.search.postgres_index import PostgresIndex
from catalog.search.whoosh_index import WhooshIndex
from core.config import Config, ConfigError
from core.db import end_reading, in_chunks
from core.web.health import ready_when, warn_when

log = structlog.get_logger()
T = TypeVar("T")

#: When more than this share of the listings differs, building anew is cheaper than following one by one.
_TOO_MANY = 0.2
_WHY = "search_degraded"


def init_app(app: Flask) -> None:
    """Make the engine that the configuration names. Raises ConfigError for one that the database cannot carry."""
    config: Config = app.extensions["config"]
    app.extensions["search"] = make_engine(config)
    ready_when("index", why_not_ready)
    warn_when("index", what_is_lacking)


def make_engine(config: Config) -> SearchIndex:
    """The engine of a configuration. Raises ConfigError for one that the database cannot carry."""
    if config.search == "whoosh":
        return WhooshIndex(config.instance / "search")
    if not config.database_url.startswith("postgresql"):
        raise ConfigError("OCOP_SEARCH=postgresql needs a PostgreSQL OCOP_DATABASE_URL")
    return PostgresIndex()


def engine() -> SearchIndex:
    """The engine of this application."""
    found: SearchIndex = current_app.extensions["search"]
    return found


def ask(question: Callable[[SearchIndex], T]) -> T:
    """Put a question to the engine, or to the listings themselves when the index is missing or damaged."""
    try:
        answer = question(engine())
    except IndexUnavailable as error:
        _note(str(error))
        return question(scan())
    _note(None)
    return answer


def sync(listing_id: int) -> None:
    """Make the index say of one listing what the database says now. Safe to repeat, in any order."""
    found = next(documents([listing_id]), None)
    try:
        is_known = engine().stored_sequence(listing_id) == (found.sequence if found else None)
    except IndexUnavailable:
        is_known = False
    if not is_known:
        follow([listing_id])


def follow(listing_ids: Collection[int]) -> None:
    """Make the index say of some listings what the database says now; build it anew when it is missing or damaged.

    Raises IndexBusy while another worker writes: the message comes again.
    """
    try:
        engine().follow(listing_ids, _as_they_are(listing_ids))
    except IndexBusy:
        raise
    except IndexUnavailable as error:
        log.warning("search.rebuilding", reason=str(error))
        rebuild()


def rebuild() -> int:
    """Build the index anew from the database; answers how many listings."""
    return engine().rebuild(_as_they_are(None))


def differences() -> list[str]:
    """Where index and database differ, one line each; raises IndexUnavailable."""
    return [line for _, line in _differing()]


def mend() -> int:
    """Bring the index in step when it is missing, damaged or differs; answers how many differences there were."""
    try:
        differing = _differing()
        if differing and len(differing) <= _TOO_MANY * len(sequences()):
            follow([listing_id for listing_id, _ in differing])
            if not _differing():
                return len(differing)
    except IndexBusy:
        return 0
    except IndexUnavailable as error:
        log.warning("search.rebuilding", reason=str(error))
        rebuild()
        return len(sequences())
    if differing:
        rebuild()
    return len(differing)


def why_not_ready() -> str | None:
    """None when the index answers, or when there is nothing yet that it could hold."""
    try:
        engine().begin_with(["a"], 1)
    except IndexUnavailable as error:
        return f"search degraded: {error}" if sequences() else None
    return None


def what_is_lacking() -> str | None:
    """What the engine would need to do all that it can; None when nothing."""
    found = engine()
    try:
        return found.lacking() if isinstance(found, PostgresIndex) else None
    except IndexUnavailable as error:
        return str(error)


def _as_they_are(listing_ids: Collection[int] | None) -> Iterator[Document]:
    """Documents as the newest commit has them, read when they are asked for: under the writer's lock."""
    end_reading()
    if listing_ids is None:
        yield from documents()
        return
    for some in in_chunks(listing_ids):
        yield from documents(some)


def _differing() -> list[tuple[int, str]]:
    has, should = engine().contents(), sequences()
    lines = [(one, f"listing {one}: not in the index") for one in sorted(should.keys() - has.keys())]
    lines += [(one, f"listing {one}: in the index, not live") for one in sorted(has.keys() - should.keys())]
    both = (one for one in sorted(has.keys() & should.keys()) if has[one] != should[one])
    return lines + [(one, f"listing {one}: index {has[one]}, database {should[one]}") for one in both]


def _note(why: str | None) -> None:
    """Tell the log when search degrades, when its reason changes, and when it is whole again: not for each search."""
    known: str | None = current_app.extensions.get(_WHY)
    if why == known:
        return
    current_app.extensions[_WHY] = why
    if why is None:
        log.info("search.recovered")
    else:
        log.warning("search.degraded", reason=why)
