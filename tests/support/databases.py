"""Migrated databases for the tests, each kind made once per session by the real migrations.

``shared`` is one database that no test ever commits to: each test runs in one outer
transaction that is rolled back. ``fresh`` copies the migrated template for tests that need
several real connections.
"""

import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import flask_migrate
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Dialect, Engine, create_engine

from core import postgresql
from core.config import Config
from core.db import db, engine_options, sqlite_engine_events
from core.feed import forget
from tests.support.needs import lacking
from tests.support.postgres import Missing, PrivatePostgres

if TYPE_CHECKING:
    from core.app import Part

KINDS = ("sqlite", "postgresql")
#: What a dialect does about savepoints, and how it is said.
_SAVEPOINTS = {
    "do_savepoint": "SAVEPOINT",
    "do_rollback_to_savepoint": "ROLLBACK TO SAVEPOINT",
    "do_release_savepoint": "RELEASE SAVEPOINT",
}


class Templates(BytecodeCache):
    """Templates as they were compiled by the first application of this process: the others need not."""

    _kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept under the template's name and source."""
        if (found := self._kept.get(f"{bucket.key}-{bucket.checksum}")) is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[f"{bucket.key}-{bucket.checksum}"] = bucket.bytecode_to_string()


def make_app(url: str, instance: Path, parts: "Sequence[Part] | None" = None) -> Flask:
    """The real application on a database, as the tests want it.

    It is imported here, so that tests of pure rules never pay for it.
    """
    import admin
    import catalog
    import shop
    from core.app import build_app

    config = Config(
        instance=instance,
        database_url=url,
        secret_key="a secret for the tests only",
        mail_url=f"file:{instance / 'mail'}",
        testing=True,
    )
    app = build_app(config.checked(), (catalog, shop, admin) if parts is None else parts)
    app.jinja_env.bytecode_cache = Templates()
    return app


def migrate(app: Flask, revision: str = "head") -> None:
    """Run the migrations up to a revision."""
    with app.app_context():
        flask_migrate.upgrade(revision=revision)
        db.session.remove()
        db.engine.dispose()


class Database:
    """One kind of database: its migrated template, the shared app on it, fresh copies."""

    def __init__(self, kind: str, folder: Path, server: PrivatePostgres | None) -> None:
        self.kind = kind
        self.folder = folder
        self._server = server
        self._numbers = count(1)

    @cached_property
    def app(self) -> Flask:
        """The application that all savepoint tests of this kind share."""
        app = make_app(self._address("shared"), self.folder / "shared")
        plain_savepoints(_engines(app)[None].dialect)
        self.fresh("shared")
        return app

    @cached_property
    def live_app(self) -> Flask:
        """The application of live tests and migrations: it has no database but the one it is moved to."""
        return make_app(self._address("live-has-no-database"), self.folder / "live")

    def made(self) -> "Database":
        """Itself, with what every session makes once: no test is charged with it."""
        _ = self.app, self.live_app
        return self

    def empty(self) -> str:
        """The address of a new database without any table."""
        name = f"empty{next(self._numbers)}"
        return self._server.create(name) if self._server else self._address(name)

    def fresh(self, name: str | None = None) -> str:
        """The address of a new migrated database."""
        name = name or f"fresh{next(self._numbers)}"
        if self._server:
            return self._server.create(name, template=self._template)
        shutil.copy(self._template, self.folder / f"{name}.db")
        return self._address(name)

    def discard(self, url: str) -> None:
        """Forget a database that ``empty`` or ``fresh`` made."""
        if self._server:
            self._server.drop(url.rsplit("/", 1)[1].split("?")[0])
        else:
            for path in self.folder.glob(Path(url).name + "*"):
                path.unlink()

    def _address(self, name: str) -> str:
        return self._server.url(name) if self._server else f"sqlite:///{self.folder / name}.db"

    @cached_property
    def _template(self) -> str:
        if self._server:
            self._server.drop("template_ocop")  # left by a migration that failed
            with moved(self.live_app, self._server.create("template_ocop")):
                migrate(self.live_app)
            return "template_ocop"
        path = self.folder / "template_ocop.db"
        with moved(self.live_app, f"sqlite:///{path}"):
            migrate(self.live_app)
            _fold_wal(self.live_app)
        return str(path)


class Databases:
    """The session's databases; PostgreSQL is started when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Database] = {}
        self._server: PrivatePostgres | None = None

    def get(self, kind: str) -> Database:
        """The database of a kind; skips (or fails under REQUIRE_ALL=1) where PostgreSQL is missing."""
        if kind not in self._made:
            server = self.server() if kind == "postgresql" else None
            folder = self._folder / kind
            folder.mkdir(parents=True)
            self._made[kind] = Database(kind, folder, server)
        return self._made[kind]

    def server(self) -> PrivatePostgres:
        """The private PostgreSQL of this session."""
        if self._server is None:
            try:
                self._server = PrivatePostgres().start()
            except Missing as missing:
                lacking(str(missing))
        return self._server

    def close(self) -> None:
        """Stop what was started."""
        if self._server is not None:
            self._server.remove()


@contextmanager
def rolled_back(app: Flask) -> Generator[Connection]:
    """Give the app one connection whose outer transaction is never committed.

    Every session of the app joins it by a savepoint, so ``transaction()`` commits and
    rolls back as always, and the next test finds the database as it was.
    """
    engines = _engines(app)
    engine = engines[None]
    assert isinstance(engine, Engine)
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    connection = engine.connect().execution_options(
        **({"isolation_level": "READ COMMITTED"} if engine.dialect.name == "postgresql" else {})
    )
    outer = connection.begin()
    engines[None] = connection
    try:
        yield connection
    finally:
        engines[None] = engine
        outer.rollback()
        connection.close()


def plain_savepoints(dialect: Dialect) -> None:
    """Let savepoints go to the driver as they are. What is a COMMIT elsewhere is one here: a third of all statements.

    Nobody who counts statements sees them, as nobody sees a COMMIT.
    """

    def said(words: str) -> Callable[[Connection, str], None]:
        def say(connection: Connection, name: str) -> None:
            cursor = connection.connection.cursor()
            cursor.execute(f"{words} {name}")
            cursor.close()

        return say

    for verb, words in _SAVEPOINTS.items():
        setattr(dialect, verb, said(words))


@contextmanager
def moved(app: Flask, url: str) -> Generator[None]:
    """Let an app work on another database. Afterwards it has none, and knows and holds nothing of what was done.

    Building the application anew for each test would cost most of a second; nothing is committed in that time.
    """
    engines, extensions, folder = _engines(app), dict(app.extensions), Path(app.instance_path)
    before = {name: list(hooks) for name, hooks in app.before_request_funcs.items()}
    kept, engines[None] = engines[None], _engine(url)
    app._got_first_request = False  # pyright: ignore[reportPrivateUsage] a test may hang a hook of its own in
    try:
        yield
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        engines[None] = kept
        app.extensions = extensions
        app.before_request_funcs.clear()
        app.before_request_funcs.update(before)
        forget(app)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)


def _engine(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    (sqlite_engine_events if url.startswith("sqlite") else postgresql.prepare)(engine)
    return engine


def _engines(app: Flask) -> dict[str | None, Any]:
    with app.app_context():
        return db._app_engines[app]  # pyright: ignore[reportPrivateUsage]


def _fold_wal(app: Flask) -> None:
    """Move SQLite's write-ahead log into the file, so that copying one file copies all."""
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        db.engine.dispose()
