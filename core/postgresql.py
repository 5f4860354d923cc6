"""Manners of the connections to PostgreSQL: bounded waits, plans that are kept, and none whose server has gone."""

import select
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

#: Seconds of rest after which a connection is asked whether its server is still there.
_REST = 30.0
_USED_AT = "ocop_used_at"
#: A statement that comes again is prepared, so that PostgreSQL keeps its plan: a gate of a dozen tables takes ten times
#: as long to plan as to answer. The driver keeps a hundred and waits for the sixth time; a shop asks some hundreds.
_PLANS_KEPT, _PREPARED_AFTER = 500, 2


def prepare(engine: Engine) -> None:
    """Give an engine's connections these manners."""
    event.listen(engine, "connect", _bound_waits)
    event.listen(engine, "connect", _keep_plans)
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


def _keep_plans(connection: psycopg.Connection[Any], _record: Any) -> None:
    connection.prepared_max, connection.prepare_threshold = _PLANS_KEPT, _PREPARED_AFTER


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
