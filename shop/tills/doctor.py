"""Invariants of the till: sums are sums, tenders pay receipts, lots and ledger agree, drawers add up."""

from collections.abc import Iterable

from sqlalchemy import and_, case, func, or_, select

from core.db import db
from core.doctor import invariant
from shop.inventory.models import StockLevel, StockMovement
from shop.payments.models import Payment
from shop.payments.rules import Status
from shop.tills.models import TillCash, TillException, TillLine, TillLineLot, TillSale, TillShift, TillTender
from shop.tills.rules import Kind, Way

#: Papers under which the till books movements.
_PAPERS = {Kind.SALE: "till_sale", Kind.RETURN: "till_return"}


@invariant("I52a", "a receipt's totals are the sums of its lines, and its tenders together are its total")
def receipts_add_up() -> Iterable[str]:
    """A line for each receipt that differs from what stands under it."""
    of = TillLine.sale_id == TillSale.id
    lines = select(func.coalesce(func.sum(TillLine.line_total_vnd), 0)).where(of).scalar_subquery()
    shares = select(func.coalesce(func.sum(TillLine.discount_vnd), 0)).where(of).scalar_subquery()
    paid = select(func.coalesce(func.sum(TillTender.amount_vnd), 0)).where(TillTender.sale_id == TillSale.id)
    wrong = or_(
        lines != TillSale.lines_total_vnd,
        shares != TillSale.discount_vnd,
        paid.scalar_subquery() != TillSale.total_vnd,
        TillSale.total_vnd != TillSale.lines_total_vnd - TillSale.discount_vnd + TillSale.rounding_vnd,
    )
    for code in db.session.scalars(select(TillSale.code).where(wrong)):
        yield f"receipt {code}"


@invariant("I52b", "the lots of each line of a receipt are its quantity")
def lots_are_quantities() -> Iterable[str]:
    """A line for each line whose lots are more or less than what was sold or came back."""
    lots = func.coalesce(func.sum(TillLineLot.quantity), 0)
    query = (
        select(TillSale.code, TillLine.position, TillLine.quantity, lots)
        .join(TillSale, TillSale.id == TillLine.sale_id)
        .outerjoin(TillLineLot, TillLineLot.line_id == TillLine.id)
        .group_by(TillSale.code, TillLine.id, TillLine.position, TillLine.quantity)
        .having(lots != TillLine.quantity)
    )
    for code, position, quantity, units in db.session.execute(query):
        yield f"receipt {code}, line {position}: {quantity} units, lots {units}"


@invariant("I52c", "what receipts say of a lot is what the ledger moved for them")
def ledger_agrees() -> Iterable[str]:
    """A line for each receipt and level whose movements are not its lots."""
    sold = (
        select(TillSale.code, TillLineLot.level_id, TillSale.kind, func.sum(TillLineLot.quantity).label("units"))
        .join(TillLine, TillLine.id == TillLineLot.line_id)
        .join(TillSale, TillSale.id == TillLine.sale_id)
        .where(TillSale.exception_id.is_(None))
        .group_by(TillSale.code, TillLineLot.level_id, TillSale.kind)
        .subquery()
    )
    moved = (
        select(StockMovement.document_ref, StockMovement.level_id, func.sum(StockMovement.delta).label("delta"))
        .where(StockMovement.document_type.in_(_PAPERS.values()), StockMovement.reason.in_(("sale", "return")))
        .group_by(StockMovement.document_ref, StockMovement.level_id)
        .subquery()
    )
    same = and_(moved.c.document_ref == sold.c.code, moved.c.level_id == sold.c.level_id)
    signed = case((sold.c.kind == Kind.RETURN, sold.c.units), else_=-sold.c.units)
    found = select(sold.c.code, sold.c.level_id, signed, moved.c.delta).outerjoin(moved, same)
    for code, level, units, delta in db.session.execute(found.where(func.coalesce(moved.c.delta, 0) != signed)):
        yield f"receipt {code}, level {level}: lots {units}, ledger {delta}"
    stray = select(moved.c.document_ref, moved.c.level_id).outerjoin(sold, same).where(sold.c.code.is_(None))
    for code, level in db.session.execute(stray):
        yield f"movement of {code} at level {level}: no receipt's line"


@invariant(
    "I52d", "of each closed shift: float and cash in less cash out is what was counted less the difference (P21)"
)
def drawers_add_up() -> Iterable[str]:
    """A line for each closed shift whose Z report cannot be had from what was booked in it."""
    signed = case((TillSale.kind == Kind.RETURN, -TillTender.amount_vnd), else_=TillTender.amount_vnd)
    cash = (
        select(func.coalesce(func.sum(signed), 0))
        .join(TillSale, TillSale.id == TillTender.sale_id)
        .where(TillSale.shift_id == TillShift.id, TillTender.way == Way.CASH, TillSale.exception_id.is_(None))
    )
    moved = case((TillCash.kind == "pay_out", -TillCash.amount_vnd), else_=TillCash.amount_vnd)
    entries = select(func.coalesce(func.sum(moved), 0)).where(TillCash.shift_id == TillShift.id)
    waiting = select(func.coalesce(func.sum(TillException.cash_vnd), 0)).where(
        TillException.shift_id == TillShift.id, TillException.is_late.is_(False)
    )
    should = TillShift.float_vnd + cash.scalar_subquery() + entries.scalar_subquery() + waiting.scalar_subquery()
    wrong = or_(should != TillShift.expected_vnd, TillShift.counted_vnd - should != TillShift.difference_vnd)
    query = select(TillShift.code, TillShift.expected_vnd, should).where(TillShift.closed_at.is_not(None), wrong)
    for code, expected, found in db.session.execute(query):
        yield f"shift {code}: report says {expected} đồng, its entries {found}"


@invariant("I52e", "Z numbers of each till run from 1 without a gap")
def numbers_have_no_gap() -> Iterable[str]:
    """A line for each till whose last number is not the count of its shifts."""
    count, first, last = func.count(), func.min(TillShift.number), func.max(TillShift.number)
    query = select(TillShift.till_id, count, first, last).group_by(TillShift.till_id)
    for till, shifts, begins, ends in db.session.execute(query.having(or_(last != count, first != 1))):
        yield f"till {till}: {shifts} shifts, numbers {begins} to {ends}"


@invariant("I52f", "every transfer at a till has its payment, and no more comes back of a line than was sold")
def transfers_have_payments() -> Iterable[str]:
    """A line for each tender by transfer without a payment of its sum, and each line of which too much came back."""
    query = (
        select(TillSale.code, TillTender.amount_vnd, Payment.amount_vnd, Payment.status, TillTender.reconciled_at)
        .join(TillSale, TillSale.id == TillTender.sale_id)
        .outerjoin(Payment, Payment.reference == TillTender.payment_reference)
        .where(TillTender.way == Way.VIETQR, TillSale.kind == Kind.SALE)
    )
    for code, tender, asked, status, reconciled in db.session.execute(query):
        is_here = status in (Status.CAPTURED, Status.REFUNDED, Status.TO_REFUND)
        if asked != tender or (reconciled is not None and not is_here):
            yield f"receipt {code}: transfer of {tender}, payment of {asked} {status}"
    back = select(TillLine.of_line_id, func.sum(TillLine.quantity).label("units")).group_by(TillLine.of_line_id)
    came = back.where(TillLine.of_line_id.is_not(None)).subquery()
    much = select(TillLine.id, TillLine.quantity, came.c.units).join(came, came.c.of_line_id == TillLine.id)
    for line, quantity, units in db.session.execute(much.where(came.c.units > TillLine.quantity)):
        yield f"line {line}: {quantity} sold, {units} came back"


@invariant("I52g", "what left for a sale that waits is in the ledger under its number")
def waiting_goods_left() -> Iterable[str]:
    """A line for each waiting sale whose lots are not what the ledger moved for it."""
    moved = (
        select(StockMovement.document_ref, func.sum(StockMovement.delta))
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .where(StockMovement.document_type == "till_exception", StockMovement.reason == "sale")
        .group_by(StockMovement.document_ref)
    )
    gone = {code: -int(units) for code, units in db.session.execute(moved)}
    for one in db.session.scalars(select(TillException).where(TillException.state == "waiting")):
        units = sum(lot["quantity"] for item in one.lines.get("items", []) for lot in item["lots"])
        if units != gone.get(one.code, 0):
            yield f"{one.code}: {units} units written, {gone.get(one.code, 0)} in the ledger"
