"""The invariant of the gate at the till: nothing was sold without its star, by what was recorded at its decision."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from catalog.certificates.knowledge import term_of_version, versions_of
from catalog.certificates.models import CertificateVersion
from catalog.certificates.rules import covers
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.queries import TOUCHES, stop_of
from catalog.stops.rules import stop_on
from core.clock import local_day
from core.db import db, in_chunks
from core.doctor import invariant
from shop.tills.models import TillLine, TillSale


@invariant("I52", "every line sold at a till was covered by its certificate, by what was recorded at its decision")
def sold_with_star() -> Iterable[str]:
    """A line for each sold line on a day that its certificate, as known then, did not cover (decisions 4 and 5)."""
    query = (
        select(
            TillSale.code, TillLine.position, TillSale.decided_at, TillLine.decided_on, TillLine.product_id,
            TillLine.certificate_id,
        )
        .join(TillSale, TillSale.id == TillLine.sale_id)
        .where(TillLine.of_line_id.is_(None))
    )  # fmt: skip
    lines = db.session.execute(query).all()
    known, stops = _versions({line.certificate_id for line in lines}), _stops()
    for line in lines:
        seen = (one for one in reversed(known.get(line.certificate_id, [])) if one.recorded_at <= line.decided_at)
        newest = next(seen, None)
        stopped = [stop_of(one, line.decided_at) for one in stops.get(line.product_id, [])
                   if one.recorded_at <= line.decided_at]  # fmt: skip
        is_covered = newest is not None and covers(term_of_version(newest), line.decided_on)
        is_its_day = line.decided_on == local_day(line.decided_at)
        if not (is_covered and is_its_day) or stop_on(stopped, line.decided_on):
            yield f"receipt {line.code}, line {line.position}"


def _versions(certificate_ids: set[int]) -> dict[int, list[CertificateVersion]]:
    """What was ever known of each certificate, oldest first."""
    found: dict[int, list[CertificateVersion]] = defaultdict(list)
    for chunk in in_chunks(sorted(certificate_ids)):
        for version in versions_of(*chunk):
            found[version.certificate_id].append(version)
    return found


def _stops() -> dict[int, list[ProductStop]]:
    found: dict[int, list[ProductStop]] = defaultdict(list)
    for product_id, stop in db.session.execute(select(Product.id, ProductStop).join(ProductStop, TOUCHES)):
        found[product_id].append(stop)
    return found
