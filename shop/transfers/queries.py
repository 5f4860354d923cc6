"""Reads of transfers: one, those of some stores, and what lies in transit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.listings.models import Sku
from catalog.products.models import Product
from core.db import db
from shop.inventory.models import Lot, StockLevel
from shop.stores.models import Place
from shop.transfers.models import Transfer, TransferLine
from shop.transfers.refusals import TransferNotFound
from shop.transfers.rules import MOVING, State


@dataclass(frozen=True)
class LineShown:
    """A line with its lot and goods in words."""

    line: TransferLine
    lot: Lot
    sku: str
    name: str
    label: str
    unit: str


def get_transfer(code: str) -> Transfer:
    """A transfer by its number, with its stores. Raises TransferNotFound."""
    query = select(Transfer).where(Transfer.code == code).options(*_STORES, selectinload(Transfer.lines))
    found = db.session.scalar(query)
    if found is None:
        raise TransferNotFound
    return found


def list_transfers(
    store_ids: Collection[int], states: Collection[str], page: int, per_page: int
) -> tuple[Sequence[Transfer], int]:
    """Transfers from or to these stores in these states (all when empty), newest first, and their number."""
    conditions = [_touches(store_ids)]
    if states:
        conditions.append(Transfer.state.in_(states))
    total = db.session.scalar(select(func.count()).select_from(Transfer).where(*conditions)) or 0
    query = select(Transfer).where(*conditions).order_by(Transfer.id.desc()).options(*_STORES)
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def shown_lines(transfer_id: int) -> list[LineShown]:
    """The lines of a transfer in words, in their order. One statement."""
    query = (
        select(TransferLine, Lot, Sku.code, Product.name, Sku.label, Sku.unit)
        .join(Lot, Lot.id == TransferLine.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .where(TransferLine.transfer_id == transfer_id)
        .order_by(TransferLine.position)
    )
    return [LineShown(*row) for row in db.session.execute(query)]


def count_lines(transfer_ids: Collection[int]) -> dict[int, int]:
    """Number of lines of each of these transfers."""
    query = select(TransferLine.transfer_id, func.count()).where(TransferLine.transfer_id.in_(transfer_ids))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(TransferLine.transfer_id))}


def count_waiting(sending: Collection[int], receiving: Collection[int], besides: int | None) -> int:
    """How many wait at these stores: to be received there, or sent from there with differences to be settled by
    somebody who did not receive them.
    """
    to_receive = Transfer.to_store_id.in_(receiving) & (Transfer.state == State.DISPATCHED)
    to_settle = Transfer.from_store_id.in_(sending) & (Transfer.state == State.RECEIVED)
    if besides is not None:
        to_settle &= Transfer.received_by_id.is_distinct_from(besides)
    return db.session.scalar(select(func.count()).select_from(Transfer).where(or_(to_receive, to_settle))) or 0


def to_receive(store_ids: Collection[int]) -> dict[int, int]:
    """How many are on their way to each of these stores."""
    return _by_store(Transfer.to_store_id, store_ids, State.DISPATCHED)


def to_settle(store_ids: Collection[int]) -> dict[int, int]:
    """How many that each of these stores sent wait for a decision on what differs."""
    return _by_store(Transfer.from_store_id, store_ids, State.RECEIVED)


def moving() -> list[tuple[int, int, int, int]]:
    """``(store id, lot id, units in transit, units that open transfers sent and nobody has)`` wherever either is not
    nothing. Two statements; what the invariant I35 compares.
    """
    lying = (
        select(Place.store_id, StockLevel.lot_id, StockLevel.on_hand)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.code == "transit", StockLevel.on_hand != 0)
    )
    there = {(store, lot): units for store, lot, units in db.session.execute(lying)}
    disputed = func.coalesce(TransferLine.damaged, 0) + func.coalesce(TransferLine.missing, 0)
    open_units = func.sum(case((Transfer.state == State.DISPATCHED, TransferLine.quantity), else_=disputed))
    sent = (
        select(Transfer.from_store_id, TransferLine.lot_id, open_units)
        .join(TransferLine, TransferLine.transfer_id == Transfer.id)
        .where(Transfer.state.in_(MOVING))
        .group_by(Transfer.from_store_id, TransferLine.lot_id)
    )
    owed = {(store, lot): int(units) for store, lot, units in db.session.execute(sent)}
    return [(*key, there.get(key, 0), owed.get(key, 0)) for key in sorted(there.keys() | owed.keys())]


_STORES = (joinedload(Transfer.sender, innerjoin=True), joinedload(Transfer.receiver, innerjoin=True))


def _by_store(side: Any, store_ids: Collection[int], state: State) -> dict[int, int]:
    query = select(side, func.count()).where(side.in_(store_ids), Transfer.state == state).group_by(side)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _touches(store_ids: Collection[int]) -> ColumnElement[bool]:
    return or_(Transfer.from_store_id.in_(store_ids), Transfer.to_store_id.in_(store_ids))
