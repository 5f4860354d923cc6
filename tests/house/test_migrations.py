"""The migrations build exactly what the models say, and can be walked back, on both databases."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from core.db import db
from tests.support.databases import Database, moved


@pytest.mark.daily("postgresql")
def test_up_no_difference_down_and_up_again(database: Database) -> None:
    url = database.fresh()  # a copy of what the migrations have just built for all tests
    with moved(database.live_app, url), database.live_app.app_context():
        assert differences() == []
        flask_migrate.downgrade(revision="base")
        assert tables() <= {"alembic_version"}
        flask_migrate.upgrade()
        assert differences() == []
    database.discard(url)


def test_there_is_one_line_of_migrations(app: Flask) -> None:
    assert len(ScriptDirectory(str(app.extensions["migrate"].directory)).get_heads()) == 1


def differences() -> list[object]:
    """What autogenerate would still write."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, db.metadata))


def tables() -> set[str]:
    """What stands in the database now, views included."""
    found = inspect(db.engine)
    return set(found.get_table_names()) | set(found.get_view_names())
