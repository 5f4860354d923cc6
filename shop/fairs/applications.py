"""Verbs of applicants and of those who decide: apply with certified products, withdraw, decide. One transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.certificates.queries import standings
from catalog.certificates.refusals import closed
from catalog.certificates.rules import Status
from catalog.producers.models import Producer
from catalog.producers.queries import get_producer, scope_of
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now, today
from core.db import db, transaction
from core.errors import Invalid
from core.ids import short_code
from shop.fairs import permissions, queries
from shop.fairs.models import Fair, FairApplication, FairApplicationProduct
from shop.fairs.refusals import (
    ApplicationExists,
    ApplicationNotAdmitted,
    ApplicationNotReady,
    ApplicationProductUnknown,
    ApplicationsClosed,
    ApplicationUncovered,
    ConditionTooLate,
)
from shop.fairs.rules import (
    DECISIONS,
    LIVE_APPLICATION,
    RENEWAL_LEAD_DAYS,
    ApplicationState,
    FairState,
    Term,
    fair_days,
    may_be_conditional,
    renewal_due,
    uncovered,
)
from shop.fairs.service import insert_once


@dataclass(frozen=True)
class Wanted:
    """What a producer asks of a fair: product slugs, wishes, and whether uncovered days may be conditional."""

    products: Sequence[str]
    producer: str | None = None
    wishes: dict[str, Any] = field(default_factory=dict[str, Any])
    is_conditional: bool = False


def apply(slug: str, wanted: Wanted, by: Actor) -> FairApplication:
    """Apply to a fair with certified products of one's own.

    Every fair day needs one covered product, else the application is conditional until `renew_by` (case F1).
    Raises ApplicationsClosed, ApplicationExists, ApplicationProductUnknown, ApplicationNotAdmitted,
    ApplicationUncovered, ConditionTooLate, and the certificate refusals for a product that is not sellable now.
    """
    producer = producer_for(wanted.producer, by)
    with transaction() as session:
        on = today()
        fair = queries.get_public(slug)
        if fair.state != FairState.OPEN or not fair.applications_from <= on <= fair.applications_until:
            raise ApplicationsClosed(
                applications_from=fair.applications_from, applications_until=fair.applications_until
            )
        products = _own_products(producer, wanted.products)
        renew_by = _judge(fair, products, on, wanted.is_conditional)
        code, at = short_code("HS"), now()
        values = {
            "code": code, "fair_id": fair.id, "producer_id": producer.id, "state": ApplicationState.SUBMITTED,
            "submitted_at": at, "wishes": wanted.wishes, "renew_by": renew_by, "version": 1,
        }  # fmt: skip
        if not insert_once(FairApplication, values):
            raise _exists(fair, producer)
        application = queries.get_application(code)
        application.products = [FairApplicationProduct(product_id=one.id) for one in products]
        session.flush()
        record("application.submitted", f"application:{code}", by, fair=slug, products=[one.slug for one in products])
        return application


def producer_for(code: str | None, by: Actor) -> Producer:
    """The producer that the caller speaks for: the one named, or the only one of the account.

    Raises Invalid when it must be named, NotFound when it is another's.
    """
    own = by.scopes_of("producer")
    if code is None and len(own) != 1:
        raise Invalid({"producer": [_("Cần nêu rõ chủ thể.")]})
    producer = get_producer(code or next(iter(own)))
    authorize(by, "applications.submit", scope_of(producer))
    return producer


def decide(code: str, decision: ApplicationState, note: str | None, by: Actor) -> FairApplication:
    """Accept, put on the waiting list, or reject. The same decision twice has the effect of once.

    Raises ApplicationNotFound, ApplicationNotReady; NotFound for another organizer's fair.
    """
    with transaction():
        application = lock_application(code)
        fair = db.session.get_one(Fair, application.fair_id)
        authorize(by, "applications.decide", permissions.scope_of(fair))
        if application.state == decision:
            return application
        if application.state not in DECISIONS[decision]:
            raise ApplicationNotReady(state=application.state)
        application.state, application.decided_at, application.decision_note = decision, now(), note
        record(f"application.{decision}", f"application:{code}", by, fair=fair.slug, note=note)
        return application


def withdraw(code: str, by: Actor) -> FairApplication:
    """The producer takes her application back; twice has the effect of once. Not while she holds a booth.

    Raises ApplicationNotFound, ApplicationNotReady, NotFound for another's application.
    """
    with transaction():
        application = lock_application(code)
        authorize(by, "applications.submit", scope_of(db.session.get_one(Producer, application.producer_id)))
        if application.state == ApplicationState.WITHDRAWN:
            return application
        if application.state not in LIVE_APPLICATION or queries.holds_booth(application.id):
            raise ApplicationNotReady(state=application.state)
        application.state = ApplicationState.WITHDRAWN
        record("application.withdrawn", f"application:{code}", by)
        return application


def lock_application(code: str) -> FairApplication:
    """The application, locked until the transaction ends. Raises ApplicationNotFound."""
    application = queries.get_application(code)
    query = select(FairApplication).where(FairApplication.id == application.id).with_for_update()
    again = query.options(selectinload(FairApplication.products)).execution_options(populate_existing=True)
    return db.session.scalars(again).one()


def _own_products(producer: Producer, slugs: Sequence[str]) -> list[Product]:
    own = Product.producer_id == producer.id, Product.slug.in_(set(slugs))
    found = db.session.scalars(select(Product).where(*own).order_by(Product.id)).all()
    unknown = sorted(set(slugs) - {product.slug for product in found})
    if unknown:
        raise ApplicationProductUnknown(products=unknown)
    return list(found)


def _judge(fair: Fair, products: Sequence[Product], on: date, is_conditional: bool) -> date | None:
    """The renewal deadline of a conditional application, None when every fair day is covered."""
    _check_sellable(products, on)
    terms = queries.terms_of([product.id for product in products])
    _check_admitted(fair, products, terms, on)
    days = fair_days(fair.opens_on, fair.closes_on)
    missing = uncovered(terms, days, queries.admission_of(fair).stars_min)
    if not missing:
        return None
    renew_by = renewal_due(fair.opens_on, on)
    in_time = may_be_conditional(fair.opens_on, on)
    if not is_conditional:
        raise ApplicationUncovered(days=missing, renew_by=renew_by if in_time else None)
    if not in_time:
        raise ConditionTooLate(days=missing, renew_by=fair.opens_on - timedelta(RENEWAL_LEAD_DAYS))
    return renew_by


def _check_sellable(products: Sequence[Product], on: date) -> None:
    """A product that may not be sold today is not on offer to a fair either: candidates are unknown, others gone."""
    found = standings([product.id for product in products], on)
    for product in products:
        status = found[product.id].status
        if not status.is_open:
            raise closed(Status(status), product=product.slug, since=found[product.id].since)


def _check_admitted(fair: Fair, products: Sequence[Product], terms: Sequence[Term], on: date) -> None:
    admission = queries.admission_of(fair)
    stars = {term.product_id: term.stars for term in terms if term.covers(on)}
    outside = [one.slug for one in products if not admission.admits(stars.get(one.id, 0), one.product_set.group)]
    if outside:
        raise ApplicationNotAdmitted(products=outside, stars_min=admission.stars_min, groups=sorted(admission.groups))


def _exists(fair: Fair, producer: Producer) -> ApplicationExists:
    standing = queries.find_live_application(fair.id, producer.id)
    return ApplicationExists(application=standing.code if standing else None)
