"""Sending money back to its card, once for each refund: looked for first, then asked for under the refund's key.

Keys are forgotten by the provider after a day, so the list of what went back is what makes a late repeat safe.
A balance that does not reach leaves the refund as it is, tells a person, and is tried again.
"""

from dataclasses import dataclass

from sqlalchemy import select

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import db, end_reading, transaction
from core.errors import Refusal
from shop.cards.alarms import raise_alarm
from shop.cards.models import CardRefund
from shop.cards.rules import BALANCE_SHORT, refund_key
from shop.cards.settling import settle_refund
from shop.payments import refunds
from shop.payments.models import Payment, Refund
from shop.payments.providers.stripe import GivenBack, ProviderAway, ProviderRefused, get_stripe
from shop.payments.refusals import RefundStateRefused
from shop.payments.rules import RefundState, Way


class BalanceShort(Refusal):
    """The balance at the provider does not reach; the refund waits and is tried again."""

    code = "refund.balance_short"


@dataclass(frozen=True)
class _Due:
    """A refund to send."""

    code: str
    reference: str
    intent_id: str
    amount_vnd: int
    refused: int


def give_back(code: str) -> None:
    """Send a promised refund to its card. Twice has the effect of once.

    Raises ProviderAway, ProviderRefused or BalanceShort when it must be tried again later.
    """
    due = _find_due(code)
    if due is None:
        return
    given = next((one for one in get_stripe().list_given_back(due.intent_id) if one.code == code), None)
    if given is None:  # one that failed is settled: the buyer's card takes no second try either
        given = _ask(due)
    if given is not None:
        settle_refund(due.reference, given)


def _find_due(code: str) -> _Due | None:
    """What is to be sent, marked as being with the provider; None when it is over or not a card's."""
    query = select(Refund.way, Refund.state, Refund.amount_vnd, Payment.reference, Payment.provider_ref)
    row = db.session.execute(query.join(Payment).where(Refund.code == code)).first()
    refused = db.session.scalar(select(CardRefund.refusals).where(CardRefund.code == code)) or 0
    end_reading()
    if row is None or row.way != Way.CARD or row.state not in (RefundState.PROMISED, RefundState.SENT):
        return None
    if row.provider_ref is None:
        raise_alarm("refund_without_charge", code, row.reference, amount_vnd=row.amount_vnd)
        return None
    try:
        refunds.sent(code, SYSTEM)
    except RefundStateRefused:
        return None  # settled by a signal in between
    return _Due(code, row.reference, row.provider_ref, row.amount_vnd, refused)


def _ask(due: _Due) -> GivenBack | None:
    key = refund_key(due.code, due.refused)
    try:
        return get_stripe().give_back(due.intent_id, due.amount_vnd, due.code, key)
    except ProviderAway:
        raise
    except ProviderRefused as refused:
        _count_refusal(due.code)
        if refused.code == BALANCE_SHORT:
            refunds.stalled(due.code, str(refused))
            raise_alarm("balance_short", due.code, due.reference, amount_vnd=due.amount_vnd)
            raise BalanceShort from refused
        if not refused.is_final:
            raise
        refunds.failed(due.code, str(refused))
        raise_alarm("refund_failed", due.code, due.reference, refund=due.code, why=str(refused)[:300])
        return None


def _count_refusal(code: str) -> None:
    """The provider keeps its answer under the key: the next try needs another."""
    with transaction() as session:
        row = session.get(CardRefund, code) or CardRefund(code=code, refusals=0, tried_at=now())
        row.refusals, row.tried_at = row.refusals + 1, now()
        session.add(row)
