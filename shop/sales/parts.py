"""The parts that sold lots are read from: one SELECT each, of the same columns.

What stands on top of this feature and knows of goods that come and go registers a part of its own:

    part(returned)     # def returned(only: Only) -> Rows

Shares are by largest remainder, as `core.money.allocate` does it, in SQL: a line's money over its parcels, a parcel's
over the lots that left with it. Parcels and the lots of one leaving are fixed once they are there, so no row's share
ever changes. Sums and rows therefore agree to the đồng.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Select, case, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from catalog.products.models import Product
from core.clock import ZONE, day_end, day_start
from shop.sales.rules import Only

Rows = Select[*tuple[Any, ...]]
#: Makes the SELECT of a part, without what `Only` leaves out by day, store, seller, product and SKU.
Part = Callable[[Only], Rows]

_parts: list[Part] = []


def part(select_of: Part) -> Part:
    """Register a part. Once, where its feature is set up."""
    if select_of not in _parts:
        _parts.append(select_of)
    return select_of


def more_parts() -> Sequence[Part]:
    """What features above registered."""
    return tuple(_parts)


class local_day_of(GenericFunction[date]):  # noqa: N801 - an SQL function
    """The local day of an instant, in SQL: `core.clock.local_day`."""

    type = Date()
    inherit_cache = True


@compiles(local_day_of, "postgresql")
def _postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(timezone('{ZONE.key}', {compiler.process(element.clauses, **kw)}) AS DATE)"


@compiles(local_day_of, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    # Instants are stored in UTC; the zone is +7 all the year (`core.clock` refuses to start otherwise).
    return f"date({compiler.process(element.clauses, **kw)}, '+7 hours')"


def share_of(amount: Any, weight: Any, whole: Any, within: Sequence[Any], row: Any) -> ColumnElement[int]:
    """`weight` parts of the `whole` of an amount, among the rows that agree in `within`: largest remainder, ties to the
    lower `row`. Rows that do not make the whole get, together, the whole đồng of their part of it.
    """
    base, over = amount * weight // whole, amount * weight % whole
    here = cast(func.sum(weight).over(partition_by=within), BigInteger)
    left = amount * here // whole - func.sum(base).over(partition_by=within)
    rank = func.row_number().over(partition_by=within, order_by=(over.desc(), row))
    return base + case((rank <= left, 1), else_=0)


def within_days(at: Any, only: Only) -> list[ColumnElement[bool]]:
    """The days asked for, as conditions on an instant."""
    found: list[ColumnElement[bool]] = []
    if only.first is not None:
        found.append(at >= day_start(only.first))
    if only.last is not None:
        found.append(at < day_end(only.last))
    return found


def of_products(column: Any, only: Only) -> list[ColumnElement[bool]]:
    """The products asked for, by themselves or by who makes them, as conditions on a product's id."""
    found = among(column, only.products)
    if only.producers is not None:
        found.append(column.in_(select(Product.id).where(Product.producer_id.in_(only.producers))))
    return found


def among(column: Any, ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    """A column among ids, where they are asked for."""
    return [] if ids is None else [column.in_(ids)]
