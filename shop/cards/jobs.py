"""Clock work of cards: what the provider could not tell us, and what got stuck on the way, is looked for."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select

from core.clock import day_end, day_start
from core.db import db, end_reading
from core.schedule import hourly, minutely, nightly
from shop.cards.alarms import raise_alarm
from shop.cards.capturing import take
from shop.cards.inbox import store
from shop.cards.models import CardSession, CardSignal
from shop.cards.refunding import BalanceShort, give_back
from shop.cards.rules import BOUNCES, LIST_BACK, LIST_FAR_BACK, LOOK_AFTER, TAKE_AFTER
from shop.cards.settling import look, release
from shop.payments.models import Payment, Refund
from shop.payments.providers.stripe import NAME, ProviderAway, ProviderRefused, get_stripe
from shop.payments.rules import RefundState, Status, Way

log = structlog.get_logger()

#: Payments looked at in one round; the next round goes on.
MOST = 100
_ENDED = (Status.CANCELLED, Status.EXPIRED, Status.FAILED)


@minutely
def look_for_lost(at: datetime) -> int:
    """Fetch the provider's undelivered events, and look at every card payment that has waited too long (P29)."""
    if not _is_busy(at - LIST_BACK):
        return 0
    found = _list_undelivered(at - LIST_BACK)
    unseen = or_(CardSession.looked_at.is_(None), CardSession.looked_at < at - LOOK_AFTER)
    waiting = _references(Payment.status == Status.PENDING, CardSession.asked_at < at - LOOK_AFTER, unseen)
    forgotten = _references(Payment.status == Status.AUTHORISED, Payment.authorised_at < at - TAKE_AFTER)
    over = _references(Payment.status.in_(_ENDED), CardSession.is_over.is_(False))
    return found + _each(look, waiting) + _each(take, forgotten) + _each(release, over)


@hourly
def look_far_back(at: datetime) -> int:
    """The same for three days, and refunds that the provider has not closed yet."""
    is_open = and_(Refund.way == Way.CARD, Refund.state.in_([RefundState.PROMISED, RefundState.SENT]))
    query = select(Refund.code).where(is_open, Refund.promised_at < at - LOOK_AFTER).order_by(Refund.id).limit(MOST)
    stuck = list(db.session.scalars(query))
    end_reading()
    is_heard = _is_busy(at - LIST_FAR_BACK) or _may_bounce(at - BOUNCES)
    return (_list_undelivered(at - LIST_FAR_BACK) if is_heard else 0) + _each(give_back, stuck)


@nightly
def listen_for_silence(today: date) -> int:
    """Alarm when cards were charged on the day before and not one signal came: is the address right?"""
    day = today - timedelta(days=1)
    charged = Payment.captured_at.between(day_start(day), day_end(day))
    heard = and_(CardSignal.source == "webhook", CardSignal.received_at.between(day_start(day), day_end(day)))
    taken = db.session.scalar(select(func.count(Payment.id)).where(Payment.provider == NAME, charged)) or 0
    if not taken or db.session.scalar(select(CardSignal.id).where(heard).limit(1)) is not None:
        return 0
    end_reading()
    return int(raise_alarm("silence", day.isoformat(), None, charged=taken))


def _is_busy(since: datetime) -> bool:
    """Whether any card payment was opened since, or is still open: else the provider is not asked at all."""
    recent = or_(Payment.opened_at > since, Payment.status.in_([Status.PENDING, Status.AUTHORISED]))
    found = db.session.scalar(select(Payment.id).where(Payment.provider == NAME, recent).limit(1))
    end_reading()
    return found is not None


def _may_bounce(since: datetime) -> bool:
    """Whether anything went back to a card since: its bank may return it still."""
    gone = Refund.way == Way.CARD, Refund.state == RefundState.DONE, Refund.ended_at > since
    found = db.session.scalar(select(Refund.id).where(*gone).limit(1))
    end_reading()
    return found is not None


def _list_undelivered(since: datetime) -> int:
    try:
        return sum(store(told, "list") for told in get_stripe().list_undelivered(since))
    except (ProviderAway, ProviderRefused) as error:
        log.warning("cards.not_listed", error=str(error))
        return 0


def _references(*conditions: ColumnElement[bool]) -> list[str]:
    """References of card payments with a page that match, oldest first."""
    query = select(Payment.reference).join(CardSession, CardSession.reference == Payment.reference)
    query = query.where(Payment.provider == NAME, CardSession.session_id.is_not(None), *conditions)
    found = list(db.session.scalars(query.group_by(Payment.id, Payment.reference).order_by(Payment.id).limit(MOST)))
    end_reading()
    return found


def _each(work: Callable[[str], object], names: list[str]) -> int:
    """Do it for each, stopping when the provider is away; one that it refuses does not stop the others."""
    done = 0
    for name in names:
        try:
            work(name)
            done += 1
        except ProviderAway:
            log.warning("cards.provider_away", left=len(names) - done)
            break
        except (ProviderRefused, BalanceShort) as error:
            log.warning("cards.refused", name=name, error=str(error))
    return done
