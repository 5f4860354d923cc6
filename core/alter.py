"""Changes of tables that SQLite has no statement for: a CHECK put in the place of another, a NOT NULL come or gone.

A table is never rebuilt on SQLite, since its triggers and views hang on it. Both are only words of the table's
definition, so these words are changed in place, as https://www.sqlite.org/lang_altertable.html describes for changes
that leave the stored rows as they are. PostgreSQL drops the constraint and adds the new one. For migrations only.
"""

import re

from sqlalchemy import Connection, text


def swap_check(connection: Connection, table: str, name: str, condition: str) -> None:
    """Let the CHECK `name` of `table` say `condition` from now on. Rows that stand must satisfy it.

    Raises LookupError when there is no such CHECK (on SQLite), and the database's own error when a row breaks it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"))
        return
    _refuse_broken(connection, table, condition)
    _rewrite(connection, table, _swapped(_words_of(connection, table), name, condition))


def add_check(connection: Connection, table: str, name: str, condition: str) -> None:
    """Give `table` one more CHECK. Raises the database's own error when a row breaks it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"))
        return
    _refuse_broken(connection, table, condition)
    words = _words_of(connection, table).rstrip()
    if not words.endswith(")"):
        raise LookupError(f"{table} ends in words that no CHECK can be put before")
    _rewrite(connection, table, f"{words[:-1].rstrip()}, \n\tCONSTRAINT {name} CHECK ({condition})\n)")


def drop_check(connection: Connection, table: str, name: str) -> None:
    """Take a CHECK away."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        return
    words = _words_of(connection, table)
    start, end = _place_of(words, name)
    _rewrite(connection, table, re.sub(r",\s*\Z", "", words[:start]) + words[end:])


def drop_not_null(connection: Connection, table: str, column: str) -> None:
    """Let a column be empty from now on. Raises LookupError when it may be already (on SQLite)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL"))
        return
    words, found = re.subn(rf"(?m)^(\s*{column} [A-Z]+) NOT NULL", r"\1", _words_of(connection, table), count=1)
    if not found:
        raise LookupError(f"{table}.{column} may be empty already")
    _rewrite(connection, table, words)


def set_not_null(connection: Connection, table: str, column: str) -> None:
    """Let a column never be empty. Raises ValueError, or the database's own error, when it is in some row."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL"))
        return
    _refuse_broken(connection, table, f"{column} IS NOT NULL")
    words, found = re.subn(rf"(?m)^(\s*{column} [A-Z]+)\b(?! NOT NULL)", r"\1 NOT NULL",
                           _words_of(connection, table), count=1)  # fmt: skip
    if not found:
        raise LookupError(f"{table}.{column} is never empty already")
    _rewrite(connection, table, words)


def _words_of(connection: Connection, table: str) -> str:
    found = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), {"table": table}
    ).scalar()
    if found is None:
        raise LookupError(f"no table {table}")
    return str(found)


def _swapped(words: str, name: str, condition: str) -> str:
    start, end = _place_of(words, name)
    return f"{words[:start]}CONSTRAINT {name} CHECK ({condition}){words[end:]}"


def _place_of(words: str, name: str) -> tuple[int, int]:
    """Where the constraint begins and ends in the definition."""
    found = re.search(rf"CONSTRAINT\s+\"?{re.escape(name)}\"?\s+CHECK\s*\(", words)
    if found is None:
        raise LookupError(f"no CHECK {name}")
    depth, quoted = 1, False
    for place in range(found.end(), len(words)):
        letter = words[place]
        quoted ^= letter == "'"
        if not quoted:
            depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return found.start(), place + 1
    raise LookupError(f"the CHECK {name} does not end")


def _refuse_broken(connection: Connection, table: str, condition: str) -> None:
    """Raise ValueError when a row that stands would break the new CHECK: SQLite itself would not look."""
    broken = connection.execute(text(f"SELECT count(*) FROM {table} WHERE NOT ({condition})")).scalar()  # noqa: S608
    if broken:
        raise ValueError(f"{broken} rows of {table} break: {condition}")


def _rewrite(connection: Connection, table: str, words: str) -> None:
    """Put a definition in the place of the old one; every connection reads the schema anew."""
    version = int(connection.execute(text("PRAGMA schema_version")).scalar_one())
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(
        text("UPDATE sqlite_master SET sql = :words WHERE type = 'table' AND name = :table"),
        {"words": words, "table": table},
    )
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = OFF"))
