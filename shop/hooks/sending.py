"""Delivering: take an endpoint, send it its oldest event, note what it said. At least once; the event's id tells twice.

Runs in threads of its own (`core.worker.beside`), one call to an endpoint at a time, so that a slow receiver delays
nobody but itself. No transaction is held while a stranger is talked to.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException

from sqlalchemy import exists, or_, select

from core.accounts.actor import SYSTEM
from core.audit import record
from core.clock import now
from core.db import db, end_reading, transaction
from core.events import publish
from core.outward import TIMEOUT_SECONDS, AddressRefused, post
from core.worker import beside
from shop.hooks.events import EndpointDisabled
from shop.hooks.models import HookDelivery, HookEndpoint, HookEvent
from shop.hooks.rules import GIVE_UP, VERSION, header, next_try
from shop.hooks.secrets import valid_secrets
from shop.hooks.service import allows_loopback

#: Threads that deliver: so many receivers may be slow at once.
THREADS = 4
#: An endpoint is somebody else's again after this long, should the thread that took it die.
LEASE = timedelta(seconds=30)
#: Signs of an answer that are kept for the desk.
MOST_SIGNS = 500


@dataclass(frozen=True)
class Parcel:
    """One attempt, ready to leave."""

    delivery_id: int
    endpoint_id: int
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Said:
    """What became of an attempt: an HTTP status or None, and words for the desk."""

    status: int | None
    words: str

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


def deliver_one() -> int:
    """Send one event to one endpoint; answers 1, or 0 when nothing is due."""
    parcel = _take()
    if parcel is None:
        return 0
    end_reading()
    said = _send(parcel)
    _note(parcel, said)
    return 1


beside(deliver_one, THREADS)


def body_of(event: HookEvent) -> bytes:
    """An event as every receiver gets it, byte for byte the same at each attempt."""
    told = {
        "id": event.code, "type": event.kind, "created": event.created_at.isoformat(timespec="seconds"),
        "version": VERSION, "data": event.data,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _take() -> Parcel | None:
    """Lease the endpoint that has waited longest, sound ones first, and read its oldest event that is due."""
    at = now()
    due = HookDelivery.state == "waiting", HookDelivery.due_at <= at
    has_due = exists().where(HookDelivery.endpoint_id == HookEndpoint.id, *due)
    is_free = or_(HookEndpoint.busy_until.is_(None), HookEndpoint.busy_until <= at)
    query = select(HookEndpoint).where(HookEndpoint.is_active, is_free, has_due)
    query = query.order_by(HookEndpoint.failing_since.is_not(None), HookEndpoint.busy_until, HookEndpoint.id).limit(1)
    if db.session.scalar(query.with_only_columns(HookEndpoint.id)) is None:
        return None
    with transaction() as session:
        endpoint = session.scalars(query.with_for_update(skip_locked=True)).first()
        if endpoint is None:
            return None
        waiting = select(HookDelivery).where(HookDelivery.endpoint_id == endpoint.id, *due)
        delivery = session.scalars(waiting.order_by(HookDelivery.due_at, HookDelivery.id).limit(1)).one()
        endpoint.busy_until = at + LEASE
        return _pack(delivery, endpoint, at)


def _pack(delivery: HookDelivery, endpoint: HookEndpoint, at: datetime) -> Parcel:
    body, seconds = body_of(delivery.event), int(at.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "OCOP-Mart-Webhooks/1",
        "OCOP-Event-Id": delivery.event.code, "OCOP-Event-Type": delivery.event.kind,
        "OCOP-Signature": header(valid_secrets(endpoint, at), seconds, body),
    }  # fmt: skip
    return Parcel(delivery.id, endpoint.id, endpoint.url, body, headers)


def _send(parcel: Parcel) -> Said:
    try:
        answer = post(
            parcel.url, parcel.body, parcel.headers, guarded=True, allows_loopback=allows_loopback(),
            seconds=TIMEOUT_SECONDS,
        )  # fmt: skip
    except AddressRefused:
        return Said(None, "the address is not on the open internet")
    except (OSError, HTTPException, ValueError) as error:
        return Said(None, type(error).__name__)
    return Said(answer.status, answer.body[:MOST_SIGNS].replace("\x00", ""))


def _note(parcel: Parcel, said: Said) -> None:
    with transaction() as session:
        endpoint = session.scalars(
            select(HookEndpoint).where(HookEndpoint.id == parcel.endpoint_id).with_for_update()
        ).one()
        delivery = session.get_one(HookDelivery, parcel.delivery_id)
        at = now()
        endpoint.busy_until = at
        delivery.tried_at, delivery.status, delivery.answer = at, said.status, said.words
        delivery.attempts += 1
        if said.is_taken:
            delivery.state, delivery.ended_at, endpoint.failing_since = "done", at, None
            return
        _fail(endpoint, delivery, said, at)


def _fail(endpoint: HookEndpoint, delivery: HookDelivery, said: Said, at: datetime) -> None:
    """Wait and try again, or give it up; an endpoint that is gone, or took nothing for days, is switched off."""
    begun = delivery.replayed_at or delivery.event.created_at
    due = next_try(delivery.attempts, begun, at)
    if due is None:
        delivery.state, delivery.ended_at = "given_up", at
    else:
        delivery.due_at = due
    since = endpoint.failing_since or at
    endpoint.failing_since = since
    if said.status == 410:
        _disable(endpoint, "gone")
    elif since <= at - GIVE_UP:
        _disable(endpoint, "failing")


def _disable(endpoint: HookEndpoint, reason: str) -> None:
    if not endpoint.is_active:
        return
    endpoint.is_active, endpoint.disabled_because = False, reason
    record("hook.disabled", f"hook:{endpoint.code}", SYSTEM, reason=reason)
    publish(EndpointDisabled(endpoint.id, endpoint.version, reason))
