"""Reading what happened to certificates, and what was done about it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from catalog.certificates.models import SPAN, Certificate, CertificateCorrection, CertificateSuspension
from catalog.certificates.queries import term_of
from catalog.certificates.rules import Term
from catalog.consequences.models import CertificateConsequence
from catalog.consequences.rules import Corrected, Occasion, Paused, Story, occasions, still_told
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.queries import TOUCHES, stops_of
from catalog.stops.rules import Stop
from core.clock import local_day
from core.db import db


@dataclass(frozen=True)
class Told:
    """One certificate with its occasions."""

    certificate_id: int
    product_id: int
    code: str
    occasions: list[Occasion]


def told(certificate_ids: Collection[int], today: date) -> list[Told]:
    """What ever happened to these certificates, past and planned, in the order of their ids. Five statements."""
    query = select(Certificate).where(Certificate.id.in_(certificate_ids)).order_by(Certificate.id)
    found = db.session.scalars(query).all()
    before = _stars_before(found)
    corrected = _corrections(certificate_ids)
    stops = stops_of({one.product_id for one in found})
    stories = [
        (one, _story(one, before.get(one.id), corrected.get(one.id, ()), stops.get(one.product_id, ())))
        for one in found
    ]
    return [
        Told(one.id, one.product_id, one.code, still_told(occasions(story, today), today)) for one, story in stories
    ]


def done(certificate_ids: Collection[int]) -> set[tuple[int, str, str]]:
    """What was done: certificate, consequence and occasion."""
    row = CertificateConsequence
    query = select(row.certificate_id, row.consequence, row.occasion).where(row.certificate_id.in_(certificate_ids))
    return {(one[0], one[1], one[2]) for one in db.session.execute(query)}


def is_done(certificate_id: int, consequence: str, occasion: str) -> bool:
    """Whether that was done."""
    row = CertificateConsequence
    query = select(row.id).where(
        row.certificate_id == certificate_id, row.consequence == consequence, row.occasion == occasion
    )
    return db.session.scalar(query) is not None


def list_of(certificate_id: int) -> Sequence[CertificateConsequence]:
    """Everything that was done about a certificate, newest first."""
    query = select(CertificateConsequence).where(CertificateConsequence.certificate_id == certificate_id)
    return db.session.scalars(query.order_by(CertificateConsequence.id.desc())).all()


def changed_certificates(today: date) -> list[int]:
    """Ids of verified certificates to which anything happened but their first beginning, with no lower bound."""
    earlier = aliased(Certificate)
    follows = exists().where(
        earlier.product_id == Certificate.product_id,
        earlier.verified_at.is_not(None),
        earlier.id != Certificate.id,
        earlier.valid_from <= Certificate.valid_from,
    )
    ways = (
        Certificate.id.in_(select(SPAN.c.certificate_id).where(SPAN.c.ends_on < today)),
        Certificate.revoked_on.is_not(None),
        Certificate.extended_until.is_not(None),
        exists().where(CertificateSuspension.certificate_id == Certificate.id),
        Certificate.product_id.in_(select(Product.id).join(ProductStop, TOUCHES)),
        Certificate.correction_id.is_not(None),
        follows,
    )
    query = select(Certificate.id).where(Certificate.verified_at.is_not(None), or_(*ways))
    return list(db.session.scalars(query.order_by(Certificate.id)))


def _story(
    certificate: Certificate, stars_before: int | None, corrected: Collection[Corrected], stops: Collection[Stop]
) -> Story:
    suspensions = tuple(Paused(s.id, s.from_on, s.until_on) for s in certificate.suspensions)
    stopped = tuple(Paused(s.id, s.from_on, s.last_on, ("stop", "freed")) for s in stops)
    return Story(
        term=term_of(certificate),
        stars_before=stars_before,
        pauses=suspensions + stopped,
        corrections=tuple(corrected),
    )


def _stars_before(certificates: Collection[Certificate]) -> dict[int, int]:
    """Stars of the certificate that came before each of these, by id; the first of a product is missing."""
    products = {one.product_id for one in certificates}
    query = select(Certificate).where(Certificate.product_id.in_(products), Certificate.verified_at.is_not(None))
    lines: dict[int, list[Term]] = defaultdict(list)
    for one in db.session.scalars(query):
        lines[one.product_id].append(term_of(one))
    found: dict[int, int] = {}
    for terms in lines.values():
        ordered = sorted(terms, key=lambda term: term.rank)
        found |= {later.certificate_id: earlier.stars for earlier, later in pairwise(ordered)}
    return found


def _corrections(certificate_ids: Collection[int]) -> dict[int, list[Corrected]]:
    row = CertificateCorrection
    query = select(row).where(row.certificate_id.in_(certificate_ids), row.confirmed_at.is_not(None)).order_by(row.id)
    found: dict[int, list[Corrected]] = defaultdict(list)
    for one in db.session.scalars(query):
        if one.confirmed_at is not None:
            found[one.certificate_id].append(Corrected(one.id, local_day(one.confirmed_at), "stars" in one.changes))
    return found
