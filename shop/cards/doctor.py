"""Invariants of cards: no signal is forgotten, and what is taken was reserved under the same money."""

from collections.abc import Iterable

from sqlalchemy import select

from core.clock import now
from core.db import db
from core.doctor import invariant
from shop.cards.models import CardSession, CardSignal
from shop.cards.rules import LOOK_AFTER
from shop.payments.models import Payment
from shop.payments.providers.stripe import NAME
from shop.payments.rules import RECEIVED, Status


@invariant("I26", "every signal of the card provider is dealt with, and taken money belongs to a page of ours")
def cards_are_settled() -> Iterable[str]:
    """A line for each signal that has waited too long, and for each taken payment without a page of its own."""
    late = CardSignal.done_at.is_(None) & (CardSignal.received_at < now() - 2 * LOOK_AFTER)
    for event_id in db.session.scalars(select(CardSignal.event_id).where(late)):
        yield f"signal {event_id} waits"
    ours = select(CardSession.id).where(
        CardSession.reference == Payment.reference, CardSession.intent_id == Payment.provider_ref
    )
    taken = Payment.status.in_([Status.AUTHORISED, *RECEIVED])
    query = select(Payment.reference).where(Payment.provider == NAME, taken, ~ours.exists())
    for reference in db.session.scalars(query):
        yield f"payment {reference} was paid on no page of ours"
