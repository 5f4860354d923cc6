"""Promises of stock: hold, release, confirm, hand out.

A hold counts until its ``expires_at``; nobody needs to sweep it for others to buy. Taking a hold
locks the levels in id order, ends their due holds (row by compare-and-set, and counter), picks lots
first expired first out, and promises each pick in one guarded statement. All or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, insert, select, tuple_, update

from core.accounts.actor import Actor
from core.clock import local_day
from core.db import db, run, table_of, transaction
from core.events import publish
from shop.inventory import ledger
from shop.inventory.events import StockCame
from shop.inventory.ledger import Document, Posting
from shop.inventory.models import Lot, StockHold, StockLevel
from shop.inventory.queries import ACTIVE, name_short
from shop.inventory.refusals import HoldEnded, LevelHeld, LotUnfit, OutOfStock
from shop.inventory.rules import LevelView, LotState, Pick, Reason, may_leave, pick_lots, total
from shop.stores.models import Place
from shop.stores.rules import SELLABLE_PLACES

_BLIND = {"synchronize_session": False}
#: The statements of ``hold_all``, built once: the levels that may serve pairs of store and SKU, locked; what lies on
#: levels, and whether a hold of them is due; the promises.
_SERVING = (
    select(StockLevel.id)
    .join(Place, Place.id == StockLevel.place_id)
    .join(Lot, Lot.id == StockLevel.lot_id)
    .where(
        tuple_(Place.store_id, Lot.sku_id).in_(bindparam("pairs", expanding=True)),
        Lot.sku_id.in_(bindparam("skus", expanding=True)),  # the index is its
        Place.code.in_(SELLABLE_PLACES), Lot.state == LotState.OK, StockLevel.on_hand > 0,
    )
    .order_by(StockLevel.id)
    .with_for_update(key_share=True, of=StockLevel)
)  # fmt: skip
#: Whether a hold of the level is over at the instant ``at``.
IS_DUE = exists().where(
    StockHold.level_id == StockLevel.id, StockHold.state == ACTIVE, StockHold.expires_at <= bindparam("at")
)
_LOCKED = (
    select(
        Place.store_id, Lot.sku_id, Lot.id.label("lot_id"), Lot.code, Lot.state, Lot.expires_on,
        StockLevel.id, (StockLevel.on_hand - StockLevel.held).label("free"), IS_DUE.label("is_due"),
    )
    .join(Lot, Lot.id == StockLevel.lot_id)
    .join(Place, Place.id == StockLevel.place_id)
    .where(StockLevel.id.in_(bindparam("among", expanding=True)))
)  # fmt: skip
_PROMISE = insert(table_of(StockHold))
#: Levels by store id and SKU id.
Free = dict[tuple[int, int], list[LevelView]]


@dataclass(frozen=True)
class Allocation:
    """So many units of one lot, for one SKU."""

    level_id: int
    lot_id: int
    lot_code: str
    sku_id: int
    quantity: int


@dataclass(frozen=True)
class _Held:
    """An active hold with what its lot is now."""

    hold_id: int
    expires_at: datetime | None
    lot_state: str
    lot_ground: str | None
    lot_expires_on: date | None
    allocation: Allocation


def hold(
    store_id: int, wants: Mapping[int, int], reference: str, expires_at: datetime | None, at: datetime
) -> list[Allocation]:
    """Promise ``wants`` (units by SKU id) out of one store's lots to ``reference`` until ``expires_at``.

    None for a decided order: such a hold ends only by hand_out or release. Units of one SKU wanted by
    several lines are given as their sum. Raises OutOfStock naming every short SKU; then nothing is held.
    """
    return hold_all({store_id: wants}, reference, expires_at, at)


def hold_all(
    wants: Mapping[int, Mapping[int, int]], reference: str, expires_at: datetime | None, at: datetime
) -> list[Allocation]:
    """As ``hold``, out of several stores at once: ``wants`` gives units by SKU id for each store id.

    The levels of all of them are locked together in the order of their ids, so that no two orders ever wait for
    each other in a circle; all or nothing over every store.
    """
    if not wants or any(not some or min(some.values()) < 1 for some in wants.values()):
        raise ValueError("a hold needs at least one unit of each SKU")
    with transaction():
        levels = _lock_levels(wants)
        free, has_due = _free(levels, at)
        if has_due and end_due(levels, at):
            free, _none = _free(levels, at)
        on = local_day(at)
        picks = {
            (store, sku): pick_lots(free.get((store, sku), ()), n, on)
            for store, some in wants.items()
            for sku, n in some.items()
        }
        _refuse_short(wants, {key: total(some) for key, some in picks.items()})
        chosen = [pick for some in picks.values() for pick in some]
        if not ledger.reserve_all({pick.level_id: pick.quantity for pick in chosen}):
            # Only when somebody wrote past the locks; the guard still refuses to oversell.
            _refuse_short(wants, dict.fromkeys(picks, 0))
        return _write_holds(picks, free, reference, expires_at, at)


def set_aside(quantities: Mapping[int, int], reference: str, at: datetime) -> None:
    """Keep units of these very levels (by id) for a paper, whatever state their lots are in: nobody else gets them.

    They stay on hand until ``take_out`` or ``release``. Raises LevelHeld when some are promised already; then nothing
    is set aside.
    """
    with transaction():
        levels = ledger.lock(quantities)
        end_due(levels, at)
        if len(levels) < len(quantities) or not ledger.reserve_all(quantities):
            raise LevelHeld(free=_least_free(quantities))
        promise = {"reference": reference, "state": "active", "expires_at": None, "created_at": at}
        rows = [{**promise, "level_id": level, "quantity": quantities[level]} for level in levels]
        run(_PROMISE, rows)


def take_out(reference: str, posting: Posting) -> list[Allocation]:
    """What was set aside for a paper leaves, as its posting says. Raises HoldEnded when it is not set aside now."""
    with transaction():
        ledger.lock(_levels_of(reference))
        held = _live_holds(reference, posting.at)
        for one in held:
            _close(one, posting.at)
            if not ledger.take_held(one.allocation.level_id, one.allocation.quantity, posting):
                raise HoldEnded
        return [one.allocation for one in held]


def release(reference: str, at: datetime, *, store_id: int | None = None) -> int:
    """Give back what a reference still holds, in one store or everywhere; answers the number of holds.

    Twice has the effect of once.
    """
    with transaction():
        levels = _levels_of(reference, store_id)
        ledger.lock(levels)
        ended = _end(and_(StockHold.reference == reference, StockHold.level_id.in_(levels)), at)
        if ended:
            _tell_freed(levels)
        return ended


def confirm(reference: str, at: datetime) -> list[Allocation]:
    """A decided order: its holds no longer run out. Raises HoldEnded when they (or any of them) did."""
    with transaction():
        ledger.lock(_levels_of(reference))
        held = _live_holds(reference, at)
        ours = update(StockHold).where(StockHold.id.in_([one.hold_id for one in held]))
        db.session.execute(ours.values(expires_at=None), execution_options=_BLIND)
        return [one.allocation for one in held]


def hand_out(
    reference: str, document: Document, by: Actor, at: datetime, *, store_id: int | None = None
) -> list[Allocation]:
    """The goods leave, of one store (its parcel) or of all: each hold becomes a ``sale`` movement of its lot.

    Goods of a lot blocked for its star still leave, since the order was decided while it was valid
    (decision 5). Raises HoldEnded when nothing is held any more, LotUnfit for a recalled lot or one
    past its HSD: such an order needs other goods, or its money back.
    """
    with transaction():
        levels = ledger.lock(_levels_of(reference, store_id))
        held = [one for one in _live_holds(reference, at) if one.allocation.level_id in levels]
        if not held:
            raise HoldEnded
        _refuse_unfit(held, local_day(at))
        posting = Posting(Reason.SALE, document, by, at)
        for one in held:
            _close(one, at)
            if not ledger.take_held(one.allocation.level_id, one.allocation.quantity, posting):
                raise HoldEnded
        return [one.allocation for one in held]


def lock_all(references: Sequence[str], level_ids: Sequence[int] = ()) -> None:
    """Lock the levels of several references (and others) at once, by id, before any of them moves."""
    query = select(StockHold.level_id).where(StockHold.reference.in_(references), StockHold.state == "active")
    ledger.lock([*db.session.scalars(query), *level_ids])


def end_due(level_ids: Sequence[int], at: datetime) -> int:
    """Release the holds of these (locked) levels whose time is over; answers how many."""
    return _end(and_(StockHold.level_id.in_(level_ids), StockHold.expires_at <= at), at)


def allocations(reference: str) -> list[Allocation]:
    """What a reference holds now or has been given: its active and committed holds."""
    return [one.allocation for one in _held(StockHold.reference == reference, StockHold.state != "released")]


def _tell_freed(level_ids: Sequence[int]) -> None:
    """Whoever waits for these packs hears of it, store by store."""
    query = select(Place.store_id, Lot.sku_id).join(StockLevel, StockLevel.place_id == Place.id)
    query = query.join(Lot, Lot.id == StockLevel.lot_id).where(StockLevel.id.in_(level_ids)).distinct()
    freed: dict[int, list[int]] = {}
    for store_id, sku_id in db.session.execute(query):
        freed.setdefault(store_id, []).append(sku_id)
    for store_id, sku_ids in freed.items():
        publish(StockCame(store_id, tuple(sku_ids)))


def _lock_levels(wants: Mapping[int, Mapping[int, int]]) -> list[int]:
    """Lock every level that may serve, in the order of ids; what was read before must be read again after this."""
    pairs = [(store, sku) for store, some in wants.items() for sku in some]
    return list(run(_SERVING, {"pairs": pairs, "skus": sorted({sku for _store, sku in pairs})}).scalars())


def _refuse_short(wants: Mapping[int, Mapping[int, int]], found: Mapping[tuple[int, int], int]) -> None:
    """Raise OutOfStock naming every SKU of which some store has less than it was to give."""
    asked, given, is_short = dict[int, int](), dict[int, int](), False
    for store, some in wants.items():
        for sku, wanted in some.items():
            asked[sku] = asked.get(sku, 0) + wanted
            given[sku] = given.get(sku, 0) + found[store, sku]
            is_short = is_short or found[store, sku] < wanted
    if is_short:
        raise OutOfStock(lines=name_short(asked, given))


def _levels_of(reference: str, store_id: int | None = None) -> list[int]:
    query = select(StockHold.level_id).where(StockHold.reference == reference, StockHold.state == "active")
    if store_id is not None:
        ours = select(StockLevel.id).join(Place, Place.id == StockLevel.place_id).where(Place.store_id == store_id)
        query = query.where(StockHold.level_id.in_(ours))
    return list(db.session.scalars(query))


def _free(level_ids: Sequence[int], at: datetime) -> tuple[Free, bool]:
    """The locked levels as the rules see them, by store and SKU id, and whether a hold on one of them is due.

    Read after the locks, so nothing is stale.
    """
    free, has_due = Free(), False
    for row in run(_LOCKED, {"among": list(level_ids), "at": at}):
        view = LevelView(row.id, row.lot_id, row.state, row.expires_on, row.free, row.code)
        free.setdefault((row.store_id, row.sku_id), []).append(view)
        has_due = has_due or row.is_due
    return free, has_due


def _write_holds(
    picks: Mapping[tuple[int, int], Sequence[Pick]], free: Free, reference: str, expires_at: datetime | None,
    at: datetime,
) -> list[Allocation]:  # fmt: skip
    codes = {view.lot_id: view.lot_code for views in free.values() for view in views}
    given = [
        Allocation(pick.level_id, pick.lot_id, codes[pick.lot_id], sku, pick.quantity)
        for (_store, sku), some in picks.items()
        for pick in some
    ]
    given.sort(key=lambda one: one.level_id)
    promise = {"reference": reference, "state": "active", "expires_at": expires_at, "created_at": at}
    rows = [{**promise, "level_id": one.level_id, "quantity": one.quantity} for one in given]
    run(_PROMISE, rows)
    return given


def _end(condition: ColumnElement[bool], at: datetime) -> int:
    """Release by compare-and-set whatever matches; exactly the rows that changed pay for the counters."""
    closing = update(StockHold).where(condition, StockHold.state == "active")
    closing = closing.values(state="released", closed_at=at)
    changed = closing.returning(StockHold.level_id, StockHold.quantity)
    ended = db.session.execute(changed, execution_options=_BLIND).all()
    for row in ended:
        ledger.give_back(row.level_id, row.quantity)
    return len(ended)


def _least_free(quantities: Mapping[int, int]) -> int:
    """Free units of the first level that has fewer than were asked for."""
    query = select(StockLevel.id, StockLevel.on_hand - StockLevel.held).where(StockLevel.id.in_(quantities))
    short = [free for level, free in db.session.execute(query.order_by(StockLevel.id)) if free < quantities[level]]
    return short[0] if short else 0


def _close(one: _Held, at: datetime) -> None:
    closing = update(StockHold).where(StockHold.id == one.hold_id, StockHold.state == "active")
    closing = closing.values(state="committed", closed_at=at).returning(StockHold.id)
    if db.session.execute(closing, execution_options=_BLIND).first() is None:
        raise HoldEnded


def _live_holds(reference: str, at: datetime) -> list[_Held]:
    """The active holds of a reference. Raises HoldEnded unless every one of them still counts.

    One batch shares one ``expires_at``: where another buyer has already ended a part of it, the rest
    is over too, whatever the clock says now.
    """
    held = _held(StockHold.reference == reference, StockHold.state == "active")
    ends = {one.expires_at for one in held if one.expires_at is not None}
    if not held or (ends and min(ends) <= at):
        raise HoldEnded
    swept = select(StockHold.id).where(StockHold.reference == reference, StockHold.state == "released")
    if ends and db.session.scalar(swept.where(StockHold.expires_at.in_(ends)).limit(1)):
        raise HoldEnded
    return held


def _refuse_unfit(held: Sequence[_Held], on: date) -> None:
    unfit = {
        one.allocation.lot_code for one in held if not may_leave(one.lot_state, one.lot_ground, one.lot_expires_on, on)
    }
    if unfit:
        raise LotUnfit(lots=sorted(unfit))


def _held(*conditions: ColumnElement[bool]) -> list[_Held]:
    query = select(StockHold, Lot).join(StockLevel, StockLevel.id == StockHold.level_id)
    query = query.join(Lot, Lot.id == StockLevel.lot_id).where(*conditions)
    query = query.order_by(StockHold.level_id, StockHold.id).execution_options(populate_existing=True)
    return [
        _Held(
            one.id, one.expires_at, lot.state, lot.ground, lot.expires_on,
            Allocation(one.level_id, lot.id, lot.code, lot.sku_id, one.quantity),
        )
        for one, lot in db.session.execute(query)
    ]  # fmt: skip
