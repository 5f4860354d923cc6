"""VAT of an invoice's lines, when its buyer is of another kind than was said at the sale: a consumer, or an enterprise.

What was paid stays; how much of it is VAT may change (raw produce of others, `shop/taxes/data/vat.csv`).
"""

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from shop.invoices.amounts import key_of, with_tax
from shop.invoices.buyers import Buyer
from shop.invoices.models import InvoiceLine
from shop.invoices.rules import BuyerKind
from shop.invoices.sources import Source
from shop.orders.models import OrderLine
from shop.taxes.queries import vat_by_buyer
from shop.tills.models import TillLine


def taxed_for(buyer: Buyer, source: Source, vat_method: str, lines: Sequence[InvoiceLine]) -> list[InvoiceLine]:
    """These new lines, of no invoice yet, with the VAT that counts for this buyer."""
    wanted = _wanted(buyer, source, vat_method, lines)
    changed = [one for one in lines if key_of(one) in wanted and (one.vat_bp, one.vat_kind) != wanted[key_of(one)]]
    for one in changed:
        one.vat_bp, one.vat_kind = wanted[key_of(one)]
    return with_tax(list(lines)) if changed else list(lines)


def _wanted(
    buyer: Buyer, source: Source, vat_method: str, lines: Sequence[InvoiceLine]
) -> dict[str, tuple[int, str | None]]:
    """Basis points and kind by `key_of` the goods: as sold, unless they were sold as to a buyer of the other kind.

    Charges are not among them: their VAT is the same for everybody.
    """
    sold = _sold(lines)
    skus = {one.sku_id for one in sold.values()}
    wanted = {key: (one.vat_bp, one.vat_kind) for key, one in sold.items()}
    for sku_id, (consumer, business) in vat_by_buyer(skus, source.seller.tax_code, vat_method, source.sold_on).items():
        mine, others = (business, consumer) if buyer.kind == BuyerKind.BUSINESS else (consumer, business)
        for key, one in sold.items():
            if one.sku_id == sku_id and wanted[key] == (others.stored_bp, others.kind):
                wanted[key] = mine.stored_bp, mine.kind
    return wanted


def _sold(lines: Sequence[InvoiceLine]) -> dict[str, OrderLine | TillLine]:
    """The line of the order, or of the receipt, that each of these is of, by `key_of`."""
    orders = select(OrderLine).where(OrderLine.id.in_([one.order_line_id for one in lines if one.order_line_id]))
    tills = select(TillLine).where(TillLine.id.in_([one.till_line_id for one in lines if one.till_line_id]))
    if any(one.till_line_id for one in lines):
        return {f"t:{one.id}": one for one in db.session.scalars(tills)}
    return {f"l:{one.id}": one for one in db.session.scalars(orders)}
