"""Receipts as data: what the till prints, what its page shows, what the same id is answered again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import Base, db
from core.web.links import path_of
from shop.inventory.models import Lot
from shop.stores.models import Store
from shop.tills.here import Here, store_head
from shop.tills.models import TillException, TillLine, TillLineLot, TillSale, TillShift
from shop.tills.refusals import SaleNotFound
from shop.tills.rules import Kind
from shop.tills.writing import Draft

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Around:
    """What stands on a receipt beside its own columns."""

    till: str
    shift: str
    head: Mapping[str, Any]
    #: Codes of lots by line position.
    lots: Mapping[int, Sequence[str]]
    #: Of a return: the sale's code.
    of_sale: str | None = None


def receipt_of(sale: Facts, lines: Sequence[Facts], tenders: Sequence[Facts], around: Around) -> dict[str, Any]:
    """A receipt as `schemas.SaleOut`, out of columns that never change: what is stored, or about to be."""
    return {
        "state": "sold", "uuid": sale["uuid"], "code": sale["code"], "kind": sale["kind"],
        "of_sale": around.of_sale, "exception": None,
        "receipt_path": path_of("tills.receipt", token=sale["token"]), "till": around.till, "shift": around.shift,
        "store": around.head, "cashier": sale["cashier"], "sold_at": sale["sold_at"],
        "received_at": sale["received_at"], "decided_at": sale["decided_at"], "is_offline": sale["is_offline"],
        "lines": [line_of(line, around.lots.get(line["position"], ())) for line in lines],
        "lines_total": sale["lines_total_vnd"], "discount": sale["discount_vnd"], "rounding": sale["rounding_vnd"],
        "total": sale["total_vnd"],
        "tenders": [
            {"way": one["way"], "amount": one["amount_vnd"], "reference": one["reference"] or one["payment_reference"]}
            for one in tenders
        ],
        "cash_given": sale["cash_given_vnd"], "change": sale["change_vnd"],
        "customer_phone": sale["customer_phone"],
    }  # fmt: skip


def line_of(line: Facts, lots: Sequence[str]) -> dict[str, Any]:
    """One line of a receipt."""
    return {
        "position": line["position"], "sku": line["sku_code"], "name": line["product_name"], "label": line["label"],
        "unit": line["unit"], "quantity": line["quantity"], "unit_price": line["unit_price_vnd"],
        "line_total": line["line_total_vnd"], "discount": line["discount_vnd"],
        "total": line["line_total_vnd"] - line["discount_vnd"], "vat_bp": line["vat_bp"],
        "vat_kind": line["vat_kind"], "stars": line["stars"], "certificate": line["certificate_code"],
        "certificate_number": line["certificate_number"], "producer": line["producer_name"],
        "lots": list(dict.fromkeys(lots)),
    }  # fmt: skip


def shown_of(draft: Draft, place: Here, shift: str, of_sale: str | None = None) -> dict[str, Any]:
    """A receipt that is being written, as it is answered."""
    lots = {position: [one.lot_code for one in some] for position, some in draft.lots.items()}
    return receipt_of(draft.sale, draft.lines, draft.tenders, Around(place.till_code, shift, place.head, lots, of_sale))


def columns_of(row: Base) -> dict[str, Any]:
    """The columns of a stored row by name."""
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs}


def waiting_of(one: TillException, place: Here, shift: str) -> dict[str, Any]:
    """The answer to a sale that a person must decide: what was sent, and why it waits."""
    body = one.body
    return {
        "state": "waiting", "uuid": one.uuid, "code": None, "kind": Kind.SALE.value, "of_sale": None,
        "exception": {"code": one.code, "kind": one.kind, "why": one.why}, "receipt_path": None,
        "till": place.till_code, "shift": shift, "store": place.head, "cashier": one.cashier, "sold_at": one.sold_at,
        "received_at": one.received_at, "decided_at": None, "is_offline": True, "lines": [],
        "lines_total": one.total_vnd, "discount": 0, "rounding": body["rounding"], "total": one.total_vnd,
        "tenders": body["tenders"], "cash_given": body["cash_given"], "change": None,
        "customer_phone": body["customer_phone"],
    }  # fmt: skip


def get_sale(store_id: int, code: str) -> TillSale:
    """A receipt of a store by its code (or the till's own id), with everything on it. Raises SaleNotFound."""
    is_it = (TillSale.code == code) | (TillSale.uuid == code.lower())
    sale = db.session.scalar(_whole().where(is_it, TillSale.store_id == store_id))
    if sale is None:
        raise SaleNotFound
    return sale


def find_by_token(token: str) -> TillSale | None:
    """A receipt by the secret in its page's address."""
    return db.session.scalar(_whole().where(TillSale.token == token))


def read_receipt(sale: TillSale) -> dict[str, Any]:
    """A stored receipt with what came back of it since."""
    back = returned_of([line.id for line in sale.lines])
    of_sale = sale.of_sale.code if sale.of_sale else None
    around = Around(sale.till.code, sale.shift.code, store_head(sale.store), lots_of(sale), of_sale)
    lines, tenders = [columns_of(line) for line in sale.lines], [columns_of(one) for one in sale.tenders]
    shown = receipt_of(columns_of(sale), lines, tenders, around)
    for line, out in zip(sale.lines, shown["lines"], strict=True):
        out["returned"] = back.get(line.id, 0)
    codes = select(TillSale.code).where(TillSale.of_sale_id == sale.id).order_by(TillSale.id)
    return shown | {"returns": list(db.session.scalars(codes))}


def lots_of(sale: TillSale) -> dict[int, list[str]]:
    """Codes of the lots behind each line, by its position."""
    query = (
        select(TillLine.position, Lot.code)
        .join(TillLineLot, TillLineLot.line_id == TillLine.id)
        .join(Lot, Lot.id == TillLineLot.lot_id)
        .where(TillLine.sale_id == sale.id)
        .order_by(TillLineLot.id)
    )
    found: dict[int, list[str]] = {}
    for position, code in db.session.execute(query):
        if code not in found.setdefault(position, []):
            found[position].append(code)
    return found


def returned_of(line_ids: Sequence[int]) -> dict[int, int]:
    """Units that came back, by sold line."""
    query = select(TillLine.of_line_id, func.sum(TillLine.quantity)).where(TillLine.of_line_id.in_(line_ids))
    rows = db.session.execute(query.group_by(TillLine.of_line_id))
    return {line_id: int(units) for line_id, units in rows if line_id is not None}


def list_sales(
    store_id: int, page: int, per_page: int, shift: str | None = None, phone: str | None = None, q: str | None = None
) -> tuple[list[TillSale], int]:
    """Receipts of a store, newest first, and how many."""
    query = select(TillSale).where(TillSale.store_id == store_id)
    if shift is not None:
        query = query.join(TillShift, TillShift.id == TillSale.shift_id).where(TillShift.code == shift)
    if phone is not None:
        query = query.where(TillSale.customer_phone == phone)
    if q is not None:
        query = query.where(TillSale.code.contains(q.upper(), autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    query = query.options(joinedload(TillSale.till)).order_by(TillSale.id.desc())
    return list(db.session.scalars(query.offset((page - 1) * per_page).limit(per_page))), total


def _whole() -> Any:
    return select(TillSale).options(
        joinedload(TillSale.store).joinedload(Store.seller), joinedload(TillSale.till), joinedload(TillSale.shift),
        joinedload(TillSale.of_sale), selectinload(TillSale.lines), selectinload(TillSale.tenders),
    )  # fmt: skip
