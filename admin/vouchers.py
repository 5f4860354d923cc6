"""Vouchers at the counter: scan or type the code, take it once; and the list for store and producer."""

from datetime import timedelta
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from core.accounts.permissions import is_allowed
from core.clock import local_day, now
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.api import Schema
from core.web.fields import Words
from core.web.forms import Form
from core.web.pages import flash, render
from core.web.ratelimit import limit
from shop.proof.api import read_photo
from shop.vouchers import service
from shop.vouchers.models import Voucher
from shop.vouchers.queries import get_visible, line_of, lines_of, list_vouchers, scopes_of
from shop.vouchers.refusals import VoucherNotFound
from shop.vouchers.rules import State, clean_code, shown_code
from shop.vouchers.schemas import GiveBackIn
from shop.vouchers.words import STATES, standing

#: Codes that one person may try in ten minutes: a busy morning, and no search through codes.
_TRIES = 120
_TEN_MINUTES = timedelta(minutes=10)


class VoucherForm(Schema):
    """The code as typed, or the address that a scanner read."""

    q = Words(most=300, required=True)


@desk.get("/phieu")
@needs("vouchers.read")
def vouchers() -> Response:
    """Scan or type a code; below, the vouchers of my stores and producers."""
    if text := asked_text("q", 300):
        return _find(text)
    return _page(Form(VoucherForm()))


@desk.post("/phieu")
@needs("vouchers.read")
def scan_voucher() -> Response:
    """The code on a photo."""
    photo = request.files.get("photo")
    form = Form(VoucherForm())
    if photo is None or not photo.filename:
        return _page(form, 422, _("Chưa có ảnh nào. Hãy chụp mã QR trên phiếu."))
    try:
        texts = read_photo(photo)
    except Refusal as refusal:
        return _page(form, refusal.status, str(refusal))
    codes = [code for text in texts if (code := clean_code(text))]
    if not codes:
        return _page(form, 422, _("Không thấy mã phiếu trong ảnh. Hãy chụp gần và đủ sáng, hoặc gõ mã."))
    return go("desk.voucher", code=codes[0])


@desk.get("/phieu/<code>")
@needs("vouchers.read")
def voucher(code: str) -> Response:
    """One voucher, with the one button."""
    _count()
    found = get_visible(code, current_actor())
    return _show(found)


@desk.post("/phieu/<code>/dung")
@needs("vouchers.redeem")
def redeem_voucher(code: str) -> Response:
    """Take it, once. The second sees when and by whom."""
    _count()
    found = get_visible(code, current_actor(), "vouchers.redeem")
    try:
        service.redeem(code, current_actor())
    except Refusal as refusal:
        return _show(get_visible(found.code, current_actor()), refusal.status, str(refusal))
    flash(_("Đã nhận phiếu. Mời khách dùng dịch vụ."))
    return go("desk.voucher", code=found.code)


@desk.post("/phieu/<code>/tra")
@needs("vouchers.give_back")
def give_back_voucher(code: str) -> Response:
    """Take an unused voucher back; its money goes back."""
    found = get_visible(code, current_actor(), "vouchers.give_back")
    form = Form(GiveBackIn()).read(request.form)
    if not form.ok:
        return _show(found, 422, form=form)
    try:
        service.give_back(code, current_actor(), form.data["reason"])
    except Refusal as refusal:
        return _show(get_visible(code, current_actor()), refusal.status, str(refusal), form)
    flash(_("Đã nhận lại phiếu. Tiền hoàn theo cách khách đã trả."))
    return go("desk.voucher", code=found.code)


def _find(text: str) -> Response:
    """Lead to a voucher of mine; a wrong code stays in the field."""
    _count()
    form = Form(VoucherForm(), {"q": text})
    try:
        found = get_visible(text, current_actor())
    except VoucherNotFound as refusal:
        form.errors["q"] = [str(refusal)]
        return _page(form, 404)
    return redirect(url_for("desk.voucher", code=found.code), 303)  # type: ignore[return-value]


def _count() -> None:
    """Codes are secrets: looking them up is counted by person."""
    limit("voucher-desk", str(current_actor().user_id), times=_TRIES, per=_TEN_MINUTES)


def _page(form: Form, status: int = 200, problem: str | None = None) -> Response:
    state, page, day = asked_text("state"), page_number(), local_day(now())
    chosen = state if state in {str(one) for one in State} else None
    found, total = list_vouchers(current_actor(), chosen, page, PER_PAGE)
    lines = lines_of(found)
    rows: list[dict[str, Any]] = [
        {"voucher": one, "line": lines[one.order_line_id], "standing": standing(one, day)} for one in found
    ]
    return render(
        "desk/vouchers.html", status, form=form, problem=problem, rows=rows, total=total, page=page,
        pages=pages_of(total), state=chosen, states=STATES,
    )  # fmt: skip


def _show(found: Voucher, status: int = 200, problem: str | None = None, form: Form | None = None) -> Response:
    by, scopes = current_actor(), scopes_of(found)
    stands = standing(found, local_day(now()))
    answer = render(
        "desk/voucher.html", status, voucher=found, line=line_of(found), code=shown_code(found.code), standing=stands,
        problem=problem, form=form or Form(GiveBackIn()),
        may_take=stands["is_usable"] and is_allowed(by, "vouchers.redeem", *scopes),
        may_return=found.state == State.LIVE and is_allowed(by, "vouchers.give_back", *scopes),
    )  # fmt: skip
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
