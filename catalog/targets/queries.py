"""Reading targets and what counts towards them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from catalog.areas.models import Area
from catalog.certificates.models import Certificate
from catalog.certificates.rules import Term
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.targets.models import Target
from catalog.targets.rules import Recognition
from core.db import db


def list_targets(first_year: int, last_year: int) -> Sequence[Target]:
    """Targets that speak of any of these years, in the order of the file."""
    some = Target.from_year <= last_year, Target.to_year >= first_year
    return db.session.scalars(select(Target).where(*some).order_by(Target.id)).all()


def provinces() -> dict[int, str]:
    """The province's code of every area of every epoch."""
    rows = {row.id: row for row in db.session.execute(select(Area.id, Area.parent_id, Area.code))}

    def top(area_id: int) -> str:
        row = rows[area_id]
        return top(row.parent_id) if row.parent_id in rows else row.code

    return {area_id: top(area_id) for area_id in rows}


def chains(known: Mapping[int, Sequence[Term]], area_code: str) -> list[list[Recognition]]:
    """The recognitions of each product of a province, oldest decision first, out of certificates as they are known.

    A product without an area counts where its producer is.
    """
    where = provinces()
    query = select(Product.id, Product.area_id, Producer.area_id).join(Producer, Producer.id == Product.producer_id)
    inside = {row[0] for row in db.session.execute(query) if where.get(row[1] or row[2] or 0) == area_code}
    demo = set(db.session.scalars(select(Certificate.id).where(Certificate.is_demo)))
    return [_chain(product_id, terms, demo) for product_id, terms in known.items() if product_id in inside]


def _chain(product_id: int, terms: Sequence[Term], demo: set[int]) -> list[Recognition]:
    in_order = sorted(terms, key=lambda term: (term.decided_on or term.valid_from, term.certificate_id))
    return [
        Recognition(product_id, one.decided_on or one.valid_from, one.stars, one.certificate_id in demo)
        for one in in_order
    ]
