"""Reading what happened to certificates, and what was done about it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from catalog.certificates.models import SPAN, Certificate, CertificateCorrection, CertificateSuspension
from catalog.certificates.rules import Pause, Term
from catalog.consequences.models import CertificateConsequence
from catalog.consequences.rules import Corrected, Occasion, Paused, Story, occasions, still_told
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.queries import TOUCHES, stops_of
from catalog.stops.rules import Stop
from core.clock import local_day
from core.db import db

_WANTED = bindparam("wanted", expanding=True)
_ASKED = aliased(Certificate)
#: Every verified certificate of the products of the asked ones: what came before is read with them.
_LINES = select(
    Certificate.id, Certificate.product_id, Certificate.code, Certificate.stars, Certificate.valid_from,
    Certificate.valid_until, Certificate.verified_on, Certificate.extended_until, Certificate.governs_until,
    Certificate.revoked_on, Certificate.decided_on, Certificate.correction_id,
).where(
    Certificate.verified_at.is_not(None),
    Certificate.product_id.in_(select(_ASKED.product_id).where(_ASKED.id.in_(_WANTED))),
)  # fmt: skip
_SUSPENSIONS = (
    select(
        CertificateSuspension.id,
        CertificateSuspension.certificate_id,
        CertificateSuspension.from_on,
        CertificateSuspension.until_on,
    )
    .where(CertificateSuspension.certificate_id.in_(_WANTED))
    .order_by(CertificateSuspension.from_on)
)

_DONE = select(
    CertificateConsequence.certificate_id, CertificateConsequence.consequence, CertificateConsequence.occasion
).where(CertificateConsequence.certificate_id.in_(_WANTED))


@dataclass(frozen=True)
class Told:
    """One certificate with its occasions."""

    certificate_id: int
    product_id: int
    code: str
    occasions: list[Occasion]


def told(certificate_ids: Collection[int], today: date) -> list[Told]:
    """What ever happened to these certificates, past and planned, in the order of their ids; what nobody verified is
    missing. Three statements, and one more where an entry was corrected.
    """
    wanted = list(certificate_ids)
    rows: Sequence[Any] = db.session.execute(_LINES, {"wanted": wanted}).all()
    before = _stars_before(rows)
    asked = set(wanted)
    found = sorted((row for row in rows if row.id in asked), key=lambda row: row.id)
    pauses = _suspensions(wanted)
    corrected = _corrections([row.id for row in found if row.correction_id is not None])
    stops = stops_of({row.product_id for row in found})
    return [
        Told(row.id, row.product_id, row.code, still_told(occasions(story, today), today))
        for row in found
        for story in [_story(row, before, pauses[row.id], corrected[row.id], stops.get(row.product_id, ()))]
    ]


def done(certificate_ids: Collection[int]) -> set[tuple[int, str, str]]:
    """What was done: certificate, consequence and occasion."""
    return {(one[0], one[1], one[2]) for one in db.session.execute(_DONE, {"wanted": list(certificate_ids)})}


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
    row: Any, before: dict[int, int], suspended: list[Paused], corrected: list[Corrected], stops: Collection[Stop]
) -> Story:
    stopped = tuple(Paused(s.id, s.from_on, s.last_on, ("stop", "freed")) for s in stops)
    term = Term(
        row.id, row.stars, row.valid_from, row.valid_until, row.verified_on,
        extended_until=row.extended_until, governs_until=row.governs_until, revoked_on=row.revoked_on,
        pauses=tuple(Pause(one.from_on, one.until_on) for one in suspended), decided_on=row.decided_on,
    )  # fmt: skip
    return Story(term, before.get(row.id), (*suspended, *stopped), tuple(corrected))


def _stars_before(rows: Sequence[Any]) -> dict[int, int]:
    """Stars of the certificate that came before each of these, by id; the first of a product is missing."""
    lines: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.valid_from, row.decided_on, row.id)):  # as Term.rank
        lines[row.product_id].append(row)
    return {later.id: earlier.stars for line in lines.values() for earlier, later in pairwise(line)}


def _suspensions(certificate_ids: list[int]) -> dict[int, list[Paused]]:
    found: dict[int, list[Paused]] = defaultdict(list)
    for row in db.session.execute(_SUSPENSIONS, {"wanted": certificate_ids}):
        found[row.certificate_id].append(Paused(row.id, row.from_on, row.until_on))
    return found


def _corrections(certificate_ids: Collection[int]) -> dict[int, list[Corrected]]:
    """Corrections that a second person confirmed, oldest first."""
    found: dict[int, list[Corrected]] = defaultdict(list)
    if not certificate_ids:
        return found
    row = CertificateCorrection
    query = select(row).where(row.certificate_id.in_(certificate_ids), row.confirmed_at.is_not(None)).order_by(row.id)
    for one in db.session.scalars(query):
        if one.confirmed_at is not None:
            found[one.certificate_id].append(Corrected(one.id, local_day(one.confirmed_at), "stars" in one.changes))
    return found
