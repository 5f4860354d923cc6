"""Verbs of stock beside the holds: take goods in, write off, take back, set lots aside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from catalog.certificates.queries import governing
from catalog.listings.queries import Offer, get_offer
from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from core.ids import short_code
from shop.inventory import ledger
from shop.inventory.events import StockCame
from shop.inventory.ledger import Document, Posting
from shop.inventory.models import GoodsReceipt, Lot, StockLevel
from shop.inventory.queries import get_level, get_lot
from shop.inventory.refusals import LevelHeld, LotUnfit, ReasonUnfit
from shop.inventory.rules import BY_HAND, Ground, LotState, Reason, fits, receipt_warnings
from shop.stores.models import Store
from shop.stores.queries import get_place

_BLIND = {"synchronize_session": False}


@dataclass(frozen=True)
class Delivered:
    """One line of a delivery: so many units of a SKU under one number of the producer.

    ``unit_cost_vnd`` is per piece, or per kilogram of goods sold by weight; ``commission_bp`` is the
    seller's share of a consigned sale.
    """

    sku: str
    number: str
    quantity: int
    made_on: date | None
    expires_on: date | None
    is_consigned: bool
    unit_cost_vnd: int
    commission_bp: int = 0
    place: str = "shelf"
    #: Number of the paper that proves where the lot comes from.
    origin_number: str | None = None


@dataclass(frozen=True)
class TakenIn:
    """What became of a line: its new lot, and codes of what the store keeper should know."""

    lot: Lot
    sku: str
    name: str
    quantity: int
    warnings: list[str]


@dataclass(frozen=True)
class Receipt:
    """A delivery taken in."""

    paper: GoodsReceipt
    lines: list[TakenIn]


def receive(
    store: Store,
    lines: Sequence[Delivered],
    by: Actor,
    *,
    delivery_note: str | None = None,
    note: str | None = None,
    delivered_on: date | None = None,
    deliverer: str | None = None,
) -> Receipt:
    """Take a delivery into a store: a lot and a movement for each line, all or nothing.

    Raises the catalog's refusal (``certificate.lapsed`` …) for a product without a certificate that
    covers today, LotUnfit for goods past their HSD.
    """
    with transaction():
        at = now()
        code = short_code("NK")
        paper = GoodsReceipt(
            code=code, store_id=store.id, delivery_note=delivery_note, note=note, actor=by.label, received_at=at,
            delivered_on=delivered_on, deliverer=deliverer,
        )  # fmt: skip
        db.session.add(paper)
        posting = Posting(Reason.RECEIPT, Document("goods_receipt", code), by, at)
        taken = [_take_in(store, line, posting) for line in lines]
        summary = [{"lot": t.lot.code, "sku": t.sku, "quantity": t.quantity} for t in taken]
        record("stock.received", f"store:{store.code}", by, receipt=code, lines=summary)
        publish(StockCame(store.id, tuple({t.lot.sku_id: None for t in taken})))
        return Receipt(paper, taken)


def adjust(
    store: Store, lot_code: str, place: str, delta: int, reason: Reason, by: Actor, note: str | None = None
) -> str:
    """Book what a person found or did (count, damage, tasting …); answers the paper's number.

    Raises ReasonUnfit when sign and reason do not go together, LevelHeld when it would take units
    that are promised to orders, NotFound for a lot that never lay at this place.
    """
    if reason not in BY_HAND or not fits(reason, delta):
        raise ReasonUnfit(reason=reason.value, quantity=delta)
    with transaction():
        lot = get_lot(lot_code)
        level_id = get_level(store.id, place, lot.id)
        ledger.lock([level_id])
        code = short_code("DC")
        if not ledger.move(level_id, delta, Posting(reason, Document("adjustment", code), by, now(), note)):
            raise LevelHeld(free=_free(level_id))
        record("stock.adjusted", f"store:{store.code}", by, adjustment=code, lot=lot_code, place=place,
               delta=delta, reason=reason.value, note=note)  # fmt: skip
        if delta > 0:
            publish(StockCame(store.id, (lot.sku_id,)))
        return code


def return_to_stock(store: Store, lot_id: int, quantity: int, document: Document, by: Actor) -> None:
    """Take back sold units of a lot; whether they can be sold again is the lot's state and HSD.

    They go to the back, for a person to look at them first.
    """
    with transaction():
        level_id = ledger.open_level(get_place(store.id, "back").id, lot_id)
        ledger.lock([level_id])
        ledger.move(level_id, quantity, Posting(Reason.RETURN, document, by, now()))
        record("stock.returned", f"store:{store.code}", by, lot=lot_id, quantity=quantity, document=document.ref)
        publish(StockCame(store.id, (db.session.get_one(Lot, lot_id).sku_id,)))


def recall(lot_code: str, by: Actor, note: str) -> list[str]:
    """Recall a lot everywhere: every lot of the product under the same number of its producer.

    Waits for the sales that are being made of them; none can begin afterwards. Answers the codes.
    """
    with transaction():
        named = get_lot(lot_code)
        same = select(Lot.id).where(Lot.product_id == named.product_id, Lot.number == named.number)
        lots = _lock_lots(list(db.session.scalars(same)))
        for lot in lots:
            lot.state, lot.ground, lot.state_note = LotState.RECALLED, Ground.RECALL, note
            record("lot.recalled", f"lot:{lot.code}", by, note=note)
        return [lot.code for lot in lots]


def settle_stars(product_ids: Collection[int], on: date) -> int:
    """Block the lots of products that no certificate covers on a day, and free those that one covers again.

    Judges by date and not by what it was told, so that news may arrive late, twice or in any order.
    Nothing is deleted: blocked goods stay on hand. Answers how many lots changed.
    """
    with transaction():
        covered = governing(product_ids, on).keys()
        lots = _lock_lots(_lots_out_of_step(product_ids, covered))
        for lot in lots:
            is_covered = lot.product_id in covered
            lot.state = LotState.OK if is_covered else LotState.BLOCKED
            lot.ground = None if is_covered else Ground.CERTIFICATE
            record("lot.freed" if is_covered else "lot.blocked", f"lot:{lot.code}", SYSTEM, ground="certificate")
        return len(lots)


def block_expired(on: date) -> int:
    """Block what is past its HSD; answers how many lots. The rule refuses them anyway: this is for the eye."""
    with transaction():
        past = update(Lot).where(Lot.state == LotState.OK, Lot.expires_on < on)
        past = past.values(state=LotState.BLOCKED, ground=Ground.EXPIRED).returning(Lot.code)
        codes = db.session.execute(past, execution_options=_BLIND).scalars().all()
        for code in codes:
            record("lot.blocked", f"lot:{code}", SYSTEM, ground="expired")
        return len(codes)


def _take_in(store: Store, line: Delivered, posting: Posting) -> TakenIn:
    on = local_day(posting.at)
    offer = get_offer(line.sku, on)
    if (line.expires_on is not None and line.expires_on < on) or (line.made_on is not None and line.made_on > on):
        raise LotUnfit(lots=[line.number])
    if _is_recalled(offer.product_id, line.number):
        raise LotUnfit(lots=[line.number])
    lot = _new_lot(line, offer)
    level_id = ledger.open_level(get_place(store.id, line.place).id, lot.id)
    ledger.move(level_id, line.quantity, posting)
    warnings = receipt_warnings(line.made_on, line.expires_on, offer.governing.ends_on, on)
    return TakenIn(lot, offer.sku_code, offer.name, line.quantity, warnings)


def _is_recalled(product_id: int, number: str) -> bool:
    """Whether goods under this number of the producer were called back: no more of them comes in."""
    query = select(Lot.id).where(Lot.product_id == product_id, Lot.number == number, Lot.state == LotState.RECALLED)
    return db.session.scalar(query.limit(1)) is not None


def _new_lot(line: Delivered, offer: Offer) -> Lot:
    lot = Lot(
        code=short_code("LO"),
        sku_id=offer.sku_id,
        product_id=offer.product_id,
        number=line.number,
        made_on=line.made_on,
        expires_on=line.expires_on,
        certificate_id=offer.governing.certificate_id,
        is_consigned=line.is_consigned,
        unit_cost_vnd=line.unit_cost_vnd,
        commission_bp=line.commission_bp,
        origin_number=line.origin_number,
    )
    db.session.add(lot)
    db.session.flush()
    return lot


def _lots_out_of_step(product_ids: Collection[int], covered: Collection[int]) -> list[int]:
    """Lots on sale without a star, and lots blocked for the star of a product that has one."""
    uncovered = [one for one in product_ids if one not in covered]
    found: list[int] = []
    if uncovered:
        found += db.session.scalars(select(Lot.id).where(Lot.product_id.in_(uncovered), Lot.state == LotState.OK))
    if covered:
        is_waiting = Lot.state == LotState.BLOCKED, Lot.ground == Ground.CERTIFICATE
        found += db.session.scalars(select(Lot.id).where(Lot.product_id.in_(list(covered)), *is_waiting))
    return found


def _lock_lots(lot_ids: Collection[int]) -> list[Lot]:
    """Lots behind the locks of their levels, so that no sale is under way; read after the locks."""
    if not lot_ids:
        return []
    levels = select(StockLevel.id).where(StockLevel.lot_id.in_(lot_ids))
    ledger.lock(list(db.session.scalars(levels)))
    query = select(Lot).where(Lot.id.in_(lot_ids)).order_by(Lot.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _free(level_id: int) -> int:
    row = select(StockLevel.on_hand - StockLevel.held).where(StockLevel.id == level_id)
    return db.session.scalar(row) or 0
