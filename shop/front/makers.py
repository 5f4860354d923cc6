"""Producers in public: who they are, and every certificate that their products have or had.

What papers print is public: the name on a decision, the kind of subject, the place. Telephone, street and tax code
are not shown: a producing household's are a person's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from catalog.certificates.models import Certificate
from catalog.certificates.queries import status_on
from catalog.certificates.rules import Status
from catalog.listings.models import LIVE, Listing
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from shop.front.addresses import possible_codes

#: Certificates that a producer's page lists at most.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Recognition:
    """A certificate of a producer's product, with what it is on the day."""

    certificate: Certificate
    product: Product
    status: Status


@dataclass(frozen=True, slots=True)
class Story:
    """What a producer tells of one of its products."""

    product: Product
    text: str


def find_maker(slug: str) -> Producer | None:
    """The producer whose code ends this slug, whatever words stand before it."""
    codes = possible_codes(slug)
    found = {one.code.lower(): one for one in db.session.scalars(select(Producer).where(_code_in(codes)))}
    return next((found[code] for code in codes if code in found), None)


def recognitions(producer: Producer, on: date) -> list[Recognition]:
    """Its verified certificates with their status on the day: those that govern first, then the newest."""
    query = (
        select(Certificate, Product)
        .join(Product, Product.id == Certificate.product_id)
        .where(Product.producer_id == producer.id, Certificate.verified_at.is_not(None))
        .order_by(Certificate.valid_from.desc(), Certificate.id.desc())
        .limit(_MOST)
        .options(selectinload(Certificate.suspensions))
    )
    found = [Recognition(row[0], row[1], status_on(row[0], on)) for row in db.session.execute(query)]
    return sorted(found, key=lambda one: not one.status.is_open)


def story_of(listing_ids: Sequence[int]) -> Story | None:
    """The longest story among these listings: what the producer has taken most care to tell."""
    query = (
        select(Product, Listing.story)
        .join(Product, Product.id == Listing.product_id)
        .where(Listing.id.in_(listing_ids), Listing.state == LIVE, Listing.story != "")
        .order_by(func.length(Listing.story).desc(), Listing.id)
    )
    row = db.session.execute(query.limit(1)).first()
    return Story(row[0], row[1]) if row else None


def kind_label(kind: str) -> str:
    """A kind of subject (chủ thể) in words: Decision 26/2026/QĐ-TTg, Article 2.3."""
    return {
        "cooperative": _("Hợp tác xã"), "cooperative_group": _("Tổ hợp tác"), "enterprise": _("Doanh nghiệp"),
        "farm": _("Trang trại"), "producing_household": _("Hộ sản xuất"), "business_household": _("Hộ kinh doanh"),
        "association": _("Hội, hiệp hội"),
    }[kind]  # fmt: skip


def _code_in(codes: Sequence[str]) -> ColumnElement[bool]:
    """Codes are stored as they were given; addresses are in small letters."""
    return func.lower(Producer.code).in_(codes)
