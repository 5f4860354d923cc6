"""Invariants of invoices: numbers without a gap, sums that are sums, corrections that never take back too much."""

from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import db
from core.doctor import invariant
from shop.invoices.models import Invoice, InvoiceCounter, InvoiceLine
from shop.invoices.rules import Kind, State


@invariant("I31", "numbers of invoices run from 1 without a gap, as far as their counter counted")
def no_gaps() -> Iterable[str]:
    """A line for each series whose invoices and counter differ."""
    same = (Invoice.seller_id == InvoiceCounter.seller_id) & (Invoice.series == InvoiceCounter.series)
    query = select(
        InvoiceCounter.seller_id, InvoiceCounter.series, InvoiceCounter.last_number, func.count(Invoice.id),
        func.max(Invoice.number),
    ).outerjoin(Invoice, same)  # fmt: skip
    for seller, series, last, count, top in db.session.execute(
        query.group_by(InvoiceCounter.seller_id, InvoiceCounter.series, InvoiceCounter.year, InvoiceCounter.last_number)
    ):
        if not last == count == (top or 0):
            yield f"seller {seller}, series {series}: counter {last}, {count} invoices, highest {top}"


@invariant("I32", "an invoice is the sum of its lines, and with its adjustments never less than nothing")
def sums_hold() -> Iterable[str]:
    """A line for each invoice that differs from its lines, or was taken back beyond its sum."""
    sums = select(
        func.coalesce(func.sum(InvoiceLine.net_vnd), 0).label("net"),
        func.coalesce(func.sum(InvoiceLine.tax_vnd), 0).label("tax"), Invoice.code, Invoice.net_vnd, Invoice.tax_vnd,
    ).select_from(Invoice).outerjoin(InvoiceLine)  # fmt: skip
    for row in db.session.execute(sums.group_by(Invoice.id)):
        if (row.net, row.tax) != (row.net_vnd, row.tax_vnd):
            yield f"invoice {row.code}: lines {row.net} + {row.tax}, printed {row.net_vnd} + {row.tax_vnd}"
    taken = select(Invoice.refers_to_id, func.sum(Invoice.gross_vnd).label("vnd")).where(
        Invoice.kind == Kind.ADJUSTMENT, Invoice.state != State.DISCARDED
    )
    back = taken.group_by(Invoice.refers_to_id).subquery()
    over = select(Invoice.code).join(back, back.c.refers_to_id == Invoice.id).where(Invoice.gross_vnd + back.c.vnd < 0)
    for code in db.session.scalars(over):
        yield f"invoice {code}: more taken back than it said"
