"""Promises that the doctor asks about certificates."""

from collections.abc import Iterable

from sqlalchemy import and_, func, select

from catalog.certificates.knowledge import term_of_version
from catalog.certificates.models import SPAN, Certificate, CertificateVersion
from catalog.certificates.queries import term_of
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


@invariant("I15", "what is known of each verified certificate is what its newest version says")
def versions_agree() -> Iterable[str]:
    """Verified certificates without a version, or changed by another road than the verbs."""
    newest = select(func.max(CertificateVersion.id)).group_by(CertificateVersion.certificate_id)
    known = {one.certificate_id: one for one in db.session.scalars(
        select(CertificateVersion).where(CertificateVersion.id.in_(newest))
    )}  # fmt: skip
    for certificate in db.session.scalars(select(Certificate).where(Certificate.verified_at.is_not(None))):
        version = known.get(certificate.id)
        if version is None or term_of_version(version) != term_of(certificate):
            yield f"certificate {certificate.code}"
