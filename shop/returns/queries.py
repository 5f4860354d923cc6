"""Reading returns."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from catalog.listings.models import Sku
from core.clock import local_day
from core.db import db
from shop.orders.models import Order, OrderLine
from shop.orders.rules import State as OrderState
from shop.payments.models import Refund
from shop.returns import rules
from shop.returns.models import GoodsReturn, ReturnLine, ReturnLot
from shop.returns.refusals import ReturnNotFound
from shop.returns.rules import COUNTING, OPEN, Line, Reason, State


def get_return(code: str) -> GoodsReturn:
    """A return with its lines. Refuses ReturnNotFound. Says nothing about who may see it."""
    whole = selectinload(GoodsReturn.lines).selectinload(ReturnLine.line), selectinload(GoodsReturn.order)
    found = db.session.scalar(select(GoodsReturn).where(GoodsReturn.code == code).options(*whole))
    if found is None:
        raise ReturnNotFound
    return found


def list_of_order(order_id: int) -> list[GoodsReturn]:
    """Everything that was asked for of an order, oldest first."""
    whole = selectinload(GoodsReturn.lines).selectinload(ReturnLine.line), selectinload(GoodsReturn.refund)
    query = select(GoodsReturn).where(GoodsReturn.order_id == order_id).options(*whole).order_by(GoodsReturn.id)
    return list(db.session.scalars(query))


def list_of_stores(
    store_ids: Collection[int], states: Sequence[State], page: int, per_page: int
) -> tuple[list[GoodsReturn], int]:
    """A page of the returns of some stores in any of these states (all when empty), oldest first, and their number."""
    query = select(GoodsReturn).join(Order, Order.id == GoodsReturn.order_id).where(Order.store_id.in_(store_ids))
    if states:
        query = query.where(GoodsReturn.state.in_(states))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    whole = selectinload(GoodsReturn.lines), selectinload(GoodsReturn.order), selectinload(GoodsReturn.refund)
    rows = query.options(*whole).order_by(GoodsReturn.id).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(rows)), total


def count_open(store_ids: Collection[int]) -> int:
    """How many returns of these stores wait for somebody of the store."""
    query = select(func.count()).select_from(GoodsReturn).join(Order, Order.id == GoodsReturn.order_id)
    return db.session.scalar(query.where(Order.store_id.in_(store_ids), GoodsReturn.state.in_(OPEN))) or 0


def find_open(order_id: int) -> GoodsReturn | None:
    """The return of an order that waits still, or None."""
    query = select(GoodsReturn).where(GoodsReturn.order_id == order_id, GoodsReturn.state.in_(OPEN))
    return db.session.scalar(query)


def lines_of(order: Order, states: Collection[State] = COUNTING) -> dict[int, Line]:
    """The order's lines as the rules see them, by id; units of returns in `states` are gone."""
    gone = select(ReturnLine.order_line_id, func.sum(ReturnLine.quantity).label("units"))
    gone = gone.join(GoodsReturn, GoodsReturn.id == ReturnLine.return_id)
    gone = gone.where(GoodsReturn.order_id == order.id, GoodsReturn.state.in_(states))
    taken = {row.order_line_id: int(row.units) for row in db.session.execute(gone.group_by(ReturnLine.order_line_id))}
    skus = {one.id: one for one in db.session.scalars(select(Sku).where(Sku.id.in_([x.sku_id for x in order.lines])))}
    return {one.id: _line(one, skus[one.sku_id], taken.get(one.id, 0)) for one in order.lines}


def reasons_of(order_id: int) -> set[Reason]:
    """Why lines of an order came back so far."""
    query = select(GoodsReturn.reason).join(ReturnLine, ReturnLine.return_id == GoodsReturn.id)
    query = query.where(GoodsReturn.order_id == order_id, GoodsReturn.state == State.DONE)
    return {Reason(one) for one in db.session.scalars(query.distinct())}


def given_of(order_id: int) -> int:
    """What an order has given back by returns, in đồng."""
    query = select(func.coalesce(func.sum(Refund.amount_vnd), 0)).join(GoodsReturn, GoodsReturn.refund_id == Refund.id)
    return int(db.session.scalar(query.where(GoodsReturn.order_id == order_id)) or 0)


def lots_back(order_line_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Units that came back already, by order line and lot."""
    query = select(ReturnLine.order_line_id, ReturnLot.lot_id, func.sum(ReturnLot.quantity).label("units"))
    query = query.join(ReturnLot, ReturnLot.return_line_id == ReturnLine.id)
    query = query.where(ReturnLine.order_line_id.in_(order_line_ids))
    found = db.session.execute(query.group_by(ReturnLine.order_line_id, ReturnLot.lot_id))
    return {(row.order_line_id, row.lot_id): int(row.units) for row in found}


def received_on(order: Order) -> date | None:
    """The local day on which the buyer had the goods, or None."""
    days = [local_day(one.at) for one in order.events if one.state == OrderState.HANDED_OVER]
    return days[0] if days else None


def _line(line: OrderLine, sku: Sku, gone: int) -> Line:
    fresh = rules.is_fresh(is_cold=sku.is_cold, shelf_days=sku.shelf_days, unit=line.unit)
    return Line(line.quantity, line.line_total_vnd - line.discount_vnd, gone, fresh)
