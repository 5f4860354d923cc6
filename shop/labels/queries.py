"""Reads of labels: what shelves should say today, what is to be printed anew, lots to label."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Offer, offers
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db, in_chunks
from core.errors import NotFound
from shop.inventory.models import GoodsReceipt, Lot, StockLevel, StockMovement
from shop.labels.barcodes import retail_digits
from shop.labels.models import ShelfLabel, ShelfTask
from shop.labels.rules import LotTag, Said, ShelfTag, compare_price
from shop.stores.models import Place


@dataclass(frozen=True)
class TaskRow:
    """One label to print anew or to take off, with what hangs there and what should."""

    task: ShelfTask
    sku: str
    name: str
    label: str
    hangs: Said
    truth: Offer | None


@dataclass(frozen=True)
class LotRow:
    """A lot in a store that can be labelled; ``units`` on hand there, or as they came with a receipt."""

    lot: Lot
    sku: str
    name: str
    label: str
    producer: str
    unit: str
    units: int


def said_by(label: ShelfLabel) -> Said:
    """What a label says."""
    return Said(label.price_vnd, label.stars, label.certificate_id)


def truth_of(offer: Offer | None) -> Said | None:
    """What it should say."""
    if offer is None:
        return None
    return Said(offer.price_vnd, offer.governing.stars, offer.governing.certificate_id)


def count_tasks(store_ids: Sequence[int], at: datetime) -> Mapping[int, int]:
    """Open tasks by store."""
    query = select(ShelfTask.store_id, func.count()).where(ShelfTask.state == "open")
    rows = db.session.execute(query.where(ShelfTask.store_id.in_(store_ids)).group_by(ShelfTask.store_id))
    return {row[0]: row[1] for row in rows}


def list_tasks(store_id: int, on: date) -> list[TaskRow]:
    """The open tasks of a store: what must come off on top, then by name."""
    query = (
        select(ShelfTask, Sku.code, Product.name, Sku.label, ShelfLabel)
        .join(Sku, Sku.id == ShelfTask.sku_id)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .outerjoin(ShelfLabel, (ShelfLabel.store_id == ShelfTask.store_id) & (ShelfLabel.sku_id == ShelfTask.sku_id))
        .where(ShelfTask.store_id == store_id, ShelfTask.state == "open")
        .order_by(Product.name_folded, Sku.id)
    )
    rows = db.session.execute(query).all()
    truth = offers([row[0].sku_id for row in rows], on)
    found = [
        TaskRow(task, sku, name, pack, said_by(label) if label else Said(None, None, None), truth.get(task.sku_id))
        for task, sku, name, pack, label in rows
    ]
    return sorted(found, key=lambda one: one.task.kind != "star_off")


def get_task(store_id: int, task_id: int) -> ShelfTask:
    """A task of this store. Raises NotFound."""
    task = db.session.get(ShelfTask, task_id)
    if task is None or task.store_id != store_id:
        raise NotFound
    return task


def printed_skus(store_id: int) -> set[int]:
    """Packs for which this store has printed a label that still hangs."""
    return set(db.session.scalars(select(ShelfLabel.sku_id).where(ShelfLabel.store_id == store_id)))


def shelf_tags(sold: Collection[Offer], address: Mapping[int, str], *, has_price: bool) -> dict[int, ShelfTag]:
    """Labels of what is on sale, by SKU id; ``address`` of each SKU's certificate."""
    gtins: dict[int, str | None] = {}
    for chunk in in_chunks([one.sku_id for one in sold]):
        gtins |= {row[0]: row[1] for row in db.session.execute(select(Sku.id, Sku.gtin).where(Sku.id.in_(chunk)))}
    return {
        one.sku_id: ShelfTag(
            one.name, one.label, one.producer_name, one.price_vnd if has_price else None, one.unit,
            compare_price(one.price_vnd, one.unit, one.net_grams, one.net_ml) if has_price else None,
            retail_digits(gtins.get(one.sku_id)) or one.sku_code, one.governing.stars, one.governing.decision_number,
            one.governing.ends_on, address[one.sku_id],
        )
        for one in sold
    }  # fmt: skip


def lots_here(store_id: int, codes: Collection[str] = ()) -> list[LotRow]:
    """Lots that lie in a store (of these codes), what expires first on top; recalled ones are not labelled."""
    units = func.sum(StockLevel.on_hand)
    query = (
        _lots(units)
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.store_id == store_id, StockLevel.on_hand > 0, Lot.state != "recalled")
        .group_by(Lot.id, Sku.id, Product.id, Producer.id)
        .order_by(func.coalesce(Lot.expires_on, date.max), Lot.id)
    )
    return _rows(query.where(Lot.code.in_(codes)) if codes else query)


def lots_of_receipt(store_id: int, code: str) -> list[LotRow]:
    """The lots that came with a receipt of this store, with the units that came. Raises NotFound."""
    receipt = db.session.scalar(
        select(GoodsReceipt).where(GoodsReceipt.code == code, GoodsReceipt.store_id == store_id)
    )
    if receipt is None:
        raise NotFound
    query = (
        _lots(func.sum(StockMovement.delta))
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(StockMovement, StockMovement.level_id == StockLevel.id)
        .where(StockMovement.document_type == "goods_receipt", StockMovement.document_ref == code)
        .where(Lot.state != "recalled")
        .group_by(Lot.id, Sku.id, Product.id, Producer.id)
        .order_by(Lot.id)
    )
    return _rows(query)


def lot_tag(row: LotRow, address: str) -> LotTag:
    """A lot as its label says it."""
    lot = row.lot
    return LotTag(row.name, row.label, row.producer, lot.code, lot.number, lot.made_on, lot.expires_on, address)


def _lots(units: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    query = select(Lot, Sku.code, Product.name, Sku.label, Producer.name, Sku.unit, units)
    query = query.join(Sku, Sku.id == Lot.sku_id).join(Product, Product.id == Lot.product_id)
    return query.join(Producer, Producer.id == Product.producer_id)


def _rows(query: Select[*tuple[Any, ...]]) -> list[LotRow]:
    return [LotRow(*row[:6], units=int(row[6])) for row in db.session.execute(query)]
