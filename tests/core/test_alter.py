"""A CHECK of a table that has triggers is put in the place of another, on both databases."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from core.alter import add_check, drop_check, drop_not_null, set_not_null, swap_check
from core.db import db

pytestmark = pytest.mark.daily  # what the database itself decides


@pytest.fixture
def connection(session: object) -> Connection:
    """A table of its own, inside the test's transaction."""
    found = db.session.connection()
    found.execute(
        text(
            "CREATE TABLE altered (\nword TEXT,\nn INTEGER NOT NULL,"
            " CONSTRAINT ck_altered_word CHECK (word IN ('(', 'b')))"
        )
    )
    found.execute(text("INSERT INTO altered VALUES ('b', 1)"))
    return found


def refused(connection: Connection, word: str, n: int | None = 1) -> bool:
    nested = connection.begin_nested()
    try:
        connection.execute(text("INSERT INTO altered VALUES (:word, :n)"), {"word": word, "n": n})
    except IntegrityError:
        nested.rollback()
        return True
    nested.commit()
    return False


def test_a_swapped_check_allows_what_it_says_and_nothing_else(connection: Connection) -> None:
    assert refused(connection, "c")
    swap_check(connection, "altered", "ck_altered_word", "word IN ('b', 'c)')")
    assert not refused(connection, "c)")
    assert refused(connection, "(")


def test_a_check_is_added_and_dropped(connection: Connection) -> None:
    add_check(connection, "altered", "ck_altered_n", "n > 0")
    assert refused(connection, "b", 0)
    drop_check(connection, "altered", "ck_altered_n")
    assert not refused(connection, "b", 0)
    assert refused(connection, "c")


def test_rows_that_stand_must_fit(connection: Connection) -> None:
    with pytest.raises((ValueError, IntegrityError)):
        swap_check(connection, "altered", "ck_altered_word", "word = '('")


def test_an_unknown_check_is_refused(connection: Connection) -> None:
    with pytest.raises(Exception, match="ck_altered_other"):
        swap_check(connection, "altered", "ck_altered_other", "n > 0")


def test_a_column_may_be_empty_and_then_not(connection: Connection) -> None:
    assert refused(connection, "b", None)
    drop_not_null(connection, "altered", "n")
    assert not refused(connection, "b", None)
    assert refused(connection, "c"), "its CHECK stands"
    with connection.begin_nested() as nested:
        with pytest.raises((ValueError, IntegrityError)):
            set_not_null(connection, "altered", "n")
        nested.rollback()
    connection.execute(text("DELETE FROM altered WHERE n IS NULL"))
    set_not_null(connection, "altered", "n")
    assert refused(connection, "b", None)
