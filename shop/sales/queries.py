"""Reading what was sold, lot by lot, over orders and tills.

One statement, whatever the number of rows. Rows and sums come from the same SELECT, so they agree to the đồng; the lots
of a line add up to what was paid for the line.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select, union_all

from catalog.listings.models import GRAM
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from shop.inventory.models import Lot
from shop.sales.orders import came_back, left
from shop.sales.parts import Part, among, local_day_of, more_parts
from shop.sales.rules import RETURNS, By, Only, Sold, Source, Sum
from shop.sales.tills import rung_up

EVERYTHING = Only()


def list_sold(only: Only = EVERYTHING, limit: int | None = None) -> list[Sold]:
    """Sold lots by time, oldest first (then by source and row); what came back has rows of its own, negative."""
    sold = sold_subquery(only)
    query = select(sold).order_by(sold.c.at, sold.c.source, sold.c.row_id).limit(limit)
    rows: Sequence[Any] = db.session.execute(query).mappings().all()
    return [as_sold(row) for row in rows]


def sums_by(*by: By, only: Only = EVERYTHING) -> list[Sum]:
    """Sales less returns added up in SQL by one key or several, in the order of the keys.

    Without a key: one sum of everything (none where nothing was sold).
    """
    sold = sold_subquery(only)
    keys: list[ColumnElement[Any]] = [sold.c[_COLUMNS[one]] for one in by]
    is_weighed = sold.c.unit == GRAM
    query: Select[Any] = (
        select(
            func.coalesce(func.sum(sold.c.revenue_vnd), 0), _units(case((is_weighed, 0), else_=sold.c.quantity)),
            _units(case((is_weighed, sold.c.quantity), else_=0)), func.count(), *keys,
        )
        .group_by(*keys)
        .order_by(*keys)
        .having(func.count() > 0)
    )  # fmt: skip
    rows: Sequence[Any] = db.session.execute(query).all()
    return [Sum(tuple(row[4:]), int(row[0]), int(row[1]), int(row[2]), row[3]) for row in rows]


def as_sold(row: Mapping[str, Any]) -> Sold:
    """A row of `sold_subquery`, or of a SELECT over it, as `Sold`."""
    values: dict[str, Any] = {name: row[name] for name in Sold.__dataclass_fields__}
    values["source"] = Source(values["source"])
    return Sold(**values)


def parts() -> Sequence[Part]:
    """All that is read: orders, tills, and what other features registered."""
    return left, came_back, rung_up, *more_parts()


def sold_subquery(only: Only = EVERYTHING) -> Subquery:
    """The rows as a subquery with the columns of `Sold`: for features above that join or count in SQL."""
    rows = union_all(*(one(only) for one in parts())).subquery()
    terms = [Lot.code.label("lot_code"), Lot.is_consigned, Lot.commission_bp, Lot.unit_cost_vnd, Product.producer_id]
    area = func.coalesce(Product.area_id, Producer.area_id, 0).label("area_id")
    query: Select[Any] = (
        select(*rows.c, local_day_of(rows.c["at"]).label("day"), *terms, area)
        .join(Lot, Lot.id == rows.c.lot_id)
        .join(Product, Product.id == rows.c.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(*among(rows.c.lot_id, only.lots))
    )
    if only.is_consigned is not None:
        query = query.where(Lot.is_consigned.is_(only.is_consigned))
    if only.is_final is not None:
        query = query.where(rows.c.is_final.is_(only.is_final))
    return query.subquery()


_COLUMNS = {
    By.DAY: "day", By.PRODUCT: "product_id", By.PRODUCER: "producer_id", By.AREA: "area_id", By.STARS: "stars",
    By.SKU: "sku_id", By.LOT: "lot_id", By.STORE: "store_id", By.SELLER: "seller_id", By.SOURCE: "source",
}  # fmt: skip


def _units(quantity: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(quantity), 0)


__all__ = [
    "EVERYTHING",
    "RETURNS",
    "By",
    "Only",
    "Sold",
    "Source",
    "Sum",
    "list_sold",
    "parts",
    "sold_subquery",
    "sums_by",
]
