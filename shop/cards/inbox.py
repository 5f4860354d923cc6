"""The inbox of the provider's signals: each is stored once, acknowledged after that, and dealt with by the worker.

A signal is never believed: it makes us ask the provider what became of the payment. Dealing with it fails or
succeeds as a whole and is tried again until it succeeds.
"""

from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from stripe import SignatureVerificationError, WebhookSignature

from core.clock import now
from core.db import db, dialect_name, transaction
from core.events import publish
from core.web.api import BadJson, read_json
from shop.cards import rules
from shop.cards.alarms import raise_alarm
from shop.cards.events import SignalStored
from shop.cards.models import CardSession, CardSignal
from shop.cards.refusals import SignalRefused
from shop.cards.settling import look
from shop.payments.models import Payment
from shop.payments.providers.stripe import NAME, Told, get_stripe, read_event

log = structlog.get_logger()


def read_signal(raw: bytes, header: str | None, secret: str) -> Told:
    """A webhook's event, once we know that the provider signed it for us, now, in our mode and account.

    Refuses SignalRefused. One that is signed with our secret and still not ours also alarms: an address is
    registered wrongly.
    """
    if not header or len(raw) > rules.LARGEST_SIGNAL or not rules.is_timely(_signed_at(header), now()):
        raise SignalRefused
    try:
        WebhookSignature.verify_header(raw, header, secret)
        told = read_event(read_json(raw))
    except (SignatureVerificationError, BadJson, KeyError, TypeError, ValueError) as error:
        raise SignalRefused from error
    if told.account is not None or told.is_live != get_stripe().is_live:
        raise_alarm("foreign_signal", told.id, None, account=told.account, live=told.is_live, event=told.kind)
        raise SignalRefused
    return told


def store(told: Told, source: str) -> bool:
    """Keep an event and have it dealt with; False when it was here already. Committed when this returns."""
    insert = (postgresql if dialect_name() == "postgresql" else sqlite).insert(CardSignal)
    values: dict[str, Any] = {
        "event_id": told.id, "kind": told.kind[:80], "reference": told.reference, "intent_id": told.intent_id,
        "source": source, "happened_at": told.at, "received_at": now(),
    }  # fmt: skip
    with transaction() as session:
        added = session.execute(insert.values(values).on_conflict_do_nothing().returning(CardSignal.id)).first()
        if added is not None:
            publish(SignalStored(told.id))
        return added is not None


def deal_with(event_id: str) -> None:
    """Look at what a signal is about, outside any transaction. Twice has the effect of once."""
    signal = db.session.scalar(select(CardSignal).where(CardSignal.event_id == event_id))
    if signal is None or signal.done_at is not None:
        return
    reference, received_at = _reference_of(signal), signal.received_at
    if reference is not None:
        look(reference, since=received_at)
    with transaction() as session:
        done = session.scalars(select(CardSignal).where(CardSignal.event_id == event_id).with_for_update()).one()
        done.done_at, done.outcome = done.done_at or now(), "settled" if reference else "foreign"


def _reference_of(signal: CardSignal) -> str | None:
    """The payment that a signal is about: by its own word, or by the money it names. None: not one of ours."""
    ours = select(Payment.reference).where(Payment.provider == NAME)
    if signal.reference is not None:
        return db.session.scalar(ours.where(Payment.reference == signal.reference))
    if signal.intent_id is None:
        return None
    by_page = select(CardSession.reference).where(CardSession.intent_id == signal.intent_id)
    return db.session.scalar(by_page) or db.session.scalar(ours.where(Payment.provider_ref == signal.intent_id))


def _signed_at(header: str) -> int:
    """The one instant of a signature header. Refuses SignalRefused for none, several, or no plain number."""
    found = [part.strip().removeprefix("t=") for part in header.split(",") if part.strip().startswith("t=")]
    if len(found) != 1 or not (found[0].isascii() and found[0].isdecimal()) or len(found[0]) > 12:
        raise SignalRefused
    return int(found[0])
