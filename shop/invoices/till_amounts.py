"""What stands on the invoice of a till's sale: its lines, less what came back. Cash rounding is in no price: it stands
beside the sum, so that the invoice and the receipt tell the same money.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from core.db import db
from shop.invoices.amounts import goods_line, with_tax
from shop.invoices.models import DRAFTED, ROUNDING, Invoice, InvoiceEvent, InvoiceLine
from shop.invoices.rules import Owed
from shop.tills.models import TillLine, TillSale


def kept_of_sale(sale: TillSale) -> dict[str, Owed]:
    """What the buyer keeps of each line, ``t:ID``, after the discount: all returns against the receipt taken away."""
    paid = func.sum(TillLine.line_total_vnd - TillLine.discount_vnd)
    query = select(TillLine.of_line_id, func.sum(TillLine.quantity), paid)
    query = query.where(TillLine.of_line_id.in_([one.id for one in sale.lines])).group_by(TillLine.of_line_id)
    back = {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(query)}
    kept: dict[str, Owed] = {}
    for one in sale.lines:
        units, vnd = back.get(one.id, (0, 0))
        kept[f"t:{one.id}"] = Owed(one.quantity - units, one.line_total_vnd - one.discount_vnd - vnd)
    return kept


def printed_of_sale(sale: TillSale, kept: Mapping[str, Owed]) -> list[InvoiceLine]:
    """The lines of a new invoice: net and tax by rate, so that they agree with the totals to the đồng."""
    left = [(one, kept[f"t:{one.id}"]) for one in sale.lines]
    return with_tax([goods_line(one, owed, till_line_id=one.id) for one, owed in left if owed.gross_vnd > 0])


def rounding_of_sale(sale: TillSale) -> int:
    """What cash rounding added to (+) or took from what the buyer keeps: the sale's, less that of all its returns."""
    back = select(func.coalesce(func.sum(TillSale.rounding_vnd), 0)).where(TillSale.of_sale_id == sale.id)
    return sale.rounding_vnd - int(db.session.scalar(back) or 0)


def rounding_told(invoices: Sequence[Invoice]) -> int:
    """What these invoices say of it together."""
    query = select(InvoiceEvent.data).where(InvoiceEvent.invoice_id.in_([one.id for one in invoices]))
    return sum(int(data.get(ROUNDING, 0)) for data in db.session.scalars(query.where(InvoiceEvent.action == DRAFTED)))
