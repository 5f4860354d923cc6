"""Manners of the connections to PostgreSQL: bounded waits, and none handed out whose server has gone."""

import select
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

#: Seconds of rest after which a connection is asked whether its server is still there.
_REST = 30.0
_USED_AT = "ocop_used_at"


def prepare(engine: Engine) -> None:
    """Give an engine's connections these manners."""
    event.listen(engine, "connect", _bound_waits)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _refuse_dead)


def _bound_waits(connection: Any, _record: Any) -> None:
    """A lock hang becomes "try again", never a stuck till. Outside a transaction, so that no rollback undoes it."""
    before, connection.autocommit = connection.autocommit, True
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
        cursor.execute("SET statement_timeout = '20s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '30s'")
    connection.autocommit = before


def _note_use(_connection: Any, record: Any) -> None:
    record.info[_USED_AT] = time.monotonic()


def _refuse_dead(connection: psycopg.Connection[Any], record: Any, _proxy: Any) -> None:
    """Hand out no connection that its server has closed: then its socket has something to read, a farewell.

    That costs no round trip; one is made after a rest in which something between might have forgotten the connection.
    """
    try:
        is_closed = bool(select.select([connection.fileno()], [], [], 0)[0])
        if not is_closed and time.monotonic() - record.info.get(_USED_AT, 0.0) > _REST:
            connection.execute("")
    except (psycopg.Error, OSError, ValueError) as error:
        raise InvalidatePoolError("the server has gone") from error
    if is_closed:
        raise InvalidatePoolError("the server has closed the connection")
