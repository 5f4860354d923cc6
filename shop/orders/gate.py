"""The gate at checkout: every line of a cart is judged for one day, and every line that fails is named."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from catalog.certificates.models import Certificate
from catalog.certificates.queries import standings
from catalog.certificates.rules import Status
from catalog.listings.queries import Offer, offers
from core.db import run, table_of
from core.errors import Refusal
from shop.carts.rules import limit
from shop.inventory.queries import SkuName, sku_names
from shop.orders.refusals import LinesLapsed, LinesRefused, LinesRevoked, LinesStopped, LinesSuspended

_CODES = {
    Status.LAPSED: "certificate.lapsed",
    Status.SUPERSEDED: "certificate.lapsed",
    Status.NOT_YET_VALID: "certificate.lapsed",
    Status.REVOKED: "certificate.revoked",
    Status.SUSPENDED: "certificate.suspended",
    Status.STOPPED: "product.stopped",
}
_REFUSALS: dict[str, type[Refusal]] = {
    "certificate.lapsed": LinesLapsed,
    "certificate.revoked": LinesRevoked,
    "certificate.suspended": LinesSuspended,
    "product.stopped": LinesStopped,
}

_certificates = table_of(Certificate).c
_LOCKED = (
    select(_certificates.id)
    .where(_certificates.id.in_(bindparam("among", expanding=True)))
    .order_by(_certificates.id)
    .with_for_update(read=True)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many units of a SKU."""

    sku_id: int
    quantity: int


def judge(lines: Sequence[Wanted], on: date) -> dict[int, Offer]:
    """The offer of every line by SKU id, all of them open on that day.

    Refuses with the gravest reason, naming every line that stands in the way: certificates first
    (LinesLapsed, LinesRevoked, LinesSuspended, LinesStopped), then withdrawn listings and limits (LinesRefused).
    """
    found = offers([line.sku_id for line in lines], on)
    closed = [line.sku_id for line in lines if line.sku_id not in found]
    problems = _explain(closed, on) + _too_many(lines, found)
    if problems:
        raise _gravest(problems)
    return dict(found)


def lock_certificates(certificate_ids: Collection[int]) -> None:
    """Keep the certificates as they are until the transaction ends: a revocation waits, or was before us.

    Taken before the locks of stock, in id order, and before the decision instant is read.
    """
    run(_LOCKED, {"among": sorted(certificate_ids)}).all()


def refusal_of(error: IntegrityError) -> Refusal | None:
    """The database's own "no" as a refusal: its triggers found a line that the day does not cover."""
    return LinesLapsed() if "order_line_uncovered" in str(error.orig) else None


def _explain(sku_ids: Sequence[int], on: date) -> list[dict[str, Any]]:
    if not sku_ids:
        return []
    names = sku_names(sku_ids)
    standing = standings({name.product_id for name in names.values()}, on)
    return [_problem(names[sku], _CODES.get(standing[names[sku].product_id].status)) for sku in sku_ids]


def _problem(name: SkuName, code: str | None) -> dict[str, Any]:
    return {"sku": name.code, "name": name.name, "slug": name.slug, "code": code or "listing.withdrawn"}


def _too_many(lines: Sequence[Wanted], found: Mapping[int, Offer]) -> list[dict[str, Any]]:
    return [
        {"sku": offer.sku_code, "name": offer.name, "slug": offer.slug, "code": "quantity.limit", "limit": most}
        for line in lines
        if (offer := found.get(line.sku_id)) and line.quantity > (most := limit(offer.unit))
    ]


def _gravest(problems: Sequence[dict[str, Any]]) -> Refusal:
    codes = {problem["code"] for problem in problems}
    code = next((code for code in _REFUSALS if code in codes), None)
    refusal = _REFUSALS[code] if code else LinesRefused
    return refusal(lines=list(problems))
