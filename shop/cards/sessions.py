"""The way to the provider's page. A row is stored before the provider is asked, and its answer after; between
the two no transaction is open. Whoever comes again is led to the same page.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore

from flask import current_app
from sqlalchemy import select

from core.clock import now
from core.config import Config
from core.db import db, end_reading, transaction
from shop.cards.alarms import raise_alarm
from shop.cards.links import cancel_url, success_url
from shop.cards.models import CardSession
from shop.cards.refusals import CardPageNotFound, CardPageRefused
from shop.cards.rules import page_key
from shop.payments.models import Payment
from shop.payments.providers.stripe import PAGE_LIVES, Page, PageAsked, ProviderAway, ProviderRefused, get_stripe
from shop.payments.rules import Status
from shop.payments.service import lock_payment

_SEATS = "card_seats"
#: Seconds to wait for a free seat before the buyer is asked to come again.
_PATIENCE = 1.0


@dataclass(frozen=True)
class _Way:
    """A page to ask for, or to ask about, as it is stored."""

    session_pk: int
    page_id: str | None
    url: str | None
    asked: PageAsked


def lead_to_page(token: str) -> str | None:
    """Where the buyer pays, outside any transaction; None when there is nothing to pay (any more).

    Refuses CardPageNotFound, CardPageRefused, and ProviderAway when it does not answer or too many wait for it.
    """
    reference = get_by_token(token).reference
    end_reading()
    for _twice in range(2):  # an earlier page may turn out to be over: then a new one is asked for, once
        way = _find_way(reference)
        if way is None:
            return None
        with seat():
            page = _resume(way) if way.page_id else _make(way)
        if page is None:
            return way.url
        if page.status == "complete":
            return None
        if (url := _store(way, page)) is not None:
            return url
    return None


def get_by_token(token: str) -> Payment:
    """The card payment of a token. Refuses CardPageNotFound."""
    payment = db.session.scalar(select(Payment).where(Payment.token == token))
    if payment is None:
        raise CardPageNotFound
    return payment


@contextmanager
def seat() -> Generator[None]:
    """One of the few threads of this process that may wait for the provider: a quarter of them, at least one."""
    config: Config = current_app.extensions["config"]
    seats = current_app.extensions.setdefault(_SEATS, BoundedSemaphore(max(1, config.threads // 4)))
    if not seats.acquire(timeout=_PATIENCE):
        raise ProviderAway(retry_after=2)
    try:
        yield
    finally:
        seats.release()


def _find_way(reference: str) -> _Way | None:
    """The page that can be paid now, or the row of a new one; None when the payment is not waiting."""
    with transaction() as session:
        payment = lock_payment(reference)
        if payment.status != Status.PENDING or (payment.expires_at is not None and payment.expires_at <= now()):
            return None
        query = select(CardSession).where(CardSession.reference == reference).order_by(CardSession.attempt.desc())
        last = session.scalars(query.limit(1)).first()
        if last is None or last.is_over:
            attempt = last.attempt + 1 if last else 1
            last = CardSession(reference=reference, attempt=attempt, asked_at=now(), is_over=False, captures=0)
            session.add(last)
            session.flush()
        return _Way(last.id, last.session_id, last.url, _asked(payment, last))


def _asked(payment: Payment, row: CardSession) -> PageAsked:
    """What is sent, from stored values only: a repeat under the same key must send the same."""
    token = payment.token or ""
    return PageAsked(
        reference=payment.reference, amount_vnd=payment.amount_vnd, title=payment.memo,
        success_url=success_url(token), cancel_url=cancel_url(token), ends_at=row.asked_at + PAGE_LIVES,
        locale="auto", key=page_key(payment.reference, row.attempt),
    )  # fmt: skip


def _make(way: _Way) -> Page:
    try:
        return get_stripe().make_page(way.asked)
    except ProviderRefused as refused:
        with transaction() as session:
            session.get_one(CardSession, way.session_pk).is_over = True  # the key keeps this answer
            raise_alarm("page_refused", way.asked.key, way.asked.reference, answer=str(refused)[:300])
        raise CardPageRefused from refused


def _resume(way: _Way) -> Page | None:
    """The page as it is now; None when it cannot be asked, and the known address has to do."""
    try:
        return get_stripe().get_page(str(way.page_id))
    except ProviderAway:
        return None


def _store(way: _Way, page: Page) -> str | None:
    """Keep the provider's answer; None when the page can be paid no more."""
    with transaction() as session:
        payment = lock_payment(way.asked.reference)
        row = session.get_one(CardSession, way.session_pk)
        row.session_id, row.url = page.id, page.url or row.url
        row.is_over = page.status == "expired"
        is_wanted = payment.status == Status.PENDING and not row.is_over
        url = row.url if is_wanted else None
    if payment.status != Status.PENDING and page.status == "open":
        get_stripe().close_page(page.id)  # called off while the page was made
    return url
