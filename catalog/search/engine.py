"""Which engine this application searches with, chosen by OCOP_SEARCH."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from flask import Flask, current_app

from catalog.search.document import documents, sequences
from catalog.search.port import IndexUnavailable, SearchIndex
from catalog.search.scan import DatabaseScan
from catalog.search.whoosh_index import WhooshIndex
from core.config import Config, ConfigError
from core.web.health import ready_when

log = structlog.get_logger()
T = TypeVar("T")


def init_app(app: Flask) -> None:
    """Make the engine that the configuration names. Raises ConfigError for one that is not built."""
    config: Config = app.extensions["config"]
    if config.search != "whoosh":
        raise ConfigError("OCOP_SEARCH: only whoosh is built so far; take whoosh or leave it out")
    app.extensions["search"] = WhooshIndex(config.instance / "search")
    ready_when("index", why_not_ready)


def engine() -> SearchIndex:
    """The engine of this application."""
    found: SearchIndex = current_app.extensions["search"]
    return found


def ask(question: Callable[[SearchIndex], T]) -> T:
    """Put a question to the engine, or to the database itself when the index is missing or damaged."""
    try:
        return question(engine())
    except IndexUnavailable as error:
        log.warning("search.degraded", reason=str(error))
        return question(DatabaseScan(documents()))


def sync(listing_id: int) -> None:
    """Make the index say of one listing what the database says now. Safe to repeat, in any order."""
    found = list(documents([listing_id]))
    try:
        if not found:
            engine().remove([listing_id])
        elif engine().stored_sequence(listing_id) != found[0].sequence:
            engine().put(found)
    except IndexUnavailable as error:
        log.warning("search.rebuilding", reason=str(error))
        rebuild()


def rebuild() -> int:
    """Build the index anew from the database; answers how many listings."""
    return engine().rebuild(documents())


def differences() -> list[str]:
    """Where index and database differ, one line each; raises IndexUnavailable."""
    has, should = engine().contents(), sequences()
    lines = [f"listing {one}: not in the index" for one in sorted(should.keys() - has.keys())]
    lines += [f"listing {one}: in the index, not live" for one in sorted(has.keys() - should.keys())]
    both = sorted(has.keys() & should.keys())
    return lines + [f"listing {o}: index {has[o]}, database {should[o]}" for o in both if has[o] != should[o]]


def mend() -> int:
    """Rebuild when the index is missing, damaged or differs; answers how many differences there were."""
    try:
        found = len(differences())
    except IndexUnavailable:
        found = len(sequences())
    if found:
        rebuild()
    return found


def why_not_ready() -> str | None:
    """None when the index answers, or when there is nothing yet that it could hold."""
    try:
        engine().begin_with(["a"], 1)
    except IndexUnavailable as error:
        return f"search degraded: {error}" if sequences() else None
    return None
