"""The invoices of a seller: drafts to issue, what to adjust or replace, files for the provider and its answers."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from marshmallow import ValidationError, validates_schema

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from core.accounts.actor import Actor
from core.accounts.permissions import is_allowed, may
from core.db import transaction
from core.errors import NotFound, Refusal
from core.ids import short_code
from core.web.access import current_actor, needs
from core.web.api import Schema
from core.web.fields import Choice, DongField, EmailAddress, Whole, Words
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.invoices import corrections, service, words
from shop.invoices.buyers import Buyer
from shop.invoices.models import Invoice
from shop.invoices.pages import pdf_answer
from shop.invoices.pdf import invoice_pdf
from shop.invoices.queries import (
    Asked,
    corrections_of,
    count_by_state,
    get_visible,
    list_invoices,
    scopes_of,
    sellers_for,
)
from shop.invoices.rules import NUMBERED, TAX_CODE, BuyerKind, Kind, State

#: Drafts that one press issues.
_MOST = 200


class BuyerForm(Schema):
    """Who the buyer is, as the invoice will say."""

    kind = Choice(*[str(kind) for kind in BuyerKind], required=True)
    name = Words(most=200)
    tax_code = Words(most=20)
    address = Words(most=500)
    email = EmailAddress(most=254)
    reason = Words(most=300)
    version = Whole()

    @validates_schema(skip_on_field_errors=False)
    def check_whole(self, data: dict[str, Any], **_more: Any) -> None:
        """Who is named has a name; an enterprise has a tax code and an address."""
        needed = {"person": ("name",), "business": ("name", "tax_code", "address")}.get(data.get("kind", ""), ())
        wrong = {name: [_("Cần điền mục này.")] for name in needed if not data.get(name)}
        if data.get("tax_code") and not TAX_CODE.fullmatch(data["tax_code"]):
            wrong["tax_code"] = [_("Mã số thuế có 10 số, 13 số (chi nhánh) hoặc 12 số (cá nhân).")]
        if wrong:
            raise ValidationError(wrong)


class AdjustForm(Schema):
    """How much is taken back, and why."""

    amount = DongField(required=True)
    reason = Words(most=300, required=True)


class ReasonForm(Schema):
    """Why."""

    reason = Words(most=300, required=True)


@desk.get("/hoa-don")
@needs("invoices.read")
def invoices() -> Response:
    """The queue of drafts first; everything by state, seller and words."""
    sellers = sellers_for(current_actor(), "invoices.read")
    if not sellers:
        raise NotFound
    chosen = [one for one in sellers if one.code == asked_text("seller", 40)] or list(sellers)
    ids, state, page = tuple(one.id for one in chosen), _state(), page_number()
    rows, total = list_invoices(Asked(ids, state, None, None, None, asked_text("q", 60) or None), page, PER_PAGE)
    return render(
        "desk/invoices.html", sellers=sellers, seller=chosen[0] if len(chosen) == 1 else None, rows=rows, total=total,
        page=page, pages=pages_of(total), state=state, counts=count_by_state(ids), words=words, q=asked_text("q", 60),
        corrected=corrections_of(rows), may_issue=may(current_actor(), "invoices.issue"),
    )  # fmt: skip


@desk.post("/hoa-don/phat-hanh")
@needs("invoices.issue")
def issue_invoices() -> Response:
    """Give every draft of my sellers its number, originals before what corrects them; each in its own transaction."""
    sellers = tuple(one.id for one in sellers_for(current_actor(), "invoices.issue"))
    drafts, _total = list_invoices(Asked(sellers, State.DRAFT), 1, _MOST)
    done, failed = 0, list[str]()
    for one in sorted(drafts, key=lambda one: one.id):
        try:
            service.issue(one.code, current_actor())
            done += 1
        except Refusal as refusal:
            failed.append(f"{one.code}: {refusal}")
    flash(_("Đã phát hành %(n)s hóa đơn.", n=done))
    for problem in failed[:5]:
        flash(problem, "error")
    return go("desk.invoices", state="issued" if done else "draft")


@desk.get("/hoa-don/<code>")
@needs("invoices.read")
def invoice(code: str) -> Response:
    """One invoice with what can be done about it."""
    return _show(get_visible(code, current_actor()))


@desk.get("/hoa-don/<code>/ban-the-hien.pdf")
@needs("invoices.read")
def invoice_as_pdf(code: str) -> Response:
    """The visual form, drafts too."""
    found = get_visible(code, current_actor())
    return pdf_answer(invoice_pdf(found), f"hoa-don-{found.code}")


@desk.post("/hoa-don/<code>/nguoi-mua")
@needs("invoices.issue")
def name_buyer(code: str) -> Response:
    """Say who the buyer is, while it is a draft."""
    found = get_visible(code, current_actor(), "invoices.issue")
    form = Form(BuyerForm()).read(request.form)
    if not form.ok:
        return _show(found, 422, buyer=form)
    expected = form.data.get("version", found.version)
    try:
        named = service.name_buyer(code, _buyer(form.data), current_actor(), expected)
    except Refusal as refusal:
        return _show(get_visible(code, current_actor()), refusal.status, str(refusal), buyer=form)
    flash(_("Đã ghi người mua."))
    if named.code != code:
        flash(_("Với người mua này thuế khác, nên đây là bản nháp mới; bản trước đã bỏ. Tổng thanh toán không đổi."))
    return go("desk.invoice", code=named.code)


@desk.post("/hoa-don/<code>/dieu-chinh")
@needs("invoices.issue")
def adjust_invoice(code: str) -> Response:
    """Draft an adjustment that takes a sum back."""
    found = get_visible(code, current_actor(), "invoices.issue")
    form = Form(AdjustForm()).read(request.form)
    if form.ok and not form.data["amount"]:
        form.errors["amount"] = [_("Số tiền phải lớn hơn 0.")]
    if not form.ok:
        return _show(found, 422, adjust=form)

    def act() -> None:
        with transaction():
            only_once(request.form.get("once"))
            key = request.form.get("once") or short_code("K", 16)
            corrections.adjust(code, form.data["amount"], form.data["reason"], key[:50], current_actor())

    return _do(found, act, _("Đã lập nháp hóa đơn điều chỉnh. Xem lại rồi phát hành."), adjust=form)


@desk.post("/hoa-don/<code>/thay-the")
@needs("invoices.issue")
def replace_invoice(code: str) -> Response:
    """Draft a replacement with other details of the buyer."""
    found = get_visible(code, current_actor(), "invoices.issue")
    form = Form(BuyerForm()).read(request.form)
    if not form.data.get("reason") and not form.errors.get("reason"):
        form.errors["reason"] = [_("Cần điền mục này.")]
    if not form.ok:
        return _show(found, 422, replacing=form)
    return _do(found, lambda: corrections.replace(code, _buyer(form.data), form.data["reason"], current_actor()),
               _("Đã lập nháp hóa đơn thay thế. Xem lại rồi phát hành."), replacing=form)  # fmt: skip


@desk.post("/hoa-don/<code>/<act>")
@needs("invoices.issue")
def act_on_invoice(code: str, act: str) -> Response:
    """Issue, discard a draft with its reason, or send again."""
    found = get_visible(code, current_actor(), "invoices.issue")
    if act not in _ACTS:
        raise NotFound
    needs_reason, said, verb = _ACTS[act]
    form = Form(ReasonForm()).read(request.form)
    if needs_reason and not form.ok:
        return _show(found, 422, discard=form)
    return _do(found, lambda: verb(code, current_actor(), form.data.get("reason", "")), said(), discard=form)


def count_drafts() -> int:
    """How many drafts of my sellers wait to be issued."""
    sellers = sellers_for(current_actor(), "invoices.issue")
    return count_by_state([one.id for one in sellers]).get(State.DRAFT, 0) if sellers else 0


def _issue(code: str, by: Actor, _reason: str) -> None:
    service.issue(code, by)


def _discard(code: str, by: Actor, reason: str) -> None:
    service.discard(code, by, reason)


def _resend(code: str, by: Actor, _reason: str) -> None:
    service.resend(code, by)


#: Whether it asks for a reason, what is said afterwards, the verb.
_ACTS: dict[str, tuple[bool, Callable[[], str], Callable[[str, Actor, str], None]]] = {
    "phat-hanh": (False, lambda: _("Đã phát hành hóa đơn."), _issue),
    "bo-nhap": (True, lambda: _("Đã bỏ bản nháp. Bản nháp vẫn xem lại được."), _discard),
    "gui-lai": (False, lambda: _("Đã đánh dấu gửi lại cơ quan thuế."), _resend),
}


def _do(found: Invoice, verb: Callable[[], object], said: str, **forms: Form) -> Response:
    """Do it, or show the page again with what is wrong and what was typed."""
    try:
        verb()
    except Refusal as refusal:
        return _show(get_visible(found.code, current_actor()), refusal.status, str(refusal), **forms)
    flash(said)
    return go("desk.invoice", code=found.code)


def _show(found: Invoice, status: int = 200, problem: str | None = None, **forms: Form) -> Response:
    fixes = corrections_of([found]).get(found.id, [])
    may_issue = is_allowed(current_actor(), "invoices.issue", *scopes_of(found.seller_id))
    is_replaced = any(one.kind == Kind.REPLACEMENT for one in fixes)
    return render(
        "desk/invoice.html", status, invoice=found, problem=problem, fixes=fixes, words=words,
        buyer=forms.get("buyer") or _typed(found), adjust=forms.get("adjust") or Form(AdjustForm()),
        replacing=forms.get("replacing") or _typed(found), discard=forms.get("discard") or Form(ReasonForm()),
        may_draft=may_issue and found.state == State.DRAFT,
        may_adjust=may_issue and found.state in NUMBERED and found.kind != Kind.ADJUSTMENT and not is_replaced,
        may_replace=may_issue and found.state in NUMBERED and found.kind != Kind.ADJUSTMENT and not fixes,
        may_resend=may_issue and found.state == State.REJECTED,
    )  # fmt: skip


def _typed(found: Invoice) -> Form:
    """The buyer's form as the invoice stands."""
    names = ("kind", "name", "tax_code", "address", "email")
    return Form(BuyerForm(), {name: getattr(found, f"buyer_{name}") or "" for name in names})


def _buyer(data: dict[str, Any]) -> Buyer:
    if data["kind"] == BuyerKind.NONE:
        return Buyer()
    is_business = data["kind"] == BuyerKind.BUSINESS
    return Buyer(
        BuyerKind(data["kind"]), data.get("name"), data.get("tax_code") if is_business else None, data.get("address"),
        data.get("email"),
    )  # fmt: skip


def _state() -> str | None:
    return state if (state := asked_text("state")) in {str(one) for one in State} else None
