"""Goods come back against their receipt: at most what was sold and is not back yet, and exactly its money.

Locks in the order of the whole shop: payments of the sale, shift, the sale itself, levels. Money goes back by the way
it came, as far as it came so, or in cash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from core.ids import secret_token, short_code
from shop.inventory import ledger
from shop.inventory.ledger import Document
from shop.inventory.models import Lot
from shop.inventory.undelivered import Back, bring_back
from shop.payments import refunds
from shop.payments.service import lock_payment
from shop.stores.queries import get_place
from shop.tills import reports
from shop.tills.approvals import use_approval
from shop.tills.asked import AskedTender, hash_of, plain, read_tenders
from shop.tills.devices import settings_of
from shop.tills.events import TillReturned
from shop.tills.here import Here, here
from shop.tills.locking import lock_for_sale
from shop.tills.models import Till, TillLine, TillLineLot, TillSale, TillShift, TillTender
from shop.tills.receipts import columns_of, get_sale, shown_of
from shop.tills.refusals import CashShort, SaleNotFound, ShiftClosed, ShiftMissing, TooMuchBack, TotalsDiffer, WayUnfit
from shop.tills.rules import Act, Given, Kind, Way, last_rounding, part_back, part_rounding
from shop.tills.shifts import find_open
from shop.tills.writing import Answer, Draft, Row, TakenLot, find_answer, is_twin, keep_answer, write

DOCUMENT = "till_return"


@dataclass(frozen=True)
class Part:
    """So much of a sold line that comes back, and what it gives back."""

    line: TillLine
    given: Given
    to: str


@dataclass(frozen=True)
class Coming:
    """All that comes back of one sale in one go."""

    sale: TillSale
    parts: Sequence[Part]
    rounding_vnd: int

    @property
    def total_vnd(self) -> int:
        """What has to be given back."""
        return sum(part.given.net_vnd for part in self.parts) + self.rounding_vnd


def quote(till: Till, body: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be given back, as `schemas.TillReturnQuoteOut`. Raises SaleNotFound, TooMuchBack."""
    sale = get_sale(till.store_id, body["sale"].upper())
    coming = _weigh(sale, body["lines"], settings_of(till.store_id).cash_step_vnd, is_cash=body["is_cash"])
    return {
        "lines": [{"position": part.line.position, "amount": part.given.net_vnd} for part in coming.parts],
        "rounding": coming.rounding_vnd, "total": coming.total_vnd,
        "needs_approval": coming.total_vnd > settings_of(till.store_id).return_limit_vnd,
    }  # fmt: skip


def answer(till: Till, body: Mapping[str, Any], by: Actor) -> Response:
    """Take goods back; the same id again answers the same bytes.

    Refuses UuidUsed, ShiftMissing, SaleNotFound, TooMuchBack, TotalsDiffer, WayUnfit, CashShort, ApprovalNeeded.
    """
    place, body_hash = here(till), hash_of(plain(body))
    told = find_answer(body["uuid"], body_hash)
    if told is None:
        try:
            told = take_back(place, body, body_hash, by)
        except IntegrityError as error:
            told = find_answer(body["uuid"], body_hash) if is_twin(error) else None
            if told is None:
                raise
    return Response(told.body, told.status, content_type="application/json")


def take_back(place: Here, body: Mapping[str, Any], body_hash: str, by: Actor) -> Answer:
    """One transaction: goods, money, receipt, answer."""
    references = _references(place, body["sale"].upper())
    with transaction():
        for reference in sorted(references):
            lock_payment(reference)
        shift = _open_shift(place)
        told = find_answer(body["uuid"], body_hash)
        if told is not None:
            return told
        sale = _locked_sale(place, body["sale"].upper())
        tenders, rules = read_tenders(body["tenders"]), settings_of(place.store_id)
        is_cash = all(one.way == Way.CASH for one in tenders)
        coming = _weigh(sale, body["lines"], rules.cash_step_vnd, is_cash=is_cash)
        code, at = short_code("TL"), now()
        _check_tenders(coming, tenders, shift)
        if coming.total_vnd > rules.return_limit_vnd:
            limit_vnd, tokens = rules.return_limit_vnd, body["approvals"]
            use_approval(Act.RETURN, coming.total_vnd, limit_vnd, place, by, tokens, code, at)
        draft = _draft(place, shift, coming, tenders, body["uuid"], by, code, at)
        draft.lots = _bring(place, coming, code, by, at)
        write(draft)
        _give_money(coming, tenders, code, by)
        record("till.returned", f"till_sale:{code}", by, of=sale.code, total_vnd=coming.total_vnd)
        publish(TillReturned(code, sale.code, place.store_id))
        return keep_answer(body["uuid"], body_hash, 201, shown_of(draft, place, shift.code, sale.code), at)


def _references(place: Here, code: str) -> list[str]:
    """Payments behind the sale, to be locked before anything else. Raises SaleNotFound."""
    query = (
        select(TillSale.id, TillTender.payment_reference)
        .outerjoin(TillTender, (TillTender.sale_id == TillSale.id) & TillTender.payment_reference.is_not(None))
        .where(TillSale.code == code, TillSale.store_id == place.store_id, TillSale.kind == Kind.SALE)
    )
    rows = db.session.execute(query).all()
    if not rows:
        raise SaleNotFound
    return [reference for _sale, reference in rows if reference is not None]


def _open_shift(place: Here) -> TillShift:
    standing = find_open(place.till_id)
    if standing is None:
        raise ShiftMissing
    shift = lock_for_sale(place, standing.code)
    if shift.closed_at is not None:
        raise ShiftClosed(shift=shift.code)
    return shift


def _locked_sale(place: Here, code: str) -> TillSale:
    """The sale, locked: two returns of it follow one another."""
    mine = TillSale.code == code, TillSale.store_id == place.store_id, TillSale.kind == Kind.SALE
    db.session.execute(select(TillSale.id).where(*mine).with_for_update())
    return get_sale(place.store_id, code)


def _weigh(sale: TillSale, lines: Sequence[Mapping[str, Any]], step_vnd: int, *, is_cash: bool) -> Coming:
    """What each line gives back. Raises TooMuchBack, SaleNotFound for a return's own receipt."""
    if sale.kind != Kind.SALE:
        raise SaleNotFound
    sold = {line.position: line for line in sale.lines}
    before = _before([line.id for line in sale.lines])
    wrong, parts = list[dict[str, Any]](), list[Part]()
    for asked in lines:
        line = sold.get(asked["position"])
        had = before.get(line.id, Given(0, 0, 0)) if line else Given(0, 0, 0)
        left = line.quantity - had.quantity if line else 0
        if line is None or asked["quantity"] > left:
            wrong.append({"position": asked["position"], "left": left})
            continue
        given = part_back(Given(line.quantity, line.line_total_vnd, line.discount_vnd), had, asked["quantity"])
        before[line.id] = Given(*(a + b for a, b in zip(_numbers(had), _numbers(given), strict=True)))
        parts.append(Part(line, given, asked["to"]))
    if wrong:
        raise TooMuchBack(lines=wrong)
    net, rounded = sum(part.given.net_vnd for part in parts), _rounded(sale)
    whole = sum(line.line_total_vnd - line.discount_vnd for line in sale.lines)
    if sum(one.net_vnd for one in before.values()) == whole:
        return Coming(sale, parts, last_rounding(net, sale.rounding_vnd, rounded))
    return Coming(sale, parts, part_rounding(net, rounded, step_vnd) if is_cash else 0)


def _rounded(sale: TillSale) -> int:
    """What cash rounding added to (+) or took from what earlier returns of a sale gave back."""
    query = select(func.coalesce(func.sum(TillSale.rounding_vnd), 0)).where(TillSale.of_sale_id == sale.id)
    return int(db.session.scalar(query) or 0)


def _numbers(one: Given) -> tuple[int, int, int]:
    return one.quantity, one.total_vnd, one.discount_vnd


def _before(line_ids: Sequence[int]) -> dict[int, Given]:
    """What came back already, by sold line."""
    query = select(
        TillLine.of_line_id, func.sum(TillLine.quantity), func.sum(TillLine.line_total_vnd),
        func.sum(TillLine.discount_vnd),
    )  # fmt: skip
    query = query.where(TillLine.of_line_id.in_(line_ids)).group_by(TillLine.of_line_id)
    found: dict[int, Given] = {}
    for line_id, units, total, discount in db.session.execute(query):
        if line_id is not None:
            found[line_id] = Given(int(units), int(total), int(discount))
    return found


def _check_tenders(coming: Coming, tenders: Sequence[AskedTender], shift: TillShift) -> None:
    """Together the whole; by card or transfer at most what came so and is not back; cash at most what is there."""
    given = sum(one.amount for one in tenders)
    if given != coming.total_vnd:
        raise TotalsDiffer(field="tenders", expected=coming.total_vnd, given=given)
    left = _left_by_way(coming.sale)
    for way in (Way.CARD, Way.VIETQR):
        asked = sum(one.amount for one in tenders if one.way == way)
        if asked > left.get(way, 0):
            raise WayUnfit(way=way.value, most=left.get(way, 0))
    if any(one.way == Way.CARD and not one.reference for one in tenders):
        raise WayUnfit(way=Way.CARD.value, field="reference")
    cash, in_drawer = sum(one.amount for one in tenders if one.way == Way.CASH), reports.cash_in_drawer(shift)
    if cash > in_drawer:
        raise CashShort(in_drawer=in_drawer)


def _left_by_way(sale: TillSale) -> dict[str, int]:
    """What each way brought in and has not given back; of transfers only what the bank has told of."""
    left: dict[str, int] = {}
    for one in sale.tenders:
        if one.way != Way.VIETQR or one.reconciled_at is not None:
            left[one.way] = left.get(one.way, 0) + one.amount_vnd
    query = (
        select(TillTender.way, func.sum(TillTender.amount_vnd))
        .join(TillSale, TillSale.id == TillTender.sale_id)
        .where(TillSale.of_sale_id == sale.id)
        .group_by(TillTender.way)
    )
    for way, back in db.session.execute(query):
        left[way] = left.get(way, 0) - int(back)
    return left


def _draft(
    place: Here, shift: TillShift, coming: Coming, tenders: Sequence[AskedTender], uuid: str, by: Actor, code: str,
    at: datetime,
) -> Draft:  # fmt: skip
    sale = coming.sale
    head: Row = {
        "code": code, "uuid": uuid, "token": secret_token(), "kind": Kind.RETURN.value, "of_sale_id": sale.id,
        "till_id": place.till_id, "shift_id": shift.id, "store_id": place.store_id, "seller_id": sale.seller_id,
        "cashier": by.label, "cashier_id": by.user_id, "sold_at": at, "received_at": at, "decided_at": at,
        "decided_on": local_day(at), "is_offline": False,
        "lines_total_vnd": sum(part.given.total_vnd for part in coming.parts),
        "discount_vnd": sum(part.given.discount_vnd for part in coming.parts), "rounding_vnd": coming.rounding_vnd,
        "total_vnd": coming.total_vnd, "cash_given_vnd": None, "change_vnd": None,
        "customer_phone": sale.customer_phone, "invoice_wish": {}, "is_adult": False, "exception_id": None,
    }  # fmt: skip
    lines = [_line(part, position) for position, part in enumerate(coming.parts, start=1)]
    given: list[Row] = [
        {"way": one.way.value, "amount_vnd": one.amount, "reference": one.reference, "confirmed_by": by.label,
         "payment_reference": None, "reconciled_at": None}
        for one in tenders
    ]  # fmt: skip
    return Draft(head, lines, given)


def _line(part: Part, position: int) -> Row:
    kept = columns_of(part.line)
    for name in ("id", "sale_id"):
        del kept[name]
    return kept | {
        "position": position, "of_line_id": part.line.id, "quantity": part.given.quantity,
        "line_total_vnd": part.given.total_vnd, "discount_vnd": part.given.discount_vnd, "taken_to": part.to,
    }  # fmt: skip


def _bring(place: Here, coming: Coming, code: str, by: Actor, at: datetime) -> dict[int, list[TakenLot]]:
    """Goods go back to the shelf with their lot, or through it away as damage. Lots in the order in which they left."""
    shelf = get_place(place.store_id, "shelf").id
    gone, back = _lots_of_lines([part.line.id for part in coming.parts])
    chosen: dict[int, list[TakenLot]] = {}
    goods: list[Back] = []
    for position, part in enumerate(coming.parts, start=1):
        missing = part.given.quantity
        for lot_id, lot_code, units in gone[part.line.id]:
            free = units - back.get((part.line.id, lot_id), 0)
            taken = min(free, missing)
            if taken < 1:
                continue
            back[part.line.id, lot_id] = back.get((part.line.id, lot_id), 0) + taken
            level = ledger.open_level(shelf, lot_id)
            chosen.setdefault(position, []).append(TakenLot(level, lot_id, lot_code, taken))
            goods.append(Back(level, taken, part.to == "shelf"))
            missing -= taken
    bring_back(goods, Document(DOCUMENT, code), by, at)
    return chosen


Gone = dict[int, list[tuple[int, str, int]]]


def _lots_of_lines(line_ids: Sequence[int]) -> tuple[Gone, dict[tuple[int, int], int]]:
    """Lots that left for each line, with their codes and units, and what came back of each already."""
    left = select(TillLineLot.line_id, Lot.id, Lot.code, func.sum(TillLineLot.quantity)).join(
        Lot, Lot.id == TillLineLot.lot_id
    )
    left = left.where(TillLineLot.line_id.in_(line_ids)).group_by(TillLineLot.line_id, Lot.id, Lot.code)
    gone: Gone = {one: [] for one in line_ids}
    for line_id, lot_id, code, units in db.session.execute(left.order_by(func.min(TillLineLot.id))):
        gone[line_id].append((lot_id, code, int(units)))
    came = (
        select(TillLine.of_line_id, TillLineLot.lot_id, func.sum(TillLineLot.quantity))
        .join(TillLineLot, TillLineLot.line_id == TillLine.id)
        .where(TillLine.of_line_id.in_(line_ids))
        .group_by(TillLine.of_line_id, TillLineLot.lot_id)
    )
    return gone, {(row[0] or 0, row[1]): int(row[2]) for row in db.session.execute(came)}


def _give_money(coming: Coming, tenders: Sequence[AskedTender], code: str, by: Actor) -> None:
    """Transfers go back through the payments that they came by; cash and card were given back at the till."""
    missing = sum(one.amount for one in tenders if one.way == Way.VIETQR)
    for one in coming.sale.tenders:
        if one.payment_reference is None or one.reconciled_at is None or missing < 1:
            continue
        payment = lock_payment(one.payment_reference)
        part = min(payment.captured_vnd - payment.refunding_vnd, missing)
        if part > 0:
            refunds.promise(one.payment_reference, part, "goods_returned", f"{code}:{one.id}", by)
            missing -= part
    if missing > 0:
        raise WayUnfit(way=Way.VIETQR.value, most=0)
