"""The gate at the till: every line is judged at the server's receipt, behind the locks (decision 4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from catalog.certificates.models import Certificate
from catalog.certificates.queries import standings
from catalog.certificates.rules import Status
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Offer, offers
from core.db import run, table_of
from core.errors import Refusal
from shop.inventory.queries import sku_names
from shop.tills.refusals import LineLapsed, LineRefused, LineRevoked, LineStopped, LineSuspended, TillAdultsOnly

_CODES: dict[Status, type[LineRefused]] = {
    Status.LAPSED: LineLapsed,
    Status.SUPERSEDED: LineLapsed,
    Status.NOT_YET_VALID: LineLapsed,
    Status.REVOKED: LineRevoked,
    Status.SUSPENDED: LineSuspended,
    Status.STOPPED: LineStopped,
}
_packs, _listings, _certificates = table_of(Sku), table_of(Listing), table_of(Certificate)
_KNOWN = (
    select(_packs.c.code, _packs.c.id, _listings.c.product_id)
    .join(_listings, _listings.c.id == _packs.c.listing_id)
    .where(_packs.c.code.in_(bindparam("among", expanding=True)))
)
_LOCKED = (
    select(_certificates.c.id)
    .where(_certificates.c.product_id.in_(bindparam("among", expanding=True)))
    .order_by(_certificates.c.id)
    .with_for_update(read=True)
)
#: The gravest first.
_ORDER: Sequence[type[LineRefused]] = (LineLapsed, LineRevoked, LineSuspended, LineStopped, LineRefused)


@dataclass(frozen=True, slots=True)
class Known:
    """A pack by its code, on sale or not."""

    sku_id: int
    product_id: int


def find_packs(codes: Collection[str]) -> dict[str, Known]:
    """Packs by code. Raises LineRefused naming codes that are nobody's."""
    found = {row.code: Known(row.id, row.product_id) for row in run(_KNOWN, {"among": sorted(codes)})}
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise LineRefused(lines=[{"sku": code, "code": "sku.unknown"} for code in unknown])
    return found


def lock_certificates(product_ids: Collection[int]) -> None:
    """Keep what these products may be sold by as it is until the transaction ends: a revocation waits, or was before.

    Taken before the locks of stock, in id order, and before the decision instant is read.
    """
    run(_LOCKED, {"among": sorted(set(product_ids))}).all()


def judge(sku_ids: Sequence[int], on: date, *, is_adult: bool) -> dict[int, Offer]:
    """The offer of each pack on the day. Refuses with the gravest reason, naming every line that stands in the way."""
    found = offers(sku_ids, on)
    missing = [one for one in sku_ids if one not in found]
    if missing:
        raise _why(missing, on)
    wine = [one for one in found.values() if one.is_alcohol]
    if wine and not is_adult:
        raise TillAdultsOnly(lines=[{"sku": one.sku_code, "name": one.name} for one in wine])
    return found


def refusal_of(error: IntegrityError) -> Refusal | None:
    """The database's own "no": its trigger found a line that the day does not cover."""
    return LineLapsed(lines=[]) if "till_line_uncovered" in str(error.orig) else None


def _why(sku_ids: Sequence[int], on: date) -> Refusal:
    names = sku_names(sku_ids)
    standing = standings({one.product_id for one in names.values()}, on)
    kinds = {one: _CODES.get(standing[names[one].product_id].status, LineRefused) for one in sku_ids}
    lines = [_line(names[one], kinds[one]) for one in sku_ids]
    return next(kind for kind in _ORDER if kind in kinds.values())(lines=lines)


def _line(name: Any, kind: type[LineRefused]) -> Mapping[str, Any]:
    return {"sku": name.code, "name": name.name, "code": kind.code}
