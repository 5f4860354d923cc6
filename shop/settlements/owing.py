"""What a producer is owed now: what no settlement has yet, what is settled and not paid, what still has to leave."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, select

from catalog.products.models import Product
from core.db import db
from shop.orders.models import Order, OrderLine, ShipmentLot
from shop.orders.rules import State as OrderState
from shop.sales.queries import Only
from shop.settlements.drawing import unsettled
from shop.settlements.models import Settlement, SettlementAdjustment
from shop.settlements.rules import UNPAID, Decision, State

#: Orders that ended without a sale, or whose sale was undone.
ENDED = (OrderState.CANCELLED, OrderState.CANCELLED_LAPSED, OrderState.TO_REFUND, OrderState.REFUNDED)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is known to be owed to a producer."""

    #: Sold on consignment, less commission and returns, in no settlement yet; with approved adjustments and balances
    #: that were carried over.
    open_vnd: int = 0
    #: In a settlement that is not paid yet.
    settled_vnd: int = 0
    #: Decided sales whose goods have not left the store: their lots, and so their terms, are not known yet.
    undelivered_vnd: int = 0

    @property
    def vnd(self) -> int:
        """All that is known in money."""
        return self.open_vnd + self.settled_vnd


def owed_to(producer_ids: Collection[int]) -> Owed:
    """What is owed to producers, now. Each sold row counts once: open until a settlement has it (`sales.rules.due`).

    Goods that a store bought were paid for when they came and leave nothing; charges such as delivery are the seller's.
    Five statements.
    """
    settled = select(func.coalesce(func.sum(Settlement.total_vnd), 0)).where(Settlement.producer_id.in_(producer_ids))
    carried = settled.where(Settlement.state == State.CARRIED, Settlement.carried_into_id.is_(None))
    extras = select(func.coalesce(func.sum(SettlementAdjustment.amount_vnd), 0)).where(
        SettlementAdjustment.producer_id.in_(producer_ids), SettlementAdjustment.state == Decision.APPROVED,
        SettlementAdjustment.settlement_id.is_(None),
    )  # fmt: skip
    open_vnd = _open(producer_ids) + int(db.session.scalar(carried) or 0) + int(db.session.scalar(extras) or 0)
    unpaid = settled.where(Settlement.state.in_(UNPAID))
    return Owed(open_vnd, int(db.session.scalar(unpaid) or 0), _undelivered(producer_ids))


def _open(producer_ids: Collection[int]) -> int:
    """`sales.rules.due` of every consigned row that no settlement has, added up in SQL."""
    rows = unsettled(Only(producers=producer_ids, is_consigned=True))
    revenue, share = rows.c.revenue_vnd, 10_000 - rows.c.commission_bp
    # Division of whole numbers differs below nothing, so the sign stands outside.
    due = case((revenue >= 0, revenue * share // 10_000), else_=-(-revenue * share // 10_000))
    return int(db.session.scalar(select(func.coalesce(func.sum(due), 0))) or 0)


def _undelivered(producer_ids: Collection[int]) -> int:
    """What buyers pay for decided lines of which nothing has left."""
    from_here = ShipmentLot.order_line_id == OrderLine.id, ShipmentLot.came_back_at.is_(None)
    served = select(ShipmentLot.id).where(*from_here).exists()
    query = (
        select(func.coalesce(func.sum(OrderLine.line_total_vnd - OrderLine.discount_vnd), 0))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(
            Product.producer_id.in_(producer_ids), OrderLine.decided_on.is_not(None), Order.state.not_in(ENDED),
            ~served,
        )
    )  # fmt: skip
    return int(db.session.scalar(query) or 0)
