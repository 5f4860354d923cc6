"""Why a product is or is not for sale: the rule, the day and the document. Judged by date at each reading."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.certificates.models import Certificate
from catalog.certificates.queries import standings
from catalog.certificates.refusals import closed
from catalog.certificates.rules import Standing, Status
from catalog.listings.models import LIVE, Listing
from catalog.listings.refusals import ListingClosed
from core.db import db, in_chunks
from core.errors import Refusal

#: The rule of a day on which a certificate covers, where listings are not asked.
COVERED = "certificate.valid"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a product is, or is not, for sale on a day."""

    product_id: int
    is_sellable: bool
    #: The rule that decides: a dotted word such as certificate.lapsed or listing.draft.
    rule: str
    #: Since when, where there is such a day.
    since: date | None
    #: Until when it is for sale, as known now.
    until: date | None
    #: Number of the decision and code of the certificate that it rests on.
    decision_number: str | None
    certificate: str | None
    standing: Standing


def explain(product_ids: Collection[int], on: date) -> dict[int, Why]:
    """Why each of these products is or is not for sale on the day, its listing being as it is now."""
    listings: dict[int, Listing] = {}
    for chunk in in_chunks(product_ids):
        query = select(Listing).where(Listing.product_id.in_(chunk)).options(selectinload(Listing.skus))
        listings |= {listing.product_id: listing for listing in db.session.scalars(query)}
    standing = standings(product_ids, on)
    documents = _documents(standing.values())
    rules = {one: _rule(listings.get(one), standing[one]) for one in product_ids}
    return {one: _why(one, rules[one], standing[one], documents) for one in product_ids}


def explain_past(product_ids: Collection[int], on: date, known: datetime | None = None) -> dict[int, Why]:
    """Whether a certificate covered each of these products on a day, by what was known at an instant (or is now).

    The certificate alone is judged: listings keep no history.
    """
    standing = standings(product_ids, on, known)
    documents = _documents(standing.values())
    return {one: _why(one, _gate(standing[one]) or COVERED, standing[one], documents) for one in product_ids}


def refusal_of(why: Why, **facts: Any) -> Refusal:
    """The refusal that tells a shopper why a product, once listed, is not for sale."""
    if why.rule.startswith("listing."):
        return ListingClosed(**facts)
    if why.standing.stop is not None:
        facts |= {"number": why.standing.stop.number, "authority": why.standing.stop.authority}
    return closed(why.standing.status, since=why.since, certificate=why.certificate, **facts)


def _documents(found: Iterable[Standing]) -> dict[int, tuple[str, str]]:
    """Decision number and code by certificate id."""
    wanted = [one.about.certificate_id for one in found if one.about]
    rows: dict[int, tuple[str, str]] = {}
    for chunk in in_chunks(wanted):
        query = select(Certificate.id, Certificate.decision_number, Certificate.code).where(Certificate.id.in_(chunk))
        rows |= {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
    return rows


def _why(product_id: int, rule: str, standing: Standing, documents: dict[int, tuple[str, str]]) -> Why:
    about = standing.about
    decision, code = documents.get(about.certificate_id, (None, None)) if about else (None, None)
    is_sellable = rule in ("open", COVERED)
    return Why(
        product_id=product_id, is_sellable=is_sellable, rule=rule, since=standing.since,
        until=standing.governing.ends_on if is_sellable and standing.governing else None,
        decision_number=decision, certificate=code, standing=standing,
    )  # fmt: skip


def _gate(standing: Standing) -> str | None:
    """What the gate says against the product; None when nothing does."""
    if standing.status is Status.STOPPED:
        return "product.stopped"
    if standing.governing is None:
        status = Status.LAPSED if standing.status is Status.SUPERSEDED else standing.status
        return f"certificate.{status.value}"
    return None


def _rule(listing: Listing | None, standing: Standing) -> str:
    """The gate speaks first: without a certificate, the state of the listing is nobody's business."""
    closed_by = _gate(standing)
    if closed_by is not None:
        return closed_by
    if listing is None:
        return "listing.missing"
    if listing.state != LIVE:
        return f"listing.{listing.state}"
    return "open" if any(sku.is_active for sku in listing.skus) else "listing.no_pack"
