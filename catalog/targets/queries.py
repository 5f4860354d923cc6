"""Reading targets and what counts towards them."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from catalog.areas.models import Area
from catalog.certificates.models import Certificate
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


def chains(area_code: str, among: set[int] | None = None) -> list[list[Recognition]]:
    """The verified certificates of each product of a province, oldest decision first.

    A product without an area counts where its producer is. among: only these certificates.
    """
    where = provinces()
    query = (
        select(Certificate, Product.area_id, Producer.area_id)
        .join(Product, Product.id == Certificate.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Certificate.verified_at.is_not(None))
        .order_by(Certificate.decided_on, Certificate.id)
    )
    found: dict[int, list[Recognition]] = defaultdict(list)
    for one, made_in, registered_in in db.session.execute(query):
        if where.get(made_in or registered_in or 0) != area_code or (among is not None and one.id not in among):
            continue
        found[one.product_id].append(Recognition(one.product_id, one.decided_on, one.stars, one.is_demo))
    return list(found.values())
