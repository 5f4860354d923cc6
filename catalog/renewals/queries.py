"""Reading renewals: dossiers, reminders, and where each renewal stands."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.certificates.models import Certificate
from catalog.certificates.queries import get_certificate, term_of
from catalog.certificates.rules import Term
from catalog.producers.queries import scope_of
from catalog.renewals.models import RenewalDossier, RenewalReminder
from catalog.renewals.refusals import DossierNotFound
from catalog.renewals.rules import Filed, Stage, Window, stage_of, successor_of, window_of
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.db import db, in_chunks


@dataclass(frozen=True, slots=True)
class Renewal:
    """Where the renewal of one certificate stands on a day."""

    term: Term
    stage: Stage
    window: Window
    dossiers: Sequence[RenewalDossier]
    successor: Term | None

    @property
    def pending(self) -> RenewalDossier | None:
        """The dossier that waits for its result."""
        return next((one for one in self.dossiers if one.outcome is None), None)

    @property
    def stars_after(self) -> int | None:
        """The stars of the successor where they are others."""
        return self.successor.stars if self.successor and self.successor.stars != self.term.stars else None


def get_readable(actor: Actor, code: str) -> Certificate:
    """A certificate whose renewal the actor may read: certifiers all, producers their own. Refuses with NotFound."""
    certificate = get_certificate(code)
    authorize(actor, "renewals.read", scope_of(certificate.product.producer))
    return certificate


def get_dossier(code: str) -> RenewalDossier:
    """A dossier by our code. Refuses with DossierNotFound."""
    found = db.session.scalars(select(RenewalDossier).where(RenewalDossier.code == code)).first()
    if found is None:
        raise DossierNotFound
    return found


def find_receipt(certificate_id: int, receipt_number: str) -> RenewalDossier | None:
    """The dossier that a receipt was given for."""
    query = select(RenewalDossier).where(
        RenewalDossier.certificate_id == certificate_id, RenewalDossier.receipt_number == receipt_number
    )
    return db.session.scalars(query).first()


def list_dossiers(certificate_ids: Collection[int]) -> dict[int, list[RenewalDossier]]:
    """The dossiers of each certificate, newest first."""
    found: dict[int, list[RenewalDossier]] = defaultdict(list)
    wanted = list(certificate_ids)
    newest = RenewalDossier.received_on.desc(), RenewalDossier.id.desc()
    for some_of in in_chunks(wanted):
        some = RenewalDossier.certificate_id.in_(some_of)
        for one in db.session.scalars(select(RenewalDossier).where(some).order_by(*newest)):
            found[one.certificate_id].append(one)
    return found


def list_unconfirmed(limit: int = 100) -> Sequence[RenewalDossier]:
    """Receipts that producers told of and nobody has confirmed, oldest first."""
    query = select(RenewalDossier).where(RenewalDossier.confirmed_at.is_(None), RenewalDossier.outcome.is_(None))
    return db.session.scalars(query.order_by(RenewalDossier.id).limit(limit)).all()


def list_reminders(certificate_id: int) -> Sequence[RenewalReminder]:
    """What was told of a certificate, newest first, with the people."""
    query = select(RenewalReminder).where(RenewalReminder.certificate_id == certificate_id)
    newest = RenewalReminder.made_at.desc(), RenewalReminder.step.desc(), RenewalReminder.id
    return db.session.scalars(query.order_by(*newest).options(joinedload(RenewalReminder.user))).all()


def terms_of_products(product_ids: Collection[int]) -> dict[int, list[Term]]:
    """The verified certificates of each product, as the rules see them."""
    found: dict[int, list[Term]] = defaultdict(list)
    wanted = list(product_ids)
    for some_of in in_chunks(wanted):
        some = Certificate.product_id.in_(some_of)
        for one in db.session.scalars(select(Certificate).where(some, Certificate.verified_at.is_not(None))):
            found[one.product_id].append(term_of(one))
    return found


def renewal_of(certificate: Certificate, on: date) -> Renewal:
    """Where the renewal of one certificate stands on that day."""
    return renewals_of([certificate], on)[certificate.id]


def renewals_of(certificates: Sequence[Certificate], on: date) -> dict[int, Renewal]:
    """Where each renewal stands on that day, by certificate; a constant number of queries."""
    dossiers = list_dossiers([one.id for one in certificates])
    terms = terms_of_products({one.product_id for one in certificates})
    return {one.id: _renewal(term_of(one), dossiers, terms[one.product_id], on) for one in certificates}


def _renewal(term: Term, dossiers: Mapping[int, Sequence[RenewalDossier]], others: Sequence[Term], on: date) -> Renewal:
    mine, successor = dossiers.get(term.certificate_id, ()), successor_of(term, others)
    stage = stage_of(term, [filed_of(one) for one in mine], successor, on)
    return Renewal(term, stage, window_of(term.valid_until), mine, successor)


def filed_of(dossier: RenewalDossier) -> Filed:
    """The dossier as the rules see it."""
    return Filed(dossier.received_on, dossier.confirmed_at is not None, dossier.outcome)
