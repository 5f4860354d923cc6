"""Fixtures of every test. What each gives, and when to take which, is told in tests/README.md."""

import gc
import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from time import tzset
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.db import db
from core.feed import forget
from tests.support.client import FreshClient
from tests.support.clock import Clock, shifted_to
from tests.support.databases import KINDS, Database, Databases, moved, rolled_back
from tests.support.everyday import COLLECTED, left, read_heavy
from tests.support.live import Live
from tests.support.network import loopback_only
from tests.support.postgres import PrivatePostgres

#: Fixtures behind which other processes stand.
WITH_PROCESSES = {"live", "address"}
#: The plugin that weighs every test, heavy or not.
WEIGHING = "tests.support.weigh"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that touches a database on both; ``@pytest.mark.on``, OCOP_TEST_DATABASE narrow it."""
    if "database" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("on")
    kinds = marker.args if marker else KINDS
    chosen = os.environ.get("OCOP_TEST_DATABASE")
    metafunc.parametrize("database", [k for k in kinds if chosen in (None, k)], indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run what runs each day, or with OCOP_LONG=1 all the rest (tests/support/everyday.py says which is which)."""
    named = any(".py" in argument for argument in config.args)
    heavy = () if config.pluginmanager.has_plugin(WEIGHING) else read_heavy()
    config.stash[COLLECTED] = tuple(items)
    for_long = left(items, named, heavy)
    gone = set(items) - set(for_long) if os.environ.get("OCOP_LONG") == "1" else set(for_long)
    if gone:
        config.hook.pytest_deselected(items=[item for item in items if item in gone])
        items[:] = [item for item in items if item not in gone]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Look for no garbage while the application is imported: nothing of it ever becomes any."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage seldom, and never among what the application is made of: an eighth of the suite's time."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


def pytest_unconfigure(config: pytest.Config) -> None:
    """What was left out is looked at again, or a library counts it as lost."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def _alone() -> Generator[None]:
    with loopback_only():
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Generator[Databases]:
    """All databases of this session."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres(databases: Databases) -> PrivatePostgres:
    """The private PostgreSQL server itself."""
    return databases.server()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, databases: Databases) -> Database:
    """SQLite, then PostgreSQL."""
    return databases.get(request.param).made()


@pytest.fixture
def app(database: Database) -> Generator[Flask]:
    """The whole application, its context pushed, on a database that forgets this test."""
    app = database.app
    forget(app)
    with rolled_back(app), app.app_context():
        yield app
        db.session.remove()
    # The index lies in files, which no rollback undoes; the next test begins without one.
    shutil.rmtree(Path(app.instance_path) / "search", ignore_errors=True)


@pytest.fixture(autouse=True)
def _hour(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """``OCOP_TEST_AT=23:57`` lets every test begin at that hour in Việt Nam, ``2027-03-01T23:57`` on another day:
    none may pass by day and fail by night, or tomorrow.

    Tests with processes of their own keep the machine's clock: their processes have no other.
    """
    at = os.environ.get("OCOP_TEST_AT")
    if at and not WITH_PROCESSES & set(request.fixturenames):
        step = shifted_to(at)
        monkeypatch.setattr("core.clock._OFFSET_FILE", "shifted by OCOP_TEST_AT")
        monkeypatch.setattr("core.clock._offset", lambda: step)


@pytest.fixture
def session(app: Flask) -> Session:
    """The session of the test's own context."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who is not signed in."""
    return FreshClient(app)


@pytest.fixture
def make(app: Flask) -> ModuleType:
    """The builders: ``make.product()``, ``make.listing(stars=4)``, ``make.lot(on_shelf=5)`` …"""
    from tests import make

    return make


@pytest.fixture
def live(database: Database) -> Generator[Live]:
    """The whole application on a fresh real database, for threads and processes; nothing is rolled back."""
    url = database.fresh()
    with moved(database.live_app, url):
        yield Live(database.live_app, url)
    database.discard(url)


@pytest.fixture
def clock() -> Generator[Clock]:
    """The clock: ``clock.on(date(2026, 11, 1))``, ``clock.forward(hours=3)``; it stands still once set."""
    hand = Clock()
    yield hand
    hand.close()


@pytest.fixture
def set_zone(monkeypatch: pytest.MonkeyPatch) -> Generator[Callable[[str], None]]:
    """Let the server stand in another time zone: ``set_zone("America/Los_Angeles")``."""

    def put(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        tzset()

    yield put
    monkeypatch.undo()
    tzset()
