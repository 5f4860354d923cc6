"""The desk of settlements: months, what each would pay, closing, the second person, payout files, statements."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.desk import desk, go
from admin.settlement_files import beside_words, statement_file
from core.accounts.permissions import authorize, is_allowed
from core.clock import local_day, now
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.inventory.words import amount
from shop.payouts.permissions import scopes_of as scopes_of_seller
from shop.payouts.queries import my_sellers
from shop.settlements import paying, queries, service, words
from shop.settlements.drawing import draw, payees_of
from shop.settlements.models import Settlement, SettlementPayee, SettlementPeriod
from shop.settlements.permissions import scopes_of
from shop.settlements.queries import Asked
from shop.settlements.refusals import PeriodUnknown
from shop.settlements.rules import State, before, is_over, is_period, period_of
from shop.settlements.schemas import CarryForm, PaidForm
from shop.settlements.statement import Statement, of_drawn, of_settlement
from shop.stores.models import Seller

#: Months before the present one that can be looked at and closed.
_BACK = 3


@desk.get("/quyet-toan")
@needs("settlements.desk")
def settlements() -> Response:
    """The months of a seller: what can be closed, what waits for whom, what is paid."""
    actor = current_actor()
    mine = my_sellers(actor, "settlements.desk")
    if not mine:
        raise NotFound
    code = request.args.get("seller", "")
    seller = next((one for one in mine if one.code == code), None if code else mine[0])
    if seller is None:
        raise NotFound
    closed = queries.list_periods(seller.id)
    return render(
        "desk/settlements.html", sellers=mine, seller=seller, closed=closed, months=_open_months(closed),
        words=words, period_words=words.period_words, can_close=_can("close", seller),
    )  # fmt: skip


@desk.get("/quyet-toan/<seller>/<period>")
@needs("settlements.desk")
def settlement_period(seller: str, period: str) -> Response:
    """A month: closed as it was closed, or what closing now would settle."""
    return _period(_seller(seller), period)


@desk.post("/quyet-toan/<seller>/<period>/<act>")
@needs("settlements.desk")
def act_on_period(seller: str, period: str, act: str) -> Response:
    """Close it, agree to all of it, or put what is approved into a payout file; the verb asks for its permission."""
    found, by = _seller(seller), current_actor()
    try:
        if act == "close":
            service.close(seller, period, by)
            flash(_("Đã chốt %(period)s. Người thứ hai cần duyệt.", period=str(words.period_words(period)).lower()))
        elif act == "approve":
            count = len(service.approve_period(seller, period, by))
            flash(ngettext("Đã duyệt %(num)s bảng.", "Đã duyệt %(num)s bảng.", count))
        elif act == "payouts":
            file = paying.collect(seller, period, by)
            flash(_("Đã lập bảng chi %(code)s. Người thứ hai cần duyệt.", code=file.code))
            return go("desk.payout_file", code=file.code)
        else:
            raise NotFound
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _period(found, period, refusal)
    return go("desk.settlement_period", seller=seller, period=period)


@desk.get("/quyet-toan/<seller>/<period>/<producer>")
@needs("settlements.desk")
def settlement_preview(seller: str, period: str, producer: str) -> Response:
    """What a producer would get if the month were closed now, row by row; a closed one leads to its statement."""
    found = _seller(seller)
    if (closed := _closed(found, period)) is not None:
        row = next((one for one in _rows(closed) if one.producer.code == producer), None)
        if row is None:
            raise PeriodUnknown
        return go("desk.settlement", code=row.code)
    return render("desk/settlement.html", **_told(_drawn(found, period, producer)), row=None)


@desk.get("/quyet-toan/<seller>/<period>/<producer>/tai-ve.<file_format>")
@needs("settlements.desk")
def download_preview(seller: str, period: str, producer: str, file_format: str) -> Response:
    """The same as a file; the paper says that it is not closed."""
    return statement_file(_drawn(_seller(seller), period, producer), file_format)


@desk.get("/bang-quyet-toan/<code>")
@needs("settlements.desk")
def settlement(code: str) -> Response:
    """One statement, and what may follow."""
    return _statement(_mine(code))


@desk.post("/bang-quyet-toan/<code>/<act>")
@needs("settlements.desk")
def act_on_settlement(code: str, act: str) -> Response:
    """Agree, carry over, or note under which number it was paid; the verb asks for its permission."""
    row, by = _mine(code), current_actor()
    form = Form(SCHEMAS[act]()).read(request.form) if act in SCHEMAS else Form(PaidForm(), {})
    if not form.ok:
        return _statement(row, form, 422, act)
    try:
        if act == "approve":
            service.approve(code, by)
        elif act == "carry":
            service.carry(code, form.data["note"], by)
        elif act == "paid":
            service.pay(code, form.data["reference"], by)
        else:
            raise NotFound
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _statement(_mine(code), form.refuse(refusal), refusal.status, act)
    flash(_("Đã ghi."))
    return go("desk.settlement", code=code)


@desk.get("/bang-quyet-toan/<code>/tai-ve.<file_format>")
@needs("settlements.desk")
def download_settlement(code: str, file_format: str) -> Response:
    """The statement as PDF, CSV or XLSX."""
    return statement_file(of_settlement(_mine(code)), file_format)


def to_approve() -> int:
    """How many settlements wait for whoever looks at the menu."""
    actor = current_actor()
    mine = [one.id for one in my_sellers(actor, "settlements.approve")]
    return queries.count_waiting(mine, actor.user_id) if mine else 0


def _open_months(closed: list[queries.PeriodRow]) -> list[dict[str, Any]]:
    """The present month and those before it that are not closed and not passed; at the beginning, only the last."""
    today = local_day(now())
    last, found = (closed[0].row.period if closed else ""), list[dict[str, Any]]()
    period = period_of(today)
    for turn in range(_BACK + 1):
        if period > last and (last or turn < 2):
            found.append({"period": period, "is_over": is_over(period, today)})
        period = before(period)
    return found


def _period(seller: Seller, period: str, refusal: Refusal | None = None) -> Response:
    if not is_period(period):
        raise PeriodUnknown
    closed, at = _closed(seller, period), now()
    rows = _rows(closed) if closed else []
    drawn = [] if closed else draw(seller.id, period)
    counts = {state: sum(one.state == state for one in rows) for state in State}
    payees = payees_of([one.producer_id for one in rows] + [one.producer.id for one in drawn])
    is_other = closed is None or closed.closed_by_id != current_actor().user_id
    return render(
        "desk/settlement_period.html", refusal.status if refusal else 200, seller=seller, period=period, closed=closed,
        rows=rows, drawn=drawn, counts=counts, words=words, title=words.period_words(period), refusal=refusal,
        is_over=is_over(period, local_day(at)), payees=payees, is_other=is_other, can_close=_can("close", seller),
        can_approve=_can("approve", seller), can_list=_can("pay", seller) and _can_list(rows, payees),
        total_vnd=sum(one.total_vnd for one in rows) or sum(one.sums.total_vnd for one in drawn),
    )  # fmt: skip


def _can_list(rows: list[Settlement], payees: dict[int, SettlementPayee]) -> bool:
    """Whether anything approved has an account to go to."""
    ready = (payees.get(one.producer_id) for one in rows if one.state == State.APPROVED)
    return any(one is not None and one.account for one in ready)


def _statement(row: Settlement, form: Form | None = None, status: int = 200, act: str = "") -> Response:
    return render(
        "desk/settlement.html", status, **_told(of_settlement(row)), row=row, form=form or Form(PaidForm(), {}),
        act=act, is_other=row.closed_by_id != current_actor().user_id,
        can_approve=_can("approve", row.period.seller), can_pay=_can("pay", row.period.seller),
    )  # fmt: skip


def _told(statement: Statement) -> dict[str, Any]:
    """What the statement's template draws."""
    return {
        "told": statement, "words": words, "amount": amount, "beside_words": beside_words,
        "period_title": words.period_words(statement.period),
    }  # fmt: skip


def _drawn(seller: Seller, period: str, producer: str) -> Statement:
    if not is_period(period):
        raise PeriodUnknown
    found = next((one for one in draw(seller.id, period) if one.producer.code == producer), None)
    if found is None:
        raise PeriodUnknown
    return of_drawn(found, seller, period, now())


def _rows(closed: SettlementPeriod) -> list[Settlement]:
    asked = Asked(sellers=[closed.seller_id], period=closed.period)
    return list(queries.list_settlements(asked, per_page=10_000)[0])


def _closed(seller: Seller, period: str) -> SettlementPeriod | None:
    return queries.find_period(seller.id, period) if is_period(period) else None


def _seller(code: str) -> Seller:
    found = queries.get_seller(code)
    authorize(current_actor(), "settlements.desk", *scopes_of_seller(found.id))
    return found


def _mine(code: str) -> Settlement:
    row = queries.get_settlement(code)
    authorize(current_actor(), "settlements.desk", *scopes_of(row))
    return row


def _can(act: str, seller: Seller) -> bool:
    return is_allowed(current_actor(), f"settlements.{act}", *scopes_of_seller(seller.id))


SCHEMAS = {"carry": CarryForm, "paid": PaidForm}
