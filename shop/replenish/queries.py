"""Reading what a store has, sells and waits for: a fixed number of statements, however many packs there are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from catalog.certificates.queries import Governing, governing
from catalog.listings.models import GRAM, LIVE, Listing, Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.products.sets import SERVICE
from core.clock import local_day
from core.db import db
from core.text import sort_key
from shop.inventory.models import GoodsReceipt, Lot, StockHold, StockLevel, StockMovement
from shop.inventory.queries import live, sellable
from shop.inventory.rules import Reason
from shop.replenish.models import StockTarget, SupplyRequest, SupplyRequestLine
from shop.replenish.refusals import RequestNotFound
from shop.replenish.rules import (
    COMING,
    WINDOW_DAYS,
    Levels,
    Proposal,
    Shelf,
    State,
    propose,
    propose_levels,
    sell_through,
    weekly,
)
from shop.sales.queries import sums_by
from shop.sales.rules import By, Only
from shop.stores.models import Place
from shop.transfers.models import Transfer, TransferLine

Units = dict[int, int]


@dataclass(frozen=True, slots=True)
class Position:
    """One pack at one store, with what is proposed for it and why."""

    sku: Sku
    product: Product
    producer: Producer
    shelf: Shelf
    levels: Levels
    #: The keeper's own levels; None: those that the pace proposes.
    target: StockTarget | None
    proposal: Proposal
    #: The last day of the present star; None: no certificate covers today.
    ends_on: date | None

    @property
    def free(self) -> int:
        """Units that can be sold now."""
        return self.shelf.on_hand - self.shelf.promised

    @property
    def weekly(self) -> int:
        """Units sold a week."""
        return weekly(self.shelf.sold, self.shelf.window)

    @property
    def sell_through(self) -> int | None:
        """Of what was there in the window, how much was sold, in percent."""
        return sell_through(self.shelf.sold, self.shelf.on_hand)

    @property
    def is_low(self) -> bool:
        """Whether the minimum is reached, whatever is on its way."""
        return self.levels.target > 0 and self.free <= self.levels.minimum

    def why(self) -> dict[str, Any]:
        """What the proposal rests on, to be kept with a request's line."""
        shelf = self.shelf
        return {
            "sold": shelf.sold, "window": shelf.window, "on_hand": shelf.on_hand, "promised": shelf.promised,
            "in_transit": shelf.in_transit, "requested": shelf.requested, "minimum": self.levels.minimum,
            "target": self.levels.target, "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "proposed": self.proposal.units, "why": self.proposal.why,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything that the shelves of one store are put together from, by pack."""

    sold: Units
    on_hand: Mapping[int, tuple[int, int]]
    in_transit: Units
    requested: Units
    targets: Mapping[int, StockTarget]
    first_on: Mapping[int, date]


def list_positions(store_id: int, at: datetime, sku_ids: Collection[int] | None = None) -> list[Position]:
    """The packs that a store sells, has, waits for or keeps levels of, by producer and name. Nine statements.

    A pack that is not on offer any more is left out.
    """
    on = local_day(at)
    facts = _facts(store_id, at)
    known = {*facts.sold, *facts.on_hand, *facts.in_transit, *facts.requested, *facts.targets}
    wanted = known if sku_ids is None else set(sku_ids)
    packs = _packs(wanted)
    stars = governing({product.id for _sku, product, _maker in packs}, on)
    found = [_position(*pack, facts, stars.get(pack[1].id), on) for pack in packs]
    return sorted(found, key=lambda one: (sort_key(one.producer.name), one.producer.id, sort_key(one.product.name)))


def by_producer(positions: Iterable[Position]) -> list[tuple[Producer, list[Position]]]:
    """One list for each producer; the positions come in that order."""
    found: dict[int, tuple[Producer, list[Position]]] = {}
    for one in positions:
        found.setdefault(one.producer.id, (one.producer, []))[1].append(one)
    return list(found.values())


def to_order(positions: Iterable[Position]) -> list[tuple[Producer, list[Position]]]:
    """Producers of whom something is to be ordered, with all that is proposed, and what was held back and why."""
    lists = by_producer(one for one in positions if one.proposal.units or one.is_low)
    return [(maker, rows) for maker, rows in lists if any(row.proposal.units for row in rows)]


def count_low(store_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """Packs with levels of their keeper's that have reached their minimum, by store: one statement, for a task's line.

    Packs that only the pace proposes levels for are left to the list itself.
    """
    free = _free_levels(at).subquery()
    query = (
        select(StockTarget.store_id, func.count())
        .join(Sku, Sku.id == StockTarget.sku_id)
        .outerjoin(free, (free.c.store_id == StockTarget.store_id) & (free.c.sku_id == StockTarget.sku_id))
        .where(
            StockTarget.store_id.in_(store_ids), StockTarget.target > 0, Sku.is_active,
            func.coalesce(free.c.free, 0) <= StockTarget.minimum,
        )
        .group_by(StockTarget.store_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in db.session.execute(query)}


def count_waiting(store_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """Requests that want the keeper: sent two days ago and not answered, or to be delivered by today."""
    quiet = SupplyRequest.sent_at <= at - timedelta(days=2)
    asks = (SupplyRequest.state == State.SENT) & quiet
    comes = (SupplyRequest.state == State.CONFIRMED) & (SupplyRequest.deliver_on <= local_day(at))
    query = select(SupplyRequest.store_id, func.count()).where(SupplyRequest.store_id.in_(store_ids), asks | comes)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(SupplyRequest.store_id))}


def get_request(code: str) -> SupplyRequest:
    """A request by its code, with its lines. Raises RequestNotFound. Says nothing about who may see it."""
    found = db.session.scalar(_whole().where(SupplyRequest.code == code))
    if found is None:
        raise RequestNotFound
    return found


def list_requests(
    store_id: int, page: int, per_page: int, state: str | None = None
) -> tuple[Sequence[SupplyRequest], int]:
    """A page of a store's requests, newest first, with the whole number."""
    where = [SupplyRequest.store_id == store_id, *([SupplyRequest.state == state] if state else [])]
    total = db.session.scalar(select(func.count()).select_from(SupplyRequest).where(*where)) or 0
    query = _whole().where(*where).order_by(SupplyRequest.id.desc())
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def drafts_of(store_id: int) -> dict[int, SupplyRequest]:
    """A store's requests that are still being written, by producer."""
    query = select(SupplyRequest).where(SupplyRequest.store_id == store_id, SupplyRequest.state == State.DRAFT)
    return {one.producer_id: one for one in db.session.scalars(query)}


def list_open_of(producer_ids: Collection[int]) -> Sequence[SupplyRequest]:
    """What stores have asked these producers for and not got yet: for their home. The unanswered first."""
    if not producer_ids:
        return []
    query = _whole().where(SupplyRequest.producer_id.in_(producer_ids), SupplyRequest.state.in_(COMING))
    found = db.session.scalars(query.order_by(SupplyRequest.id)).all()
    return sorted(found, key=lambda one: (one.state != State.SENT, one.id))


def lapsed_among(request: SupplyRequest, on: date) -> set[int]:
    """Packs of a request whose product no certificate covers on a day: they are marked, and not taken in."""
    products = {line.sku_id: line.sku.listing.product_id for line in request.lines}
    covered = governing(set(products.values()), on)
    return {sku_id for sku_id, product_id in products.items() if product_id not in covered}


def last_days(request: SupplyRequest, on: date) -> dict[int, date]:
    """The last day of the star of each pack of a request that a certificate covers on a day."""
    products = {line.sku_id: line.sku.listing.product_id for line in request.lines}
    covered = governing(set(products.values()), on)
    return {sku_id: covered[product_id].ends_on for sku_id, product_id in products.items() if product_id in covered}


def names_of(request: SupplyRequest) -> dict[int, str]:
    """What each pack of a request is called."""
    ids = [line.sku.listing.product_id for line in request.lines]
    names = {row[0]: row[1] for row in db.session.execute(select(Product.id, Product.name).where(Product.id.in_(ids)))}
    return {line.sku_id: f"{names[line.sku.listing.product_id]}, {line.sku.label}" for line in request.lines}


def received_with(store_id: int, receipt_code: str) -> dict[int, int] | None:
    """Units by pack that came with a goods receipt of a store; None when the store has no such receipt."""
    paper = select(GoodsReceipt.id).where(GoodsReceipt.code == receipt_code, GoodsReceipt.store_id == store_id)
    if db.session.scalar(paper) is None:
        return None
    query = (
        select(Lot.sku_id, func.sum(StockMovement.delta))
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(StockMovement.document_type == "goods_receipt", StockMovement.document_ref == receipt_code)
        .group_by(Lot.sku_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def receipts_since(request: SupplyRequest) -> list[str]:
    """Receipts of the store since the request was sent that brought any of its packs, newest first; at most ten."""
    skus = [line.sku_id for line in request.lines]
    query = (
        select(GoodsReceipt.id, GoodsReceipt.code)
        .join(StockMovement, StockMovement.document_ref == GoodsReceipt.code)
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(
            GoodsReceipt.store_id == request.store_id, StockMovement.document_type == "goods_receipt",
            GoodsReceipt.received_at >= request.sent_at, Lot.sku_id.in_(skus),
        )
        .distinct().order_by(GoodsReceipt.id.desc()).limit(10)
    )  # fmt: skip
    return [row[1] for row in db.session.execute(query)]


def _whole() -> Select[SupplyRequest]:
    lines = selectinload(SupplyRequest.lines).selectinload(SupplyRequestLine.sku).selectinload(Sku.listing)
    return select(SupplyRequest).options(
        selectinload(SupplyRequest.store), selectinload(SupplyRequest.producer), lines
    )  # fmt: skip


def _position(sku: Sku, product: Product, maker: Producer, facts: _Facts, star: Governing | None, on: date) -> Position:
    on_hand, promised = facts.on_hand.get(sku.id, (0, 0))
    first = facts.first_on.get(sku.id)
    shelf = Shelf(
        max(0, facts.sold.get(sku.id, 0)), on_hand, promised, facts.in_transit.get(sku.id, 0),
        facts.requested.get(sku.id, 0), _window(first, on), sku.unit == GRAM, sku.shelf_days,
        (star.ends_on - on).days + 1 if star else 0,
    )  # fmt: skip
    target = facts.targets.get(sku.id)
    levels = Levels(target.minimum, target.target) if target else propose_levels(shelf)
    return Position(
        sku, product, maker, shelf, levels, target, propose(shelf, levels), star.ends_on if star else None
    )  # fmt: skip


def _window(first: date | None, on: date) -> int:
    """Days that the pace is taken from: since the first goods came, at least a week, at most the window."""
    return WINDOW_DAYS if first is None else max(7, min(WINDOW_DAYS, (on - first).days + 1))


def _facts(store_id: int, at: datetime) -> _Facts:
    on = local_day(at)
    window = Only(first=on - timedelta(days=WINDOW_DAYS - 1), last=on, stores=[store_id])
    sums = sums_by(By.SKU, only=window)
    targets = db.session.scalars(select(StockTarget).where(StockTarget.store_id == store_id))
    return _Facts(
        {int(str(one.key[0])): one.pieces + one.grams for one in sums},
        {
            row.sku_id: (int(row.on_hand), int(row.on_hand) - int(row.free))
            for row in db.session.execute(_free_levels(at).where(Place.store_id == store_id))
        },
        _in_transit(store_id),
        _requested(store_id),
        {one.sku_id: one for one in targets},
        _first_days(store_id),
    )


def _free_levels(at: datetime) -> Select[int, int, int, int]:
    """Units on hand and free to sell by store and pack."""
    promised = func.sum(StockHold.quantity).label("units")
    held = select(StockHold.level_id, promised).where(live(at)).group_by(StockHold.level_id).subquery()
    return (
        select(
            Place.store_id, Lot.sku_id, func.sum(StockLevel.on_hand).label("on_hand"),
            func.sum(StockLevel.on_hand - func.coalesce(held.c.units, 0)).label("free"),
        )
        .select_from(StockLevel)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .outerjoin(held, held.c.level_id == StockLevel.id)
        .where(sellable(local_day(at)), StockLevel.on_hand > 0)
        .group_by(Place.store_id, Lot.sku_id)
    )  # fmt: skip


def _in_transit(store_id: int) -> Units:
    """Units that other stores have sent and that are not here yet."""
    query = (
        select(Lot.sku_id, func.sum(TransferLine.quantity))
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .join(Lot, Lot.id == TransferLine.lot_id)
        .where(Transfer.to_store_id == store_id, Transfer.state == "dispatched")
        .group_by(Lot.sku_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def _requested(store_id: int) -> Units:
    """Units that producers were asked for, or have confirmed, and have not brought yet."""
    coming = func.coalesce(SupplyRequestLine.confirmed, SupplyRequestLine.wanted)
    query = (
        select(SupplyRequestLine.sku_id, func.sum(coming))
        .join(SupplyRequest, SupplyRequest.id == SupplyRequestLine.request_id)
        .where(SupplyRequest.store_id == store_id, SupplyRequest.state.in_(COMING))
        .group_by(SupplyRequestLine.sku_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def _first_days(store_id: int) -> dict[int, date]:
    """The day on which the first goods of each pack came to a store."""
    came = StockMovement.reason.in_((Reason.RECEIPT, Reason.TRANSFER_IN))
    query = (
        select(Lot.sku_id, func.min(StockMovement.at))
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.store_id == store_id, came)
        .group_by(Lot.sku_id)
    )
    return {row[0]: local_day(row[1]) for row in db.session.execute(query)}


def _packs(sku_ids: Collection[int]) -> list[tuple[Sku, Product, Producer]]:
    """Packs of goods on offer with their products and makers; services have no stock that anybody brings."""
    query = (
        select(Sku, Product, Producer)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Sku.id.in_(sku_ids), Sku.is_active, Listing.state == LIVE, Product.set_no != SERVICE)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]
