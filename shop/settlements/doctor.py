"""Invariants of settlements: every line is what was sold, every sum is its lines, nothing is paid before its second
person, and what a debt was carried into says so.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from catalog.products.models import Product
from core.db import db
from core.doctor import invariant
from shop.payouts.models import PayoutItem
from shop.payouts.rules import ItemState
from shop.sales.queries import sold_subquery
from shop.settlements.models import Settlement, SettlementAdjustment, SettlementLine, SettlementPeriod
from shop.settlements.rules import State

_Into = aliased(Settlement)


@invariant(
    "I60", "every settled line is a consigned row of what was sold: same units, same money, its producer, its day"
)
def lines_are_sold() -> Iterable[str]:
    """A line for each settled row that was not sold so."""
    sold = sold_subquery()
    same = and_(sold.c.source == SettlementLine.source, sold.c.row_id == SettlementLine.row_id)
    query = (
        select(Settlement.code, SettlementLine.source, SettlementLine.row_id, SettlementLine.position)
        .join(Settlement, Settlement.id == SettlementLine.settlement_id)
        .join(SettlementPeriod, SettlementPeriod.id == Settlement.period_id)
        .outerjoin(sold, same)
        .where(
            or_(
                sold.c.row_id.is_(None), sold.c.quantity != SettlementLine.quantity,
                sold.c.revenue_vnd != SettlementLine.revenue_vnd, sold.c.lot_id != SettlementLine.lot_id,
                sold.c.seller_id != SettlementPeriod.seller_id, sold.c.is_consigned.is_(False),
                sold.c.day != SettlementLine.sold_on,
                func.substr(cast(SettlementLine.sold_on, String), 1, 7) > SettlementPeriod.period,
            )
        )
    )  # fmt: skip
    for code, source, row_id, position in db.session.execute(query):
        yield f"settlement {code}, line {position}: {source} {row_id}"


@invariant("I61", "every settlement's sums are those of its lines, its adjustments and the balances that it took over")
def sums_are_lines() -> Iterable[str]:
    """A line for each settlement whose sums differ."""
    revenue = SettlementLine.revenue_vnd
    lines = _sums(
        SettlementLine.settlement_id,
        gone=case((revenue > 0, revenue), else_=0),
        back=case((revenue < 0, -revenue), else_=0),
        commission=revenue - SettlementLine.due_vnd,
    )
    extras = _sums(SettlementAdjustment.settlement_id, amount=SettlementAdjustment.amount_vnd)
    carried = _sums(_Into.carried_into_id, amount=_Into.total_vnd)
    query = (
        select(Settlement.code)
        .outerjoin(lines, lines.c.whose == Settlement.id)
        .outerjoin(extras, extras.c.whose == Settlement.id)
        .outerjoin(carried, carried.c.whose == Settlement.id)
        .where(
            or_(
                Settlement.sales_vnd != func.coalesce(lines.c.gone, 0),
                Settlement.returns_vnd != func.coalesce(lines.c.back, 0),
                Settlement.commission_vnd != func.coalesce(lines.c.commission, 0),
                Settlement.adjustments_vnd != func.coalesce(extras.c.amount, 0),
                Settlement.carried_in_vnd != func.coalesce(carried.c.amount, 0),
            )
        )
    )
    for code in db.session.scalars(query):
        yield f"settlement {code}"


@invariant(
    "I62", "a settlement is paid after a second person approved it, in a sealed period, and listed while in a file"
)
def paid_after_approval() -> Iterable[str]:
    """A line for each settlement that was not, and for each of another producer's goods."""
    is_early = and_(
        Settlement.state == State.PAID,
        or_(Settlement.approved_at.is_(None), Settlement.approved_at > Settlement.paid_at),
    )
    alone = Settlement.approved_by_id == Settlement.closed_by_id
    query = select(Settlement.code).join(SettlementPeriod, SettlementPeriod.id == Settlement.period_id)
    for code in db.session.scalars(query.where(or_(is_early, alone, SettlementPeriod.sealed_at.is_(None)))):
        yield f"settlement {code}"
    source = "settlement:" + Settlement.code
    live = and_(PayoutItem.source == source, PayoutItem.state == ItemState.LISTED)
    listed = select(Settlement.code, PayoutItem.amount_vnd).outerjoin(PayoutItem, live)
    is_listed = Settlement.state == State.LISTED
    wrong = or_(
        is_listed & PayoutItem.id.is_(None),
        ~is_listed & PayoutItem.id.is_not(None),
        PayoutItem.amount_vnd != Settlement.total_vnd,
    )
    rows: Iterable[Any] = db.session.execute(listed.where(wrong))
    for code, amount in rows:
        yield f"settlement {code}: listed for {amount}"
    foreign = (
        select(Settlement.code, SettlementLine.position)
        .join(SettlementLine, SettlementLine.settlement_id == Settlement.id)
        .join(Product, Product.id == SettlementLine.product_id)
        .where(Product.producer_id != Settlement.producer_id)
    )
    for code, position in db.session.execute(foreign):
        yield f"settlement {code}, line {position}: another producer's product"


def _sums(whose: Any, **parts: Any) -> Any:
    """Sums by settlement."""
    sums = [func.sum(part).label(name) for name, part in parts.items()]
    return select(whose.label("whose"), *sums).where(whose.is_not(None)).group_by(whose).subquery()
