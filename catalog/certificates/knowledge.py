"""Two times: what a certificate said of a day, and what was known of it at an instant.

Every verb that changes what a certificate is worth writes one version more, in its own transaction; versions are
append-only (a trigger holds it). So "was it valid on 3 May?" can be asked as known today and as known on 3 May,
and the second answer stays the same for ever, whatever is recorded later.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from catalog.certificates.models import Certificate, CertificateVersion
from catalog.certificates.rules import Pause, Term
from core.accounts.actor import Actor
from core.db import db, in_chunks

#: What a version keeps beside the pauses, by attribute of Certificate.
_DAYS = ("valid_from", "valid_until", "decided_on", "verified_on", "extended_until", "governs_until", "revoked_on")
_WORDS = ("stars", "score_hundredths", "decision_number", "issuer", "issuer_level")


def remember(certificate: Certificate, act: str, by: Actor, at: datetime) -> None:
    """Write what is known of a certificate from `at` on; called behind the locks of the verb that changed it."""
    db.session.flush()
    db.session.add(
        CertificateVersion(
            certificate_id=certificate.id, act=act, facts=facts_of(certificate), recorded_at=at, recorded_by=by.user_id
        )
    )


def known_at(product_ids: Collection[int], instant: datetime) -> dict[int, list[Term]]:
    """The verified certificates of each of these products as they were known at that instant."""
    found: dict[int, list[Term]] = defaultdict(list)
    wanted = list(product_ids)
    for some_of in in_chunks(wanted):
        of_these = Certificate.product_id.in_(some_of)
        last = (
            select(func.max(CertificateVersion.id))
            .join(Certificate, Certificate.id == CertificateVersion.certificate_id)
            .where(of_these, CertificateVersion.recorded_at <= instant)
            .group_by(CertificateVersion.certificate_id)
        )
        query = (
            select(Certificate.product_id, CertificateVersion)
            .join(Certificate, Certificate.id == CertificateVersion.certificate_id)
            .where(CertificateVersion.id.in_(last))
        )
        for product_id, version in db.session.execute(query):
            found[product_id].append(term_of_version(version))
    return found


def find_known(certificate_id: int, instant: datetime) -> Term | None:
    """One certificate as it was known at that instant; None when nobody had verified it yet."""
    query = (
        select(CertificateVersion)
        .where(CertificateVersion.certificate_id == certificate_id, CertificateVersion.recorded_at <= instant)
        .order_by(CertificateVersion.id.desc())
    )
    version = db.session.scalars(query.limit(1)).first()
    return term_of_version(version) if version else None


def versions_of(*certificate_ids: int) -> Sequence[CertificateVersion]:
    """Everything that was ever known of these certificates, oldest first."""
    query = select(CertificateVersion).where(CertificateVersion.certificate_id.in_(certificate_ids))
    return db.session.scalars(query.order_by(CertificateVersion.id)).all()


def facts_of(certificate: Certificate) -> dict[str, Any]:
    """What decides about a certificate now, as plain values."""
    days = {name: _text(getattr(certificate, name)) for name in _DAYS}
    words = {name: getattr(certificate, name) for name in _WORDS}
    pauses = [[_text(one.from_on), _text(one.until_on)] for one in certificate.suspensions]
    return words | days | {"pauses": pauses}


def first_version(certificate_id: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """The version of a plain verified row, for writing many at once: nothing has happened to it yet."""
    days = {name: _text(row.get(name)) for name in _DAYS}
    facts = {name: row.get(name) for name in _WORDS} | days | {"pauses": []}
    at, by = row["verified_at"], row["verified_by"]
    return {"certificate_id": certificate_id, "act": "verified", "facts": facts, "recorded_at": at, "recorded_by": by}


def term_of_version(version: CertificateVersion) -> Term:
    """The certificate as the rules saw it then."""
    facts = version.facts
    days = {name: _day(facts[name]) for name in _DAYS}
    pauses = tuple(Pause(date.fromisoformat(first), _day(last)) for first, last in facts["pauses"])
    return Term(certificate_id=version.certificate_id, stars=facts["stars"], pauses=pauses, **days)  # type: ignore[arg-type]


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
