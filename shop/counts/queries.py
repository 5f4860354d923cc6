"""Reads of stocktakes. What the books say is only in `review_lines`: whoever counts never sees it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, case, func, select

from catalog.listings.models import Sku
from catalog.products.models import Product
from core.db import db
from shop.counts.models import LevelCounted, Stocktake, StocktakeEntry, StocktakeLimit, StocktakeLine
from shop.counts.refusals import StocktakeNotFound
from shop.counts.rules import DEFAULT_LIMIT_VND, LIVE, Entry, State, tally, worth
from shop.inventory.models import Lot, StockLevel
from shop.stores.models import Place


@dataclass(frozen=True)
class Asked:
    """A line as whoever counts may see it: what to look for and where, and whether it is done."""

    position: int
    lot: str
    number: str
    sku: str
    gtin: str | None
    name: str
    label: str
    unit: str
    place: str
    expires_on: date | None
    made_on: date | None
    #: To be counted in this round.
    is_asked: bool
    #: Counted in this round.
    is_done: bool
    counted_by: str | None
    is_found: bool


@dataclass(frozen=True)
class Reviewed:
    """A line with both figures; ``earlier``: what was counted in each round before the last."""

    line: StocktakeLine
    lot: Lot
    place: str
    sku: str
    name: str
    label: str
    unit: str
    price_vnd: int
    earlier: tuple[int, ...]

    @property
    def difference(self) -> int | None:
        """Units more (or fewer) than the books had at the instant of counting; null: not counted."""
        if self.line.counted is None or self.line.expected is None:
            return None
        return self.line.counted - self.line.expected

    @property
    def units(self) -> int:
        """What counts for the value: the movement where there was one, else the difference."""
        return self.line.delta if self.line.delta is not None else self.difference or 0

    @property
    def value_vnd(self) -> int:
        """What the difference is worth at the selling price, with its sign."""
        value = worth(self.units, self.unit, self.price_vnd)
        return value if self.units >= 0 else -value


@dataclass(frozen=True)
class Progress:
    """How far a stocktake is: lines asked for, and those that are done."""

    asked: int
    done: int


def get_stocktake(code: str, store_id: int) -> Stocktake:
    """A stocktake of a store. Raises StocktakeNotFound."""
    found = db.session.scalar(select(Stocktake).where(Stocktake.code == code, Stocktake.store_id == store_id))
    if found is None:
        raise StocktakeNotFound
    return found


def list_stocktakes(
    store_id: int, page: int, per_page: int, state: str | None = None
) -> tuple[Sequence[Stocktake], int]:
    """One page of a store's stocktakes, open ones first, then the newest; and how many there are."""
    query = select(Stocktake).where(Stocktake.store_id == store_id)
    if state is not None:
        query = query.where(Stocktake.state == state)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    first = case((Stocktake.state.in_(LIVE), 0), else_=1)
    shown = query.order_by(first, Stocktake.id.desc()).offset((page - 1) * per_page).limit(per_page)
    return db.session.scalars(shown).all(), total


def count_open(store_ids: Sequence[int], _at: datetime) -> Mapping[int, int]:
    """How many stocktakes are open, by store id."""
    query = select(Stocktake.store_id, func.count()).where(Stocktake.store_id.in_(store_ids), Stocktake.state.in_(LIVE))
    return {store: int(number) for store, number in db.session.execute(query.group_by(Stocktake.store_id))}


def progress_of(stocktakes: Sequence[Stocktake]) -> dict[int, Progress]:
    """How far each is, by id; one statement. While it is counted: its round. Afterwards: all of its lines."""
    in_round = StocktakeLine.round == Stocktake.round, StocktakeLine.counted_round == Stocktake.round
    is_counting = Stocktake.state == State.COUNTING
    asked = case((is_counting, case((in_round[0], 1), else_=0)), else_=1)
    counted = case((StocktakeLine.counted.is_not(None), 1), else_=0)
    done = case((is_counting, case((in_round[1], 1), else_=0)), else_=counted)
    query = (
        select(Stocktake.id, func.sum(asked), func.sum(done))
        .join(StocktakeLine, StocktakeLine.stocktake_id == Stocktake.id)
        .where(Stocktake.id.in_([one.id for one in stocktakes]))
        .group_by(Stocktake.id)
    )
    return {one: Progress(int(all_), int(some)) for one, all_, some in db.session.execute(query)}


def list_asked(stocktake: Stocktake, *, only_asked: bool = True) -> list[Asked]:
    """The lines of the present round as they are counted: blind, in walking order."""
    query = _lines(stocktake.id)
    if only_asked:
        query = query.where(StocktakeLine.round == stocktake.round)
    return [
        Asked(
            line.position, lot.code, lot.number, sku.code, sku.gtin, name, sku.label, sku.unit, place, lot.expires_on,
            lot.made_on, line.round == stocktake.round, line.counted_round == stocktake.round,
            line.counted_by if line.counted_round == stocktake.round else None, line.is_found,
        )
        for line, lot, sku, name, place in db.session.execute(query)
    ]  # fmt: skip


def list_reviewed(stocktake: Stocktake) -> list[Reviewed]:
    """Every line with what was counted and what the books had. Not for whoever counts."""
    rounds = _rounds(stocktake.id)
    return [
        Reviewed(
            line, lot, place, sku.code, name, sku.label, sku.unit,
            sku.price_vnd if line.price_vnd is None else line.price_vnd,
            tuple(units for number, units in rounds.get(line.id, ()) if number != line.counted_round),
        )
        for line, lot, sku, name, place in db.session.execute(_lines(stocktake.id))
    ]  # fmt: skip


def counters_of(stocktake_id: int) -> dict[int | None, str]:
    """Who entered anything, by account."""
    query = (
        select(StocktakeEntry.counted_by_id, StocktakeEntry.counted_by)
        .join(StocktakeLine, StocktakeLine.id == StocktakeEntry.line_id)
        .where(StocktakeLine.stocktake_id == stocktake_id)
        .distinct()
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def limit_of(store_id: int) -> int:
    """What a store's differences may be worth before another person must approve them, in đồng."""
    row = db.session.get(StocktakeLimit, store_id)
    return DEFAULT_LIMIT_VND if row is None else row.limit_vnd


def last_counted(level_ids: Collection[int]) -> dict[int, datetime]:
    """When levels were last counted, by level id; those that never were are left out."""
    query = select(LevelCounted.level_id, LevelCounted.counted_at).where(LevelCounted.level_id.in_(level_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def count_not_counted_since(store_ids: Sequence[int], since: datetime) -> dict[int, int]:
    """How many levels with goods nobody has counted since an instant, by store id."""
    query = (
        select(Place.store_id, func.count())
        .select_from(StockLevel)
        .join(Place, Place.id == StockLevel.place_id)
        .outerjoin(LevelCounted, LevelCounted.level_id == StockLevel.id)
        .where(Place.store_id.in_(store_ids), Place.code != "transit", StockLevel.on_hand > 0)
        .where((LevelCounted.counted_at.is_(None)) | (LevelCounted.counted_at < since))
        .group_by(Place.store_id)
    )
    return {store: int(number) for store, number in db.session.execute(query)}


def lot_of_entry(entry: StocktakeEntry) -> str:
    """The code of the lot that was counted."""
    query = select(Lot.code).join(StockLevel, StockLevel.lot_id == Lot.id)
    query = query.join(StocktakeLine, StocktakeLine.level_id == StockLevel.id)
    return db.session.scalars(query.where(StocktakeLine.id == entry.line_id)).one()


def is_blind(stocktake: Stocktake) -> bool:
    """Whether what the books say must still be kept from everybody who counts."""
    return stocktake.state == State.COUNTING


def _lines(stocktake_id: int) -> Select[StocktakeLine, Lot, Sku, str, str]:
    return (
        select(StocktakeLine, Lot, Sku, Product.name, Place.code)
        .join(StockLevel, StockLevel.id == StocktakeLine.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .where(StocktakeLine.stocktake_id == stocktake_id)
        .order_by(StocktakeLine.position)
    )


def _rounds(stocktake_id: int) -> dict[int, list[tuple[int, int]]]:
    """What each round's entries came to, by line id: (round, units)."""
    query = (
        select(StocktakeEntry)
        .join(StocktakeLine, StocktakeLine.id == StocktakeEntry.line_id)
        .where(StocktakeLine.stocktake_id == stocktake_id)
        .order_by(StocktakeEntry.id)
    )
    entered: dict[tuple[int, int], list[Entry]] = {}
    for one in db.session.scalars(query):
        entered.setdefault((one.line_id, one.round), []).append(Entry(one.mode, one.quantity, one.expected))
    found: dict[int, list[tuple[int, int]]] = {}
    for (line_id, number), entries in sorted(entered.items()):
        if (sum_ := tally(entries)) is not None:
            found.setdefault(line_id, []).append((number, sum_.counted))
    return found
