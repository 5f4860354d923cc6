"""Promises that the doctor asks about certificates."""

from collections.abc import Iterable

from sqlalchemy import and_, select

from catalog.certificates.models import SPAN, Certificate
from core.db import db
from core.doctor import invariant


@invariant("I13", "no product has two governing certificates on one day")
def one_governs() -> Iterable[str]:
    """Pairs of verified certificates of one product whose governing days share a day."""
    one, two = SPAN.alias("one"), SPAN.alias("two")
    pairs = (
        select(one.c.certificate_id, two.c.certificate_id)
        .join(two, and_(one.c.product_id == two.c.product_id, one.c.certificate_id < two.c.certificate_id))
        .where(one.c.starts_on <= one.c.ends_on, two.c.starts_on <= two.c.ends_on)
        .where(one.c.starts_on <= two.c.ends_on, two.c.starts_on <= one.c.ends_on)
    )
    for first, second in db.session.execute(pairs):
        yield f"certificates {first} and {second}"


@invariant("I14", "every certificate that counts was verified by a person who did not enter it")
def two_persons() -> Iterable[str]:
    """Verified certificates with one person in both places."""
    alone = select(Certificate.code).where(
        Certificate.verified_at.is_not(None), Certificate.verified_by == Certificate.entered_by
    )
    for code in db.session.scalars(alone):
        yield f"certificate {code}"
