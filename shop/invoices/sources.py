"""What an invoice is of: an order, or a receipt of the till. The rest of this part asks no further."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from core.db import db
from shop.invoices.buyers import Buyer, buyer_wished
from shop.invoices.models import Invoice
from shop.invoices.rules import CASH, TRANSFER, paid_words
from shop.orders.models import Order
from shop.stores.models import Seller, Store
from shop.tills.models import TillSale
from shop.tills.rules import Kind, Way

_CASH = frozenset({"cod", "at_store"})


@dataclass(frozen=True, slots=True)
class Source:
    """Something sold that is invoiced: its columns and its words, and who sold it."""

    #: Number of the order or of the receipt, as people say it.
    number: str
    #: Head of the keys of its originals: ``ord`` or ``til``.
    prefix: str
    columns: dict[str, Any]
    seller: Seller
    store: Store
    #: ``TM``, ``CK`` or ``TM/CK``.
    paid_by: str
    buyer: Buyer
    #: The day by which its VAT is reckoned.
    sold_on: date


def of_order(order: Order) -> Source:
    """An order."""
    paid = CASH if order.provider in _CASH else TRANSFER
    return Source(
        order.number, "ord", {"order_id": order.id}, order.seller, order.store, paid, buyer_wished(order.invoice_wish),
        order.placed_on,
    )  # fmt: skip


def of_sale(sale: TillSale) -> Source:
    """A sale at a till. Nobody is named unless the buyer wished it."""
    paid = paid_words({CASH if one.way == Way.CASH else TRANSFER for one in sale.tenders})
    return Source(
        sale.code, "til", {"till_sale_id": sale.id}, sale.seller, sale.store, paid, buyer_wished(sale.invoice_wish),
        sale.decided_on,
    )  # fmt: skip


def source_of(invoice: Invoice) -> Source:
    """What an invoice is of. Raises LookupError for none."""
    if invoice.order is not None:
        return of_order(invoice.order)
    if invoice.sale is not None:
        return of_sale(invoice.sale)
    raise LookupError("an invoice of nothing")


def lock_source(invoice: Invoice) -> None:
    """Lock what an invoice is of until the transaction ends: its invoices are written one after another."""
    if invoice.order is not None:
        lock_order(invoice.order.number)
    else:
        lock_sale(invoice.source)


def lock_order(number: str) -> Order:
    """The order of that number, locked until the transaction ends."""
    query = select(Order).where(Order.number == number).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def lock_sale(code: str) -> TillSale:
    """The till's sale of that receipt, locked until the transaction ends. Raises NoResultFound for a return's."""
    query = select(TillSale).where(TillSale.code == code, TillSale.kind == Kind.SALE).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
