"""The money of a sale: prices as printed, discounts within the role's limit, rounding, and what it is paid with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from catalog.listings.queries import Offer
from core.accounts.actor import Actor
from core.clock import local_day
from core.db import db
from shop.carts.rules import line_total
from shop.inventory.markdowns import lots_off
from shop.payments.models import Payment
from shop.payments.rules import Status
from shop.payments.service import TRANSFER
from shop.tills import lists
from shop.tills.approvals import use_approval
from shop.tills.asked import AskedSale, AskedTender
from shop.tills.devices import settings_of
from shop.tills.here import Here
from shop.tills.models import TillQr, TillShift, TillTender
from shop.tills.refusals import LimitExceeded, PriceDiffers, TotalsDiffer, WayUnfit
from shop.tills.rules import Act, Sums, Way, add_up, is_within_bp
from shop.tills.transfers import open_for
from shop.tills.writing import Row


def check_prices(place: Here, asked: AskedSale, offers: Mapping[str, Offer], at: datetime) -> None:
    """Each price is the server's, or what a list of this store said that was good when the sale was made.

    Raises PriceDiffers naming each line with the price now, ListWrong.
    """
    other = [line for line in asked.lines if line.unit_price != offers[line.sku].price_vnd]
    if not other:
        return
    issued = lists.read_token(asked.token, place.store_code) if asked.token else None
    made_at = min(asked.sold_at, at) if asked.is_offline else at
    if issued is not None and issued.issued_at - lists.CLOCKS_APART <= made_at <= issued.good_until:
        then = lists.prices_at({offers[line.sku].sku_id for line in other}, issued.issued_at)
        other = [line for line in other if line.unit_price != then.get(offers[line.sku].sku_id)]
    if other:
        raise PriceDiffers(
            lines=[{"sku": one.sku, "given": one.unit_price, "price": offers[one.sku].price_vnd} for one in other]
        )


def sums_of(
    place: Here, asked: AskedSale, offers: Mapping[str, Offer], code: str, by: Actor, at: datetime
) -> Sums:  # fmt: skip
    """What the sale comes to, checked against what the till printed; a large discount spends its approval.

    Raises TotalsDiffer, LimitExceeded, ApprovalNeeded, ApprovalWrong.
    """
    rules = settings_of(place.store_id)
    is_cash = all(one.way == Way.CASH for one in asked.tenders)
    totals = [line_total(line.unit_price, line.quantity, offers[line.sku].unit) for line in asked.lines]
    sums = _added(totals, asked, rules.cash_step_vnd if is_cash else 0)
    _check_sums(asked, sums)
    given_vnd = sums.discount_vnd - _marked_down(place, asked, offers, at)
    if not is_within_bp(given_vnd, sums.lines_vnd, rules.cashier_discount_bp):
        if not is_within_bp(given_vnd, sums.lines_vnd, rules.manager_discount_bp):
            limit_vnd = sums.lines_vnd * rules.manager_discount_bp // 10_000
            raise LimitExceeded(limit=limit_vnd, amount=given_vnd)
        limit_vnd = sums.lines_vnd * rules.cashier_discount_bp // 10_000
        use_approval(Act.DISCOUNT, given_vnd, limit_vnd, place, by, asked.approvals, code, at)
    return sums


def _marked_down(place: Here, asked: AskedSale, offers: Mapping[str, Offer], at: datetime) -> int:
    """What lines of lots that the store marked down cost less, as far as they do: nobody's discount to approve."""
    marked = [line for line in asked.lines if line.lot and line.discount]
    off = lots_off(place.store_id, local_day(at)) if marked else {}
    return sum(
        min(line.discount, max(0, line_total(line.unit_price - off[line.lot], line.quantity, offers[line.sku].unit)))
        for line in marked
        if line.lot in off
    )


def tenders_of(
    place: Here, shift: TillShift, asked: AskedSale, total_vnd: int, by: Actor, at: datetime
) -> list[Row]:  # fmt: skip
    """The tenders as rows of `TillTender`, which together are the total. Raises TotalsDiffer, WayUnfit."""
    given = sum(one.amount for one in asked.tenders)
    if given != total_vnd:
        raise TotalsDiffer(field="tenders", expected=total_vnd, given=given)
    cash = asked.cash_vnd
    if asked.cash_given is not None and asked.cash_given < cash:
        raise TotalsDiffer(field="cash_given", expected=cash, given=asked.cash_given)
    return [_tender(place, shift, asked, one, by, at) for one in asked.tenders]


def _added(totals: Sequence[int], asked: AskedSale, step_vnd: int) -> Sums:
    try:
        return add_up(totals, [line.discount for line in asked.lines], asked.discount, step_vnd)
    except ValueError as error:
        raise TotalsDiffer(field="discount", expected=sum(totals), given=asked.discount) from error


def _check_sums(asked: AskedSale, sums: Sums) -> None:
    for name, expected, given in (
        ("rounding", sums.rounding_vnd, asked.rounding),
        ("total", sums.total_vnd, asked.total),
    ):
        if expected != given:
            raise TotalsDiffer(field=name, expected=expected, given=given)


def _tender(place: Here, shift: TillShift, asked: AskedSale, one: AskedTender, by: Actor, at: datetime) -> Row:
    row: Row = {
        "way": one.way.value, "amount_vnd": one.amount, "reference": None, "confirmed_by": None,
        "payment_reference": None, "reconciled_at": None,
    }  # fmt: skip
    if one.way == Way.CASH:
        return row
    row["confirmed_by"] = by.label
    if one.way == Way.CARD:
        if not one.reference:
            raise WayUnfit(way=one.way.value, field="reference")
        return row | {"reference": one.reference}
    return row | _transfer(place, shift, asked, one, by, at)


def _transfer(
    place: Here, shift: TillShift, asked: AskedSale, one: AskedTender, by: Actor, at: datetime
) -> dict[str, Any]:
    """The payment behind a transfer: the code that was on the screen, or of a sale without the network a new one."""
    if one.reference is None and asked.is_offline:
        return {"payment_reference": open_for(place.payee, shift, one.amount, by).reference}
    query = (
        select(TillQr.amount_vnd, Payment.status, TillTender.id)
        .join(Payment, Payment.reference == TillQr.reference)
        .join(TillShift, TillShift.id == TillQr.shift_id)
        .outerjoin(TillTender, TillTender.payment_reference == TillQr.reference)
        .where(TillQr.reference == one.reference, TillShift.till_id == place.till_id, Payment.provider == TRANSFER)
    )
    found: Any = db.session.execute(query).one_or_none()
    if found is None or found[0] != one.amount or found[2] is not None:
        raise WayUnfit(way=one.way.value, reference=one.reference)
    return {"payment_reference": one.reference, "reconciled_at": at if found[1] == Status.CAPTURED else None}
