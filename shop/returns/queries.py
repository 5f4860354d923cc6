"""Reading returns."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from catalog.products.sets import SERVICE
from core.clock import local_day
from core.db import db
from core.money import allocate
from shop.orders.models import Order, OrderLine
from shop.orders.rules import Parcel
from shop.orders.rules import State as OrderState
from shop.payments.models import Refund
from shop.returns import rules
from shop.returns.models import GoodsReturn, ReturnLine, ReturnLot
from shop.returns.refusals import ReturnNotFound
from shop.returns.rules import COUNTING, OPEN, Line, Reason, State
from shop.vouchers.queries import spent_by_line


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
    """The order's lines as the rules see them, by id; units of returns in `states` are gone.

    What was called off with a parcel never reached the buyer: neither its units nor its money are hers to ask for,
    and units of it that money went back for before are no others'. A service that was used is gone as well.
    """
    gone = select(ReturnLine.order_line_id, func.sum(ReturnLine.quantity).label("units"))
    gone = gone.join(GoodsReturn, GoodsReturn.id == ReturnLine.return_id)
    gone = gone.where(GoodsReturn.order_id == order.id, GoodsReturn.state.in_(states))
    taken = {row.order_line_id: int(row.units) for row in db.session.execute(gone.group_by(ReturnLine.order_line_id))}
    spent = spent_by_line(order.id)
    packs = select(Sku.id, Sku.is_cold, Sku.shelf_days, Product.set_no).join(Listing, Listing.id == Sku.listing_id)
    packs = packs.join(Product, Product.id == Listing.product_id).where(Sku.id.in_([one.sku_id for one in order.lines]))
    kept = {row.id: row for row in db.session.execute(packs)}
    return {
        one.id: _line(order, one, _is_fresh(one, kept[one.sku_id]), taken.get(one.id, 0) + spent.get(one.id, 0))
        for one in order.lines
    }


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


def _line(order: Order, line: OrderLine, is_fresh: bool, gone: int) -> Line:
    units, paid_vnd = _dropped(order, line)
    bought = line.quantity - units
    return Line(bought, line.line_total_vnd - line.discount_vnd - paid_vnd, min(gone, bought), is_fresh)


def _is_fresh(line: OrderLine, pack: Any) -> bool:
    """Fresh goods, and services, do not come back for a change of mind."""
    is_service = pack.set_no == SERVICE
    return is_service or rules.is_fresh(is_cold=pack.is_cold, shelf_days=pack.shelf_days, unit=line.unit)


def _dropped(order: Order, line: OrderLine) -> tuple[int, int]:
    """Units of a line, and their đồng, in parcels that were called off: shared as `orders.parcel_rules.by_line`."""
    parts = [sum(one.quantity for one in box.lines if one.order_line_id == line.id) for box in order.shipments]
    off = [at for at, box in enumerate(order.shipments) if box.state == Parcel.CANCELLED]
    if not off or not sum(parts):
        return 0, 0
    owed = allocate(line.line_total_vnd - line.discount_vnd, parts)
    return sum(parts[at] for at in off), sum(owed[at] for at in off)
