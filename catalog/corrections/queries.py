"""Reading corrections."""

from collections.abc import Sequence

from sqlalchemy import func, select

from catalog.certificates.models import CertificateCorrection
from catalog.corrections.refusals import CorrectionNotFound
from core.db import db


def get_correction(code: str) -> CertificateCorrection:
    """A correction by its code. Raises CorrectionNotFound."""
    found = db.session.scalars(select(CertificateCorrection).where(CertificateCorrection.code == code)).first()
    if found is None:
        raise CorrectionNotFound
    return found


def find_waiting(certificate_id: int) -> CertificateCorrection | None:
    """The correction of a certificate that waits for its second person."""
    query = select(CertificateCorrection).where(
        CertificateCorrection.certificate_id == certificate_id, CertificateCorrection.settled_at.is_(None)
    )
    return db.session.scalars(query).first()


def list_waiting(page: int, per_page: int) -> tuple[Sequence[CertificateCorrection], int]:
    """Corrections that wait, oldest first, and how many."""
    query = select(CertificateCorrection).where(CertificateCorrection.settled_at.is_(None))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.order_by(CertificateCorrection.id).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def list_of(certificate_id: int) -> Sequence[CertificateCorrection]:
    """Every correction of a certificate, newest first."""
    query = select(CertificateCorrection).where(CertificateCorrection.certificate_id == certificate_id)
    return db.session.scalars(query.order_by(CertificateCorrection.id.desc())).all()
