"""Taking reserved money, between two short transactions: decided behind the locks, asked for under one key, booked.

Nothing is asked for within fifteen seconds of the end of the window. A capture that was begun and of which nothing
is known by then is only looked up, and freed where it was not taken: the provider says which came first.
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from core.clock import now
from core.db import db, end_reading, transaction
from shop.cards.alarms import raise_alarm
from shop.cards.models import CardSession
from shop.cards.rules import capture_key
from shop.cards.settling import free, settle
from shop.payments import reserving
from shop.payments.providers.stripe import Intent, ProviderRefused, get_stripe


@dataclass(frozen=True)
class _Begun:
    """A capture that was decided: what to ask for, under which key, and whether it may still be asked for."""

    reference: str
    intent_id: str
    amount_vnd: int
    key: str
    is_timely: bool


def take(reference: str) -> None:
    """Take what is reserved for a payment, if it may be taken. Twice has the effect of once.

    Raises ProviderAway and ProviderRefused when the provider must be asked again later.
    """
    begun = _begin(reference)
    if begun is None:
        return
    intent = _ask(begun) if begun.is_timely else free(begun.intent_id)
    settle(reference, intent)


def _begin(reference: str) -> _Begun | None:
    payment = reserving.begin_capture(reference)
    if payment is None or payment.provider_ref is None:
        return None
    refused = db.session.scalar(select(CardSession.captures).where(CardSession.intent_id == payment.provider_ref))
    begun = _Begun(
        reference, payment.provider_ref, payment.amount_vnd, capture_key(reference, refused or 0),
        reserving.may_begin(payment, now()),
    )  # fmt: skip
    end_reading()
    return begun


def _ask(begun: _Begun) -> Intent:
    """Ask for the money. A no is checked against what the provider holds: it may have been taken before."""
    try:
        return get_stripe().capture(begun.intent_id, begun.amount_vnd, begun.key)
    except ProviderRefused as refused:
        intent = get_stripe().get_intent(begun.intent_id)
        if intent.status != "requires_capture":
            return intent
        if refused.is_final:
            raise_alarm("capture_refused", begun.intent_id, begun.reference, answer=str(refused)[:300])
            return free(begun.intent_id)
        _count_refusal(begun.intent_id)
        raise


def _count_refusal(intent_id: str) -> None:
    """The provider keeps its own fault under the key: the next try needs another."""
    with transaction() as session:
        counted = update(CardSession).where(CardSession.intent_id == intent_id)
        session.execute(counted.values(captures=CardSession.captures + 1))
