"""The books as they were known at the end of a day: certificates with what was recorded of them until then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin.reports.registry import Asked
from catalog.areas.models import Area
from catalog.certificates.knowledge import known_at
from catalog.certificates.models import Certificate
from catalog.certificates.rules import Term
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate: its paper, and its days, stars and endings as they were known then."""

    certificate: Certificate
    known: Term

    @property
    def product(self) -> Product:
        """The product that the paper names."""
        return self.certificate.product

    @property
    def area(self) -> Area | None:
        """Where it is made or, when nobody told, where its producer is."""
        return self.product.area or self.product.producer.area

    def words(self) -> dict[str, object]:
        """What every list of certificates tells."""
        one, product = self.certificate, self.product
        return {
            "product_code": product.code, "product": product.name, "producer": product.producer.name,
            "area": self.area.name if self.area else "", "stars": self.known.stars, "code": one.code,
            "decision": one.decision_number, "decided_on": self.known.decided_on, "issuer": one.issuer,
            "is_demo": _("minh hoạ") if one.is_demo else "",
        }  # fmt: skip


def entries(asked: Asked) -> list[Entry]:
    """Every certificate that was verified by then, in the order of decisions."""
    known = terms(asked)
    by_id = {term.certificate_id: term for some in known.values() for term in some}
    whole = joinedload(Certificate.product)
    query = select(Certificate).where(Certificate.verified_at.is_not(None)).options(
        whole.joinedload(Product.area), whole.joinedload(Product.producer).joinedload(Producer.area)
    )  # fmt: skip
    found = [Entry(one, by_id[one.id]) for one in db.session.scalars(query).unique() if one.id in by_id]
    return sorted(found, key=lambda one: (one.known.decided_on or one.known.valid_from, one.certificate.id))


def terms(asked: Asked) -> Mapping[int, Sequence[Term]]:
    """The certificates of every product as known by then, by product."""
    certified = select(Certificate.product_id).where(Certificate.verified_at.is_not(None)).distinct()
    return known_at(db.session.scalars(certified).all(), asked.instant)
