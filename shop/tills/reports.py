"""X and Z reports: what a shift sold, took, gave back, and what should be in its drawer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import case, func, select

from core.db import db
from shop.payments.models import Payment
from shop.taxes.rules import tax_within
from shop.tills.here import store_head
from shop.tills.models import Till, TillCash, TillException, TillLine, TillSale, TillShift, TillTender
from shop.tills.rules import Kind, Way

#: A sale that a person accepted afterwards brought its cash as an exception; it is not counted twice.
_AT_THE_TIME = TillSale.exception_id.is_(None)


def cash_in_drawer(shift: TillShift) -> int:
    """Cash that should be there: float, cash sales less cash given back, exceptions, pay-ins less pay-outs (P21)."""
    signed = case((TillSale.kind == Kind.RETURN, -TillTender.amount_vnd), else_=TillTender.amount_vnd)
    sold = (
        select(func.coalesce(func.sum(signed), 0))
        .join(TillSale, TillSale.id == TillTender.sale_id)
        .where(TillSale.shift_id == shift.id, TillTender.way == Way.CASH, _AT_THE_TIME)
    )
    moved = case((TillCash.kind == "pay_out", -TillCash.amount_vnd), else_=TillCash.amount_vnd)
    entries = select(func.coalesce(func.sum(moved), 0)).where(TillCash.shift_id == shift.id)
    waiting = select(func.coalesce(func.sum(TillException.cash_vnd), 0)).where(
        TillException.shift_id == shift.id, TillException.is_late.is_(False)
    )
    row = db.session.execute(select(sold.scalar_subquery(), entries.scalar_subquery(), waiting.scalar_subquery())).one()
    return shift.float_vnd + sum(int(one) for one in row)


def report_of(shift: TillShift, till: Till, at: datetime) -> dict[str, Any]:
    """The report of a shift at an instant, as `schemas.ShiftReportOut`."""
    entries = list(db.session.scalars(select(TillCash).where(TillCash.shift_id == shift.id).order_by(TillCash.id)))
    exceptions = _exceptions(shift)
    return {
        "code": shift.code, "number": shift.number, "is_closed": shift.closed_at is not None, "is_blind": False,
        "till": {"code": till.code, "name": till.name}, "store": store_head(till.store),
        "opened_at": shift.opened_at, "opened_by": shift.opened_by, "closed_at": shift.closed_at,
        "closed_by": shift.closed_by, "made_at": at, "float": shift.float_vnd, **_sums(shift),
        "ways": _ways(shift), "vat": _vat(shift),
        "pay_in": sum(one.amount_vnd for one in entries if one.kind == "pay_in"),
        "pay_out": sum(one.amount_vnd for one in entries if one.kind == "pay_out"),
        "cash_entries": [
            {"code": one.code, "kind": one.kind, "amount": one.amount_vnd, "reason": one.reason, "actor": one.actor,
             "at": one.at}
            for one in entries
        ],
        "exceptions": exceptions, "exceptions_cash": sum(one["cash"] for one in exceptions),
        "unreconciled": list_unreconciled(shift), "expected": cash_in_drawer(shift),
        "counted": shift.counted_vnd, "difference": shift.difference_vnd, "denominations": dict(shift.counted or {}),
        "note": shift.note,
    }  # fmt: skip


def blind(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report for who will count the drawer: nothing that says, or sums up to, the cash that should be there.

    What went by card and transfer stays, to be compared with slips; so do the movements that she wrote herself.
    """
    cash = {"taken": None, "given_back": None}
    return {
        **report, "is_blind": True, "sales_total": None, "returns_total": None, "vat": [], "exceptions_cash": None,
        "expected": None, "ways": [one | cash if one["way"] == Way.CASH else one for one in report["ways"]],
        "exceptions": [one | {"total": None, "cash": None} for one in report["exceptions"]],
    }  # fmt: skip


def list_unreconciled(shift: TillShift) -> list[dict[str, Any]]:
    """Transfers that were confirmed by name and that the bank has not told of."""
    query = (
        select(TillSale.code, TillTender.amount_vnd, Payment.memo, TillTender.confirmed_by, TillSale.decided_at)
        .join(TillSale, TillSale.id == TillTender.sale_id)
        .join(Payment, Payment.reference == TillTender.payment_reference)
        .where(
            TillSale.shift_id == shift.id, TillTender.way == Way.VIETQR, TillSale.kind == Kind.SALE,
            TillTender.reconciled_at.is_(None),
        )
        .order_by(TillTender.id)
    )  # fmt: skip
    names = ("sale", "amount", "memo", "confirmed_by", "at")
    return [dict(zip(names, row, strict=True)) for row in db.session.execute(query)]


def freeze(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report as plain values for the row that never changes."""
    return {name: _plain(value) for name, value in report.items()}


def thaw(report: Mapping[str, Any]) -> dict[str, Any]:
    """What `freeze` wrote down, with its instants as instants again."""
    return {name: _alive(name, value) for name, value in report.items()}


def _alive(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [thaw(one) if isinstance(one, dict) else one for one in value]
    return datetime.fromisoformat(value) if isinstance(value, str) and (name == "at" or name.endswith("_at")) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _sums(shift: TillShift) -> dict[str, int]:
    query = (
        select(
            TillSale.kind, func.count(), func.sum(TillSale.total_vnd), func.sum(TillSale.discount_vnd),
            func.sum(TillSale.rounding_vnd),
        )
        .where(TillSale.shift_id == shift.id, _AT_THE_TIME)
        .group_by(TillSale.kind)
    )  # fmt: skip
    found = {row[0]: [int(one) for one in row[1:]] for row in db.session.execute(query)}
    sold, back = found.get(Kind.SALE, [0, 0, 0, 0]), found.get(Kind.RETURN, [0, 0, 0, 0])
    return {
        "sales_count": sold[0], "sales_total": sold[1], "returns_count": back[0], "returns_total": back[1],
        "discount_total": sold[2], "rounding_total": sold[3] - back[3],
    }  # fmt: skip


def _ways(shift: TillShift) -> list[dict[str, Any]]:
    query = (
        select(TillTender.way, TillSale.kind, func.sum(TillTender.amount_vnd), func.count())
        .join(TillSale, TillSale.id == TillTender.sale_id)
        .where(TillSale.shift_id == shift.id, _AT_THE_TIME)
        .group_by(TillTender.way, TillSale.kind)
    )
    found: dict[tuple[str, str], tuple[int, int]] = {
        (way, kind): (int(total), int(count)) for way, kind, total, count in db.session.execute(query)
    }
    nothing = (0, 0)
    return [
        {
            "way": way.value,
            "taken": found.get((way, Kind.SALE), nothing)[0],
            "given_back": found.get((way, Kind.RETURN), nothing)[0],
            "count": found.get((way, Kind.SALE), nothing)[1] + found.get((way, Kind.RETURN), nothing)[1],
        }
        for way in Way
    ]


def _vat(shift: TillShift) -> list[dict[str, Any]]:
    """Gross by rate, what came back taken off, with the VAT within it."""
    net = TillLine.line_total_vnd - TillLine.discount_vnd
    signed = case((TillSale.kind == Kind.RETURN, -net), else_=net)
    query = (
        select(TillLine.vat_bp, TillLine.vat_kind, func.sum(signed))
        .join(TillSale, TillSale.id == TillLine.sale_id)
        .where(TillSale.shift_id == shift.id, _AT_THE_TIME)
        .group_by(TillLine.vat_bp, TillLine.vat_kind)
        .order_by(TillLine.vat_bp, TillLine.vat_kind)
    )
    return [
        {"vat_bp": rate, "vat_kind": kind, "gross": int(gross), "vat": tax_within(int(gross), rate)}
        for rate, kind, gross in db.session.execute(query)
    ]


def _exceptions(shift: TillShift) -> list[dict[str, Any]]:
    query = select(TillException).where(TillException.shift_id == shift.id, TillException.is_late.is_(False))
    return [
        {"code": one.code, "kind": one.kind, "total": one.total_vnd, "cash": one.cash_vnd}
        for one in db.session.scalars(query.order_by(TillException.id))
    ]
