"""One database, two engines: SQLite embedded, PostgreSQL in production.

``transaction()`` is the only place that commits. A verb is one transaction; an inner
``transaction()`` joins the outer one. On SQLite a writing transaction begins with BEGIN
IMMEDIATE (a lock upgrade in the middle would fail at once with "database is locked"),
a reading one with plain BEGIN, so that readers never wait for writers.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar, cast

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Integer,
    MetaData,
    Table,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    make_transient_to_detached,
    mapped_column,
    registry,
)
from sqlalchemy.types import TypeDecorator

from core import postgresql
from core.errors import EditConflict, Refusal

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant: timestamptz on PostgreSQL, UTC without zone on SQLite. Refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Answer aware UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The parent of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JSON().with_variant(JSONB, "postgresql")},
    )
    metadata = registry.metadata


T = TypeVar("T")
M = TypeVar("M", bound=Base)
#: What a statement is run with.
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
#: Parameters that one statement may carry on either engine.
MOST_PARAMETERS = 5_000
#: Statements kept compiled: the whole house has more than the 500 that SQLAlchemy keeps unless it is told.
COMPILED = 2_000
#: Integer key; SQLite only numbers rows by itself for plain INTEGER.
Pk = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
#: Whole đồng.
Dong = Annotated[int, mapped_column(BigInteger)]
#: An aware UTC instant.
Instant = Annotated[datetime, mapped_column(UtcDateTime)]
#: A JSON object.
Json = Annotated[dict[str, Any], mapped_column(JSON().with_variant(JSONB, "postgresql"))]


class Versioned:
    """An object that people edit: ``version`` rises at every change and guards against lost updates."""

    #: Rises by one at each update; the ETag of the object.
    version: Mapped[int] = mapped_column(Integer)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Let SQLAlchemy compare and raise the version in each UPDATE."""
        return {"version_id_col": cls.version}


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

migrate = Migrate()

_WRITES = "ocop_writes"
_DEPTH = "ocop_transaction_depth"
_DONE = "ocop_transactions_done"
_forbidden: ContextVar[Refusal | None] = ContextVar("writing_forbidden", default=None)


@contextmanager
def transaction() -> Generator[Session]:
    """One unit of work: commits when the outermost block ends, rolls everything back on any exception.

    Joins an outer transaction. What was read before the outermost one began is read
    again inside, so a decision never rests on a value from before its locks.
    Raises RuntimeError when rows were changed outside any transaction (a programming error), and the refusal
    of ``read_only`` where nothing may be written.
    """
    session = db.session()
    if session.info.get(_DEPTH, 0):
        yield session
        return
    if (refusal := _forbidden.get()) is not None:
        raise refusal
    _begin_writing(session)
    session.info[_DEPTH] = 1
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_DEPTH] = 0
        session.info[_DONE] = session.info.get(_DONE, 0) + 1


@contextmanager
def read_only(refusal: Refusal) -> Generator[None]:
    """Let nothing be written in this context: every transaction that would begin is refused with ``refusal``."""
    token = _forbidden.set(refusal)
    try:
        yield
    finally:
        _forbidden.reset(token)


def in_transaction() -> bool:
    """Whether the caller stands inside ``transaction()``."""
    return bool(db.session().info.get(_DEPTH, 0))


def writes_done() -> int:
    """How many transactions this context has ended: what it read before the last of them may be old."""
    return int(db.session().info.get(_DONE, 0))


def end_reading() -> None:
    """Give back the snapshot that reads have opened, so that the next read sees what others committed."""
    session = db.session()
    if not session.info.get(_DEPTH, 0):
        session.rollback()
        session.expire_all()


def _begin_writing(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside transaction()")
    session.rollback()
    session.expire_all()  # nothing known from before this transaction may decide anything inside it
    session.connection(execution_options=writing_options(session.get_bind()))


def writing_options(bind: Engine | Connection) -> dict[str, Any]:
    """What makes a connection one of a transaction: SQLite takes its lock at once, PostgreSQL begins one at all."""
    begins = isinstance(bind, Engine) and bind.dialect.name == "postgresql"
    return {_WRITES: True, "isolation_level": "READ COMMITTED"} if begins else {_WRITES: True}


def run(statement: Executable, values: Values = None, *, flush: bool = True) -> CursorResult[Any]:
    """Run a statement that was built once, at import, with its bound values (a list of them: once for each).

    As ``db.session.execute`` does, in the running transaction and after what objects have still to write (unless
    ``flush`` is False: for rows that hang on none of them); in a third of the time, for most of it goes into building a
    statement anew and into what only objects need. For busy paths.
    """
    session = db.session()
    if flush and session.autoflush:
        session.flush()
    return session.connection().execute(statement, values)


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements that ``run`` takes."""
    return cast("Table", model.__table__)


def written(made: M) -> M:
    """An object as a statement of ``run`` has just written it, its key included: the session has it as if read."""
    make_transient_to_detached(made)
    db.session.add(made)
    return made


def check_version(obj: Versioned, expected: int) -> None:
    """Refuse a stale edit: raises EditConflict (412 ``edit.conflict``) naming both versions."""
    if obj.version != expected:
        raise EditConflict(yours=expected, current=obj.version)


def dialect_name() -> str:
    """``sqlite`` or ``postgresql``."""
    return db.engine.dialect.name


def init_app(app: Flask) -> None:
    """Join the database to the application and set each connection up."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        postgresql.prepare(engine)


def engine_options(url: str, threads: int = 8) -> dict[str, Any]:
    """Pool settings by engine. PostgreSQL: one connection a thread; reads stand outside any transaction.

    Each statement sees what is committed (READ COMMITTED) either way; a transaction around reads would only cost two
    more round trips. ``transaction()`` begins one. The connection that rested last is handed out first: the fewer are
    used, the more of them know the plans of what is asked (core/postgresql.py).
    """
    kept = {"query_cache_size": COMPILED}
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}, **kept}
    return {
        "isolation_level": "AUTOCOMMIT", "pool_size": threads, "max_overflow": 2, "pool_use_lifo": True, **kept
    }  # fmt: skip


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we emit BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def sqlite_engine_events(engine: Engine) -> None:
    """Give an engine made outside the app (Alembic, tests) the same SQLite manners."""
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def in_chunks(values: Iterable[T], size: int = MOST_PARAMETERS) -> Iterator[list[T]]:
    """The values in lists that one statement can carry, in their order."""
    waiting = list(values)
    return (waiting[start : start + size] for start in range(0, len(waiting), size))


def day_or_none(value: date | str | None) -> date | None:
    """A date from a raw SQL row: SQLite answers text where PostgreSQL answers a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value
