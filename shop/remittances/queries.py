"""Reading remittances: which parcels' cash was passed on, and which was not."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from core.db import MOST_PARAMETERS, db, in_chunks
from shop.orders.models import Order, Shipment
from shop.orders.rules import Parcel
from shop.remittances.models import Remittance, RemittanceLine, RemittanceMark
from shop.remittances.refusals import RemittanceNotFound
from shop.remittances.rules import Standing, plain_code, stand

#: What people and couriers put between the signs of a number; one with anything else is compared here, not in SQL.
_BETWEEN = " ./:_-"
_ODD = f"[^0-9A-Za-z{_BETWEEN}]"
_REMITTED = func.coalesce(func.sum(RemittanceLine.collected_vnd), 0)


@dataclass(frozen=True)
class Cash:
    """A delivered parcel's cash: what the courier took, what of it came, what it kept; whole đồng."""

    shipment: Shipment
    number: str
    delivered_at: datetime | None
    expected_vnd: int
    remitted_vnd: int
    fee_vnd: int
    mark: RemittanceMark | None

    @property
    def difference_vnd(self) -> int:
        """What came less what was taken: below zero when something is missing."""
        return self.remitted_vnd - self.expected_vnd

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return stand(self.expected_vnd, self.remitted_vnd, is_marked=self.mark is not None)


def list_cash(seller_ids: Collection[int], which: str, page: int, per_page: int) -> tuple[list[Cash], int]:
    """A page of parcels whose cash a courier took, longest waiting first, with the whole number.

    ``which``: ``missing`` (nothing came), ``differs`` (another sum came), or '' for all.
    """
    query = _narrowed(_cash(seller_ids), which)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page_of = query.order_by(Shipment.delivered_at, Shipment.id).limit(per_page).offset((page - 1) * per_page)
    return [_row(one) for one in db.session.execute(page_of)], total


def count_open(seller_ids: Collection[int]) -> int:
    """How many parcels' cash is missing or differs, and how many lines name no parcel of ours."""
    query = _narrowed(_cash(seller_ids), "open")
    return (db.session.scalar(select(func.count()).select_from(query.subquery())) or 0) + len(
        list_unmatched(seller_ids)
    )


def get_cash(seller_ids: Collection[int], code: str) -> Cash:
    """A parcel's cash by the parcel's code. Refuses RemittanceNotFound."""
    row = db.session.execute(_cash(seller_ids).where(Shipment.code == code)).first()
    if row is None:
        raise RemittanceNotFound
    return _row(row)


def list_unmatched(seller_ids: Collection[int]) -> Sequence[RemittanceLine]:
    """Lines of couriers that name no parcel of ours, oldest first."""
    query = select(RemittanceLine).join(Remittance, Remittance.id == RemittanceLine.remittance_id)
    where = Remittance.seller_id.in_(seller_ids), RemittanceLine.shipment_id.is_(None)
    with_list = selectinload(RemittanceLine.remittance)
    return db.session.scalars(query.where(*where).options(with_list).order_by(RemittanceLine.id).limit(200)).all()


def list_remittances(seller_ids: Collection[int], most: int = 10) -> Sequence[Remittance]:
    """The remittances written down last, with their lines."""
    query = select(Remittance).where(Remittance.seller_id.in_(seller_ids)).options(selectinload(Remittance.lines))
    return db.session.scalars(query.order_by(Remittance.id.desc()).limit(most)).all()


def get_remittance(code: str) -> Remittance:
    """A remittance with its lines and parcels. Refuses RemittanceNotFound."""
    whole = selectinload(Remittance.lines).selectinload(RemittanceLine.shipment)
    found = db.session.scalar(select(Remittance).where(Remittance.code == code).options(whole))
    if found is None:
        raise RemittanceNotFound
    return found


def find_parcels(seller_id: int, names: Iterable[str]) -> dict[str, int]:
    """Ids of a seller's parcels that are paid at the door, by tracking number, parcel's code or order's number.

    An order's number counts where it has one parcel. A name that two parcels bear names none.
    """
    wanted = {plain_code(one) for one in names}
    query = select(Shipment.id, Shipment.code, Shipment.tracking, Order.number).select_from(Shipment).join(Order)
    own = query.where(Order.seller_id == seller_id, Order.provider == "cod", Shipment.state != Parcel.CANCELLED)
    found: dict[str, set[int]] = {}
    for chunk in in_chunks(wanted, MOST_PARAMETERS // 4):
        named = [_plain(one).in_(chunk) for one in (Shipment.code, Shipment.tracking, Order.number)]
        for shipment_id, *names_of in db.session.execute(own.where(or_(*named, Shipment.tracking.regexp_match(_ODD)))):
            for name in names_of:
                if name and plain_code(name) in wanted:
                    found.setdefault(plain_code(name), set()).add(shipment_id)
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}


def _plain(column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[str]:
    """A number as `plain_code` compares it, as long as it has no odd sign."""
    bare: ColumnElement[str] = func.upper(column)
    for sign in _BETWEEN:
        bare = func.replace(bare, sign, "")
    return bare


def _cash(seller_ids: Collection[int]) -> Select[Shipment, str, int, int, RemittanceMark]:
    """Delivered parcels for which a courier took cash, with what came of it."""
    query = select(
        Shipment, Order.number, _REMITTED.label("remitted"),
        func.coalesce(func.sum(RemittanceLine.fee_vnd), 0).label("fee"), RemittanceMark,
    )  # fmt: skip
    joined = query.join(Order, Order.id == Shipment.order_id)
    joined = joined.outerjoin(RemittanceLine, RemittanceLine.shipment_id == Shipment.id)
    joined = joined.outerjoin(RemittanceMark, RemittanceMark.shipment_id == Shipment.id)
    where = Order.seller_id.in_(seller_ids), Order.provider == "cod", Order.method == "delivery"
    taken = Shipment.state == Parcel.DELIVERED, Shipment.cash_vnd > 0
    return joined.where(*where, *taken).group_by(Shipment.id, Order.number, RemittanceMark.id)


def _narrowed(
    query: Select[Shipment, str, int, int, RemittanceMark], which: str
) -> Select[Shipment, str, int, int, RemittanceMark]:
    unsettled: ColumnElement[bool] = RemittanceMark.id.is_(None)
    if which == "missing":
        return query.where(unsettled).having(_REMITTED == 0)
    if which == "differs":
        return query.where(unsettled).having((_REMITTED > 0) & (Shipment.cash_vnd != _REMITTED))
    if which == "open":
        return query.where(unsettled).having(or_(_REMITTED == 0, Shipment.cash_vnd != _REMITTED))
    return query


def _row(row: Any) -> Cash:
    shipment, number, remitted, fee, mark = row
    return Cash(shipment, number, shipment.delivered_at, shipment.cash_vnd, int(remitted), int(fee), mark)
