"""Whether an application may be sent as it is: whose products, which days they cover, what is wished for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.queries import standings
from catalog.certificates.refusals import closed
from catalog.certificates.rules import Status
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from core.errors import Invalid
from shop.fairs import queries
from shop.fairs.models import Fair
from shop.fairs.plans.plan import FEATURES
from shop.fairs.refusals import (
    ApplicationNotAdmitted,
    ApplicationProductUnknown,
    ApplicationUncovered,
    ConditionTooLate,
)
from shop.fairs.rulebook import last_renewal_day, may_wait_for_renewal, rules_of
from shop.fairs.rules import Term, fair_days, uncovered

#: What may be wished for by name: exhibitors (by their producer's code) and things that stand in a hall.
PLACES = ("near", "apart")


def own_products(producer: Producer, slugs: Sequence[str]) -> list[Product]:
    """The products of those addresses. Raises ApplicationProductUnknown for one that is not the producer's."""
    own = Product.producer_id == producer.id, Product.slug.in_(set(slugs))
    found = db.session.scalars(select(Product).where(*own).order_by(Product.id)).all()
    unknown = sorted(set(slugs) - {product.slug for product in found})
    if unknown:
        raise ApplicationProductUnknown(products=unknown)
    return list(found)


def judge(fair: Fair, products: Sequence[Product], on: date, is_conditional: bool) -> date | None:
    """The renewal deadline of a conditional application, None when every fair day is covered.

    Raises ApplicationUncovered, ConditionTooLate, ApplicationNotAdmitted, and the certificate refusals.
    """
    _check_sellable(products, on)
    terms = queries.terms_of([product.id for product in products])
    _check_admitted(fair, products, terms, on)
    missing = uncovered(terms, fair_days(fair.opens_on, fair.closes_on), rules_of(fair).stars_min)
    if not missing:
        return None
    renew_by, in_time = last_renewal_day(fair, on), may_wait_for_renewal(fair, on)
    if not is_conditional:
        raise ApplicationUncovered(days=missing, renew_by=renew_by if in_time else None)
    if not in_time:
        raise ConditionTooLate(days=missing, renew_by=renew_by)
    return renew_by


def check_wishes(wishes: Mapping[str, Any], producer: Producer) -> None:
    """Refuse neighbours that do not exist, oneself, and the same one near and far. Raises Invalid by field."""
    errors: dict[str, list[str]] = {}
    named = {name: [str(one) for one in wishes.get(name) or []] for name in PLACES}
    asked = {one for codes in named.values() for one in codes if one not in FEATURES}
    known = set(db.session.scalars(select(Producer.code).where(Producer.code.in_(asked)))) if asked else set[str]()
    for name, codes in named.items():
        unknown = [one for one in codes if one in asked - known]
        if unknown:
            errors[name] = [_("Không có chủ thể mang mã %(codes)s.", codes=", ".join(unknown))]
        elif producer.code in codes:
            errors[name] = [_("Không cần nêu chính mình.")]
    if not errors and (both := set(named["near"]) & set(named["apart"])):
        errors["apart"] = [_("Không thể vừa gần vừa xa: %(codes)s.", codes=", ".join(sorted(both)))]
    if errors:
        raise Invalid(errors)


def _check_sellable(products: Sequence[Product], on: date) -> None:
    """A product that may not be sold today is not on offer to a fair either: candidates are unknown, others gone."""
    found = standings([product.id for product in products], on)
    for product in products:
        status = found[product.id].status
        if not status.is_open:
            raise closed(Status(status), product=product.slug, since=found[product.id].since)


def _check_admitted(fair: Fair, products: Sequence[Product], terms: Sequence[Term], on: date) -> None:
    admission = rules_of(fair).admission
    stars = {term.product_id: term.stars for term in terms if term.covers(on)}
    outside = [one.slug for one in products if not admission.admits(stars.get(one.id, 0), one.product_set.group)]
    if outside:
        raise ApplicationNotAdmitted(products=outside, stars_min=admission.stars_min, groups=sorted(admission.groups))
