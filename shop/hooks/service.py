"""Verbs of webhooks: keep endpoints, tell an event, send it again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.ids import short_code
from core.outward import AddressRefused, check_url
from shop.hooks.models import HookDelivery, HookEndpoint, HookEvent
from shop.hooks.refusals import AddressNotAllowed, EndpointNotFound, TooMany
from shop.hooks.rules import BOTH_VALID, MOST_ENDPOINTS, PING, hears, may_hear
from shop.hooks.secrets import secret_of


@dataclass(frozen=True)
class Told:
    """An event as it leaves: its type, its facts, whose it is, and whether anybody may know it."""

    kind: str
    data: dict[str, Any]
    #: ``store:kien-thuy``, ``producer:ATV-01`` …
    scopes: frozenset[str]
    is_public: bool = False


def allows_loopback() -> bool:
    """Whether receivers may stand on this machine: in a demonstration and in tests."""
    return bool(current_app.extensions["config"].is_loopback)


def create_endpoint(by: Actor, scope: Scope | None, url: str, name: str, topics: Sequence[str]) -> HookEndpoint:
    """Begin to listen; its secret is `secret_of(code, 1)`, to be shown once. Refuses AddressNotAllowed, TooMany."""
    _authorize(by, scope)
    _check_url(url)
    with transaction() as session:
        mine = HookEndpoint.scope_type == _type(scope), HookEndpoint.scope_id == _id(scope), HookEndpoint.is_active
        if (session.scalar(select(func.count()).select_from(HookEndpoint).where(*mine)) or 0) >= MOST_ENDPOINTS:
            raise TooMany
        endpoint = HookEndpoint(
            code=short_code("WH"), scope_type=_type(scope), scope_id=_id(scope), url=url, name=name,
            wants={"topics": list(topics)}, owner_id=by.user_id, created_at=now(),
        )  # fmt: skip
        session.add(endpoint)
        session.flush()
        record("hook.created", f"hook:{endpoint.code}", by, url=url, topics=list(topics))
        return endpoint


def change_endpoint(by: Actor, code: str, url: str, name: str, topics: Sequence[str]) -> HookEndpoint:
    """Listen elsewhere, or to something else."""
    _check_url(url)
    with transaction():
        endpoint = _lock(by, code)
        endpoint.url, endpoint.name, endpoint.wants = url, name, {"topics": list(topics)}
        record("hook.changed", f"hook:{code}", by, url=url, topics=list(topics))
        return endpoint


def rotate_secret(by: Actor, code: str) -> str:
    """A new secret, answered once; the one before signs beside it for a day, and the one before that no more."""
    with transaction():
        endpoint = _lock(by, code)
        endpoint.generation += 1
        endpoint.previous_until = now() + BOTH_VALID
        record("hook.secret_rotated", f"hook:{code}", by, generation=endpoint.generation)
        return secret_of(code, endpoint.generation)


def switch(by: Actor, code: str, *, on: bool) -> HookEndpoint:
    """Stop listening, or begin again; what waits is sent when it is on."""
    with transaction():
        endpoint = _lock(by, code)
        endpoint.is_active, endpoint.disabled_because = on, None if on else "owner"
        endpoint.failing_since = endpoint.busy_until = None
        record("hook.switched", f"hook:{code}", by, on=on)
        return endpoint


def ping(by: Actor, code: str) -> HookEvent:
    """Tell one endpoint that it is there."""
    with transaction() as session:
        endpoint = _lock(by, code)
        event = _event(Told(PING, {"endpoint": code}, frozenset()))
        session.add(event)
        session.flush()
        session.add(HookDelivery(event_id=event.id, endpoint_id=endpoint.id, due_at=event.created_at))
        return event


def replay(by: Actor, code: str, delivery_id: int) -> HookDelivery:
    """Send an event once more, under the same id: a receiver that has it knows it. Raises NotFound for another's."""
    with transaction() as session:
        endpoint = _lock(by, code)
        delivery = session.get(HookDelivery, delivery_id, with_for_update={"of": HookDelivery})
        if delivery is None or delivery.endpoint_id != endpoint.id:
            raise NotFound
        at = now()
        delivery.state, delivery.ended_at, delivery.due_at = "waiting", None, at
        delivery.attempts, delivery.replayed_at = 0, at
        record("hook.replayed", f"hook:{code}", by, event=delivery.event.code)
        return delivery


def tell(told: Told) -> int:
    """Write an event down for everybody who wants it and whose business it is; answers for how many.

    Nobody listens: nothing is written. Called in a transaction by reactions that run in the worker.
    """
    with transaction() as session:
        listening = session.scalars(select(HookEndpoint).where(HookEndpoint.is_active).order_by(HookEndpoint.id))
        wanted = [one for one in listening if _concerns(one, told)]
        if not wanted:
            return 0
        event = _event(told)
        session.add(event)
        session.flush()
        session.add_all(HookDelivery(event_id=event.id, endpoint_id=one.id, due_at=event.created_at) for one in wanted)
        return len(wanted)


def is_anybody_listening() -> bool:
    """Whether it is worth while to look an event's facts up."""
    return db.session.scalar(select(HookEndpoint.id).where(HookEndpoint.is_active).limit(1)) is not None


def get_endpoint(by: Actor, code: str) -> HookEndpoint:
    """An endpoint of the caller's scopes. Raises EndpointNotFound for another's."""
    endpoint = db.session.scalar(select(HookEndpoint).where(HookEndpoint.code == code))
    if endpoint is None:
        raise EndpointNotFound
    _authorize(by, scope_of(endpoint))
    return endpoint


def scope_of(endpoint: HookEndpoint) -> Scope | None:
    """Whose it is; None for the admin's."""
    return Scope(endpoint.scope_type, endpoint.scope_id) if endpoint.scope_type else None


def _concerns(endpoint: HookEndpoint, told: Told) -> bool:
    topics: Collection[str] = endpoint.wants.get("topics", ())
    is_theirs = may_hear(endpoint.scope_type, endpoint.scope_id, told.scopes, is_public=told.is_public)
    return is_theirs and hears(topics, told.kind)


def _event(told: Told) -> HookEvent:
    code = "evt_" + short_code("E", 20).partition("-")[2]
    return HookEvent(code=code, kind=told.kind, created_at=now(), data=told.data)


def _authorize(by: Actor, scope: Scope | None) -> None:
    """Her own scope; without one only whoever holds the right everywhere. Raises Forbidden, NotFound."""
    authorize(by, "hooks.keep", scope or Scope("", ""))


def _lock(by: Actor, code: str) -> HookEndpoint:
    get_endpoint(by, code)
    query = select(HookEndpoint).where(HookEndpoint.code == code).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _check_url(url: str) -> None:
    try:
        check_url(url, allows_loopback=allows_loopback())
    except AddressRefused as error:
        raise AddressNotAllowed from error


def _type(scope: Scope | None) -> str:
    return scope.kind if scope else ""


def _id(scope: Scope | None) -> str:
    return scope.code if scope else ""
