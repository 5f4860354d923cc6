"""Idempotency-Key: the answer is stored in the transaction of its effect, so a repeat can never do it twice.

Unique by (owner, route, key) with a hash of the body. Refusals undo the transaction and so
are not stored. While the first is still running, a second answers 409 with Retry-After
(PostgreSQL) or waits for the writer's lock and gets the stored answer (SQLite).
"""

import hashlib
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from flask import Response, current_app, request
from flask_babel import gettext as _
from sqlalchemy import Text, UniqueConstraint, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import day_start, now
from core.db import Base, Instant, Pk, db, dialect_name, transaction
from core.errors import AlreadySent, IdempotencyMismatch, IdempotencyRunning, Invalid
from core.schedule import nightly
from core.web.access import current_actor

KEEP = timedelta(days=30)
LONGEST = 200


class IdempotencyKey(Base):
    """One answered request."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("owner", "route", "key"),)

    id: Mapped[Pk]
    #: ``user:7`` or the secret in the address of an anonymous caller, hashed.
    owner: Mapped[str] = mapped_column(Text)
    #: Method and path.
    route: Mapped[str] = mapped_column(Text)
    #: What the caller sent.
    key: Mapped[str] = mapped_column(Text)
    #: SHA-256 of the body.
    body_hash: Mapped[str] = mapped_column(Text)
    #: The stored answer.
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant] = mapped_column(index=True)


def idempotent(view: Callable[..., Any]) -> Callable[..., Response]:
    """Run the view in one transaction with its stored answer. Stands between arguments and response."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        key = _key()
        if key is None:
            return current_app.ensure_sync(view)(*args, **kwargs)
        owner, route = _owner(), f"{request.method} {request.path}"
        body_hash = hashlib.sha256(request.get_data(cache=True)).hexdigest()
        with transaction() as session:
            _claim(f"{owner} {route} {key}")
            stored = _find(owner, route, key)
            if stored is not None:
                return _replay(stored, body_hash)
            response = current_app.ensure_sync(view)(*args, **kwargs)
            session.add(_row(owner, route, key, body_hash, response))
        return response

    return wrapper


def only_once(key: str | None) -> None:
    """Spend a form's one-time key in the running transaction, so that the form can have one effect only.

    The key is what ``once_field()`` put into the form; a refusal undoes the spending with the rest.
    Raises AlreadySent for a key that is spent, IdempotencyRunning while the first is under way.
    """
    if not key or len(key) > LONGEST:
        return
    owner, route = _owner(), f"{request.method} {request.path}"
    _claim(f"{owner} {route} {key}")
    if _find(owner, route, key) is not None:
        raise AlreadySent
    body_hash = hashlib.sha256(request.get_data(cache=True)).hexdigest()
    spent = Response(status=303)
    db.session.add(_row(owner, route, key, body_hash, spent))


@nightly
def forget_old_keys(today: date) -> int:
    """Drop answers older than thirty days."""
    with transaction() as session:
        old = delete(IdempotencyKey).where(IdempotencyKey.created_at < day_start(today) - KEEP)
        return int(session.execute(old).rowcount)  # type: ignore[attr-defined]


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", key):
        raise Invalid({"Idempotency-Key": [_("Từ 1 đến 200 ký tự ASCII, không khoảng trắng.")]})
    return key


def _owner() -> str:
    user_id = current_actor().user_id
    if user_id is not None:
        return f"user:{user_id}"
    # An anonymous caller's authority is the secret in the address (a cart's token in the path, an order's in the
    # query): it owns the key. Without it in the owner, whoever guesses a key is given another's kept answer.
    address = request.full_path if request.query_string else request.path
    return "path:" + hashlib.sha256(address.encode()).hexdigest()[:32]


def _claim(name: str) -> None:
    """One at a time per key. SQLite's writer lock already does it."""
    if dialect_name() != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    had = db.session.scalar(text("SELECT pg_try_advisory_xact_lock(:n)"), {"n": number})
    if not had:
        raise IdempotencyRunning(retry_after=1)


def _find(owner: str, route: str, key: str) -> IdempotencyKey | None:
    query = select(IdempotencyKey).where(
        IdempotencyKey.owner == owner, IdempotencyKey.route == route, IdempotencyKey.key == key
    )
    return db.session.scalar(query)


def _row(owner: str, route: str, key: str, body_hash: str, response: Response) -> IdempotencyKey:
    return IdempotencyKey(
        owner=owner, route=route, key=key, body_hash=body_hash, status=response.status_code,
        body=response.get_data(as_text=True), etag=response.headers.get("ETag"), created_at=now(),
    )  # fmt: skip


def _replay(stored: IdempotencyKey, body_hash: str) -> Response:
    if stored.body_hash != body_hash:
        raise IdempotencyMismatch
    response = Response(stored.body, stored.status, content_type="application/json")
    response.headers["Idempotent-Replay"] = "true"
    if stored.etag:
        response.headers["ETag"] = stored.etag
    return response
