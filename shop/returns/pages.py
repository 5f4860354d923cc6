"""The buyer's pages: ask to give goods back, withdraw it, and order the same anew; and the panel of the order page."""

import re
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from core.clock import local_day, now
from core.errors import Refusal
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from shop.carts import service as carts
from shop.carts.mine import open_mine
from shop.inventory.words import amount
from shop.orders.models import Order
from shop.orders.panels import Viewer
from shop.orders.queries import get_visible, is_buyer, is_only_services
from shop.orders.refusals import OrderNotFound
from shop.orders.rules import WITH_BUYER
from shop.payments.models import Payment
from shop.payments.refunds import list_refunds
from shop.payouts.claims import find_keys
from shop.payouts.words import REFUND_STATES, WAYS
from shop.returns import service, words
from shop.returns.queries import get_return, lines_of, list_of_order, received_on
from shop.returns.refusals import ReturnLinesRefused
from shop.returns.rules import BUYERS, FAULT_DAYS, OPEN, Kind, Reason, last_day
from shop.returns.schemas import ReturnForm
from shop.returns.service import Wish

pages = Pages("returns", __name__)

_UNITS = re.compile(r"units-([0-9]{1,4})")


@pages.get("/don-hang/<number>/tra-hang")
@public
def new(number: str) -> Response:
    """The form: what, how much, why."""
    token = request.args.get("token")
    return _form(_buyers(number, token), token, Form(ReturnForm(), {"kind": Kind.RETURN.value}))


@pages.post("/don-hang/<number>/tra-hang")
@public
def ask(number: str) -> Response:
    """Take the wish."""
    form, token = Form(ReturnForm()).read(request.form), request.form.get("token") or None
    order = _buyers(number, token)
    wanted = wanted_units(request.form.to_dict())
    if not wanted:
        form.errors["units"] = [_("Chọn ít nhất một mặt hàng.")]
    if not form.ok:
        return _form(order, token, form, 422)
    data = form.data
    wish = Wish(Kind(data["kind"]), Reason(data["reason"]), wanted, data.get("words"))
    try:
        service.ask(number, token, wish, current_actor())
    except ReturnLinesRefused as refusal:
        form.errors["units"] = [line_words(order, one) for one in refusal.facts["lines"]]
        return _form(order, token, form, refusal.status)
    except Refusal as refusal:
        return _form(order, token, form.refuse(refusal), refusal.status)
    flash(_("Cửa hàng đã nhận yêu cầu của bạn và sẽ trả lời tại trang đơn hàng."))
    return _back(number, token)


@pages.post("/tra-hang/<code>/rut")
@public
def withdraw(code: str) -> Response:
    """She thinks better of it."""
    token = request.form.get("token") or None
    row = service.withdraw(code, token, current_actor())
    flash(_("Đã rút yêu cầu."))
    return _back(row.order.number, token)


@pages.post("/tra-hang/<code>/dat-lai")
@public
def order_anew(code: str) -> Response:
    """An exchange: the same goods once more into the visitor's cart. What is no longer sold is told by name."""
    row = get_return(code)
    _buyers(row.order.number, request.form.get("token") or None)
    missing: list[str] = []
    token = open_mine().token
    for one in row.lines:
        try:
            carts.add_line(token, one.line.sku_code, one.quantity)
        except Refusal as refusal:
            missing.append(f"{one.line.product_name}: {refusal}")
    if missing:
        flash(_("Chưa đặt lại được: %(names)s", names=" ".join(missing)), "warning")
    return redirect(url_for("carts.show"), 303)  # type: ignore[return-value]


def build_panel(order: Order, payment: Payment, viewer: Viewer) -> dict[str, Any] | None:
    """What the order page says of returns and of money that goes back; None when there is nothing to say."""
    rows, money = list_of_order(order.id), list_refunds(payment.id)
    may_ask = viewer.is_buyer and _may_ask(order, payment) and not any(one.state in OPEN for one in rows)
    if not (rows or money or may_ask):
        return None
    day = received_on(order)
    waiting = [one for one in money if one.state == "promised" and one.way != "card"] if viewer.is_buyer else []
    return {
        "rows": rows, "refunds": money, "may_ask": may_ask, "token": viewer.token, "is_buyer": viewer.is_buyer,
        "until": last_day(day, Reason.CHANGED_MIND) if day else None, "kinds": words.KINDS, "reasons": words.REASONS,
        "states": words.STATES, "ways": WAYS, "refund_states": REFUND_STATES, "amount": amount, "open": OPEN,
        "links": find_keys([one.code for one in waiting]), "is_service": is_only_services(order),
    }  # fmt: skip


def wanted_units(typed: dict[str, str]) -> dict[int, int]:
    """Units by line of the fields `units-1`, `units-2` …; what is no number from 1 on is none."""
    found = {int(name[1]): value.strip() for key, value in typed.items() if (name := _UNITS.fullmatch(key))}
    plain = {place: value for place, value in found.items() if value.isascii() and value.isdecimal() and len(value) < 9}
    return {place: int(value) for place, value in plain.items() if int(value) > 0}


def line_words(order: Order, problem: dict[str, Any]) -> str:
    """A line's problem in words, with its name."""
    name = next((one.product_name for one in order.lines if one.position == problem["line"]), "?")
    return f"{name}: {words.PROBLEMS[problem['problem']]}"


def _may_ask(order: Order, payment: Payment) -> bool:
    day = received_on(order)
    if order.state not in WITH_BUYER or day is None or payment.captured_vnd <= payment.refunding_vnd:
        return False
    return local_day(now()) <= last_day(day, Reason.BROKEN)


def _buyers(number: str, token: str | None) -> Order:
    """The order, if it is this caller's to give back. Refuses OrderNotFound."""
    order = get_visible(number, token, current_actor())
    if not is_buyer(order, token, current_actor()):
        raise OrderNotFound
    return order


def _form(order: Order, token: str | None, form: Form, status: int = 200) -> Response:
    known, day = lines_of(order), received_on(order)
    answer = render(
        "returns/new.html", status, order=order, token=token, form=form, kinds=words.KINDS,
        reasons=[(one.value, words.REASONS[one]) for one in BUYERS], known=known, amount=amount,
        until=last_day(day, Reason.CHANGED_MIND) if day else None, fault_days=FAULT_DAYS,
        typed=wanted_units(request.form.to_dict()), is_service=is_only_services(order),
    )  # fmt: skip
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _back(number: str, token: str | None) -> Response:
    return redirect(url_for("orders.show", number=number, token=token), 303)  # type: ignore[return-value]
