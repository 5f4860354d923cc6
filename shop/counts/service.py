"""Verbs of a stocktake: open it, enter what was found, and say what may differ without a second person.

Sales, receipts and hand-outs go on while people count: each line is compared with the ledger of the instant at which it
was counted. Locks in this order: store (opening only), stocktake, levels by id.
"""

import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.errors import EditConflict
from core.ids import short_code
from shop.counts.levels import Wanted, choose, find_lots, is_within, on_hand_of, others, part_of
from shop.counts.models import Stocktake, StocktakeEntry, StocktakeLimit, StocktakeLine
from shop.counts.refusals import (
    AlreadyCounted,
    CountedElsewhere,
    EntryMismatch,
    EntryTooOld,
    LotUnknown,
    NotAsked,
    NothingToCount,
    OutsidePart,
    StocktakeNotFound,
    StocktakeStateRefused,
)
from shop.counts.rules import OLDEST_SECONDS, Entry, Mode, State, read_label, tally
from shop.inventory import ledger
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.stores.models import Place, Store
from shop.stores.queries import get_place


@dataclass(frozen=True)
class Found:
    """What somebody counted: so many units of a lot at a place, ``age`` seconds ago (it waited for a network)."""

    uuid: str
    lot: str
    place: str
    quantity: int
    mode: Mode = Mode.FIRST
    age: int = 0


def open_stocktake(store: Store, wanted: Wanted, by: Actor, note: str | None = None) -> Stocktake:
    """Open a stocktake of a part of a store. Raises NothingToCount when nothing is left of it to count."""
    with transaction() as session:
        session.execute(select(Store.id).where(Store.id == store.id).with_for_update(key_share=True))
        ledger.lock(choose(store.id, wanted))
        levels = choose(store.id, wanted)
        if not levels:
            raise NothingToCount(stocktakes=others(store.id, wanted))
        made = Stocktake(
            code=short_code("KK"), store_id=store.id, part=wanted.part, place=wanted.place,
            producer_id=wanted.producer_id, group_code=wanted.group_code, state=State.COUNTING, round=1, note=note,
            opened_by_id=by.user_id, opened_by=by.label, opened_at=now(),
        )  # fmt: skip
        session.add(made)
        session.flush()
        common = {"stocktake_id": made.id, "is_live": True, "is_found": False, "round": 1, "is_moved": False}
        rows = [common | {"position": number, "level_id": level} for number, level in enumerate(levels, 1)]
        session.execute(insert(StocktakeLine), rows)
        record(
            "stocktake.opened", f"stocktake:{made.code}", by, store=store.code, part=made.part, place=made.place,
            lines=len(rows),
        )  # fmt: skip
        return made


def enter(store: Store, code: str, found: Found, by: Actor) -> StocktakeEntry:
    """Keep what somebody counted; the same ``uuid`` again is the same entry and changes nothing.

    Raises StocktakeStateRefused when it is not being counted, LotUnknown, OutsidePart, CountedElsewhere or NotAsked for
    a lot that is not to be counted here, AlreadyCounted when an entry stands and it was not said what to do with it.
    """
    with transaction():
        stocktake = lock_stocktake(store.id, code)
        before = db.session.scalar(select(StocktakeEntry).where(StocktakeEntry.uuid == found.uuid))
        if before is not None:
            return _same(before, stocktake, found)
        if stocktake.state != State.COUNTING:
            raise StocktakeStateRefused(state=stocktake.state)
        line = _line_for(stocktake, _lot(found.lot), found.place)
        at = now()
        counted_at = _instant(stocktake, at, found.age)
        if line.round != stocktake.round:
            raise NotAsked
        if found.mode == Mode.FIRST and line.counted_round == stocktake.round:
            raise AlreadyCounted(by=line.counted_by, at=line.counted_at)
        books = _books(line.level_id, counted_at, found.age)
        return write_entry(stocktake, line, found, Instants(counted_at, at), books, by)


@dataclass(frozen=True)
class Instants:
    """When it was counted, and when it reached us."""

    counted_at: datetime
    received_at: datetime


def write_entry(
    stocktake: Stocktake, line: StocktakeLine, found: Found, when: Instants, books: int, by: Actor
) -> StocktakeEntry:
    """Append an entry to a locked stocktake's line and add the line up anew."""
    entry = StocktakeEntry(
        uuid=found.uuid, line_id=line.id, round=stocktake.round, mode=found.mode, quantity=found.quantity,
        expected=books, counted_at=when.counted_at, received_at=when.received_at, counted_by_id=by.user_id,
        counted_by=by.label,
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    mine = select(StocktakeEntry).where(StocktakeEntry.line_id == line.id, StocktakeEntry.round == stocktake.round)
    entries = db.session.scalars(mine.order_by(StocktakeEntry.id)).all()
    total = tally([Entry(one.mode, one.quantity, one.expected) for one in entries])
    if total is not None:
        line.counted, line.expected, line.is_moved = total.counted, total.expected, total.is_moved
        line.counted_at, line.counted_by, line.counted_round = when.counted_at, by.label, stocktake.round
    return entry


def none_found(lot: str = "", place: str = "") -> Found:
    """Nobody found any: an entry of nought, made when the counting is closed."""
    return Found(str(uuids.uuid4()), lot, place, 0, Mode.REPLACE)


def set_limit(store: Store, limit_vnd: int, by: Actor, expected: int) -> StocktakeLimit:
    """What a store's differences may be worth before another person must approve them.

    ``expected``: the version that was seen, 0 when nobody had set it. Raises EditConflict.
    """
    with transaction() as session:
        session.execute(select(Store.id).where(Store.id == store.id).with_for_update(key_share=True))
        row = session.get(StocktakeLimit, store.id, populate_existing=True)
        if row is None:
            if expected:
                raise EditConflict(yours=expected, current=0)
            row = StocktakeLimit(store_id=store.id, limit_vnd=limit_vnd)
            session.add(row)
        else:
            check_version(row, expected)
            row.limit_vnd = limit_vnd
        session.flush()
        record("stocktake.limit_set", f"store:{store.code}", by, limit_vnd=limit_vnd)
        return row


def lock_stocktake(store_id: int, code: str) -> Stocktake:
    """A store's stocktake until the transaction ends. Raises StocktakeNotFound."""
    query = select(Stocktake).where(Stocktake.code == code, Stocktake.store_id == store_id)
    found = db.session.scalar(query.with_for_update(key_share=True).execution_options(populate_existing=True))
    if found is None:
        raise StocktakeNotFound
    return found


def lines_of(stocktake: Stocktake) -> Sequence[StocktakeLine]:
    """All lines of a locked stocktake, as they stand now."""
    query = select(StocktakeLine).where(StocktakeLine.stocktake_id == stocktake.id).order_by(StocktakeLine.position)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _same(before: StocktakeEntry, stocktake: Stocktake, found: Found) -> StocktakeEntry:
    line = db.session.get_one(StocktakeLine, before.line_id)
    if line.stocktake_id != stocktake.id or (before.quantity, before.mode) != (found.quantity, found.mode):
        raise EntryMismatch
    return before


def _lot(said: str) -> Lot:
    """The lot that is meant: by its own code, or the only lot of a pack."""
    lots = find_lots(read_label(said))
    if len(lots) != 1:
        raise LotUnknown(lots=[one.code for one in lots])
    return lots[0]


def _line_for(stocktake: Stocktake, lot: Lot, place: str) -> StocktakeLine:
    """The line of a lot at a place; made when the books had none there. Its level is locked."""
    query = (
        select(StocktakeLine)
        .join(StockLevel, StockLevel.id == StocktakeLine.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(StocktakeLine.stocktake_id == stocktake.id, StockLevel.lot_id == lot.id, Place.code == place)
    )
    line = db.session.scalar(query.execution_options(populate_existing=True))
    if line is not None:
        ledger.lock([line.level_id])
        return line
    if not is_within(lot, place, part_of(stocktake)):
        raise OutsidePart
    return _add_line(stocktake, lot, place)


def _add_line(stocktake: Stocktake, lot: Lot, place: str) -> StocktakeLine:
    level_id = ledger.open_level(get_place(stocktake.store_id, place).id, lot.id)
    ledger.lock([level_id])
    taken = (
        select(Stocktake.code)
        .join(StocktakeLine, StocktakeLine.stocktake_id == Stocktake.id)
        .where(StocktakeLine.level_id == level_id, StocktakeLine.is_live)
    )
    if (other := db.session.scalar(taken)) is not None:
        raise CountedElsewhere(stocktake=other)
    last = select(func.max(StocktakeLine.position)).where(StocktakeLine.stocktake_id == stocktake.id)
    line = StocktakeLine(
        stocktake_id=stocktake.id, position=(db.session.scalar(last) or 0) + 1, level_id=level_id,
        round=stocktake.round, is_found=True,
    )  # fmt: skip
    db.session.add(line)
    db.session.flush()
    return line


def _instant(stocktake: Stocktake, at: datetime, age: int) -> datetime:
    """When it was counted by our clock: the phone says only how long ago, so its own clock does not matter."""
    counted_at = at - timedelta(seconds=age)
    if age > OLDEST_SECONDS or counted_at < (stocktake.closed_at or stocktake.opened_at):
        raise EntryTooOld
    return counted_at


def _books(level_id: int, counted_at: datetime, age: int) -> int:
    """The ledger's quantity of a locked level at an instant: what is there now, less what moved since."""
    on_hand = on_hand_of([level_id])[level_id]
    if not age:
        return on_hand
    since = select(func.coalesce(func.sum(StockMovement.delta), 0)).where(
        StockMovement.level_id == level_id, StockMovement.at > counted_at
    )
    return on_hand - int(db.session.scalar(since) or 0)
