"""Verbs of applicants and of those who decide: apply with certified products, change, withdraw, decide.

Each is one transaction. How an application comes (by an invitation, in a file, with a delegation) is said by ``Way``;
the verbs of those ways stand in `shop.exhibitors` and end here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.producers.models import Producer
from catalog.producers.queries import get_producer, scope_of
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code
from shop.fairs import permissions, queries
from shop.fairs.applying.admitting import check_wishes, judge, own_products
from shop.fairs.applying.joined import AGREED, FairApplicationPartner
from shop.fairs.events import ApplicationDecided, ApplicationEdited, ApplicationSubmitted, ApplicationWithdrawn
from shop.fairs.models import Fair, FairApplication, FairApplicationProduct
from shop.fairs.refusals import ApplicationExists, ApplicationNotReady, ApplicationsClosed
from shop.fairs.rules import DECISIONS, LIVE_APPLICATION, ApplicationState, FairState
from shop.fairs.service import insert_once


@dataclass(frozen=True)
class Wanted:
    """What a producer asks of a fair: product slugs, wishes, and whether uncovered days may be conditional.

    Wishes: ``kind``, ``services``, ``note``, ``booths``, ``near`` and ``apart`` (codes of producers, or features).
    """

    products: Sequence[str]
    producer: str | None = None
    wishes: dict[str, Any] = field(default_factory=dict[str, Any])
    is_conditional: bool = False


@dataclass(frozen=True)
class Way:
    """How an application comes. ``until_on`` opens a fair beyond its public days of application, up to the day before
    the opening; ``sent_at`` dates what was sent on paper or before it could be checked.
    """

    source: str = "account"
    invitation_id: int | None = None
    delegation_id: int | None = None
    until_on: date | None = None
    sent_at: datetime | None = None


def apply(slug: str, wanted: Wanted, by: Actor, way: Way | None = None) -> FairApplication:
    """Apply to a fair with certified products of one's own.

    Every fair day needs one covered product, else the application is conditional until `renew_by` (case F1).
    Raises ApplicationsClosed, ApplicationExists, ApplicationProductUnknown, ApplicationNotAdmitted,
    ApplicationUncovered, ConditionTooLate, Invalid for wishes, and the certificate refusals for a product that is not
    sellable now.
    """
    producer = producer_for(wanted.producer, by)
    with transaction():
        return put(queries.get_public(slug), producer, wanted, way or Way(), by)


def put(fair: Fair, producer: Producer, wanted: Wanted, way: Way, by: Actor) -> FairApplication:
    """Write an application of a producer inside a transaction; the caller has authorized. Raises as `apply`."""
    at = now()
    on = local_day(at)
    check_open(fair, way, on)
    products = own_products(producer, wanted.products)
    check_wishes(wanted.wishes, producer)
    renew_by = judge(fair, products, on, wanted.is_conditional)
    _check_no_partner(fair, producer)
    code = short_code("HS")
    values = {
        "code": code, "fair_id": fair.id, "producer_id": producer.id, "state": ApplicationState.SUBMITTED,
        "submitted_at": way.sent_at or at, "wishes": wanted.wishes, "renew_by": renew_by, "version": 1,
        "source": way.source, "delegation_id": way.delegation_id, "invitation_id": way.invitation_id,
    }  # fmt: skip
    if not insert_once(FairApplication, values):
        standing = queries.find_live_application(fair.id, producer.id)
        raise ApplicationExists(application=standing.code if standing else None)
    application = queries.get_application(code)
    application.products = [FairApplicationProduct(product_id=one.id) for one in products]
    db.session.flush()
    slugs = [one.slug for one in products]
    record("application.submitted", f"application:{code}", by, fair=fair.slug, products=slugs, source=way.source)
    publish(ApplicationSubmitted(code, fair.slug, way.source))
    return application


def check_open(fair: Fair, way: Way, on: date) -> None:
    """Refuse an application outside its days. Raises ApplicationsClosed."""
    invited = way.until_on is not None and on <= way.until_on and on < fair.opens_on
    days = fair.applications_from <= on <= fair.applications_until
    if fair.state != FairState.OPEN or not (days or invited):
        raise ApplicationsClosed(applications_from=fair.applications_from, applications_until=fair.applications_until)


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


def edit(code: str, wanted: Wanted, version: int, by: Actor) -> FairApplication:
    """Change products and wishes of an application that nobody has decided yet.

    Raises ApplicationNotFound, ApplicationNotReady, EditConflict, and what `apply` raises for products and wishes.
    """
    with transaction():
        application = own_application(code, by)
        check_version(application, version)
        if application.state != ApplicationState.SUBMITTED:
            raise ApplicationNotReady(state=application.state)
        fair = db.session.get_one(Fair, application.fair_id)
        producer = db.session.get_one(Producer, application.producer_id)
        products = own_products(producer, wanted.products)
        check_wishes(wanted.wishes, producer)
        application.renew_by = judge(fair, products, local_day(now()), wanted.is_conditional)
        application.wishes = wanted.wishes
        kept = [one for one in application.products if _maker_of(one.product_id) != producer.id]
        chosen = {one.id for one in products} | {one.product_id for one in kept}
        _set_products(application, chosen)
        db.session.flush()
        record("application.edited", f"application:{code}", by, products=[one.slug for one in products])
        publish(ApplicationEdited(code))
        return application


@dataclass(frozen=True)
class Decision:
    """What is decided; ``renew_by`` gives a conditional application another deadline."""

    state: ApplicationState
    note: str | None = None
    renew_by: date | None = None


def decide(
    code: str, decision: ApplicationState, note: str | None, by: Actor, renew_by: date | None = None
) -> FairApplication:
    """Accept, put on the waiting list, or reject. The same decision twice has the effect of once.

    ``renew_by`` gives a conditional application another deadline, from today to the day before the opening.
    Raises ApplicationNotFound, ApplicationNotReady, Invalid; NotFound for another organizer's fair.
    """
    with transaction():
        application = lock_application(code)
        fair = db.session.get_one(Fair, application.fair_id)
        authorize(by, "applications.decide", permissions.scope_of(fair))
        return settle(application, fair, Decision(decision, note, renew_by), by)


def settle(application: FairApplication, fair: Fair, decision: Decision, by: Actor) -> FairApplication:
    """As `decide`, for verbs that have looked whether they may, with the application locked."""
    if application.state == decision.state:
        return application
    if application.state not in DECISIONS[decision.state] or queries.holds_booth(application.id):
        raise ApplicationNotReady(state=application.state, application=application.code)
    at = now()
    if decision.renew_by is not None:
        application.renew_by = _deadline(application, fair, decision.renew_by, local_day(at))
    application.state, application.decided_at = decision.state, at
    application.decision_note = decision.note
    db.session.flush()
    record(f"application.{decision.state}", f"application:{application.code}", by, fair=fair.slug, note=decision.note)
    publish(ApplicationDecided(application.code, fair.slug, decision.state, decision.note or ""))
    return application


def withdraw(code: str, by: Actor) -> FairApplication:
    """The producer takes her application back; twice has the effect of once. Not while she holds a booth.

    Raises ApplicationNotFound, ApplicationNotReady, NotFound for another's application.
    """
    with transaction():
        application = own_application(code, by)
        if application.state == ApplicationState.WITHDRAWN:
            return application
        if application.state not in LIVE_APPLICATION or queries.holds_booth(application.id):
            raise ApplicationNotReady(state=application.state)
        application.state = ApplicationState.WITHDRAWN
        record("application.withdrawn", f"application:{code}", by)
        publish(ApplicationWithdrawn(code))
        return application


def own_application(code: str, by: Actor) -> FairApplication:
    """An application of the caller's producer, locked. Raises ApplicationNotFound, NotFound for another's."""
    application = lock_application(code)
    authorize(by, "applications.submit", scope_of(db.session.get_one(Producer, application.producer_id)))
    return application


def lock_application(code: str) -> FairApplication:
    """The application, locked until the transaction ends. Raises ApplicationNotFound."""
    application = queries.get_application(code)
    query = select(FairApplication).where(FairApplication.id == application.id).with_for_update()
    again = query.options(selectinload(FairApplication.products)).execution_options(populate_existing=True)
    return db.session.scalars(again).one()


def _deadline(application: FairApplication, fair: Fair, renew_by: date, on: date) -> date:
    if application.renew_by is None:
        raise Invalid({"renew_by": [_("Hồ sơ này đủ công nhận cho mọi ngày, không cần hạn.")]})
    if not on <= renew_by < fair.opens_on:
        raise Invalid({"renew_by": [_("Hạn phải từ hôm nay đến trước ngày khai mạc.")]})
    return renew_by


def _set_products(application: FairApplication, chosen: set[int]) -> None:
    """Exactly these products; rows that stay are left as they are."""
    staying = [one for one in application.products if one.product_id in chosen]
    new = chosen - {one.product_id for one in staying}
    application.products = staying + [FairApplicationProduct(product_id=one) for one in sorted(new)]


def _maker_of(product_id: int) -> int:
    return db.session.get_one(Product, product_id).producer_id


def _check_no_partner(fair: Fair, producer: Producer) -> None:
    """Who shares somebody's booth does not apply for one of her own as well. Raises ApplicationExists."""
    query = (
        select(FairApplication.code)
        .join(FairApplicationPartner, FairApplicationPartner.application_id == FairApplication.id)
        .where(
            FairApplication.fair_id == fair.id, FairApplication.state.in_(LIVE_APPLICATION),
            FairApplicationPartner.producer_id == producer.id, FairApplicationPartner.state == AGREED,
        )
    )  # fmt: skip
    shared = db.session.scalar(query)
    if shared is not None:
        raise ApplicationExists(application=shared)
