"""Where a proof is played: a migrated database of its own, a server on it, and what is for sale."""

import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from flask import Flask
from sqlalchemy import create_engine, text

from core.db import db
from tests.prove.guards import GUARDS
from tests.prove.serve import Server
from tests.support.databases import Database, make_app
from tests.support.postgres import PrivatePostgres

T = TypeVar("T")


class House:
    """The databases of one kind for all proofs: PostgreSQL durable as in production, or SQLite files."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix=f"ocop-prove-{kind}-"))
        self.postgres = PrivatePostgres(durable=True).start() if kind == "postgresql" else None
        self._database = Database(kind, self.folder, self.postgres)
        self._open: tuple[tuple[str, ...], Stage, Server] | None = None
        self._closing = ExitStack()

    def serving(self, *without: str) -> "tuple[Stage, Server]":
        """A stage with its server that short scenarios share, without these guards; one is open at a time.

        What a scenario needs it makes anew, under codes of its own. `leave` ends the sharing.
        """
        if self._open is None or self._open[0] != without:
            self.leave()
            stage = self._closing.enter_context(self.stage())
            self._open = (without, stage, self._closing.enter_context(stage.serve(*without)))
        return self._open[1:]

    def leave(self) -> None:
        """Close the stage that is shared: whoever wants one next gets another."""
        self._open = None
        self._closing.close()

    @contextmanager
    def stage(self) -> Generator["Stage"]:
        """A fresh database for one scenario."""
        url = self._database.fresh()
        stage = Stage(url, Path(tempfile.mkdtemp(dir=self.folder)), self.postgres)
        try:
            yield stage
        finally:
            stage.close()
            self._database.discard(url)

    def close(self) -> None:
        """Leave nothing behind."""
        self.leave()
        if self.postgres:
            self.postgres.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


class Stage:
    """One database and whoever works on it."""

    def __init__(self, url: str, folder: Path, postgres: PrivatePostgres | None) -> None:
        self.url = url
        self.folder = folder
        self.postgres = postgres
        self.port = free_port()

    @cached_property
    def app(self) -> Flask:
        """An application in this process, for preparing; the servers are processes of their own."""
        return make_app(self.url, self.folder)

    def prepare(self, build: Callable[[], T]) -> T:
        """Write what a scenario needs, and let go of the database."""
        with self.app.app_context():
            made = build()
            db.session.remove()
            return made

    def serve(self, *without: str) -> Server:
        """The real server; ``without`` names guards to take out of code and database."""
        for guard in without:
            self._unconstrain(guard)
        return Server(self.url, self.folder, self.port, without=",".join(without))

    def ask(self, sql: str, **values: object) -> list[tuple[object, ...]]:
        """What the database itself says, on a connection of its own."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(sql), values)]
        engine.dispose()
        return rows

    def tell(self, *statements: str) -> None:
        """Change the database behind the application's back."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def upkeep(self, *statements: str) -> None:
        """What no transaction may hold: VACUUM, CHECKPOINT and their like."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def close(self) -> None:
        """Let go of the connections of this process."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _unconstrain(self, guard: str) -> None:
        engine = create_engine(self.url)
        with engine.begin() as connection:
            GUARDS[guard].unconstrain(connection)
        engine.dispose()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def doctor(stage: Stage) -> tuple[int, list[str]]:
    """``flask doctor`` on a stage: its exit status, and the invariants that it found broken."""
    done = stage.prepare(lambda: stage.app.test_cli_runner().invoke(args=["doctor"]))
    broken = re.findall(r"^(\S+)\s+broken\b", done.output, re.M)
    return done.exit_code, broken or done.output.splitlines()[-3:] if done.exit_code else []
