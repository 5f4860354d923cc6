"""The desk of money that came: what waits before a person, whose it is, and what goes back."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.exports import Column, Table, answer
from core.accounts.actor import Actor
from core.clock import ZONE, now
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.fields import DongField, Schema, Whole, Words
from core.web.forms import Form
from core.web.pages import flash, render
from shop.bank import acts, queries, words
from shop.bank.acts import Back
from shop.bank.models import Credit
from shop.bank.permissions import authorize_seller, sellers_of
from shop.bank.rules import Reason, Seen, State
from shop.bank.statements import moment
from shop.orders.rules import number_of
from shop.payments.banks import bank_name, list_banks
from shop.payments.models import Payment
from shop.payments.rules import Status
from shop.stores.models import Seller

HOME = "/tien-ve"
#: Rows of one export.
MOST_ROWS = 20_000
COLUMNS = (
    Column("booked", _l("Ghi có lúc"), "short"), Column("amount", _l("Số tiền"), "dong"),
    Column("memo", _l("Nội dung")), Column("ref", _l("Mã giao dịch"), "short"),
    Column("account", _l("Tài khoản nhận"), "short"), Column("seller", _l("Người bán")),
    Column("payer", _l("Tài khoản người chuyển"), "short"), Column("holder", _l("Tên người chuyển")),
    Column("source", _l("Nguồn")), Column("state", _l("Trạng thái")), Column("reason", _l("Lý do")),
    Column("number", _l("Đơn"), "short"), Column("paid", _l("Đã ghép"), "dong"),
    Column("back", _l("Trả lại"), "dong"),
)  # fmt: skip


class AssignForm(Schema):
    """The order or booking that the money is for."""

    number = Words(most=40, required=True)
    version = Whole(required=True)


class BackForm(Schema):
    """Where the money goes back to, when the bank did not tell; and why."""

    bank_bin = Words(most=6, pattern=r"\d{6}")
    account = Words(most=40)
    holder = Words(most=120)
    note = Words(most=300)
    version = Whole(required=True)


class NoteForm(Schema):
    """Words beside a line."""

    note = Words(most=300, required=True)
    version = Whole(required=True)


class VersionForm(Schema):
    """Which state of the line the person saw."""

    version = Whole(required=True)


class ByHandForm(Schema):
    """A credit that a person saw in the bank's app."""

    seller = Words(most=40, required=True)
    amount = DongField(least=1, required=True)
    reference = Words(most=80, required=True)
    booked = Words(most=30, required=True)
    memo = Words(most=500)
    payer_bin = Words(most=6, pattern=r"\d{6}")
    payer_account = Words(most=40)
    payer_holder = Words(most=120)


class AsideForm(Schema):
    """Lines that are no orders' money, ticked in the list."""

    line = fields.List(Whole(), required=True)
    note = Words(most=300, required=True)


@desk.get(HOME)
@needs("bank.read")
def bank() -> Response:
    """What came, by where it stands; what waits first."""
    return _list_page()


@desk.get(f"{HOME}/tai-ve.csv")
@needs("bank.read")
def bank_export() -> Response:
    """The list as asked for, as a file that no spreadsheet runs."""
    state, q = _asked()
    rows, _total = queries.list_lines(_ids(_chosen()), state, q, 1, MOST_ROWS)
    return answer(Table("tien-ve", _("Tiền về"), COLUMNS, [_row(one) for one in rows]), "csv")


@desk.post(f"{HOME}/de-rieng")
@needs("bank.decide")
def bank_aside() -> Response:
    """Set several lines aside at once, each for the same reason; those decided meanwhile stay as they are."""
    form = Form(AsideForm()).read(request.form)
    if not form.ok:
        flash(_("Hãy chọn khoản tiền và ghi lý do."), "error")
        return go("desk.bank")
    done, left = 0, 0
    for line_id in form.data["line"]:
        try:
            line = queries.get_line(line_id)
            acts.set_aside(line_id, form.data["note"], line.version, current_actor())
            done += 1
        except Refusal:
            left += 1
    flash(_("Đã để riêng %(done)d khoản.", done=done))
    if left:
        flash(_("%(left)d khoản đã được xử lý trước đó, giữ nguyên.", left=left), "notice")
    return go("desk.bank")


@desk.get(f"{HOME}/ghi")
@needs("bank.decide")
def bank_new() -> Response:
    """Write down a credit seen in the bank's app."""
    return _new_page(Form(ByHandForm()))


@desk.post(f"{HOME}/ghi")
@needs("bank.decide")
def bank_write() -> Response:
    """Store it once, and match it as any other."""
    form, at = Form(ByHandForm()).read(request.form), now()
    booked = moment(form.data.get("booked", ""), "", at)
    mine = {one.code: one for one in sellers_of(current_actor(), "bank.decide")}
    seller = mine.get(form.data.get("seller", ""))
    if form.data.get("booked") and booked is None:
        form.errors["booked"] = [_("Viết như 22/11/2026 10:05.")]
    if form.data.get("seller") and seller is None:
        form.errors["seller"] = [_("Chọn người bán của bạn.")]
    if not form.ok or seller is None or booked is None:
        return _new_page(form, 422)
    told = form.data
    seen = Seen(
        seller.bank_account or "", told["reference"], told["amount"], booked, told.get("memo", ""),
        told.get("payer_bin"), told.get("payer_account"), told.get("payer_holder"),
    )  # fmt: skip
    try:
        line_id, is_new = acts.write_down(seller, seen, current_actor())
    except Refusal as refusal:
        return _new_page(form.refuse(refusal), refusal.status)
    if is_new:
        flash(_("Đã ghi khoản tiền."))
    else:
        known = queries.get_line(line_id).bank_ref
        flash(_("Mã giao dịch %(ref)s đã được ghi trước đó, không ghi thêm. Đây là khoản đó.", ref=known), "notice")
    return go("desk.bank_line", line_id=line_id)


@desk.get(f"{HOME}/<int:line_id>")
@needs("bank.read")
def bank_line(line_id: int) -> Response:
    """One line: what was told, what it may mean, what can be done."""
    return _line_page(line_id)


@desk.post(f"{HOME}/<int:line_id>/<act>")
@needs("bank.decide")
def bank_act(line_id: int, act: str) -> Response:
    """What a person decided about a line. A refusal gives the page back with what was typed."""
    if act not in ACTS:
        raise NotFound
    schema, run, said = ACTS[act]
    form = Form(schema()).read(request.form)
    if not form.ok:
        return _line_page(line_id, form, 422)
    try:
        done = run(line_id, form.data, current_actor())
    except Refusal as refusal:
        return _line_page(line_id, form.refuse(refusal), refusal.status)
    waits = _why_it_waits(done) if act == "gan" else ""
    flash(f"{said} {waits}".strip(), "notice" if waits else "success")
    return go("desk.bank_line", line_id=line_id)


def _why_it_waits(done: object) -> str:
    """Why a line that was assigned pays nothing yet; nothing when it does."""
    if not isinstance(done, Credit) or done.state != State.WAITING:
        return ""
    return f"{words.STATES[done.state]}: {words.REASONS[done.reason]}."


def waiting_badge() -> int:
    """How many lines of my sellers wait before a person."""
    return queries.count_waiting(_ids(sellers_of(current_actor(), "bank.decide")))


Run = Callable[[int, dict[str, Any], Actor], object]


def _back(line_id: int, data: dict[str, Any], by: Actor) -> None:
    named = [data.get(name) for name in ("bank_bin", "account", "holder")]
    to = Back(*[one or "" for one in named]) if any(named) else None
    acts.give_back(line_id, to, data.get("note"), data["version"], by)


ACTS: dict[str, tuple[type[Schema], Run, Any]] = {
    "gan": (AssignForm, lambda n, d, by: acts.assign(n, d["number"], d["version"], by), _l("Đã gán cho đơn.")),
    "lay-du": (
        VersionForm, lambda n, d, by: acts.take_what_is_due(n, d["version"], by),
        _l("Đơn đã trả đủ; phần thừa chờ trả lại."),
    ),
    "tra-lai": (BackForm, _back, _l("Đã chuyển sang danh sách trả lại.")),
    "de-rieng": (NoteForm, lambda n, d, by: acts.set_aside(n, d["note"], d["version"], by), _l("Đã để riêng.")),
    "xem-lai": (VersionForm, lambda n, d, by: acts.take_up(n, d["version"], by), _l("Khoản tiền lại chờ xử lý.")),
    "ghi-chu": (NoteForm, lambda n, d, by: acts.note(n, d["note"], by), _l("Đã ghi chú.")),
}  # fmt: skip


def _list_page(status: int = 200) -> Response:
    actor, page, chosen = current_actor(), page_number(), _chosen()
    state, q = _asked()
    rows, total = queries.list_lines(_ids(chosen), state, q, page, PER_PAGE)
    return render(
        "desk/bank.html", status, rows=rows, total=total, page=page, pages=pages_of(total), state=state or "all", q=q,
        sellers=sellers_of(actor, "bank.read"), seller=asked_text("seller"), counts=queries.count_lines(_ids(chosen)),
        words=words, number=_number, export=_export_url(state, q),
    )  # fmt: skip


def _export_url(state: str, q: str) -> str:
    return url_for("desk.bank_export", state=state or "all", q=q or None, seller=asked_text("seller") or None)


def _line_page(line_id: int, form: Form | None = None, status: int = 200) -> Response:
    line, actor = queries.get_line(line_id), current_actor()
    authorize_seller(actor, "bank.read", line.seller_id)
    waits = line.state == State.WAITING
    return render(
        "desk/bank_line.html", status, line=line, form=form or Form(VersionForm()), words=words, number=_number,
        order=_order, bank=bank_name, banks=list_banks(), waits=waits, twin=queries.find_twin(line) if waits else None,
        suggestions=queries.suggest(line, now()) if waits else [], can_take=waits and _can_take(line),
        ended=line.payment is not None and line.payment.status != Status.PENDING,
    )  # fmt: skip


def _new_page(form: Form, status: int = 200) -> Response:
    sellers = [one for one in sellers_of(current_actor(), "bank.decide") if one.bank_account]
    if not form.values and len(sellers) == 1:
        form.values["seller"] = sellers[0].code
    return render("desk/bank_new.html", status, form=form, sellers=sellers, banks=list_banks())


def _can_take(line: Credit) -> bool:
    """Whether more than the sum of an open payment waits for it."""
    payment = line.payment
    if payment is None or payment.status != Status.PENDING or line.reason not in (Reason.PARTIAL, Reason.TOO_MUCH):
        return False
    return queries.received_of(payment.id) > payment.amount_vnd


def _asked() -> tuple[str, str]:
    """State and words asked for; what waits when nothing is."""
    state = asked_text("state") or "waiting"
    return (state if state in set(State) else ""), asked_text("q")


def _chosen() -> list[Seller]:
    """My sellers, or the one asked for among them."""
    mine, code = sellers_of(current_actor(), "bank.read"), asked_text("seller")
    return [one for one in mine if one.code == code] or mine


def _ids(sellers: Sequence[Seller]) -> list[int]:
    return [one.id for one in sellers]


def _number(payment: Payment | None) -> str:
    return words.number_words(payment.reference) if payment else ""


def _order(payment: Payment | None) -> str | None:
    """The address of a payment's order at the desk, or None for a booking."""
    number = number_of(payment.reference) if payment else None
    return url_for("desk.order", number=number) if number else None


def _row(line: Credit) -> dict[str, Any]:
    booked = line.booked_at.astimezone(ZONE)
    return {
        "booked": f"{booked:%Y-%m-%d %H:%M:%S}", "amount": line.amount_vnd, "memo": line.memo, "ref": line.bank_ref,
        "account": line.account, "seller": line.seller.name, "payer": line.payer_account, "holder": line.payer_holder,
        "source": words.SOURCES[line.source], "state": words.STATES[line.state], "reason": words.REASONS[line.reason],
        "number": _number(line.payment), "paid": line.paid_vnd, "back": line.return_vnd,
    }  # fmt: skip
