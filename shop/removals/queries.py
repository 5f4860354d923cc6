"""Reads of removals: one paper, those of some stores, a store's limit, and what one person wrote off alone today."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from catalog.listings.models import Sku
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.clock import day_start, local_day
from core.db import db
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.inventory.rules import Reason
from shop.removals.models import Removal, RemovalLimit, RemovalLine
from shop.removals.refusals import RemovalNotFound
from shop.removals.rules import DOCUMENT, STANDARD_LIMIT_VND, Kind, State
from shop.stores.models import Place

#: Movements that a person books without another's eye: by an adjustment, or by a paper within the limit.
_ALONE = "adjustment"
_LOSSES = (Reason.COUNT, Reason.DAMAGE, Reason.TASTING, Reason.EXPIRY, Reason.RECALL, Reason.PRODUCER_RETURN)


@dataclass(frozen=True)
class LineShown:
    """A line with its lot, place and goods in words."""

    line: RemovalLine
    lot: Lot
    place: str
    sku: str
    name: str
    label: str
    unit: str


@dataclass(frozen=True)
class GivenBack:
    """Units of one lot that went back to their producer on a day."""

    code: str
    at: datetime
    store_id: int
    lot_id: int
    sku_id: int
    product_id: int
    quantity: int
    is_consigned: bool
    #: What the seller had paid for them, and may claim; 0 of consigned goods.
    cost_vnd: int


def get_removal(code: str) -> Removal:
    """A paper by its number, with its store and producer. Raises RemovalNotFound."""
    query = select(Removal).where(Removal.code == code)
    found = db.session.scalar(query.options(joinedload(Removal.store, innerjoin=True), joinedload(Removal.producer)))
    if found is None:
        raise RemovalNotFound
    return found


def list_removals(
    store_ids: Collection[int], states: Collection[str], kinds: Collection[str], page: int, per_page: int
) -> tuple[Sequence[Removal], int]:
    """Papers of these stores, newest first, and their number; states and kinds: all when empty."""
    conditions = [Removal.store_id.in_(store_ids)]
    if states:
        conditions.append(Removal.state.in_(states))
    if kinds:
        conditions.append(Removal.kind.in_(kinds))
    total = db.session.scalar(select(func.count()).select_from(Removal).where(*conditions)) or 0
    query = select(Removal).where(*conditions).order_by(Removal.id.desc())
    query = query.options(joinedload(Removal.store, innerjoin=True), joinedload(Removal.producer))
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def shown_lines(removal_id: int) -> list[LineShown]:
    """The lines of a paper in words, in their order. One statement."""
    query = (
        select(RemovalLine, Lot, Place.code, Sku.code, Product.name, Sku.label, Sku.unit)
        .join(StockLevel, StockLevel.id == RemovalLine.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .where(RemovalLine.removal_id == removal_id)
        .order_by(RemovalLine.position)
    )
    return [LineShown(*row) for row in db.session.execute(query)]


def find_limit(store_id: int) -> RemovalLimit | None:
    """A store's own limit."""
    return db.session.scalar(select(RemovalLimit).where(RemovalLimit.store_id == store_id))


def limit_of(store_id: int) -> int:
    """What one person may write off alone in a store on one day, in đồng."""
    own = find_limit(store_id)
    return STANDARD_LIMIT_VND if own is None else own.limit_vnd


def alone_today(store_id: int, by: Actor, at: datetime) -> int:
    """What this person has written off alone in a store on the day of an instant, at today's selling prices."""
    units = -StockMovement.delta
    value = case((Sku.unit == "gram", units * Sku.price_vnd // 1000), else_=units * Sku.price_vnd)
    within = select(Removal.code).where(
        Removal.store_id == store_id, Removal.kind == Kind.WRITE_OFF, ~Removal.needs_second, Removal.state == State.DONE
    )
    alone = or_(
        StockMovement.document_type == _ALONE,
        (StockMovement.document_type == DOCUMENT) & StockMovement.document_ref.in_(within),
    )
    query = (
        select(func.coalesce(func.sum(value), 0))
        .select_from(StockMovement)
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .where(
            Place.store_id == store_id, StockMovement.at >= day_start(local_day(at)), StockMovement.delta < 0,
            StockMovement.actor == by.label, StockMovement.reason.in_(_LOSSES), alone,
        )
    )  # fmt: skip
    return int(db.session.scalar(query) or 0)


def count_waiting(store_ids: Collection[int], besides: int | None) -> int:
    """How many write-offs of these stores wait for a second person who did not make them."""
    conditions = [
        Removal.store_id.in_(store_ids), Removal.state == State.WAITING, Removal.kind == Kind.WRITE_OFF,
    ]  # fmt: skip
    if besides is not None:
        conditions.append(Removal.made_by_id.is_distinct_from(besides))
    return db.session.scalar(select(func.count()).select_from(Removal).where(*conditions)) or 0


def waiting(store_ids: Collection[int], kind: Kind) -> dict[int, int]:
    """How many papers of a kind wait in each of these stores."""
    query = select(Removal.store_id, func.count()).where(Removal.store_id.in_(store_ids), Removal.kind == kind)
    rows = db.session.execute(query.where(Removal.state == State.WAITING).group_by(Removal.store_id))
    return {row[0]: row[1] for row in rows}


def given_back(producer_id: int, first: date, last: date, store_ids: Collection[int] | None = None) -> list[GivenBack]:
    """What went back to a producer in these days, both included: for her statement, which owes nothing for it."""
    query = (
        select(
            Removal.code, Removal.decided_at, Removal.store_id, Lot.id, Lot.sku_id, Lot.product_id,
            RemovalLine.quantity, Lot.is_consigned, RemovalLine.cost_vnd,
        )
        .join(RemovalLine, RemovalLine.removal_id == Removal.id)
        .join(StockLevel, StockLevel.id == RemovalLine.level_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(
            Removal.producer_id == producer_id, Removal.state == State.DONE,
            Removal.decided_at >= day_start(first), Removal.decided_at < _day_after(last),
        )
        .order_by(Removal.id, RemovalLine.position)
    )  # fmt: skip
    if store_ids is not None:
        query = query.where(Removal.store_id.in_(store_ids))
    return [GivenBack(*row) for row in db.session.execute(query)]


def _day_after(day: date) -> datetime:
    return day_start(date.fromordinal(day.toordinal() + 1))
