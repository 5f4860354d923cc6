"""The desk of money that goes back: what waits, payout files with two persons, cash over the counter."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.exports import FORMATS, Column, Table, as_xlsx
from core.accounts.permissions import is_allowed
from core.errors import NotFound, Refusal
from core.money import dong
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.payments import refunds
from shop.payments.banks import bank_name
from shop.payments.rules import Way
from shop.payouts import claims, counter, files, queries, words
from shop.payouts.models import PayoutFile
from shop.payouts.pages import bank_options
from shop.payouts.permissions import scopes_of
from shop.payouts.rules import Failure, masked, refund_of
from shop.payouts.schemas import AccountIn, CollectIn, CounterIn, FailedIn, PaidIn
from shop.stores.models import Seller

COLUMNS = (
    Column("position", "STT", "whole"), Column("account", _l("Số tài khoản"), "short"),
    Column("holder", _l("Tên người thụ hưởng")), Column("bank_bin", _l("Mã ngân hàng"), "short"),
    Column("bank", _l("Ngân hàng")), Column("amount_vnd", _l("Số tiền"), "dong"), Column("memo", _l("Nội dung")),
)  # fmt: skip


@desk.get("/hoan-tien")
@needs("payouts.read")
def payouts() -> Response:
    """What of a seller waits: to be transferred, for an account, at the counter, and what went wrong."""
    mine = queries.my_sellers(current_actor(), "payouts.read")
    if not mine:
        raise NotFound
    return _payouts(mine, _chosen(mine))


def _payouts(
    mine: list[Seller], seller: Seller, form: Form | None = None, status: int = 200, wrong: str = ""
) -> Response:
    """A seller's list; with a form that was refused, of the refund ``wrong`` or of the list as a whole."""
    actor, page = current_actor(), page_number()
    rows, total = queries.list_files([seller.id], page, PER_PAGE)
    return render(
        "desk/payouts.html", status, sellers=mine, seller=seller, form=form, wrong=wrong, masked=masked,
        payable=queries.list_payable(seller.id),
        waiting=queries.list_waiting(seller.id, Way.BANK), cash=queries.list_waiting(seller.id, Way.CASH),
        failed=queries.list_failed(seller.id), debts=queries.list_unknown_debts(seller.id), files=rows, total=total,
        page=page, pages=pages_of(total), states=words.FILE_STATES, ways=words.WAYS, bank_name=bank_name,
        source_words=words.source_words,
        can_make=is_allowed(actor, "payouts.make", *scopes_of(seller.id)),
    )  # fmt: skip


@desk.post("/hoan-tien")
@needs("payouts.make")
def collect_payouts() -> Response:
    """Put the chosen sums into a draft."""
    form = Form(CollectIn()).read(request.form)
    seller = next((one for one in queries.my_sellers(current_actor(), "payouts.make")
                   if one.code == request.form.get("seller")), None)  # fmt: skip
    if seller is None:
        raise NotFound
    try:
        file = files.collect(seller.id, form.data.get("sources", []) if form.ok else [], current_actor())
    except Refusal as refusal:
        return _refused(form, refusal, seller.id)
    flash(_("Đã lập bảng chi %(code)s. Người thứ hai cần duyệt.", code=file.code))
    return go("desk.payout_file", code=file.code)


@desk.get("/hoan-tien/tai-khoan/<source>")
@needs("payouts.make")
def payout_account(source: str) -> Response:
    """The form of an account that staff write down for the payee."""
    return _account(source, Form(AccountIn(), {}))


@desk.post("/hoan-tien/tai-khoan/<source>")
@needs("payouts.make")
def name_payout_account(source: str) -> Response:
    """Write it down."""
    form = Form(AccountIn()).read(request.form)
    if not form.ok:
        return _account(source, form, 422)
    given, code = (form.data["bank"], form.data["account"], form.data["holder"]), refund_of(source)
    try:
        if code is not None:
            claims.name_for_buyer(code, *given, current_actor())
        else:
            files.name_debt(source, *given, current_actor())
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _account(source, form.refuse(refusal), refusal.status)
    flash(_("Đã ghi tài khoản."))
    return go("desk.payouts")


@desk.post("/hoan-tien/<code>/lien-ket")
@needs("payouts.make")
def send_payout_link(code: str) -> Response:
    """A fresh link to the buyer."""
    claims.ask_again(code, current_actor())
    flash(_("Đã gửi liên kết mới cho người mua."))
    return go("desk.payouts")


@desk.post("/hoan-tien/<code>/tien-mat")
@needs("payouts.cash")
def pay_at_counter(code: str) -> Response:
    """Cash against the buyer's digits."""
    form = Form(CounterIn()).read(request.form)
    try:
        refund = counter.pay(code, form.data.get("code", ""), current_actor())
    except Refusal as refusal:
        return _refused(form, refusal, claims.seller_of(code), code)
    flash(_("Đã chi %(sum)s tiền mặt.", sum=dong(refund.amount_vnd)))
    return go("desk.payouts")


@desk.post("/hoan-tien/<code>/lai")
@needs("payouts.make")
def promise_again(code: str) -> Response:
    """What could not go its way goes to an account, or over the counter."""
    way = request.form.get("way")
    seller_id = claims.seller_of(code)
    if way not in (Way.BANK, Way.CASH) or not is_allowed(current_actor(), "payouts.make", *scopes_of(seller_id)):
        raise NotFound
    refunds.again(code, Way(way), current_actor())
    flash(_("Đã lập lại khoản hoàn tiền."))
    return go("desk.payouts")


@desk.get("/bang-chi/<code>")
@needs("payouts.read")
def payout_file(code: str) -> Response:
    """One file: its items, and what may be done with it now."""
    return _file(_mine(code))


@desk.post("/bang-chi/<code>/<act>")
@needs("payouts.read")
def act_on_payout(code: str, act: str) -> Response:
    """Approve, drop, or note that it was sent; the verb asks for its own permission."""
    if act not in ACTS:
        raise NotFound
    ACTS[act](code, current_actor())
    flash(_("Đã ghi."))
    return go("desk.payout_file", code=code)


@desk.post("/bang-chi/<code>/khoan/<int:position>/<answer>")
@needs("payouts.make")
def answer_payout_item(code: str, position: int, answer: str) -> Response:
    """What the bank answered: paid under its number, or not."""
    is_paid = answer == "paid"
    if answer not in ("paid", "failed"):
        raise NotFound
    form = Form(PaidIn() if is_paid else FailedIn()).read(request.form)
    if not form.ok:
        return _file(_mine(code), position, form, 422)
    try:
        if is_paid:
            files.item_paid(code, position, form.data["reference"], current_actor())
        else:
            files.item_failed(code, position, Failure(form.data["failure"]), current_actor())
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _file(_mine(code), position, form.refuse(refusal), refusal.status)
    flash(_("Đã ghi."))
    return go("desk.payout_file", code=code)


@desk.get("/bang-chi/<code>/tai-ve.<file_format>")
@needs("payouts.make")
def download_payout(code: str, file_format: str) -> Response:
    """The file as approved: the very bytes as CSV, or its items as XLSX."""
    found = _mine(code)
    if file_format not in FORMATS or found.content is None:
        raise NotFound
    if not is_allowed(current_actor(), "payouts.make", *scopes_of(found.seller_id)):
        raise NotFound
    data = ("\ufeff" + found.content).encode() if file_format == "csv" else as_xlsx(_table(found))
    answer = Response(data, mimetype=FORMATS[file_format])
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.code}.{file_format}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def to_approve() -> int:
    """How many files wait for whoever looks at the menu."""
    actor = current_actor()
    mine = [one.id for one in queries.my_sellers(actor, "payouts.approve")]
    return queries.count_files(mine, "draft", besides=actor.user_id) if mine else 0


def _refused(form: Form, refusal: Refusal, seller_id: int, wrong: str = "") -> Response:
    """The seller's list with what is wrong; raises what says that this is not the caller's to see."""
    mine = queries.my_sellers(current_actor(), "payouts.read")
    seller = next((one for one in mine if one.id == seller_id), None)
    if seller is None or refusal.status in (403, 404):
        raise refusal
    return _payouts(mine, seller, form.refuse(refusal), refusal.status, wrong)


def _chosen(mine: list[Seller]) -> Seller:
    code = asked_text("seller", 40)
    found = next((one for one in mine if one.code == code), None if code else mine[0])
    if found is None:
        raise NotFound
    return found


def _mine(code: str) -> PayoutFile:
    found = queries.get_file(code)
    if not is_allowed(current_actor(), "payouts.read", *scopes_of(found.seller_id)):
        raise NotFound
    return found


def _file(found: PayoutFile, position: int = 0, form: Form | None = None, status: int = 200) -> Response:
    actor, scopes = current_actor(), scopes_of(found.seller_id)
    approves = is_allowed(actor, "payouts.approve", *scopes) and actor.user_id != found.made_by_id
    return render(
        "desk/payout_file.html", status, file=found, states=words.FILE_STATES, item_states=words.ITEM_STATES,
        failures=words.FAILURES, masked=masked, bank_name=bank_name, refund_of=refund_of, wrong_at=position,
        form=form or Form(PaidIn(), {}), can_make=is_allowed(actor, "payouts.make", *scopes),
        can_approve=approves and found.state == "draft",
    )  # fmt: skip


def _account(source: str, form: Form, status: int = 200) -> Response:
    code = refund_of(source)
    if code is not None and not is_allowed(current_actor(), "payouts.make", *scopes_of(claims.seller_of(code))):
        raise NotFound
    return render(
        "desk/payout_account.html",
        status,
        source=source,
        source_words=words.source_words,
        form=form,
        banks=bank_options(),
    )


def _table(found: PayoutFile) -> Table:
    rows: list[dict[str, Any]] = [
        {column.key: getattr(one, column.key, None) for column in COLUMNS} | {"bank": bank_name(one.bank_bin)}
        for one in found.items
    ]
    return Table(found.code, found.code, COLUMNS, rows)


ACTS = {"approve": files.approve, "drop": files.drop, "sent": files.sent}
