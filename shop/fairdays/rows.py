"""Rows that are written once, whoever comes first: the unique key decides."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from core.db import Base, db, dialect_name


def insert_once(model: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row unless a unique key of the table already has it; answers whether it is in."""
    dialect = postgresql if dialect_name() == "postgresql" else sqlite
    statement = dialect.insert(model).values(**values).on_conflict_do_nothing()
    return db.session.execute(statement.returning(*model.__table__.primary_key)).first() is not None
