"""The end of a stocktake: count again what differs, look at it, approve it in one transaction, or drop it.

An approval writes one ``count`` movement for each level that differs. What moved between counting and approval stays
moved. Units that are promised to orders never become more than what is there: such an approval is refused, and names
the orders.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from catalog.listings.models import Sku
from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.events import publish
from shop.counts.levels import on_hand_of
from shop.counts.models import LevelCounted, Stocktake, StocktakeLine
from shop.counts.queries import counters_of, limit_of
from shop.counts.refusals import (
    MovedMeanwhile,
    OrdersTouched,
    SecondPersonNeeded,
    StocktakeStateRefused,
    Uncounted,
)
from shop.counts.rules import Missing, State, change, worth
from shop.counts.service import Instants, lines_of, lock_stocktake, none_found, write_entry
from shop.counts.touching import touched
from shop.inventory import ledger
from shop.inventory.events import StockCame
from shop.inventory.holds import end_due
from shop.inventory.ledger import Document, Posting
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.inventory.rules import Reason
from shop.stores.models import Store

#: How many lines a refusal names.
NAMED = 20


@dataclass(frozen=True)
class Settled:
    """What an approval does to one line: the movement of its level, and what that is worth."""

    line: StocktakeLine
    delta: int
    price_vnd: int
    value_vnd: int


def close_round(store: Store, code: str, by: Actor, missing: Missing = Missing.REFUSE) -> Stocktake:
    """Close a round. After the first, what differs is asked for again; otherwise it waits to be approved.

    ``missing`` says what becomes of lines that nobody counted; what was sold out meanwhile counts as none. Raises
    Uncounted where that was not said, or where nothing at all was counted.
    """
    with transaction():
        stocktake = lock_stocktake(store.id, code)
        if stocktake.state != State.COUNTING:
            raise StocktakeStateRefused(state=stocktake.state)
        lines, at = lines_of(stocktake), now()
        _settle_missing(stocktake, lines, missing, at, by)
        if all(line.counted_round is None for line in lines):
            raise Uncounted(count=len(lines), lines=[])
        differing = [line for line in lines if line.counted_round == stocktake.round and _differs(line)]
        stocktake.closed_by, stocktake.closed_at = by.label, at
        if stocktake.round == 1 and differing:
            _next_round(stocktake, differing)
        else:
            stocktake.state = State.REVIEW
        record(
            "stocktake.round_closed", f"stocktake:{code}", by, round=stocktake.round, state=stocktake.state,
            differing=len(differing), missing=missing.value,
        )  # fmt: skip
        db.session.flush()
        return stocktake


def ask_again(store: Store, code: str, positions: Collection[int], by: Actor) -> Stocktake:
    """Have some lines counted once more, blind again. Raises StocktakeStateRefused, Uncounted for no line at all."""
    with transaction():
        stocktake = lock_stocktake(store.id, code)
        if stocktake.state != State.REVIEW:
            raise StocktakeStateRefused(state=stocktake.state)
        chosen = [line for line in lines_of(stocktake) if line.position in positions]
        if not chosen:
            raise Uncounted(count=0, lines=[])
        stocktake.state, stocktake.closed_at = State.COUNTING, now()
        _next_round(stocktake, chosen)
        record("stocktake.asked_again", f"stocktake:{code}", by, lines=[one.position for one in chosen])
        db.session.flush()
        return stocktake


def approve(store: Store, code: str, expected: int, by: Actor, leave: Collection[int] = ()) -> Stocktake:
    """Set the books right: one ``count`` movement for each level that differs, all or nothing.

    ``expected``: the version that was looked at; ``leave``: positions that stay as the books have them. Raises
    EditConflict, StocktakeStateRefused, MovedMeanwhile, SecondPersonNeeded, OrdersTouched.
    """
    with transaction():
        stocktake = lock_stocktake(store.id, code)
        check_version(stocktake, expected)
        if stocktake.state != State.REVIEW:
            raise StocktakeStateRefused(state=stocktake.state)
        lines = [one for one in lines_of(stocktake) if one.counted is not None and one.position not in leave]
        _refuse_moved(lines)
        at = now()
        levels = ledger.lock([line.level_id for line in lines])
        end_due(levels, at)
        settled = _settle(stocktake, lines)
        limit, value = limit_of(store.id), sum(one.value_vnd for one in settled)
        _refuse_alone(stocktake, by, value, limit)
        _refuse_promised(settled)
        _write(stocktake, settled, Posting(Reason.COUNT, Document("stocktake", code), by, at, stocktake.note))
        stocktake.value_vnd, stocktake.limit_vnd = value, limit
        _end(stocktake, State.APPROVED, by, at)
        changed = [one for one in settled if one.delta]
        record(
            "stocktake.approved", f"stocktake:{code}", by, store=store.code, lines=len(settled), value_vnd=value,
            changed=[{"line": one.line.position, "delta": one.delta} for one in changed],
            left=sorted(set(leave)),
        )  # fmt: skip
        _tell(store.id, changed)
        db.session.flush()
        return stocktake


def drop(store: Store, code: str, by: Actor, reason: str | None = None) -> Stocktake:
    """Give it up: nothing moves, and its lots can be counted elsewhere."""
    with transaction():
        stocktake = lock_stocktake(store.id, code)
        if stocktake.state not in (State.COUNTING, State.REVIEW):
            raise StocktakeStateRefused(state=stocktake.state)
        _end(stocktake, State.DROPPED, by, now())
        record("stocktake.dropped", f"stocktake:{code}", by, store=store.code, reason=reason)
        db.session.flush()
        return stocktake


def _settle_missing(
    stocktake: Stocktake, lines: Sequence[StocktakeLine], missing: Missing, at: datetime, by: Actor
) -> None:
    """Lines that nobody has counted in this round: none, left, or a refusal that names them."""
    undone = [one for one in lines if one.round == stocktake.round and one.counted_round != stocktake.round]
    ledger.lock([one.level_id for one in undone])
    books = on_hand_of([one.level_id for one in undone])
    open_still: list[StocktakeLine] = []
    for line in undone:
        units = books[line.level_id]
        is_sold_out = not units and line.counted_round is None
        if missing == Missing.ZERO or is_sold_out:
            write_entry(stocktake, line, none_found(), Instants(at, at), units, by)
        else:
            open_still.append(line)
    if open_still and missing == Missing.REFUSE:
        raise Uncounted(count=len(open_still), lines=[one.position for one in open_still[:NAMED]])


def _differs(line: StocktakeLine) -> bool:
    return line.is_moved or line.counted != line.expected


def _next_round(stocktake: Stocktake, lines: Sequence[StocktakeLine]) -> None:
    stocktake.round += 1
    for line in lines:
        line.round = stocktake.round


def _refuse_moved(lines: Sequence[StocktakeLine]) -> None:
    moved = [line.position for line in lines if line.is_moved]
    if moved:
        raise MovedMeanwhile(lines=moved[:NAMED])


def _settle(stocktake: Stocktake, lines: Sequence[StocktakeLine]) -> list[Settled]:
    """The movement and the worth of each line; its level is locked."""
    corrected, prices = _corrected_since(stocktake.id), _prices([line.level_id for line in lines])
    found: list[Settled] = []
    for line in lines:
        price, unit = prices[line.level_id]
        delta = change(line.counted or 0, line.expected or 0, corrected.get(line.level_id, 0))
        found.append(Settled(line, delta, price, worth(delta, unit, price)))
    return found


def _corrected_since(stocktake_id: int) -> dict[int, int]:
    """Count differences that were booked otherwise since a line was counted, by level id."""
    query = (
        select(StockMovement.level_id, func.sum(StockMovement.delta))
        .join(StocktakeLine, StocktakeLine.level_id == StockMovement.level_id)
        .where(StocktakeLine.stocktake_id == stocktake_id, StockMovement.reason == Reason.COUNT)
        .where(StockMovement.at > StocktakeLine.counted_at)
        .group_by(StockMovement.level_id)
    )
    return {level: int(units) for level, units in db.session.execute(query)}


def _prices(level_ids: Collection[int]) -> Mapping[int, tuple[int, str]]:
    """Selling price and unit by level id."""
    query = select(StockLevel.id, Sku.price_vnd, Sku.unit).join(Lot, Lot.id == StockLevel.lot_id)
    query = query.join(Sku, Sku.id == Lot.sku_id).where(StockLevel.id.in_(level_ids))
    return {level: (price, unit) for level, price, unit in db.session.execute(query)}


def _refuse_alone(stocktake: Stocktake, by: Actor, value: int, limit: int) -> None:
    """Above the limit another person approves: neither who opened it nor who counted."""
    hands = {stocktake.opened_by_id, *counters_of(stocktake.id)} - {None}
    if value > limit and by.user_id in hands:
        raise SecondPersonNeeded(value=value, limit=limit)


def _refuse_promised(settled: Sequence[Settled]) -> None:
    """Nothing may leave fewer units than orders have been promised."""
    less = {one.line.level_id: one.delta for one in settled if one.delta < 0}
    if found := touched(less):
        raise OrdersTouched(lines=[one.facts() for one in found[:NAMED]])


def _write(stocktake: Stocktake, settled: Sequence[Settled], posting: Posting) -> None:
    for one in settled:
        one.line.delta, one.line.price_vnd = one.delta, one.price_vnd
        if one.delta and not ledger.move(one.line.level_id, one.delta, posting):
            raise OrdersTouched(lines=[])
    _note_counted(stocktake, [one.line for one in settled])


def _note_counted(stocktake: Stocktake, lines: Sequence[StocktakeLine]) -> None:
    """Keep when each was last counted, apart from when it last changed."""
    levels = [line.level_id for line in lines]
    known = set(db.session.scalars(select(LevelCounted.level_id).where(LevelCounted.level_id.in_(levels))))
    rows = [{"level_id": line.level_id, "counted_at": line.counted_at, "stocktake_id": stocktake.id} for line in lines]
    if fresh := [row for row in rows if row["level_id"] not in known]:
        db.session.execute(insert(LevelCounted), fresh)
    if again := [row for row in rows if row["level_id"] in known]:
        db.session.execute(update(LevelCounted), again)


def _end(stocktake: Stocktake, state: State, by: Actor, at: datetime) -> None:
    """Over: its lines can be counted elsewhere, and change no more."""
    stocktake.state, stocktake.ended_at = state, at
    stocktake.ended_by_id, stocktake.ended_by = by.user_id, by.label
    db.session.flush()
    over = update(StocktakeLine).where(StocktakeLine.stocktake_id == stocktake.id)
    db.session.execute(over.values(is_live=False), execution_options={"synchronize_session": False})


def _tell(store_id: int, changed: Sequence[Settled]) -> None:
    """Whoever waits for these packs hears that there are more."""
    more = [one.line.level_id for one in changed if one.delta > 0]
    query = select(Lot.sku_id).join(StockLevel, StockLevel.lot_id == Lot.id).where(StockLevel.id.in_(more))
    if sku_ids := tuple(db.session.scalars(query.distinct())):
        publish(StockCame(store_id, sku_ids))
