"""Alembic's entry: the application's engine and all models' metadata, on either database."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem

from core.db import Base, writing_options

config = context.config


def include(item: SchemaItem, name: str | None, kind: str, _reflected: bool, _compare_to: SchemaItem | None) -> bool:
    """Views are made by hand in the migrations; they are no tables to compare."""
    return not (kind == "table" and item.info.get("is_view"))


def configure(connection: Connection) -> None:
    """Run the asked-for migrations on one connection, each in its own transaction where the engine can."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, include_object=include, compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite", transaction_per_migration=True,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()


given = config.attributes.get("connection")
if given is not None:
    configure(given)
else:
    engine = current_app.extensions["sqlalchemy"].engine
    with engine.connect().execution_options(**writing_options(engine)) as opened:
        configure(opened)
        opened.commit()
