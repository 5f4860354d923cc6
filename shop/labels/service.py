"""Verbs of labels: print, tick off, and look which labels are true no longer.

``judge`` compares what hangs with what is true, and not with what it was told, so that news may come late, twice or
in any order. It and ``print_shelf`` lock the labels before they read what is true: of a change during a print, either
the print or the judge sees the other.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Offer, offers
from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, dialect_name, in_chunks, transaction
from shop.labels.models import ShelfLabel, ShelfTask
from shop.labels.queries import get_task, said_by, truth_of
from shop.labels.refusals import NothingToPrint, TaskDone, TooManyLabels
from shop.labels.rules import MOST_COPIES, MOST_LABELS, task_for
from shop.stores.models import Store

_TASKS = cast("Table", ShelfTask.__table__)


def print_shelf(store: Store, copies: Mapping[int, int], by: Actor, *, has_price: bool) -> list[tuple[Offer, int]]:
    """Note that shelf labels of these packs (copies by SKU id) are printed now; answers what to draw, by name.

    What may not be sold today is left out: no label carries a star that no certificate covers. Tasks of what is
    printed end. Raises NothingToPrint, TooManyLabels.
    """
    if sum(copies.values()) > MOST_LABELS or any(not 0 < n <= MOST_COPIES for n in copies.values()):
        raise TooManyLabels(most=MOST_LABELS)
    with transaction() as session:
        at = now()
        _lock(ShelfLabel.store_id == store.id, ShelfLabel.sku_id.in_(copies))
        sold = offers(list(copies), local_day(at))
        if not sold:
            raise NothingToPrint
        hanging = {one.sku_id: one for one in _labels(store.id, list(sold))}
        for sku_id, offer in sold.items():
            label = hanging.get(sku_id) or ShelfLabel(store_id=store.id, sku_id=sku_id)
            _write(label, offer, at, by, has_price=has_price)
            session.add(label)
        session.flush()
        _end(ShelfTask.store_id == store.id, ShelfTask.sku_id.in_(list(sold)), state="printed", at=at, by=by)
        record("labels.printed", f"store:{store.code}", by, skus=sorted(one.sku_code for one in sold.values()))
        ordered = sorted(sold.values(), key=lambda one: (one.name, one.sku_code))
        return [(one, copies[one.sku_id]) for one in ordered]


def tick(store: Store, task_id: int, by: Actor) -> ShelfTask:
    """A person took the star off, or wrote the label herself. Raises NotFound, TaskDone."""
    with transaction() as session:
        task, at = get_task(store.id, task_id), now()
        _lock(ShelfLabel.store_id == store.id, ShelfLabel.sku_id == task.sku_id)
        session.refresh(task, with_for_update=True)
        if task.state != "open":
            raise TaskDone
        task.state, task.ended_at, task.ended_by = "ticked", at, by.label
        offer = offers([task.sku_id], local_day(at)).get(task.sku_id)
        for label in _labels(store.id, [task.sku_id]):
            if offer is None:
                session.delete(label)
            else:
                _write(label, offer, at, by, has_price=label.price_vnd is not None)
        session.flush()
        record("labels.ticked", f"store:{store.code}", by, task=task.id, kind=task.kind)
        return task


def judge(product_ids: Collection[int] | None, at: datetime) -> int:
    """Open a task for every label of these products (None: of all) that is true no longer, and close those that are
    true again; answers how many tasks were opened, changed or closed.
    """
    with transaction():
        changed = 0
        for sku_ids in in_chunks(_labelled(product_ids), 500):
            _lock(ShelfLabel.sku_id.in_(sku_ids))
            truth = offers(sku_ids, local_day(at))
            query = select(ShelfLabel).join(Store, Store.id == ShelfLabel.store_id).where(Store.is_active)
            for label in db.session.scalars(query.where(ShelfLabel.sku_id.in_(sku_ids)).order_by(ShelfLabel.id)):
                changed += _judge_one(label, task_for(said_by(label), truth_of(truth.get(label.sku_id))), at)
        return changed


def _judge_one(label: ShelfLabel, kind: str | None, at: datetime) -> int:
    mine = ShelfTask.store_id == label.store_id, ShelfTask.sku_id == label.sku_id
    if kind is None:
        return _end(*mine, state="moot", at=at, by=SYSTEM)
    insert = (postgresql if dialect_name() == "postgresql" else sqlite).insert(_TASKS)
    opened = db.session.execute(
        insert.values(store_id=label.store_id, sku_id=label.sku_id, kind=kind, state="open", raised_at=at)
        .on_conflict_do_nothing()
        .returning(_TASKS.c.id)
    ).first()
    if opened is not None:
        return 1
    other = update(ShelfTask).where(*mine, ShelfTask.state == "open", ShelfTask.kind != kind).values(kind=kind)
    return int(db.session.execute(other).rowcount)  # type: ignore[attr-defined]


def _write(label: ShelfLabel, offer: Offer, at: datetime, by: Actor, *, has_price: bool) -> None:
    label.price_vnd = offer.price_vnd if has_price else None
    label.stars, label.certificate_id = offer.governing.stars, offer.governing.certificate_id
    label.printed_at, label.printed_on, label.printed_by = at, local_day(at), by.label


def _end(*where: object, state: str, at: datetime, by: Actor) -> int:
    open_ones = update(ShelfTask).where(ShelfTask.state == "open", *where)  # type: ignore[arg-type]
    ended = open_ones.values(state=state, ended_at=at, ended_by=by.label)
    return int(db.session.execute(ended).rowcount)  # type: ignore[attr-defined]


def _labelled(product_ids: Collection[int] | None) -> list[int]:
    query = select(ShelfLabel.sku_id).distinct().order_by(ShelfLabel.sku_id)
    if product_ids is not None:
        of_these = select(Sku.id).join(Listing, Listing.id == Sku.listing_id).where(Listing.product_id.in_(product_ids))
        query = query.where(ShelfLabel.sku_id.in_(of_these))
    return list(db.session.scalars(query))


def _lock(*where: object) -> None:
    """Labels by their number, before anything is read that they hang on."""
    db.session.execute(select(ShelfLabel.id).where(*where).order_by(ShelfLabel.id).with_for_update())  # type: ignore[arg-type]


def _labels(store_id: int, sku_ids: Sequence[int]) -> list[ShelfLabel]:
    query = select(ShelfLabel).where(ShelfLabel.store_id == store_id, ShelfLabel.sku_id.in_(sku_ids))
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
