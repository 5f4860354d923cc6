"""Verbs of shared booths: one household asks another, which agrees by a link or from its account. One holds, both show.

The partner's products join the application, so that a booth stays while either household has something to show.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from catalog.mandates.queries import people_of
from catalog.producers.models import Producer
from catalog.producers.queries import get_producer, scope_of
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import NotFound
from core.events import publish
from shop.exhibitors.events import PartnerAnswered, PartnerAsked
from shop.exhibitors.links import About, read_key
from shop.exhibitors.refusals import LinkUnknown, PartnerNotAsked, PartnerRefused, PartnerUnreachable
from shop.fairs import queries
from shop.fairs.applying.admitting import judge, own_products
from shop.fairs.applying.applications import lock_application, own_application
from shop.fairs.applying.joined import AGREED, ASKED, DECLINED, ENDED, FairApplicationPartner
from shop.fairs.models import Fair, FairApplication, FairApplicationProduct
from shop.fairs.refusals import ApplicationNotReady
from shop.fairs.rules import LIVE_APPLICATION, ApplicationState

#: The booth may still be shared: nobody has decided, or it was accepted and no booth is held yet.
_OPEN = (ApplicationState.SUBMITTED, ApplicationState.ACCEPTED, ApplicationState.WAITLISTED)


@dataclass(frozen=True)
class Question:
    """An open question to a household, with what it is about."""

    partner: FairApplicationPartner
    application: FairApplication
    fair: Fair
    holder: Producer
    asked: Producer


def ask(code: str, producer_code: str, words: str, by: Actor) -> FairApplicationPartner:
    """Ask a household to share the booth of one's application.

    Raises ApplicationNotFound, ApplicationNotReady, ProducerNotFound, PartnerRefused, PartnerUnreachable.
    """
    with transaction() as session:
        application = own_application(code, by)
        _check_open(application)
        asked = get_producer(producer_code)
        _check_partner(application, asked)
        if not (people_of(asked) or asked.phone):
            raise PartnerUnreachable
        one = session.get(FairApplicationPartner, application.id, with_for_update=True)
        if one is not None and one.state in (ASKED, AGREED):
            raise PartnerRefused(reason="asked")
        if one is None:
            one = FairApplicationPartner(application_id=application.id, serial=0)
            session.add(one)
        one.producer_id, one.state, one.words = asked.id, ASKED, words
        one.serial, one.asked_at, one.answered_at = one.serial + 1, now(), None
        session.flush()
        record("application.partner_asked", f"application:{code}", by, producer=asked.code)
        publish(PartnerAsked(code, one.serial))
        return one


def agree(question: Question, slugs: Sequence[str], by: Actor) -> FairApplication:
    """The household agrees, with the products it will show. The caller has found the question by link or account.

    Raises PartnerNotAsked, PartnerRefused, ApplicationNotReady, and what `shop.fairs.applying.admitting` raises for
    products.
    """
    with transaction() as session:
        application, one = _locked(question)
        asked, fair = session.get_one(Producer, one.producer_id), session.get_one(Fair, application.fair_id)
        _check_open(application)
        _check_partner(application, asked)
        at = now()
        theirs = own_products(asked, slugs)
        together = [session.get_one(Product, row.product_id) for row in application.products] + theirs
        application.renew_by = judge(fair, together, local_day(at), is_conditional=True)
        held = {row.product_id for row in application.products}
        application.products += [FairApplicationProduct(product_id=p.id) for p in theirs if p.id not in held]
        one.state, one.answered_at = AGREED, at
        session.flush()
        code = application.code
        record("application.partner_agreed", f"application:{code}", by, producer=asked.code, products=list(slugs))
        publish(PartnerAnswered(code, AGREED))
        return application


def decline(question: Question, by: Actor) -> None:
    """The household does not want to. Raises PartnerNotAsked."""
    with transaction() as session:
        application, one = _locked(question)
        one.state, one.answered_at = DECLINED, now()
        session.flush()
        record("application.partner_declined", f"application:{application.code}", by)
        publish(PartnerAnswered(application.code, DECLINED))


def end(code: str, by: Actor) -> None:
    """Either household goes back on it, while no booth is held: the partner's products leave with it.

    Raises ApplicationNotFound, ApplicationNotReady, PartnerNotAsked; NotFound for anybody else.
    """
    with transaction() as session:
        application = lock_application(code)
        one = session.get(FairApplicationPartner, application.id, with_for_update=True)
        holder = session.get_one(Producer, application.producer_id)
        scopes = [scope_of(holder), *([scope_of(session.get_one(Producer, one.producer_id))] if one else [])]
        authorize(by, "applications.submit", *scopes)
        if one is None or one.state not in (ASKED, AGREED):
            raise PartnerNotAsked(state=one.state if one else None)
        if queries.holds_booth(application.id):
            raise ApplicationNotReady(state=application.state)
        theirs = set(session.scalars(select(Product.id).where(Product.producer_id == one.producer_id)))
        application.products = [row for row in application.products if row.product_id not in theirs]
        one.state, one.answered_at = ENDED, now()
        session.flush()
        record("application.partner_ended", f"application:{code}", by)
        publish(PartnerAnswered(code, ENDED))


def find_question(key: str) -> Question:
    """What a link asks, answered or not. Raises LinkUnknown."""
    code, serial = read_key(About.PARTNER, key)
    found = _questions(FairApplication.code == code)
    if not found or found[0].partner.serial != serial:
        raise LinkUnknown
    return found[0]


def get_question(code: str, by: Actor) -> Question:
    """What an application asks of the caller's household. Raises NotFound where it asks nothing of hers."""
    found = _questions(FairApplication.code == code)
    if not found:
        raise NotFound
    authorize(by, "applications.submit", scope_of(found[0].asked))
    return found[0]


def questions_to(producer_ids: Sequence[int]) -> list[Question]:
    """What these producers are asked, or have agreed to, at fairs to come."""
    standing = FairApplicationPartner.state.in_((ASKED, AGREED)), FairApplication.state.in_(LIVE_APPLICATION)
    return _questions(FairApplicationPartner.producer_id.in_(list(producer_ids)), *standing) if producer_ids else []


def find_partner(application_id: int) -> tuple[FairApplicationPartner, Producer] | None:
    """Who is asked to share the booth of an application, whatever was answered."""
    query = select(FairApplicationPartner, Producer).join(Producer, Producer.id == FairApplicationPartner.producer_id)
    row = db.session.execute(query.where(FairApplicationPartner.application_id == application_id)).first()
    return (row[0], row[1]) if row else None


def _questions(*conditions: object) -> list[Question]:
    query = (
        select(FairApplicationPartner, FairApplication, Fair)
        .join(FairApplication, FairApplication.id == FairApplicationPartner.application_id)
        .join(Fair, Fair.id == FairApplication.fair_id)
        .where(*conditions)  # pyright: ignore[reportArgumentType]
        .order_by(FairApplicationPartner.asked_at.desc())
    )
    rows = db.session.execute(query).all()
    makers = queries.names_of({one for row in rows for one in (row[0].producer_id, row[1].producer_id)}, ()).producers
    return [Question(row[0], row[1], row[2], makers[row[1].producer_id], makers[row[0].producer_id]) for row in rows]


def _locked(question: Question) -> tuple[FairApplication, FairApplicationPartner]:
    """The application and the open question, locked. Raises PartnerNotAsked when it was answered meanwhile."""
    application = lock_application(question.application.code)
    one = db.session.get(FairApplicationPartner, application.id, with_for_update=True, populate_existing=True)
    if one is None or one.state != ASKED or one.serial != question.partner.serial:
        raise PartnerNotAsked(state=one.state if one else None)
    return application, one


def _check_open(application: FairApplication) -> None:
    if application.state not in _OPEN or queries.holds_booth(application.id):
        raise ApplicationNotReady(state=application.state)


def _check_partner(application: FairApplication, asked: Producer) -> None:
    """Nobody shares with herself, with two, or beside an application of her own. Raises PartnerRefused."""
    if asked.id == application.producer_id:
        raise PartnerRefused(reason="self")
    if queries.find_live_application(application.fair_id, asked.id) is not None:
        raise PartnerRefused(reason="applies")
    query = (
        select(FairApplicationPartner.application_id)
        .join(FairApplication, FairApplication.id == FairApplicationPartner.application_id)
        .where(
            FairApplication.fair_id == application.fair_id, FairApplication.state.in_(LIVE_APPLICATION),
            FairApplicationPartner.producer_id == asked.id, FairApplicationPartner.state == AGREED,
        )
    )  # fmt: skip
    if db.session.scalar(query) is not None:
        raise PartnerRefused(reason="shares")
