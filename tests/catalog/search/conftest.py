"""An index of this test's own, since the application's folder outlives the test's rolled-back rows."""

from collections.abc import Generator
from pathlib import Path

import pytest
from flask import Flask

from catalog.search.whoosh_index import WhooshIndex


@pytest.fixture
def index(app: Flask, tmp_path: Path) -> Generator[WhooshIndex]:
    """An empty folder; nothing is built in it yet."""
    before = app.extensions["search"]
    app.extensions["search"] = WhooshIndex(tmp_path / "search")
    yield app.extensions["search"]
    app.extensions["search"] = before
