"""Proof of sales from our own books: what was sold of a product, month by month, by pack and store.

Only decided orders count, those called off since do not; prices include VAT and are before an order's discount.
Article 6.1.c of Decision 26/2026/QĐ-TTg asks for markets, output and revenue since the recognition.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, Integer, cast, extract, func, select

from core.db import db
from shop.orders.models import Order, OrderLine
from shop.orders.rules import OFF
from shop.stores.models import Store


@dataclass(frozen=True, slots=True)
class Sold:
    """What one store sold of one pack in one month."""

    #: First day of the month.
    month: date
    store: str
    #: The pack: "Hũ 500 g".
    label: str
    sku: str
    #: What `quantity` counts: piece or gram.
    unit: str
    quantity: int
    orders: int
    revenue_vnd: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sales of a period, oldest month first."""

    since: date
    until: date
    rows: Sequence[Sold]

    @property
    def revenue_vnd(self) -> int:
        """All of it."""
        return sum(row.revenue_vnd for row in self.rows)

    @property
    def by_month(self) -> list[tuple[date, list[Sold]]]:
        """The rows of each month that has any."""
        return [(month, list(rows)) for month, rows in groupby(self.rows, key=lambda row: row.month)]

    @property
    def by_pack(self) -> list[Sold]:
        """The sums of each pack over stores and months; the month is the period's first day, the store empty."""
        packs = {(row.sku, row.label, row.unit) for row in self.rows}
        return [self._sum(*pack) for pack in sorted(packs)]

    @property
    def digest(self) -> str:
        """Sixteen signs that change with any figure: printed, so that a copy can be compared with the books."""
        lines = [f"{self.since}|{self.until}", *(repr(row) for row in self.rows)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16].upper()

    def _sum(self, sku: str, label: str, unit: str) -> Sold:
        rows = [row for row in self.rows if row.sku == sku and row.label == label]
        quantity, orders = sum(row.quantity for row in rows), sum(row.orders for row in rows)
        return Sold(self.since, "", label, sku, unit, quantity, orders, sum(row.revenue_vnd for row in rows))


def evidence_of(product_id: int, since: date, until: date) -> Evidence:
    """What was sold of the product on the days from `since` to `until`, both inclusive."""
    # Labels as printed then: a pack that was renamed stands under both names.
    by = _month("year"), _month("month"), Store.name, OrderLine.label, OrderLine.sku_code, OrderLine.unit
    query = (
        select(*by, func.sum(OrderLine.quantity), func.count(Order.id.distinct()), func.sum(OrderLine.line_total_vnd))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Store, Store.id == Order.store_id)
        .where(OrderLine.product_id == product_id, OrderLine.decided_on.between(since, until))
        .where(Order.state.not_in(OFF))
        .group_by(*by)
        .order_by(*by)
    )
    rows = [
        Sold(date(int(year), int(month), 1), store, label, sku, unit, int(quantity), int(orders), int(revenue))
        for year, month, store, label, sku, unit, quantity, orders, revenue in db.session.execute(query)
    ]
    return Evidence(since, until, rows)


def _month(part: str) -> ColumnElement[int]:
    return cast(extract(part, OrderLine.decided_on), Integer)
