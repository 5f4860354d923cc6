"""Everything that is kept about one person, as plain values: what she sees and what she takes with her."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from catalog.complaints.models import Complaint
from catalog.products.models import Product
from core.accounts.models import ApiToken, UserAccount, UserSession
from core.db import db
from core.messages.kinds import label_of
from core.messages.models import MessageSent
from shop.invoices.models import Invoice
from shop.orders.consents import items_of
from shop.orders.models import Order
from shop.orders.words import state_words
from shop.privacy.erasing import IMPORTED
from shop.privacy.fairs import at_fairs
from shop.privacy.models import PrivacyRequest
from shop.privacy.rules import papers_until
from shop.privacy.subject import Subject, orders_of, proven_contacts, proven_phones
from shop.privacy.tills import receipts_to
from shop.returns.models import GoodsReturn
from shop.reviews.models import Review
from shop.stores.models import Seller
from shop.tills.models import TillException, TillSale
from shop.waiting.models import Wait

#: Version of the file's shape.
FORMAT = "ocop-mart-personal-data/1"


def gather(subject: Subject) -> dict[str, Any]:
    """All of it, by section; each section is a list of plain objects, empty where nothing is kept."""
    orders = orders_of(subject)
    ids = [order.id for order in orders]
    receipts = receipts_to(proven_phones(subject))
    return {
        "account": _account(subject),
        "orders": [_order(order) for order in orders],
        "consents": [{"order": order.number, **one} for order in orders for one in items_of(order)],
        "receipts": [_receipt(sale) for sale in receipts.sales] + [_kept_sale(one) for one in receipts.exceptions],
        "invoices": _invoices(ids, [sale.id for sale in receipts.sales]),
        "returns": _returns(ids),
        "reviews": _reviews(ids),
        "waiting": _waits(subject),
        "complaints": _complaints(subject),
        "brought_along": _brought_along(subject),
        "fairs": at_fairs(proven_contacts(subject)),
        "messages": _messages(subject, orders, receipts.sales),
        "requests": _requests(subject),
    }


def _account(subject: Subject) -> list[dict[str, Any]]:
    user = db.session.get(UserAccount, subject.user_id) if subject.user_id else None
    if user is None:
        return []
    sessions = db.session.scalars(select(UserSession).where(UserSession.user_id == user.id).order_by(UserSession.id))
    tokens = db.session.scalars(select(ApiToken).where(ApiToken.user_id == user.id).order_by(ApiToken.id))
    return [{
        "name": user.name, "phone": user.phone, "email": user.email, "locale": user.locale,
        "created_at": user.created_at,
        "sessions": [{"created_at": one.created_at, "device": one.user_agent} for one in sessions],
        "tokens": [{"name": one.name, "created_at": one.created_at} for one in tokens],
    }]  # fmt: skip


def _order(order: Order) -> dict[str, Any]:
    contact = {
        "name": order.contact_name, "phone": order.contact_phone, "email": order.contact_email,
        "address": order.address_line, "area": order.area_name, "collector_name": order.collector_name,
        "collector_phone": order.collector_phone,
    }  # fmt: skip
    return {
        "number": order.number, "placed_at": order.placed_at, "state": order.state,
        "state_words": state_words(order.state, order.decided_at is not None), "seller": order.seller.name,
        "store": order.store.name, "contact": contact, "note": order.note, "invoice_wish": order.invoice_wish,
        "lines": [
            {"name": one.product_name, "label": one.label, "quantity": one.quantity, "unit": one.unit,
             "total": one.line_total_vnd} for one in order.lines
        ],
        "total": order.total_vnd, "paid_by": order.provider,
        "shipments": [{"code": one.code, "courier": one.courier, "tracking": one.tracking} for one in order.shipments],
        "timeline": [{"at": one.at, "action": one.action, "state": one.state} for one in order.events],
    }  # fmt: skip


def _receipt(sale: TillSale) -> dict[str, Any]:
    return {
        "code": sale.code, "kind": sale.kind, "sold_at": sale.sold_at, "seller": sale.seller.name,
        "store": sale.store.name, "phone": sale.customer_phone, "invoice_wish": sale.invoice_wish or None,
        "lines": [
            {"name": one.product_name, "label": one.label, "quantity": one.quantity, "unit": one.unit,
             "total": one.line_total_vnd - one.discount_vnd} for one in sale.lines
        ],
        "total": sale.total_vnd,
    }  # fmt: skip


def _kept_sale(one: TillException) -> dict[str, Any]:
    """A sale made without the network that a person decides, or decided."""
    return {
        "code": one.code, "kind": "exception", "sold_at": one.sold_at, "store": one.store.name, "state": one.state,
        "phone": one.body["customer_phone"], "invoice_wish": one.body.get("invoice"), "total": one.total_vnd,
    }  # fmt: skip


def _invoices(ids: Sequence[int], sale_ids: Sequence[int]) -> list[dict[str, Any]]:
    mine = or_(Invoice.order_id.in_(ids), Invoice.till_sale_id.in_(sale_ids))
    rows = db.session.scalars(select(Invoice).where(mine).order_by(Invoice.id))
    return [
        {"code": one.code, "issued_on": one.issued_on, "buyer_name": one.buyer_name,
         "buyer_tax_code": one.buyer_tax_code, "kept_until": papers_until(one.issued_on) if one.issued_on else None,
         "buyer_address": one.buyer_address, "buyer_email": one.buyer_email}
        for one in rows
    ]  # fmt: skip


def _returns(ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(GoodsReturn).where(GoodsReturn.order_id.in_(ids)).order_by(GoodsReturn.id))
    return [{"code": one.code, "asked_at": one.asked_at, "state": one.state, "words": one.words} for one in rows]


def _reviews(ids: Sequence[int]) -> list[dict[str, Any]]:
    query = select(Review, Product.name).join(Product, Product.id == Review.product_id)
    rows = db.session.execute(query.where(Review.order_id.in_(ids)).order_by(Review.id))
    return [
        {"code": one.code, "product": name, "marks": one.marks, "words": one.words, "shown_name": one.shown_name,
         "written_at": one.written_at, "state": one.state}
        for one, name in rows
    ]  # fmt: skip


def _waits(subject: Subject) -> list[dict[str, Any]]:
    mine = Wait.user_id == subject.user_id if subject.user_id else Wait.contact == subject.contact
    query = select(Wait, Product.name).join(Product, Product.id == Wait.product_id).where(mine).order_by(Wait.id)
    return [
        {"product": name, "contact": one.contact, "asked_at": one.asked_at, "expires_at": one.expires_at,
         "consent": one.consent, "state": one.state}
        for one, name in db.session.execute(query)
    ]  # fmt: skip


def _complaints(subject: Subject) -> list[dict[str, Any]]:
    if not subject.contact:
        return []
    rows = db.session.scalars(select(Complaint).where(Complaint.contact == subject.contact).order_by(Complaint.id))
    return [
        {"code": one.code, "received_at": one.received_at, "name": one.name, "contact": one.contact,
         "words": one.words, "state": one.state}
        for one in rows
    ]  # fmt: skip


def _brought_along(subject: Subject) -> list[dict[str, Any]]:
    """What a store brought along from the system that it used before; no consent came with it."""
    contacts = proven_contacts(subject)
    mine = or_(IMPORTED.c.phone.in_(contacts), IMPORTED.c.email.in_(contacts))
    query = select(IMPORTED, Seller.name.label("seller")).join(Seller, Seller.id == IMPORTED.c.seller_id).where(mine)
    return [
        {"seller": row.seller, "name": row.name, "phone": row.phone, "email": row.email,
         "imported_at": row.imported_at}
        for row in db.session.execute(query.order_by(IMPORTED.c.id))
    ]  # fmt: skip


def _messages(subject: Subject, orders: Sequence[Order], sales: Sequence[TillSale]) -> list[dict[str, Any]]:
    about = [f"order:{order.number}" for order in orders] + [f"till_sale:{sale.code}" for sale in sales]
    about += [f"account:{subject.user_id}"] if subject.user_id else []
    rows = db.session.scalars(select(MessageSent).where(MessageSent.about.in_(about)).order_by(MessageSent.id))
    return [
        {"kind": label_of(one.kind), "channel": one.channel, "to": one.recipient, "at": one.at, "outcome": one.outcome}
        for one in rows
    ]


def _requests(subject: Subject) -> list[dict[str, Any]]:
    key = PrivacyRequest.user_id == subject.user_id
    mine = key if subject.user_id else PrivacyRequest.contact == subject.contact
    rows = db.session.scalars(select(PrivacyRequest).where(mine).order_by(PrivacyRequest.id))
    return [
        {"code": one.code, "wish": one.wish, "state": one.state, "asked_at": one.asked_at, "due_on": one.due_on,
         "words": one.words, "answer": one.answer}
        for one in rows
    ]  # fmt: skip
