"""What a store sold and what lies in it, in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, select

from admin.columns import Bucket, Chart, before_of, buckets, change, draw
from catalog.areas.models import Area
from catalog.listings.models import GRAM, Sku
from catalog.listings.prices import price_on
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import local_day
from core.db import day_or_none, db, in_chunks
from shop.inventory.models import Lot, StockLevel
from shop.sales.queries import sold_subquery, sums_by
from shop.sales.rules import By, Only, Source
from shop.stores.models import Place

#: Rows of a list by product or producer; the report has all.
MOST_ROWS = 15
TILL = (Source.TILL, Source.TILL_RETURN)


@dataclass(frozen=True)
class Today:
    """A day of a store: what was sold less what came back, VAT included."""

    total_vnd: int
    till_vnd: int
    online_vnd: int
    #: Receipts of the till, and orders that left.
    receipts: int
    orders: int
    #: The same day a week before.
    before_vnd: int

    @property
    def average_vnd(self) -> int:
        """What a receipt or an order was worth."""
        count = self.receipts + self.orders
        return max(0, self.total_vnd) // count if count else 0


@dataclass(frozen=True)
class Value:
    """What lies in a store in đồng: at today's price, at cost what the seller bought, and what producers lent."""

    price_vnd: int
    bought_vnd: int
    consigned_vnd: int
    #: At price: blocked and recalled lots, which nobody can buy.
    blocked_vnd: int
    lots: int


@dataclass(frozen=True)
class Line:
    """One product, producer, area or star over a stretch of days, beside the stretch before."""

    label: str
    now_vnd: int
    before_vnd: int
    pieces: int
    grams: int

    @property
    def change(self) -> int | None:
        """Against the time before, in per cent."""
        return change(self.now_vnd, self.before_vnd)


def today_of(store_ids: Sequence[int], on: date) -> dict[int, Today]:
    """The numbers of a day by store, in three statements whatever the stores."""
    sums: dict[int, dict[str, int]] = {store_id: {} for store_id in store_ids}
    for one in sums_by(By.STORE, By.SOURCE, only=Only(on, on, stores=store_ids)):
        sums[int(one.key[0])][str(one.key[1])] = one.revenue_vnd  # type: ignore[arg-type]
    week_ago = on - timedelta(days=7)
    before = {one.key[0]: one.revenue_vnd for one in sums_by(By.STORE, only=Only(week_ago, week_ago, stores=store_ids))}
    counts = _receipts(store_ids, on)
    found: dict[int, Today] = {}
    for store_id in store_ids:
        mine, count = sums[store_id], counts.get(store_id, {})
        till = sum(mine.get(one, 0) for one in TILL)
        total = sum(mine.values())
        found[store_id] = Today(
            total, till, total - till, count.get(Source.TILL, 0), count.get(Source.ORDER, 0), before.get(store_id, 0)
        )
    return found


def chart_of(store_id: int, period: str, on: date) -> tuple[list[Bucket], Chart]:
    """Sales over the stretches of a period up to a day, each beside the one as many stretches before: one statement."""
    stretches = buckets(period, on)
    earlier = before_of(stretches, period)
    days = Only(earlier[0].first, stretches[-1].last, stores=[store_id])
    by_day = {day_or_none(one.key[0]): one.revenue_vnd for one in sums_by(By.DAY, only=days)}  # type: ignore[arg-type]

    def total(bucket: Bucket) -> int:
        return sum(money for day, money in by_day.items() if day and bucket.first <= day <= bucket.last)

    drawn = draw([one.label for one in stretches], [total(one) for one in stretches], [total(one) for one in earlier])
    return stretches, drawn


def lines_by(by: By, store_id: int, first: date, last: date) -> list[Line]:
    """Sales of a stretch by one key, the most first, beside the stretch of the same length before: three statements."""
    length = (last - first).days + 1
    earlier = Only(first - timedelta(days=length), first - timedelta(days=1), stores=[store_id])
    now = {one.key[0]: one for one in sums_by(by, only=Only(first, last, stores=[store_id]))}
    before = {one.key[0]: one.revenue_vnd for one in sums_by(by, only=earlier)}
    names = _names(by, [int(key) for key in {*now, *before}])  # type: ignore[arg-type]
    found = [
        Line(
            names.get(int(key), "–"), now[key].revenue_vnd if key in now else 0, before.get(key, 0),  # type: ignore[arg-type]
            now[key].pieces if key in now else 0, now[key].grams if key in now else 0,
        )
        for key in {*now, *before}
    ]  # fmt: skip
    return sorted(found, key=lambda line: (-line.now_vnd, -line.before_vnd, line.label))


def value_of(store_id: int, at: datetime) -> Value:
    """What lies in a store, in one statement."""
    cost = _worth(Lot.unit_cost_vnd)
    price = _worth(price_on(local_day(at)))
    query = (
        select(
            _sum(price), _sum(case((Lot.is_consigned, 0), else_=cost)), _sum(case((Lot.is_consigned, cost), else_=0)),
            _sum(case((Lot.state == "ok", 0), else_=price)), func.count(Lot.id.distinct()),
        )
        .select_from(StockLevel)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .where(Place.store_id == store_id, StockLevel.on_hand > 0)
    )  # fmt: skip
    return Value(*(int(one or 0) for one in db.session.execute(query).one()))


def _worth(unit_vnd: SQLColumnExpression[int]) -> ColumnElement[int]:
    """What a level is worth at a price of a piece or a kilogram."""
    return case((Sku.unit == GRAM, StockLevel.on_hand * unit_vnd // 1000), else_=StockLevel.on_hand * unit_vnd)


def _sum(what: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(what), 0)


def _receipts(store_ids: Sequence[int], on: date) -> Mapping[int, dict[str, int]]:
    """Receipts and orders of a day by store and source."""
    sold = sold_subquery(Only(on, on, stores=store_ids))
    query = (
        select(sold.c.store_id, sold.c.source, func.count(sold.c.source_ref.distinct()))
        .where(sold.c.source.in_((Source.TILL, Source.ORDER)))
        .group_by(sold.c.store_id, sold.c.source)
    )
    found: dict[int, dict[str, int]] = {}
    for store_id, source, count in db.session.execute(query):
        found.setdefault(store_id, {})[source] = count
    return found


def _names(by: By, ids: Sequence[int]) -> dict[int, str]:
    """What keys are called; stars are their own name."""
    if by is By.STARS:
        return {stars: f"{stars} ★" for stars in ids}
    table = {By.PRODUCT: Product, By.PRODUCER: Producer, By.AREA: Area}[by]
    found: dict[int, str] = {}
    for chunk in in_chunks(ids):
        rows = db.session.execute(select(table.id, table.name).where(table.id.in_(chunk)))
        found |= {row[0]: row[1] for row in rows}
    return found
