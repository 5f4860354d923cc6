"""Reads of deliveries: the paper with its lots, the list of a store, and the terms of the last delivery of a pack."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from catalog.certificates.models import SPAN, Certificate
from catalog.listings.models import Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from core.errors import NotFound
from shop.inventory.models import GoodsReceipt, Lot, StockLevel, StockMovement
from shop.inventory.rules import Reason, receipt_warnings
from shop.stores.models import Place, Store

DOCUMENT = "goods_receipt"


@dataclass(frozen=True)
class Received:
    """A delivery and the number of its lots."""

    paper: GoodsReceipt
    lots: int


@dataclass(frozen=True)
class ReceivedLine:
    """One lot of a delivery as it came in: units, terms, papers, and what was to be known on that day."""

    lot: str
    number: str
    sku: str
    name: str
    label: str
    producer: str
    quantity: int
    unit: str
    made_on: date | None
    expires_on: date | None
    place: str
    is_consigned: bool
    unit_cost_vnd: int
    commission_bp: int
    origin_number: str | None
    #: The decision behind the certificate under which the lot came in, and its last day as known now.
    certificate: str
    ends_on: date | None

    @property
    def value_vnd(self) -> int:
        """What the seller paid for it; consigned goods cost it nothing until they are sold."""
        if self.is_consigned:
            return 0
        return self.quantity * self.unit_cost_vnd // (1000 if self.unit == "gram" else 1)

    def warnings(self, on: date) -> list[str]:
        """Codes of what a keeper should know of it on a day."""
        return receipt_warnings(self.made_on, self.expires_on, self.ends_on, on)


@dataclass(frozen=True)
class Terms:
    """On which terms a pack came last: consigned or bought, at what cost, for what share of the sale."""

    is_consigned: bool
    unit_cost_vnd: int
    commission_bp: int
    place: str


def list_receipts(store_id: int, page: int, per_page: int, q: str = "") -> tuple[list[Received], int]:
    """One page of a store's deliveries, newest first, and their number. ``q``: the beginning of the receipt's or the
    delivery note's number.
    """
    conditions = [GoodsReceipt.store_id == store_id]
    if q:
        begins = GoodsReceipt.delivery_note.istartswith(q, autoescape=True)
        conditions.append(or_(GoodsReceipt.code == q.upper(), begins))
    total = db.session.scalar(select(func.count()).select_from(GoodsReceipt).where(*conditions)) or 0
    query = select(GoodsReceipt).where(*conditions).order_by(GoodsReceipt.id.desc())
    papers = db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()
    lots = _count_lots([one.code for one in papers])
    return [Received(one, lots.get(one.code, 0)) for one in papers], total


def get_receipt(store_id: int, code: str) -> GoodsReceipt:
    """A store's delivery by its number. Raises NotFound."""
    query = select(GoodsReceipt).where(GoodsReceipt.store_id == store_id, GoodsReceipt.code == code)
    paper = db.session.scalar(query)
    if paper is None:
        raise NotFound
    return paper


def find_owner(code: str) -> str | None:
    """The code of the store whose delivery has this number; None: there is no such delivery."""
    query = select(Store.code).join(GoodsReceipt, GoodsReceipt.store_id == Store.id).where(GoodsReceipt.code == code)
    return db.session.scalar(query)


def find_receipt(code: str) -> tuple[str, str] | None:
    """The store's code and the number of the delivery of this number, or of the one that brought this lot."""
    query = select(Store.code, GoodsReceipt.code).join(GoodsReceipt, GoodsReceipt.store_id == Store.id)
    brought = (
        select(StockMovement.document_ref)
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(Lot.code == code, StockMovement.document_type == DOCUMENT)
    )
    row = db.session.execute(query.where(or_(GoodsReceipt.code == code, GoodsReceipt.code.in_(brought)))).first()
    return None if row is None else (row[0], row[1])


def find_lot_owner(code: str) -> tuple[str, Sequence[str]] | None:
    """The producer's code of a lot and the codes of the stores where it ever lay; None: there is no such lot."""
    maker = select(Producer.code).join(Product, Product.producer_id == Producer.id)
    producer = db.session.scalar(maker.join(Lot, Lot.product_id == Product.id).where(Lot.code == code))
    if producer is None:
        return None
    where = select(Store.code).join(Place, Place.store_id == Store.id).join(StockLevel, StockLevel.place_id == Place.id)
    lay = where.join(Lot, Lot.id == StockLevel.lot_id).where(Lot.code == code).distinct().order_by(Store.code)
    return producer, db.session.scalars(lay).all()


def lines_of(code: str) -> list[ReceivedLine]:
    """The lots of a delivery in the order in which they were written down. One statement."""
    ends = select(func.max(SPAN.c.ends_on)).where(SPAN.c.certificate_id == Certificate.id).scalar_subquery()
    query = (
        select(
            Lot.code, Lot.number, Sku.code, Product.name, Sku.label, Producer.name, StockMovement.delta, Sku.unit,
            Lot.made_on, Lot.expires_on, Place.code, Lot.is_consigned, Lot.unit_cost_vnd, Lot.commission_bp,
            Lot.origin_number, Certificate.decision_number, ends,
        )
        .select_from(StockMovement)
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .join(Certificate, Certificate.id == Lot.certificate_id)
        .where(StockMovement.document_type == DOCUMENT, StockMovement.document_ref == code)
        .order_by(StockMovement.id)
    )  # fmt: skip
    return [ReceivedLine(*row) for row in db.session.execute(query)]


def last_terms(store_id: int, sku_ids: Collection[int]) -> dict[int, Terms]:
    """The terms of each pack's last delivery: to this store, or where it never came here, to any. Two statements."""
    here = _last(sku_ids, Place.store_id == store_id)
    missing = [one for one in sku_ids if one not in here]
    return here | (_last(missing) if missing else {})


def _last(sku_ids: Collection[int], *conditions: object) -> dict[int, Terms]:
    came = (
        select(func.max(StockMovement.id))
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(Lot.sku_id.in_(sku_ids), StockMovement.reason == Reason.RECEIPT, *conditions)  # type: ignore[arg-type]
        .group_by(Lot.sku_id)
    )
    query = (
        select(Lot.sku_id, Lot.is_consigned, Lot.unit_cost_vnd, Lot.commission_bp, Place.code)
        .select_from(StockMovement)
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .where(StockMovement.id.in_(came))
    )
    return {row[0]: Terms(row[1], row[2], row[3], row[4]) for row in db.session.execute(query)}


def _count_lots(codes: Collection[str]) -> dict[str, int]:
    counted = (
        select(StockMovement.document_ref, func.count())
        .where(StockMovement.document_type == DOCUMENT, StockMovement.document_ref.in_(codes))
        .group_by(StockMovement.document_ref)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}
