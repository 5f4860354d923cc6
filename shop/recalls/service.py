"""Verbs of recalls: call back everywhere at once, take off a store's shelves, note who was spoken with, close.

There is no verb that takes a recall back. Locks: levels of every lot of the packs, by id, in one go; a recall waits for
the sales that are being made, and none of its lots is sold after its commit.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, tuple_

from catalog.products.queries import get_product
from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from core.ids import short_code
from shop.inventory import ledger
from shop.inventory import service as stock
from shop.inventory.holds import end_due
from shop.inventory.ledger import Document, Posting
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.inventory.queries import get_lot
from shop.inventory.rules import LotState, Reason
from shop.inventory.swaps import levels_of_packs, swap_holds
from shop.recalls.events import RecallOpened
from shop.recalls.models import Recall, RecallBuyer, RecallLot, RecallOrder, RecallTask
from shop.recalls.queries import get_recall, levels_in, lots_of, stores_with_goods, unfinished
from shop.recalls.refusals import (
    AlreadyRecalled,
    BuyerNotFound,
    NothingToRecall,
    RecallFinal,
    RecallOver,
    RecallUnfinished,
    TooMany,
)
from shop.recalls.rules import Basis, State, is_taken
from shop.stores.models import Store


@dataclass(frozen=True)
class Wish:
    """What is to be called back and why: one lot (``lot``: its code), or a product's lots between two days."""

    reason: str
    advice: str | None = None
    lot: str | None = None
    product: str | None = None
    basis: Basis = Basis.LOT
    first: date | None = None
    last: date | None = None


def recall(wish: Wish, by: Actor) -> Recall:
    """Call back goods everywhere; from the commit on none of them is sold or handed out.

    Promises to orders move to other lots of the same store where there are enough. Raises NotFound for an unknown lot,
    NothingToRecall when no lot is meant, AlreadyRecalled when all of them are recalled.
    """
    with transaction() as session:
        made = _begin(wish, by)
        meant = _meant(wish, made.product_id)
        if not meant:
            raise NothingToRecall
        levels = ledger.lock(levels_of_packs(meant))
        made.opened_at = now()  # behind the locks: whatever left before is older than the recall
        taken = _not_recalled(meant)
        if not taken:
            raise AlreadyRecalled(recall=_recall_of(meant))
        end_due(levels, made.opened_at)
        codes = {code for lot in taken for code in stock.recall(lot, by, wish.reason)}
        session.add(made)
        session.flush()
        lots = _write_lots(made, codes)
        _write_orders(made, lots)
        write_tasks(made, made.opened_at)
        record(
            "recall.opened", f"recall:{made.code}", by, product=made.product_id, basis=made.basis, lots=sorted(codes),
            reason=wish.reason,
        )  # fmt: skip
        publish(RecallOpened(made.id))
        return made


def withdraw(code: str, by: Actor) -> None:
    """There is no way back. Raises RecallFinal always, RecallNotFound for an unknown one."""
    raise RecallFinal(recall=get_recall(code).code)


def take_off(
    code: str, store: Store, by: Actor, found: Mapping[tuple[str, str], int] | None = None, note: str | None = None
) -> RecallTask:
    """A store has taken recalled goods off its shelves: one ``recall`` movement a level.

    ``found``: units by (lot, place) as they were found; without it, all that is free. Raises TooMany, RecallNotFound.
    """
    with transaction():
        called = get_recall(code)
        levels = ledger.lock([one.level_id for one in levels_in(called, [store.id])])
        end_due(levels, now())
        at, taken = now(), list[dict[str, object]]()
        for one in levels_in(called, [store.id]):
            units = one.free if found is None else found.get((one.lot, one.place), 0)
            if not units:
                continue
            posting = Posting(Reason.RECALL, Document("recall", code), by, at, note)
            if not ledger.move(one.level_id, -units, posting):
                raise TooMany(lot=one.lot, place=one.place, free=one.free)
            taken.append({"lot": one.lot, "place": one.place, "quantity": units})
        task = _task(called, store.id, at)
        task.confirmed_at, task.confirmed_by = at, by.label
        record("recall.taken_off", f"recall:{code}", by, store=store.code, lines=taken, note=note)
        db.session.flush()
        return task


def note_call(code: str, source: str, ref: str, stores: Collection[int] | None, by: Actor, note: str | None) -> None:
    """Somebody spoke with a buyer; ``stores``: only of these (None: of any). Raises BuyerNotFound."""
    with transaction() as session:
        query = select(RecallBuyer).where(
            RecallBuyer.recall_id == get_recall(code).id, RecallBuyer.source == source, RecallBuyer.ref == ref
        )
        buyer = session.scalar(query.with_for_update())
        if buyer is None or (stores is not None and buyer.store_id not in stores):
            raise BuyerNotFound
        buyer.called_at, buyer.called_by, buyer.note = now(), by.label, note or buyer.note
        record("recall.called", f"recall:{code}", by, source=source, ref=ref)


def close(code: str, by: Actor) -> Recall:
    """Nothing is left to do. Raises RecallUnfinished while goods lie in stores or somebody could still be told."""
    with transaction() as session:
        query = select(Recall).where(Recall.id == get_recall(code).id)
        called = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
        if called.state == State.CLOSED:
            raise RecallOver
        stores, buyers = unfinished(called)
        if stores or buyers:
            raise RecallUnfinished(stores=stores, buyers=buyers)
        called.state, called.closed_at, called.closed_by = State.CLOSED, now(), by.label
        record("recall.closed", f"recall:{code}", by)
        session.flush()
        return called


def write_tasks(called: Recall, at: datetime) -> int:
    """A task for each store that has goods of it and none yet; answers how many."""
    known = set(db.session.scalars(select(RecallTask.store_id).where(RecallTask.recall_id == called.id)))
    fresh = [store for store in stores_with_goods(called) if store not in known]
    db.session.add_all(RecallTask(recall_id=called.id, store_id=store, told_at=at) for store in fresh)
    db.session.flush()
    return len(fresh)


def _begin(wish: Wish, by: Actor) -> Recall:
    """The recall's row, not yet stored; when it opened is said behind the locks."""
    named = get_lot(wish.lot or "") if wish.basis == Basis.LOT else None
    product_id = named.product_id if named else get_product(wish.product or "").id
    return Recall(
        code=short_code("TH"), product_id=product_id, basis=wish.basis, lot_number=named.number if named else None,
        first_on=wish.first, last_on=wish.last, reason=wish.reason, advice=wish.advice, state=State.OPEN,
        opened_by_id=by.user_id, opened_by=by.label,
    )  # fmt: skip


def _meant(wish: Wish, product_id: int) -> list[int]:
    """The lots that are meant, with every lot under the same numbers of the producer: they are the same goods."""
    of_product = select(Lot).where(Lot.product_id == product_id)
    if wish.basis == Basis.LOT:
        numbers = {get_lot(wish.lot or "").number}
    else:
        first, last = wish.first or date.max, wish.last or date.min
        came = _received_on(product_id)
        numbers = {
            lot.number
            for lot in db.session.scalars(of_product)
            if is_taken(lot.made_on, came.get(lot.id), wish.basis, first, last)
        }
    return list(db.session.scalars(select(Lot.id).where(Lot.product_id == product_id, Lot.number.in_(numbers))))


def _received_on(product_id: int) -> dict[int, date]:
    """The day each lot of a product came in, by lot id."""
    query = (
        select(StockLevel.lot_id, func.min(StockMovement.at))
        .join(StockMovement, StockMovement.level_id == StockLevel.id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(Lot.product_id == product_id, StockMovement.reason == Reason.RECEIPT)
        .group_by(StockLevel.lot_id)
    )
    return {lot: local_day(at) for lot, at in db.session.execute(query)}


def _not_recalled(lot_ids: Collection[int]) -> list[str]:
    """Codes of those that no recall has taken; read after the locks."""
    known = select(RecallLot.lot_id)
    query = select(Lot.code).where(Lot.id.in_(lot_ids), Lot.id.not_in(known)).order_by(Lot.id)
    return list(db.session.scalars(query))


def _recall_of(lot_ids: Collection[int]) -> str | None:
    query = select(Recall.code).join(RecallLot, RecallLot.recall_id == Recall.id).where(RecallLot.lot_id.in_(lot_ids))
    return db.session.scalar(query.order_by(Recall.id.desc()).limit(1))


def _write_lots(made: Recall, codes: Collection[str]) -> list[int]:
    fresh = _not_recalled(list(db.session.scalars(select(Lot.id).where(Lot.code.in_(codes)))))
    ids = list(db.session.scalars(select(Lot.id).where(Lot.code.in_(fresh)).order_by(Lot.id)))
    db.session.add_all(RecallLot(recall_id=made.id, lot_id=lot) for lot in ids)
    return ids


def _write_orders(made: Recall, lot_ids: Collection[int]) -> None:
    """Move promises to other lots, and write down whose they are either way."""
    for one in swap_holds(lot_ids, made.opened_at):
        db.session.add(
            RecallOrder(
                recall_id=made.id, reference=one.reference, store_id=one.store_id, lot_id=one.lot_id,
                quantity=one.quantity, is_moved=one.is_moved,
            )
        )  # fmt: skip


def _task(called: Recall, store_id: int, at: datetime) -> RecallTask:
    query = select(RecallTask).where(RecallTask.recall_id == called.id, RecallTask.store_id == store_id)
    task = db.session.scalar(query.with_for_update())
    if task is None:
        task = RecallTask(recall_id=called.id, store_id=store_id, told_at=at)
        db.session.add(task)
    return task


def take_latecomers(called: Recall, by: Actor) -> int:
    """Lots that came in under a recalled number while it was being recalled join it; answers how many."""
    with transaction():
        numbers = {(lot.product_id, lot.number) for lot in lots_of(called)}
        query = select(Lot.code).where(tuple_(Lot.product_id, Lot.number).in_(numbers), Lot.state != LotState.RECALLED)
        codes = {code for lot in db.session.scalars(query).all() for code in stock.recall(lot, by, called.reason)}
        if codes:
            _write_lots(called, codes)
            record("recall.latecomers", f"recall:{called.code}", by, lots=sorted(codes))
        return len(codes)
