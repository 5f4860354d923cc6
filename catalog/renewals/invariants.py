"""Promises that the doctor asks about renewals."""

from collections.abc import Iterable

from sqlalchemy import and_, select

from catalog.certificates.models import Certificate
from catalog.renewals.models import RenewalDossier
from core.db import db
from core.doctor import invariant


@invariant("I18", "every extension rests on a recorded dossier of its certificate, and says the same")
def extensions_have_dossiers() -> Iterable[str]:
    """Extended certificates without a dossier that carries exactly this extension."""
    carries = and_(
        RenewalDossier.certificate_id == Certificate.id,
        RenewalDossier.receipt_number == Certificate.extension_receipt,
        RenewalDossier.extends_until == Certificate.extended_until,
    )
    bare = (
        select(Certificate.code)
        .outerjoin(RenewalDossier, carries)
        .where(Certificate.extended_until.is_not(None), RenewalDossier.id.is_(None))
    )
    for code in db.session.scalars(bare):
        yield f"certificate {code}"
