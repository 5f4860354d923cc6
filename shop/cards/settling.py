"""What became of a payment: the provider is asked, outside any transaction, and our books follow its answer.

Only what the provider holds now counts, never what a message said, so signals may come twice, late, in any order
or not at all. The payment's own table of states lets nothing go backwards.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import or_, select

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import db, end_reading, transaction
from shop.cards.alarms import raise_alarm
from shop.cards.models import CardSession
from shop.cards.rules import find_difference
from shop.payments import refunds, reserving
from shop.payments.models import Payment, Refund
from shop.payments.providers.stripe import GivenBack, Intent, Page, ProviderRefused, get_stripe
from shop.payments.queries import find_payment
from shop.payments.refusals import RefundNotFound, RefundTooMuch
from shop.payments.rules import RefundState, Status, Way

_ENDED = (Status.CANCELLED, Status.EXPIRED, Status.FAILED)


def look(reference: str, since: datetime | None = None) -> None:
    """Ask the provider about every page of a payment and settle what it says.

    `since`: not needed when somebody looked after that instant. Raises ProviderAway: to be tried again.
    """
    for row_id, page_id, intent_id, looked_at in _pages(reference):
        if since is not None and looked_at is not None and looked_at > since:
            continue
        at = now()
        intent = get_stripe().get_intent(intent_id) if intent_id else _intent_of_page(row_id, page_id)
        if intent is not None:
            settle(reference, intent)
        with transaction() as session:
            session.get_one(CardSession, row_id).looked_at = at


def settle(reference: str, intent: Intent) -> None:
    """Let our books follow what the provider holds. What differs from what was asked is for a person."""
    payment = find_payment(reference)
    if payment is None or _is_stray(payment, intent):
        return
    status, amount_vnd = payment.status, payment.amount_vnd
    end_reading()
    difference = find_difference(intent, reference, amount_vnd, is_live=get_stripe().is_live)
    if difference is not None:
        raise_alarm(
            f"other_{difference}", intent.id, reference, asked_vnd=amount_vnd, amount=intent.amount,
            received=intent.received, currency=intent.currency, live=intent.is_live,
        )  # fmt: skip
        return
    if intent.status in ("requires_capture", "succeeded"):
        reserving.authorise(reference, intent.id)
    if intent.status == "succeeded":
        reserving.capture(reference, intent.id, intent.taken_at)
    elif intent.status == "canceled" and status == Status.AUTHORISED:
        reserving.fail(reference)
    if intent.is_disputed:
        raise_alarm("dispute", intent.charge_id or intent.id, reference, amount_vnd=intent.amount)
    if intent.refunded or _has_refund(reference):  # one that bounced is counted by the provider no more
        for given in get_stripe().list_given_back(intent.id):
            settle_refund(reference, given)


def settle_refund(reference: str, given: GivenBack) -> None:
    """Close our refund by what the provider says of it; one made at the provider's own desk is booked as it is.

    One that the card's bank returned has failed, also weeks after it was said to have gone.
    """
    is_over = given.status in ("failed", "canceled")
    code = given.code or (_find_foreign(given) if is_over else None)
    if code is not None and is_over:
        _fail(reference, code, given)
    elif given.status == "succeeded" and code is not None:
        _close(code, given)
    elif given.status == "succeeded":
        _book_foreign(reference, given)


def release(reference: str) -> None:
    """A payment is over without money: close its pages, and free what was reserved. Twice is once.

    Money that was taken all the same is booked, and goes back.
    """
    payment = find_payment(reference)
    if payment is None or payment.token is None or payment.status not in _ENDED:
        return
    end_reading()
    stripe = get_stripe()
    for row_id, page_id, _intent_id, _looked_at in _pages(reference):
        page = stripe.get_page(page_id)
        if page.status == "open":
            page = _closed(page_id)
        with transaction() as session:
            row = session.get_one(CardSession, row_id)
            row.is_over, row.intent_id = True, page.intent.id if page.intent else row.intent_id
        if page.intent is not None and page.intent.status == "requires_capture":
            settle(reference, free(page.intent.id))
        elif page.intent is not None:
            settle(reference, page.intent)


def free(intent_id: str) -> Intent:
    """Let reserved money go; where it was taken already, the provider's word on that. The provider decides which."""
    try:
        return get_stripe().let_go(intent_id)
    except ProviderRefused:
        return get_stripe().get_intent(intent_id)


def _closed(page_id: str) -> Page:
    """The page after we closed it, or as it is when somebody paid there first."""
    with suppress(ProviderRefused):
        get_stripe().close_page(page_id)
    return get_stripe().get_page(page_id)


def _pages(reference: str) -> list[tuple[int, str, str | None, datetime | None]]:
    """The pages on which something may have happened: (row, page, money, last look)."""
    alive = or_(CardSession.is_over.is_(False), CardSession.intent_id.is_not(None))
    query = (
        select(CardSession.id, CardSession.session_id, CardSession.intent_id, CardSession.looked_at)
        .where(CardSession.reference == reference, CardSession.session_id.is_not(None), alive)
        .order_by(CardSession.attempt)
    )
    found = [(row[0], str(row[1]), row[2], row[3]) for row in db.session.execute(query)]
    end_reading()
    return found


def _intent_of_page(row_id: int, page_id: str) -> Intent | None:
    """What was paid on a page, if anything; the page's own state is kept."""
    page = get_stripe().get_page(page_id)
    with transaction() as session:
        row = session.get_one(CardSession, row_id)
        row.is_over = page.status == "expired"
        row.intent_id = page.intent.id if page.intent else None
    return page.intent


def _is_stray(payment: Payment, intent: Intent) -> bool:
    """Money of a second try beside the one that counts: freed, or put before a person when it was taken."""
    if payment.provider_ref in (None, intent.id):
        return False
    reference = payment.reference
    end_reading()
    if intent.status == "requires_capture":
        intent = free(intent.id)
    if intent.status == "succeeded":
        raise_alarm("second_charge", intent.id, reference, amount=intent.amount)
    return True


def _close(code: str, given: GivenBack) -> None:
    with transaction():
        refund = _lock_known(code, given)
        if refund is not None and refund.state in (RefundState.PROMISED, RefundState.SENT):
            refunds.done(code, given.id, SYSTEM)


def _fail(reference: str, code: str, given: GivenBack) -> None:
    """The money is in the balance at the provider again: a person is told and the refund is open to another way.

    One that is done under another reference has gone by a later try, and stays.
    """
    with transaction():
        refund = _lock_known(code, given)
        if refund is None or (refund.state == RefundState.DONE and refund.provider_ref != given.id):
            return
        raise_alarm("refund_failed", given.id, reference, refund=code, why=given.trouble)
        refunds.failed(code, given.trouble or given.status, bounced_ref=given.id)


def _lock_known(code: str, given: GivenBack) -> Refund | None:
    """Our refund behind its payment's lock; None, and an alarm, where the provider names one that we never promised."""
    try:
        return refunds.lock_refund(code)
    except RefundNotFound:
        raise_alarm("refund_unknown", given.id, None, refund=code, amount=given.amount_vnd)
        return None


def _has_refund(reference: str) -> bool:
    """Whether anything of a payment was ever sent, or is to be sent, back to its card."""
    by_card = select(Refund.id).join(Payment, Payment.id == Refund.payment_id).where(Refund.way == Way.CARD)
    found = db.session.scalar(by_card.where(Payment.reference == reference).limit(1))
    end_reading()
    return found is not None


def _find_foreign(given: GivenBack) -> str | None:
    """The code under which we booked a refund of the provider's desk, if we did."""
    code = db.session.scalar(select(Refund.code).where(Refund.key == _foreign_key(given)))
    end_reading()
    return code


def _foreign_key(given: GivenBack) -> str:
    return f"provider:{given.id}"


def _book_foreign(reference: str, given: GivenBack) -> None:
    """Money that somebody sent back at the provider's desk: booked once, and told to a person."""
    try:
        with transaction():
            refund = refunds.promise(
                reference, given.amount_vnd, "provider", _foreign_key(given), SYSTEM, way=Way.CARD
            )  # fmt: skip
            refunds.done(refund.code, given.id, SYSTEM)
            raise_alarm("refund_by_hand", given.id, reference, amount_vnd=given.amount_vnd)
    except RefundTooMuch as refused:
        raise_alarm("refund_too_much", given.id, reference, amount_vnd=given.amount_vnd, **refused.facts)
