"""Gunicorn's hooks for the proofs."""

from typing import Any

from core.db import db


def post_fork(_server: Any, worker: Any) -> None:
    """A worker never uses a connection that was opened before the fork."""
    with worker.app.wsgi().app_context():
        db.engine.dispose(close=False)
