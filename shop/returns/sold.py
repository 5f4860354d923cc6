"""Goods that buyers gave back, as sold lots that count negative (`shop/sales`).

A return counts once its refund is promised, for what its line was worth then. Money for goods that stayed with the
buyer is no return of goods: it is the seller's own cost (decision 54).
"""

from sqlalchemy import literal, select, true

from shop.orders.models import Order, OrderLine
from shop.returns.models import GoodsReturn, ReturnLine, ReturnLot
from shop.returns.rules import State
from shop.sales.orders import columns_of_line
from shop.sales.parts import Rows, among, of_products, part, share_of, within_days
from shop.sales.rules import Only, Source


@part
def given_back(only: Only) -> Rows:
    """Lots of settled returns, with their share of what their line gave back."""
    share = share_of(
        ReturnLine.worth_vnd, ReturnLot.quantity, ReturnLine.quantity, [ReturnLot.return_line_id], ReturnLot.id
    )
    return (
        select(
            literal(Source.ORDER_RETURN.value).label("source"), ReturnLot.id.label("row_id"),
            Order.number.label("source_ref"), ReturnLot.lot_id, Order.store_id, Order.seller_id,
            GoodsReturn.settled_at.label("at"), (-ReturnLot.quantity).label("quantity"),
            (-share).label("revenue_vnd"), true().label("is_final"), *columns_of_line(),
        )
        .join(ReturnLine, ReturnLine.id == ReturnLot.return_line_id)
        .join(GoodsReturn, GoodsReturn.id == ReturnLine.return_id)
        .join(OrderLine, OrderLine.id == ReturnLine.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            GoodsReturn.state == State.DONE, *within_days(GoodsReturn.settled_at, only),
            *among(Order.store_id, only.stores), *among(Order.seller_id, only.sellers),
            *of_products(OrderLine.product_id, only), *among(OrderLine.sku_id, only.skus),
        )
    )  # fmt: skip
