"""What a settlement would be: every consigned row that no settlement has, up to a period's last day.

Rows of any earlier day are in it too: sales that were synchronised late, and what came back after an earlier closing.
What a carrier still has waits until the buyer has it, or it is back. Five statements for all producers of a seller.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Subquery, and_, select

from catalog.listings.models import Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from shop.sales.queries import Only, Sold, as_sold, sold_subquery
from shop.sales.rules import due
from shop.settlements.models import Settlement, SettlementAdjustment, SettlementLine, SettlementPayee, SettlementPeriod
from shop.settlements.rules import METHODS_BY_KIND, Amount, Decision, State, Sums, add_up, days_of
from shop.taxes.rules import Vat, class_of, vat_of


@dataclass(frozen=True, slots=True)
class Line:
    """A sold row with what of it is the producer's, and the VAT inside."""

    sold: Sold
    due_vnd: int
    vat_bp: int
    vat_kind: str | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one producer would get."""

    producer: Producer
    vat_method: str
    is_method_assumed: bool
    lines: Sequence[Line]
    adjustments: Sequence[SettlementAdjustment]
    #: Balances of earlier settlements, not taken over yet.
    carried: Sequence[Settlement]

    @property
    def sums(self) -> Sums:
        """Added up."""
        amounts = [Amount(one.sold.revenue_vnd, one.due_vnd) for one in self.lines]
        return add_up(amounts, (one.amount_vnd for one in self.adjustments), (one.total_vnd for one in self.carried))


def draw(seller_id: int, period: str, producer_ids: Collection[int] | None = None) -> list[Drawn]:
    """What closing the period would settle now, producer by producer, by name. Writes nothing."""
    last = days_of(period)[1]
    lines: dict[int, list[tuple[Sold, Any]]] = defaultdict(list)
    for sold, tax in _unsettled(seller_id, last, producer_ids):
        lines[sold.producer_id].append((sold, tax))
    extras, carried = _adjustments(seller_id, producer_ids), _carried(seller_id, producer_ids)
    # Who owes and sold nothing is not told so every month again.
    ids = {*lines, *extras, *(one for one, rows in carried.items() if sum(row.total_vnd for row in rows) > 0)}
    methods = methods_of(ids)
    producers = db.session.scalars(
        select(Producer).where(Producer.id.in_(ids)).order_by(Producer.name_folded, Producer.id)
    )
    return [
        Drawn(
            one, *methods[one.id], [_line(sold, tax, methods[one.id][0]) for sold, tax in lines[one.id]],
            extras.get(one.id, ()), carried.get(one.id, ()),
        )
        for one in producers
    ]  # fmt: skip


def unsettled(only: Only) -> Subquery:
    """Consigned rows that no settlement has, with the columns of `Sold`."""
    sold = sold_subquery(only)
    settled = and_(SettlementLine.source == sold.c.source, SettlementLine.row_id == sold.c.row_id)
    return select(*sold.c).outerjoin(SettlementLine, settled).where(SettlementLine.id.is_(None)).subquery()


def methods_of(producer_ids: Iterable[int]) -> dict[int, tuple[str, bool]]:
    """How producers account for VAT, and whether that is assumed from what they are."""
    ids = list(producer_ids)
    kinds = db.session.execute(select(Producer.id, Producer.kind).where(Producer.id.in_(ids)))
    found = {row.id: (METHODS_BY_KIND[row.kind], True) for row in kinds}
    return found | {one.producer_id: (one.vat_method, False) for one in payees_of(ids).values()}


def payees_of(producer_ids: Collection[int]) -> dict[int, SettlementPayee]:
    """The account and method that count, by producer: the newest that a second person confirmed."""
    query = select(SettlementPayee).where(SettlementPayee.producer_id.in_(producer_ids))
    rows = db.session.scalars(query.where(SettlementPayee.state == Decision.APPROVED).order_by(SettlementPayee.id))
    return {one.producer_id: one for one in rows}


def _unsettled(seller_id: int, last: date, producer_ids: Collection[int] | None) -> Iterable[tuple[Sold, Any]]:
    """Rows by time, each with its SKU's class of VAT and product set."""
    rows = unsettled(Only(last=last, sellers=[seller_id], producers=producer_ids, is_consigned=True, is_final=True))
    query = (
        select(*rows.c, Sku.vat_class, Sku.vat_bp.label("stored_bp"), Product.set_no)
        .join(Sku, Sku.id == rows.c.sku_id)
        .join(Product, Product.id == rows.c.product_id)
        .order_by(rows.c["at"], rows.c.source, rows.c.row_id)
    )
    found: Sequence[Any] = db.session.execute(query).mappings().all()
    return [(as_sold(row), row) for row in found]


def _line(sold: Sold, tax: Any, method: str) -> Line:
    """The producer sells her own produce to a business, on the day of the sale."""
    vat_class = class_of(tax["vat_class"], tax["set_no"])
    vat: Vat = vat_of(vat_class, tax["stored_bp"], sold.day, method, is_own_produce=True, to_business=True)
    kind = vat.kind.value if vat.kind else None
    return Line(sold, due(sold.revenue_vnd, sold.commission_bp), vat.stored_bp, kind)


def _adjustments(seller_id: int, producer_ids: Collection[int] | None) -> dict[int, list[SettlementAdjustment]]:
    """Approved ones that no settlement has."""
    query = select(SettlementAdjustment).where(
        SettlementAdjustment.seller_id == seller_id, SettlementAdjustment.state == Decision.APPROVED,
        SettlementAdjustment.settlement_id.is_(None),
    )  # fmt: skip
    if producer_ids is not None:
        query = query.where(SettlementAdjustment.producer_id.in_(producer_ids))
    return _grouped(db.session.scalars(query.order_by(SettlementAdjustment.id)))


def _carried(seller_id: int, producer_ids: Collection[int] | None) -> dict[int, list[Settlement]]:
    """Balances that wait: settlements that were carried over, and those in which the producer owes."""
    waits = (Settlement.state == State.CARRIED) & Settlement.carried_into_id.is_(None) & (Settlement.total_vnd != 0)
    query = select(Settlement).join(SettlementPeriod, SettlementPeriod.id == Settlement.period_id)
    query = query.where(SettlementPeriod.seller_id == seller_id, waits)
    if producer_ids is not None:
        query = query.where(Settlement.producer_id.in_(producer_ids))
    return _grouped(db.session.scalars(query.order_by(Settlement.id)))


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for one in rows:
        found[one.producer_id].append(one)
    return found
