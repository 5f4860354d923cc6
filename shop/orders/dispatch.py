"""What a carrier's file says of parcels, written into the books: all of it, or nothing and each faulty line by name."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.refusals import ImportRefused
from core.accounts.actor import Actor
from core.db import db, transaction
from core.errors import Refusal
from shop.delivery.carriers.known import find_carrier
from shop.delivery.carriers.port import Result, Told
from shop.inventory import holds
from shop.orders import parcels
from shop.orders.models import Order, Shipment, ShipmentLot
from shop.orders.rules import Parcel, reference_of
from shop.payments import service as payments

#: Where a parcel stands when a result is written down already.
_DONE = {
    Result.TAKEN: (Parcel.SHIPPED, Parcel.DELIVERED), Result.DELIVERED: (Parcel.DELIVERED,),
    Result.FAILED: (Parcel.FAILED,), Result.RETURNED: (Parcel.RETURNED,),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What a line does: the parcel, where it stood, and where it stands now; equal when it is known already."""

    line: int
    code: str
    number: str
    before: str
    after: str
    tracking: str | None


class _TrialError(Exception):
    """Rolls a trial back."""


def apply(told: Sequence[Told], store_ids: Sequence[int], by: Actor, *, dry_run: bool) -> list[Change]:
    """Write what a carrier told of parcels of these stores; a trial answers the same and writes nothing.

    A line that says what is known already changes nothing, so the same file twice has the effect of once. Raises
    ImportRefused naming every line that fits no parcel or no state; then nothing is written.
    """
    changes: list[Change] = []
    with suppress(_TrialError), transaction():
        found = _found(told, store_ids)
        _lock(found)
        faults: list[dict[str, Any]] = []
        for line in told:
            _take(line, found.get(line.code), by, changes, faults)
        if faults:
            raise ImportRefused(errors=faults)
        if dry_run:
            raise _TrialError
    return changes


def _found(told: Sequence[Told], store_ids: Sequence[int]) -> dict[str, tuple[str, int]]:
    """Number and place of each parcel, by its code."""
    query = select(Shipment.code, Order.number, Shipment.position).join(Order, Order.id == Shipment.order_id)
    query = query.where(Shipment.code.in_({one.code for one in told}), Shipment.store_id.in_(store_ids))
    return {row.code: (row.number, row.position) for row in db.session.execute(query)}


def _lock(found: dict[str, tuple[str, int]]) -> None:
    """Every lock of the file, in the order of the shop and within it of names: payments, orders, levels."""
    numbers = sorted({number for number, _position in found.values()})
    for number in numbers:
        payments.lock_payment(reference_of(number))
    orders = select(Order.id).where(Order.number.in_(numbers)).order_by(Order.number).with_for_update()
    ids = list(db.session.scalars(orders))
    out = select(ShipmentLot.level_id).join(Shipment, Shipment.id == ShipmentLot.shipment_id)
    levels = db.session.scalars(out.where(Shipment.order_id.in_(ids), ShipmentLot.came_back_at.is_(None)))
    holds.lock_all([reference_of(number) for number in numbers], list(levels))


def _take(
    line: Told, found: tuple[str, int] | None, by: Actor, changes: list[Change], faults: list[dict[str, Any]]
) -> None:
    """One line: its steps, or its fault."""
    if found is None:
        faults.append({"line": line.line, "column": _("Mã kiện"), "message": _("Cửa hàng không có kiện này.")})
        return
    number, position = found
    before = _state(line.code)
    try:
        _follow(line, number, position, before, by)
    except Refusal as refusal:
        column = _("Kết quả") if line.result else _("Mã vận đơn")
        faults.append({"line": line.line, "column": column, "message": str(refusal)})
        return
    changes.append(Change(line.line, line.code, number, before, _state(line.code), line.tracking))


def _follow(line: Told, number: str, position: int, before: Parcel, by: Actor) -> None:
    """The steps from where a parcel stands to where the carrier says it is."""
    known = find_carrier(line.courier)
    name, code = (known.name, known.code) if known else (line.courier, "csv")
    is_new = line.result is not None and before not in _DONE[line.result]
    if is_new and before == Parcel.PACKED:
        parcels.ship(number, by, name, line.tracking, position, carrier=code)
    elif line.tracking and before in (Parcel.PACKED, Parcel.SHIPPED, Parcel.FAILED):
        parcels.track(number, by, name, line.tracking, position, carrier=code if known else None)
    if not is_new:
        return
    if line.result is Result.DELIVERED:
        parcels.hand_over(number, by, position)
    elif line.result is Result.FAILED:
        parcels.fail(number, by, line.reason or "other", position)
    elif line.result is Result.RETURNED:
        parcels.take_back(number, by, position)
    elif line.result is Result.TAKEN and before != Parcel.PACKED:
        parcels.retry(number, by, position)


def _state(code: str) -> Parcel:
    return Parcel(db.session.scalars(select(Shipment.state).where(Shipment.code == code)).one())
