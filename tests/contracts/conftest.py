"""Every engine behind the port of search: Whoosh, PostgreSQL, and the scan that needs no index."""

from collections.abc import Generator
from pathlib import Path

import pytest

from catalog.search.port import Document, SearchIndex
from catalog.search.scan import DatabaseScan
from catalog.search.whoosh_index import WhooshIndex
from tests.support.databases import Databases, rolled_back
from tests.support.engines import WITHOUT_POSTGRESQL, Build

WRITABLE = ["whoosh"] if WITHOUT_POSTGRESQL else ["whoosh", "postgresql"]


@pytest.fixture(params=[*WRITABLE, "scan"])
def build(request: pytest.FixtureRequest) -> Build:
    """Makes an engine that holds these documents."""
    if request.param == "scan":
        return DatabaseScan
    return _filled(_index(request))


@pytest.fixture(params=WRITABLE)
def index(request: pytest.FixtureRequest) -> SearchIndex:
    """An engine that can be written, before anything was built in it."""
    return _index(request)


def _index(request: pytest.FixtureRequest) -> SearchIndex:
    if request.param == "whoosh":
        tmp_path: Path = request.getfixturevalue("tmp_path")
        return WhooshIndex(tmp_path / "index")
    found: SearchIndex = request.getfixturevalue("postgres_index")
    return found


@pytest.fixture
def postgres_index(databases: Databases) -> Generator[SearchIndex]:
    """The PostgreSQL engine on a database that forgets this test."""
    from catalog.search.postgres_index import PostgresIndex
    from core.db import db

    app = databases.get("postgresql").app
    with rolled_back(app), app.app_context():
        yield PostgresIndex()
        db.session.remove()


def _filled(index: SearchIndex) -> Build:
    def fill(documents: list[Document]) -> SearchIndex:
        index.rebuild(documents)
        return index

    return fill
