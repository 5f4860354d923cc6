"""An index of this test's own, since the application's folder outlives the test's rolled-back rows."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from catalog.search.port import SearchIndex
from catalog.search.postgres_index import PostgresIndex
from catalog.search.whoosh_index import WhooshIndex
from tests.support.databases import Database


@pytest.fixture
def index(app: Flask, database: Database, tmp_path: Path) -> Generator[SearchIndex]:
    """The engine that suits the database: Whoosh on SQLite, PostgreSQL's own on PostgreSQL. Nothing is built yet."""
    with _instead(app, PostgresIndex() if database.kind == "postgresql" else WhooshIndex(tmp_path / "search")) as made:
        yield made


@pytest.fixture
def whoosh(app: Flask, tmp_path: Path) -> Generator[WhooshIndex]:
    """Whoosh, whatever the database; nothing is built yet."""
    made = WhooshIndex(tmp_path / "search")
    with _instead(app, made):
        yield made


@contextmanager
def _instead(app: Flask, index: SearchIndex) -> Generator[SearchIndex]:
    before = app.extensions["search"]
    app.extensions["search"] = index
    yield index
    app.extensions["search"] = before
