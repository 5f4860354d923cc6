"""Reads of stock: what is free where, whose lot this is, what moved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, func, literal_column, or_, select

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Offer, offers
from catalog.products.models import Product
from core.clock import day_end, day_start, local_day
from core.db import UtcDateTime, db, run
from core.errors import NotFound
from core.text import fold
from shop.inventory.models import Lot, StockHold, StockLevel, StockMovement
from shop.inventory.rules import LotState, Reason
from shop.stores.models import Place, Store
from shop.stores.rules import SELLABLE_PLACES


@dataclass(frozen=True)
class SkuName:
    """What a SKU is called and costs, whether or not it may be sold today."""

    sku_id: int
    code: str
    name: str
    label: str
    slug: str
    unit: str
    #: The price last tidied up: what is sold is priced by its offer, which knows the day.
    price_vnd: int
    product_id: int
    listing_id: int
    product_code: str
    set_no: int


@dataclass(frozen=True)
class Offered:
    """A SKU that can be bought at a store now, with the units that are free."""

    sku: str
    slug: str
    name: str
    label: str
    unit: str
    available: int
    offer: Offer


@dataclass(frozen=True)
class Moved:
    """One line of a store's ledger."""

    id: int
    at: datetime
    sku: str
    lot: str
    place: str
    delta: int
    reason: str
    document: str
    actor: str
    note: str | None


@dataclass(frozen=True)
class LevelRow:
    """One lot at one place as the store keeper sees it: units on hand, promised and free."""

    lot: str
    number: str
    sku: str
    name: str
    place: str
    made_on: date | None
    expires_on: date | None
    state: str
    ground: str | None
    on_hand: int
    held: int
    available: int


@dataclass(frozen=True)
class Wanted:
    """Which movements of a ledger: of one lot, SKU or reason; of the days ``first`` to ``last``, both included."""

    lot: str | None = None
    sku: str | None = None
    reason: str | None = None
    first: date | None = None
    last: date | None = None


EVERYTHING = Wanted()


#: Part of the statement itself: a plan that is kept for any value cannot use an index of active holds only.
ACTIVE = literal_column("'active'")


def live(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition under which a hold counts at an instant: active, and not run out."""
    unended = or_(StockHold.expires_at.is_(None), StockHold.expires_at > at)
    return and_(StockHold.state == ACTIVE, unended)


def sellable(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """``rules.is_sellable`` as a condition on ``lot``, for places where goods can be sold."""
    fresh = or_(Lot.expires_on.is_(None), Lot.expires_on >= on)
    return and_(Lot.state == LotState.OK, fresh, Place.code.in_(SELLABLE_PLACES))


_promised = (
    select(func.coalesce(func.sum(StockHold.quantity), 0))
    .where(StockHold.level_id == StockLevel.id, live(bindparam("now", type_=UtcDateTime)))
    .scalar_subquery()
)
#: Built once, for every cart asks it; holds are counted level by level, for these packs lie on few.
_FREE = (
    select(Lot.sku_id, Place.store_id, func.sum(StockLevel.on_hand - _promised).label("units"))
    .select_from(StockLevel)
    .join(Lot, Lot.id == StockLevel.lot_id)
    .join(Place, Place.id == StockLevel.place_id)
    .where(Lot.sku_id.in_(bindparam("among", expanding=True)), sellable(bindparam("on", type_=Date)))
    .group_by(Lot.sku_id, Place.store_id)
)
_FREE_THERE = _FREE.where(Place.store_id == bindparam("store"))


def available(sku_ids: Collection[int], now: datetime, store_id: int | None = None) -> dict[int, dict[int, int]]:
    """Units free to sell, by SKU id and store id: on hand less holds that still count, in sellable lots.

    Judged by the clock alone: a hold that has run out counts no more, swept or not. SKUs and stores
    with nothing free are left out. One query whatever the number of SKUs.
    """
    asked = {"among": list(sku_ids), "now": now, "on": local_day(now), "store": store_id}
    query = _FREE if store_id is None else _FREE_THERE
    free: dict[int, dict[int, int]] = {}
    for row in run(query, asked):
        if row.units > 0:
            free.setdefault(row.sku_id, {})[row.store_id] = int(row.units)
    return free


def lots_on_sale(product_ids: Collection[int], now: datetime) -> list[tuple[Lot, int]]:
    """Sellable lots of these products of which a store has some free now, with the store's id; oldest HSD first.

    Whether the product may be sold today is the catalog's word.
    """
    promised = _live_by_level(now)
    free = func.sum(StockLevel.on_hand - func.coalesce(promised.c.units, 0))
    query = (
        select(Lot, Place.store_id)
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .outerjoin(promised, promised.c.level_id == StockLevel.id)
        .where(Lot.product_id.in_(product_ids), sellable(local_day(now)))
        .group_by(Lot.id, Place.store_id)
        .having(free > 0)
        .order_by(func.coalesce(Lot.expires_on, date.max), Lot.id, Place.store_id)
    )
    return [(lot, store_id) for lot, store_id in db.session.execute(query)]


def stocked(store_id: int, now: datetime) -> dict[int, int]:
    """Units free to sell in one store by SKU id; whether they may be sold today is the catalog's word."""
    rows = db.session.execute(_free_by_store(now).where(Place.store_id == store_id))
    return {sku_id: int(units) for sku_id, _store, units in rows if units > 0}


def list_offered(store_id: int, now: datetime, *, is_adult: bool) -> list[Offered]:
    """What a shopper can buy at a store now, by name; wine and spirits only for adults (decision 15)."""
    free = stocked(store_id, now)
    on_sale = offers(list(free), local_day(now)).values()
    shown = [offer for offer in on_sale if is_adult or not offer.is_alcohol]
    return [
        Offered(o.sku_code, o.slug, o.name, o.label, o.unit, free[o.sku_id], o)
        for o in sorted(shown, key=lambda o: (fold(o.name), o.sku_code))
    ]


def sku_names(sku_ids: Collection[int]) -> dict[int, SkuName]:
    """Names and prices of SKUs by id, on sale or not."""
    return {row[0]: SkuName(*row) for row in db.session.execute(_names().where(Sku.id.in_(sku_ids)))}


def find_sku(code: str) -> SkuName | None:
    """A SKU by its code, on sale or not."""
    row = db.session.execute(_names().where(Sku.code == code)).one_or_none()
    return None if row is None else SkuName(*row)


def name_short(wants: Mapping[int, int], found: Mapping[int, int]) -> list[dict[str, Any]]:
    """The lines of an OutOfStock: every SKU of which less was found than wanted, by name."""
    short = [sku for sku, wanted in wants.items() if found.get(sku, 0) < wanted]
    names = sku_names(short)
    return [
        {"sku": names[s].code, "name": names[s].name, "wanted": wants[s], "available": found.get(s, 0)} for s in short
    ]


def get_lot(code: str) -> Lot:
    """A lot by the code on its label. Raises NotFound."""
    lot = db.session.scalar(select(Lot).where(Lot.code == code))
    if lot is None:
        raise NotFound
    return lot


def get_level(store_id: int, place: str, lot_id: int) -> int:
    """The id of a lot's level at a place of a store. Raises NotFound when none of it ever lay there."""
    query = select(StockLevel.id).join(Place, Place.id == StockLevel.place_id)
    level_id = db.session.scalar(
        query.where(Place.store_id == store_id, Place.code == place, StockLevel.lot_id == lot_id)
    )
    if level_id is None:
        raise NotFound
    return level_id


def list_levels(store_id: int, now: datetime) -> list[LevelRow]:
    """Everything that lies in a store, what expires first on top."""
    promised = _live_by_level(now)
    free = StockLevel.on_hand - func.coalesce(promised.c.units, 0)
    query = (
        select(Lot, Sku.code, Product.name, Place.code, StockLevel.on_hand, StockLevel.held, free)
        .select_from(StockLevel)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .outerjoin(promised, promised.c.level_id == StockLevel.id)
        .where(Place.store_id == store_id, StockLevel.on_hand > 0)
        .order_by(func.coalesce(Lot.expires_on, date.max), Lot.id, StockLevel.id)
    )
    return [
        LevelRow(lot.code, lot.number, sku, name, place, lot.made_on, lot.expires_on, lot.state, lot.ground, *units)
        for lot, sku, name, place, *units in db.session.execute(query)
    ]


def ledger_of(store_id: int, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The movements of a store, newest first, as a query to page through."""
    return (
        select(StockMovement, Sku.code, Lot.code, Place.code)
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .where(Place.store_id == store_id, *_wanted(wanted))
        .order_by(StockMovement.at.desc(), StockMovement.id.desc())
    )


def list_ledger(store_id: int, page: int, per_page: int, wanted: Wanted = EVERYTHING) -> tuple[list[Moved], int]:
    """One page of a store's ledger, newest first, and the number of all its movements that are wanted."""
    query = ledger_of(store_id, wanted)
    count = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = db.session.execute(query.offset((page - 1) * per_page).limit(per_page))
    return [_moved(*row) for row in rows], count


def stores_of_lot(lot_id: int) -> list[tuple[Store, datetime, str]]:
    """The public way of a lot: each store with the instant and the reason of what came first to its shelves."""
    came = (
        select(func.min(StockMovement.id))
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(
            StockLevel.lot_id == lot_id, StockMovement.reason.in_((Reason.RECEIPT, Reason.TRANSFER_IN)),
            Place.code.in_(SELLABLE_PLACES),
        )
        .group_by(Place.store_id)
    )  # fmt: skip
    query = (
        select(Store, StockMovement.at, StockMovement.reason)
        .join(Place, Place.store_id == Store.id)
        .join(StockLevel, StockLevel.place_id == Place.id)
        .join(StockMovement, StockMovement.level_id == StockLevel.id)
        .where(StockMovement.id.in_(came))
        .order_by(StockMovement.id)
    )
    return [(store, at, reason) for store, at, reason in db.session.execute(query)]


def _wanted(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.lot is not None:
        found.append(Lot.code == wanted.lot)
    if wanted.sku is not None:
        found.append(Sku.code == wanted.sku)
    if wanted.reason is not None:
        found.append(StockMovement.reason == wanted.reason)
    if wanted.first is not None:
        found.append(StockMovement.at >= day_start(wanted.first))
    if wanted.last is not None:
        found.append(StockMovement.at < day_end(wanted.last))
    return found


def _moved(movement: StockMovement, sku: str, lot: str, place: str) -> Moved:
    document = f"{movement.document_type}:{movement.document_ref}"
    return Moved(
        movement.id, movement.at, sku, lot, place, movement.delta, movement.reason, document, movement.actor,
        movement.note,
    )  # fmt: skip


def _live_by_level(now: datetime) -> Any:
    units = func.sum(StockHold.quantity).label("units")
    return select(StockHold.level_id, units).where(live(now)).group_by(StockHold.level_id).subquery()


def _free_by_store(now: datetime) -> Select[int, int, int]:
    promised = _live_by_level(now)
    free = func.sum(StockLevel.on_hand - func.coalesce(promised.c.units, 0))
    return (
        select(Lot.sku_id, Place.store_id, free)
        .select_from(StockLevel)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .outerjoin(promised, promised.c.level_id == StockLevel.id)
        .where(sellable(local_day(now)))
        .group_by(Lot.sku_id, Place.store_id)
    )


def _names() -> Select[*tuple[Any, ...]]:
    """The columns of ``SkuName``, in its order."""
    return (
        select(
            Sku.id, Sku.code, Product.name, Sku.label, Product.slug, Sku.unit, Sku.price_vnd, Listing.product_id,
            Sku.listing_id, Product.code, Product.set_no,
        )
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
    )  # fmt: skip
