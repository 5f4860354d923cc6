"""Gunicorn's hooks for the proofs."""

from typing import Any

from core.db import db


def post_fork(_server: Any, worker: Any) -> None:
    """A worker never uses a connection that was opened before the fork."""
    app = worker.app.wsgi()
    if "sqlalchemy" not in app.extensions:  # the yardstick of the figures keeps its own engine
        return
    with app.app_context():
        db.engine.dispose(close=False)
