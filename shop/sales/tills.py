"""The tills' part: lots of receipts, and of returns against receipts."""

from sqlalchemy import case, literal, select, true

from shop.sales.parts import Rows, among, of_products, share_of, within_days
from shop.sales.rules import Only, Source
from shop.tills.models import TillLine, TillLineLot, TillSale
from shop.tills.rules import Kind


def rung_up(only: Only) -> Rows:
    """Lots of till lines with their share of what was paid for the line; a return's count negative.

    Cash rounding belongs to no line: it is the seller's.
    """
    paid = TillLine.line_total_vnd - TillLine.discount_vnd
    share = share_of(paid, TillLineLot.quantity, TillLine.quantity, [TillLineLot.line_id], TillLineLot.id)
    is_return = TillSale.kind == Kind.RETURN
    sign = case((is_return, -1), else_=1)
    source = case((is_return, literal(Source.TILL_RETURN.value)), else_=literal(Source.TILL.value))
    rows = (
        select(
            source.label("source"), TillLineLot.id.label("row_id"), TillSale.code.label("source_ref"),
            TillLineLot.lot_id, TillSale.store_id, TillSale.seller_id, TillSale.decided_at.label("at"),
            (TillLineLot.quantity * sign).label("quantity"), (share * sign).label("revenue_vnd"),
            true().label("is_final"), TillLine.id.label("line_id"), TillLine.sku_id, TillLine.product_id, TillLine.unit,
            TillLine.unit_price_vnd, TillLine.vat_bp, TillLine.vat_kind, TillLine.stars, TillLine.product_name,
            TillLine.label,
        )
        .join(TillLine, TillLine.id == TillLineLot.line_id)
        .join(TillSale, TillSale.id == TillLine.sale_id)
        .where(
            *within_days(TillSale.decided_at, only), *among(TillSale.store_id, only.stores),
            *among(TillSale.seller_id, only.sellers), *of_products(TillLine.product_id, only),
            *among(TillLine.sku_id, only.skus),
        )
    )  # fmt: skip
    if only.lots is not None:
        lines = select(TillLineLot.line_id).where(TillLineLot.lot_id.in_(only.lots))
        rows = rows.where(TillLine.id.in_(lines))
    return rows
