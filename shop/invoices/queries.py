"""Reading invoices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import is_allowed, may
from core.db import db
from shop.invoices.models import Invoice
from shop.invoices.refusals import InvoiceNotFound
from shop.invoices.rules import NUMBERED, Kind, State, kept_until
from shop.orders.models import Order
from shop.stores.models import Seller, Store
from shop.tills.models import TillSale

_WHOLE = (selectinload(Invoice.lines), selectinload(Invoice.refers_to), selectinload(Invoice.events))
_SOURCE = (selectinload(Invoice.order), selectinload(Invoice.sale))
#: What a word may be that somebody looks for.
_NAMED = (Order.number, TillSale.code, Invoice.code, Invoice.buyer_tax_code)


def get_invoice(code: str) -> Invoice:
    """An invoice by our own code, with lines and steps; refuses InvoiceNotFound. Says nothing about who may see it."""
    query = select(Invoice).where(Invoice.code == code).options(*_WHOLE, *_SOURCE)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise InvoiceNotFound
    return found


def get_visible(code: str, by: Actor, action: str = "invoices.read") -> Invoice:
    """An invoice that this member of staff may see; anybody else is told that there is none."""
    found = get_invoice(code)
    if not is_allowed(by, action, *scopes_of(found.seller_id)):
        raise InvoiceNotFound
    return found


def scopes_of(seller_id: int) -> list[Scope]:
    """The stores of a seller, as permissions know them: whoever manages one of them writes the seller's invoices."""
    codes = db.session.scalars(select(Store.code).where(Store.seller_id == seller_id).order_by(Store.id))
    return [Scope("store", code) for code in codes]


def sellers_for(by: Actor, action: str) -> Sequence[Seller]:
    """The sellers whose invoices this member of staff may see, by name."""
    if not may(by, action):
        return []
    query = select(Seller.id, Store.code).join(Store, Store.seller_id == Seller.id)
    allowed = {row.id for row in db.session.execute(query) if is_allowed(by, action, Scope("store", row.code))}
    return list(db.session.scalars(select(Seller).where(Seller.id.in_(allowed)).order_by(Seller.name, Seller.id)))


def find_current(order_id: int) -> Invoice | None:
    """The invoice that stands for an order: its original, or what replaced it last; None when there is none."""
    return _current(Invoice.order_id == order_id)


def find_current_of_sale(sale_id: int) -> Invoice | None:
    """The same for a sale at a till."""
    return _current(Invoice.till_sale_id == sale_id)


def _current(mine: ColumnElement[bool]) -> Invoice | None:
    query = select(Invoice).where(mine, Invoice.state != State.DISCARDED)
    query = query.where(Invoice.kind != Kind.ADJUSTMENT).order_by(Invoice.id.desc()).options(*_WHOLE)
    standing = list(db.session.scalars(query.execution_options(populate_existing=True)))
    return next((one for one in standing if one.state in NUMBERED), standing[-1] if standing else None)


def adjustments_of(invoice: Invoice) -> list[Invoice]:
    """What adjusts an invoice, drafts included, oldest first."""
    query = select(Invoice).where(Invoice.refers_to_id == invoice.id, Invoice.kind == Kind.ADJUSTMENT)
    query = query.where(Invoice.state != State.DISCARDED).order_by(Invoice.id).options(selectinload(Invoice.lines))
    return list(db.session.scalars(query))


def corrections_of(invoices: Collection[Invoice]) -> dict[int, list[Invoice]]:
    """What adjusts or replaces each of these, drafts included, by the id of the invoice. One query."""
    query = select(Invoice).where(Invoice.refers_to_id.in_([one.id for one in invoices]))
    found: dict[int, list[Invoice]] = {}
    for one in db.session.scalars(query.where(Invoice.state != State.DISCARDED).order_by(Invoice.id)):
        found.setdefault(one.refers_to_id or 0, []).append(one)
    return found


def list_of_order(order_id: int) -> list[Invoice]:
    """Every invoice of an order that was not discarded, oldest first."""
    query = select(Invoice).where(Invoice.order_id == order_id, Invoice.state != State.DISCARDED)
    return list(db.session.scalars(query.order_by(Invoice.id).options(selectinload(Invoice.refers_to))))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which invoices to list: every filter that is given must fit."""

    sellers: tuple[int, ...]
    state: str | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    #: The number of an order or of a till's receipt, our own code, the number of the invoice, or the buyer's tax code.
    text: str | None = None


def list_invoices(asked: Asked, page: int, per_page: int) -> tuple[list[Invoice], int]:
    """A page of invoices, drafts first, then the newest; with the whole number."""
    where = _conditions(asked)
    counting = select(func.count()).select_from(Invoice).outerjoin(Invoice.order).outerjoin(Invoice.sale)
    total = db.session.scalar(counting.where(*where)) or 0
    query = select(Invoice).outerjoin(Invoice.order).outerjoin(Invoice.sale).where(*where).options(*_WHOLE, *_SOURCE)
    query = query.order_by(Invoice.number.is_not(None), Invoice.id.desc())
    return list(db.session.scalars(query.limit(per_page).offset((page - 1) * per_page))), total


def list_issued(seller_id: int, on: date) -> list[Invoice]:
    """Every invoice of a seller and a day, in the order of series and number."""
    query = select(Invoice).where(Invoice.seller_id == seller_id, Invoice.issued_on == on).options(*_WHOLE)
    query = query.options(*_SOURCE)
    return list(db.session.scalars(query.order_by(Invoice.series, Invoice.number)))


def count_by_state(seller_ids: Collection[int]) -> dict[str, int]:
    """How many invoices of these sellers stand in each state."""
    query = select(Invoice.state, func.count()).where(Invoice.seller_id.in_(seller_ids)).group_by(Invoice.state)
    return {row[0]: row[1] for row in db.session.execute(query)}


@dataclass(frozen=True, slots=True)
class Kept:
    """What the law of accounting keeps of an order or a receipt when a customer's data are erased, and how long."""

    #: Of the order or of the receipt.
    source: str
    invoice_code: str
    until: date


def must_keep(order_ids: Collection[int], today: date, sale_ids: Collection[int] = ()) -> list[Kept]:
    """Invoices with a number of these orders and receipts whose time of keeping is not over: they, and the buyer as
    printed on them, stay when the customer's data are erased. Drafts and what has had its ten years need not stay.
    """
    mine = Invoice.order_id.in_(order_ids) | Invoice.till_sale_id.in_(sale_ids)
    query = select(Invoice).where(mine, Invoice.issued_on.is_not(None)).options(*_SOURCE).order_by(Invoice.id)
    rows = db.session.scalars(query)
    found = [Kept(one.source, one.code, kept_until(one.issued_on)) for one in rows if one.issued_on]
    return [one for one in found if one.until >= today]


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [Invoice.seller_id.in_(asked.sellers)]
    if asked.state:
        where.append(Invoice.state == asked.state)
    if asked.kind:
        where.append(Invoice.kind == asked.kind)
    if asked.since:
        where.append(Invoice.issued_on >= asked.since)
    if asked.until:
        where.append(Invoice.issued_on <= asked.until)
    if asked.text:
        text = asked.text.strip().upper()
        named = or_(*(column == text for column in _NAMED))
        is_number = text.isascii() and text.isdecimal() and len(text) < 9
        where.append(named | (Invoice.number == int(text)) if is_number else named)
    return where
