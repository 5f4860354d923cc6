"""Lots whose last day comes near: what will be left of them, and what less they might cost; markdowns at the till."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from catalog.listings.models import Sku
from catalog.listings.queries import offers
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from shop.inventory.markdowns import LotMarkdown, tell_tills
from shop.inventory.models import Lot, StockLevel
from shop.inventory.queries import sellable
from shop.replenish.refusals import AgreementNeeded, MarkdownRefused
from shop.replenish.rules import (
    WINDOW_DAYS,
    LotLeft,
    days_of_interest,
    left_over,
    markdown_steps,
    marked_down,
    off_bp,
)
from shop.sales.queries import sums_by
from shop.sales.rules import By, Only
from shop.stores.models import Place, Store


@dataclass(frozen=True, slots=True)
class Expiring:
    """One lot at one store near its HSD."""

    lot: Lot
    sku: Sku
    product: Product
    #: Units on hand.
    units: int
    days_left: int
    #: Units that will be left after the HSD at the present pace.
    left: int
    #: Price of the pack today; None: it may not be sold today.
    price_vnd: int | None
    #: What to take off, in basis points, and the price then; 0 and None: nothing is proposed.
    off_bp: int
    proposed_vnd: int | None
    markdown: LotMarkdown | None


def list_expiring(store_id: int, at: datetime) -> list[Expiring]:
    """Lots of a store that can still be sold and whose HSD is near for their kind, the nearest first."""
    on = local_day(at)
    rows = _lots(store_id, on)
    left = _left(store_id, rows, on)
    prices = {sku_id: offer.price_vnd for sku_id, offer in offers({row[1].id for row in rows}, on).items()}
    marks = _standing(store_id)
    found = [_expiring(row, left.get(row[0].id, 0), prices.get(row[1].id), marks, on) for row in rows]
    watched = [one for one in found if one.markdown or one.days_left <= days_of_interest(_shelf_days(one.lot, one.sku))]
    return sorted(watched, key=lambda one: (one.lot.expires_on or date.max, one.lot.id))


def mark_down(store: Store, lot_code: str, price_vnd: int, by: Actor, agreed_with: str = "") -> LotMarkdown:
    """Sell a lot for less at this store's till, until its HSD. The price elsewhere stays as it is.

    Raises MarkdownRefused, AgreementNeeded for consigned goods without a name of the producer's.
    """
    with transaction() as session:
        session.execute(select(Store.id).where(Store.id == store.id).with_for_update(key_share=True))
        at = now()
        found = next((one for one in list_expiring(store.id, at) if one.lot.code == lot_code), None)
        if found is None or found.markdown or found.price_vnd is None or not 0 < price_vnd < found.price_vnd:
            raise MarkdownRefused(lot=lot_code)
        if found.lot.is_consigned and not agreed_with:
            raise AgreementNeeded(lot=lot_code)
        one = LotMarkdown(
            store_id=store.id, lot_id=found.lot.id, was_vnd=found.price_vnd, price_vnd=price_vnd,
            until_on=found.lot.expires_on, agreed_with=agreed_with, by_label=by.label, at=at,
        )  # fmt: skip
        session.add(one)
        session.flush()
        tell_tills(one.lot_id)
        record("lot.marked_down", f"lot:{lot_code}", by, store=store.code, was_vnd=one.was_vnd, price_vnd=price_vnd,
               agreed_with=agreed_with)  # fmt: skip
    return one


def end_markdown(store: Store, lot_code: str, by: Actor) -> None:
    """Sell a lot at the pack's price again. Raises MarkdownRefused where it is not marked down."""
    with transaction():
        query = (
            select(LotMarkdown)
            .join(Lot, Lot.id == LotMarkdown.lot_id)
            .where(Lot.code == lot_code, LotMarkdown.store_id == store.id, LotMarkdown.ended_at.is_(None))
        )
        one = db.session.scalar(query.with_for_update(of=LotMarkdown))
        if one is None:
            raise MarkdownRefused(lot=lot_code)
        one.ended_at, one.ended_by = now(), by.label
        tell_tills(one.lot_id)
        record("lot.markdown_ended", f"lot:{lot_code}", by, store=store.code, price_vnd=one.price_vnd)


def _expiring(
    row: tuple[Lot, Sku, Product, int], left: int, price: int | None, marks: dict[int, LotMarkdown], on: date
) -> Expiring:
    lot, sku, product, units = row
    days = ((lot.expires_on or on) - on).days
    off = off_bp(days, _shelf_days(lot, sku)) if left and price else 0
    least = 0 if lot.is_consigned else lot.unit_cost_vnd
    lower = marked_down(price, off, least) if off and price else None
    proposed = lower if lower is not None and price is not None and lower < price else None
    return Expiring(
        lot, sku, product, units, days, left, price, off if proposed else 0, proposed, marks.get(lot.id)
    )  # fmt: skip


def _shelf_days(lot: Lot, sku: Sku) -> int | None:
    """How long the goods keep: as the producer states it, else by the lot's own days."""
    if sku.shelf_days:
        return sku.shelf_days
    return (lot.expires_on - lot.made_on).days if lot.expires_on and lot.made_on else None


def _lots(store_id: int, on: date) -> list[tuple[Lot, Sku, Product, int]]:
    """Lots with an HSD that a store can sell, in the order in which they are sold; far ones are left out at once
    where no nearer one of the same pack lies before them.
    """
    farthest = on + timedelta(days=max((step.days_left for step in markdown_steps()), default=0))
    query = (
        select(Lot, Sku, Product, func.sum(StockLevel.on_hand))
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Place.store_id == store_id, StockLevel.on_hand > 0, sellable(on))
        .where(Lot.expires_on <= farthest)
        .group_by(Lot.id, Sku.id, Product.id)
        .order_by(Lot.expires_on, Lot.id)
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in db.session.execute(query)]


def _left(store_id: int, rows: list[tuple[Lot, Sku, Product, int]], on: date) -> dict[int, int]:
    lots: dict[int, list[LotLeft]] = defaultdict(list)
    for lot, sku, _product, units in rows:
        lots[sku.id].append(LotLeft(lot.id, units, lot.expires_on))
    window = Only(first=on - timedelta(days=WINDOW_DAYS - 1), last=on, stores=[store_id], skus=list(lots))
    sold: dict[Any, int] = {one.key[0]: one.pieces + one.grams for one in sums_by(By.SKU, only=window)} if lots else {}
    found: dict[int, int] = {}
    for sku_id, of_sku in lots.items():
        found |= left_over(of_sku, sold.get(sku_id, 0), on)
    return found


def _standing(store_id: int) -> dict[int, LotMarkdown]:
    query = select(LotMarkdown).where(LotMarkdown.store_id == store_id, LotMarkdown.ended_at.is_(None))
    return {one.lot_id: one for one in db.session.scalars(query)}
