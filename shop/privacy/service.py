"""Verbs of personal data: ask, take consents back, answer, erase. The trail says that it was done, never of whom."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from core.accounts.actor import SYSTEM, Actor
from core.accounts.erasure import holds_roles
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid
from core.ids import digest, short_code
from core.masks import masked
from shop.orders import consents
from shop.orders.models import Order
from shop.privacy import erasing, tills
from shop.privacy.models import PrivacyRequest
from shop.privacy.needs import needed_of
from shop.privacy.refusals import DataNeeded, RequestClosed, RequestNotFound, StaffAccount
from shop.privacy.rules import Needed, Stage, Wish, due_on, latest
from shop.privacy.subject import Subject, contacts_of, orders_of
from shop.reviews.models import ReviewSilence


def ask(
    subject: Subject, wish: Wish, by: Actor, *, words: str | None = None, is_partial: bool = False, number: str = ""
) -> PrivacyRequest:
    """Write a request down; the same wish of the same person is one request while it is open.

    An erasure with open orders is refused with each of them (DataNeeded) unless `is_partial`: then what is not needed
    goes, and the account stays. Refuses StaffAccount.
    """
    with transaction() as session:
        if wish == Wish.ERASE:
            _check_erasable(subject, is_partial)
        if wish == Wish.CORRECT and not words:
            raise Invalid({"words": [_("Hãy viết điều cần sửa.")]})
        same = PrivacyRequest.wish == wish, PrivacyRequest.state == Stage.OPEN, _of(subject)
        request = session.scalars(select(PrivacyRequest).where(*same).with_for_update()).first()
        if request is None:
            request = _new(subject, wish, number)
            session.add(request)
        request.words, request.is_partial = words or request.words, is_partial
        session.flush()
        record("privacy.asked", f"privacy:{request.code}", by, wish=wish.value)
        return request


def withdraw_request(subject: Subject, code: str, by: Actor) -> PrivacyRequest:
    """She thinks better of it. Raises RequestNotFound, RequestClosed."""
    with transaction():
        request = _lock(code, _of(subject))
        _close(request, Stage.WITHDRAWN, by, None)
        return request


def withdraw_consent(subject: Subject, purpose: str, by: Actor) -> int:
    """Take back what was agreed to, on every order of hers; answers on how many."""
    with transaction() as session:
        at, count = now(), 0
        for order in _locked(subject):
            count += consents.withdraw(order, purpose, at)
            key = digest(order.contact_email or "")
            if order.contact_email and session.get(ReviewSilence, key) is None:
                session.add(ReviewSilence(digest=key, at=at))
        record("privacy.consent_withdrawn", "privacy:person", by, purpose=purpose, orders=count)
        return count


def answer(code: str, by: Actor, *, is_done: bool, words: str) -> PrivacyRequest:
    """The officer has called, corrected, or says why not. An erasure is answered by doing it. Raises RequestClosed."""
    authorize(by, "privacy.handle")
    with transaction():
        request = _lock(code)
        _close(request, Stage.DONE if is_done else Stage.REFUSED, by, words)
        return request


def fulfil(code: str, by: Actor) -> PrivacyRequest:
    """Erase what a request asks for, now. Raises DataNeeded when an order was opened meanwhile."""
    if by != SYSTEM:
        authorize(by, "privacy.handle")
    with transaction():
        request = _lock(code)
        if request.wish != Wish.ERASE:
            raise RequestNotFound
        subject = Subject(request.user_id, request.contact if request.user_id is None else None)
        done = _erase(subject, is_partial=request.is_partial)
        request.counts = dict(done)
        _close(request, Stage.DONE, by, None)
        db.session.flush()
        for other in _others(subject):
            _close(other, Stage.WITHDRAWN, by, None)
        return request


def run_due(today: date) -> int:
    """Erase for everybody who asked before today and did not think better of it; answers how many."""
    waits = PrivacyRequest.state == Stage.OPEN, PrivacyRequest.wish == Wish.ERASE
    rows = db.session.execute(select(PrivacyRequest.code, PrivacyRequest.asked_at).where(*waits))
    return sum(_fulfil_if_possible(code) for code, asked_at in list(rows) if local_day(asked_at) < today)


def _fulfil_if_possible(code: str) -> bool:
    """An order opened since: the request waits for the officer."""
    try:
        fulfil(code, SYSTEM)
    except DataNeeded:
        return False
    return True


def _erase(subject: Subject, *, is_partial: bool) -> Counter[str]:
    """Everything that is not needed any more; of an account, when nothing is, the account too."""
    needed = _check_erasable(subject, is_partial)
    kept = {one.number for one in needed}
    contacts = contacts_of(subject)
    done = erasing.erase_orders([order for order in _locked(subject) if order.number not in kept])
    done += erasing.erase_traces(subject, contacts)
    done += tills.erase_receipts(tills.receipts_to(contacts))
    if subject.user_id is not None and not kept:
        done += erasing.erase_person(subject.user_id)
    return done


def _check_erasable(subject: Subject, is_partial: bool) -> Sequence[Needed]:
    """What is still needed. Raises DataNeeded for a whole erasure, StaffAccount for an account with roles."""
    if subject.user_id is not None and holds_roles(subject.user_id):
        raise StaffAccount
    needed = needed_of(orders_of(subject), local_day(now()))
    if needed and not is_partial:
        facts = [{"number": one.number, "why": one.why, "until": one.until} for one in needed]
        raise DataNeeded(needed=facts, possible_from=latest(needed))
    return needed


def _locked(subject: Subject) -> Sequence[Order]:
    query = select(Order).where(subject.owns()).order_by(Order.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _others(subject: Subject) -> Sequence[PrivacyRequest]:
    """What else she asked for and nobody answered: there is nobody left to answer."""
    query = select(PrivacyRequest).where(PrivacyRequest.state == Stage.OPEN, _of(subject))
    return db.session.scalars(query.with_for_update()).all()


def _of(subject: Subject) -> ColumnElement[bool]:
    if subject.user_id is not None:
        return PrivacyRequest.user_id == subject.user_id
    return PrivacyRequest.contact == subject.contact


def _new(subject: Subject, wish: Wish, number: str) -> PrivacyRequest:
    at = now()
    contacts = contacts_of(subject)
    return PrivacyRequest(
        code=short_code("DL"), wish=wish, state=Stage.OPEN, user_id=subject.user_id, contact=subject.contact,
        shown=masked(contacts[0]) if contacts else "", number=number or None, asked_at=at, due_on=due_on(local_day(at)),
    )  # fmt: skip


def _lock(code: str, *more: ColumnElement[bool]) -> PrivacyRequest:
    query = select(PrivacyRequest).where(PrivacyRequest.code == code, *more)
    request = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if request is None:
        raise RequestNotFound
    if request.state != Stage.OPEN:
        raise RequestClosed
    return request


def _close(request: PrivacyRequest, state: Stage, by: Actor, words: str | None) -> None:
    """Answered: who asked, and what she wrote, is forgotten."""
    request.state, request.ended_at, request.ended_by, request.answer = state, now(), by.label, words
    request.contact = request.words = None
    record(f"privacy.{state.value}", f"privacy:{request.code}", by, wish=request.wish, counts=request.counts)
