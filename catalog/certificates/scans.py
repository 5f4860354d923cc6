"""Papers of certificates: whose they are, and when the public may see them."""

from sqlalchemy import select

from catalog.certificates.models import Certificate
from catalog.documents.subjects import Owner, subject_kind
from core.db import db


def owner_of_certificate(code: str) -> Owner | None:
    """The producer of the certified product; its decision may be shown once the certificate is verified."""
    found = db.session.scalars(select(Certificate).where(Certificate.code == code)).first()
    return Owner(found.product.producer.code, found.verified_at is not None) if found else None


def register() -> None:
    """Make certificates a subject of documents."""
    subject_kind("certificate", owner_of_certificate)
