"""The stores' desk of returns: what buyers ask, goods that come back, and money the store gives on its own."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.stock import my_stores
from core.accounts.permissions import authorize, is_allowed
from core.errors import NotFound, Refusal
from core.masks import spoken
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.inventory.words import amount
from shop.orders.models import Order
from shop.orders.queries import get_order, scope_of
from shop.orders.rules import reference_of
from shop.payments.queries import get_payment
from shop.payments.refunds import list_refunds
from shop.payouts.words import REFUND_STATES, WAYS
from shop.returns import queries, service, words
from shop.returns.models import GoodsReturn
from shop.returns.pages import line_words, wanted_units
from shop.returns.refusals import ReturnLinesRefused
from shop.returns.rules import OPEN, SECOND_PERSON_FROM_VND, Kind, Reason, State
from shop.returns.schemas import RefundForm, RefusalForm
from shop.returns.service import Wish


@desk.get("/tra-hang")
@needs("returns.read")
def returns() -> Response:
    """What waits in my stores, or everything."""
    mine, page = [store.id for store in my_stores("returns.read")], page_number()
    shows_all = asked_text("state") == "all"
    rows, total = queries.list_of_stores(mine, [] if shows_all else sorted(OPEN), page, PER_PAGE)
    return render(
        "desk/returns.html", rows=rows, total=total, page=page, pages=pages_of(total), shows_all=shows_all,
        kinds=words.KINDS, reasons=words.REASONS, states=words.STATES,
    )  # fmt: skip


@desk.get("/tra-hang/<code>")
@needs("returns.read")
def goods_return(code: str) -> Response:
    """One of them, and what may follow."""
    return _page(_mine(code))


@desk.post("/tra-hang/<code>/<act>")
@needs("returns.read")
def act_on_return(code: str, act: str) -> Response:
    """Accept, refuse, receive or settle; the verb asks for its own permission."""
    found, by = _mine(code), current_actor()
    form = Form(RefusalForm()).read(request.form) if act == "refuse" else Form(RefusalForm(), {})
    if not form.ok:
        return _page(found, form, 422)
    try:
        if act == "refuse":
            service.refuse(code, form.data["refusal"], by)
        elif act == "receive":
            service.receive(code, wanted_units(request.form.to_dict()), by)
        elif act in ACTS:
            ACTS[act](code, by)
        else:
            raise NotFound
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _page(_mine(code), form.refuse(refusal), refusal.status)
    flash(_("Đã ghi."))
    return go("desk.goods_return", code=code)


@desk.get("/don-hang/<number>/hoan-tien")
@needs("orders.refund")
def give_refund(number: str) -> Response:
    """The form of money that the store gives back on its own."""
    return _give_form(_order(number), Form(RefundForm(), {}))


@desk.post("/don-hang/<number>/hoan-tien")
@needs("orders.refund")
def send_refund(number: str) -> Response:
    """Promise it: for units of lines, or a sum."""
    order, form = _order(number), Form(RefundForm()).read(request.form)
    wanted = wanted_units(request.form.to_dict())
    if form.ok and bool(wanted) == ("amount" in form.data):
        form.problem = _("Nêu số lượng của mặt hàng, hoặc một số tiền.")
    if not form.ok:
        return _give_form(order, form, 422)
    data = form.data
    wish = Wish(Kind.REFUND, Reason(data["reason"]), wanted, data.get("words"), data.get("amount"))
    try:
        row = service.give(number, wish, current_actor())
    except ReturnLinesRefused as refusal:
        form.problem = " ".join(line_words(order, one) for one in refusal.facts["lines"])
        return _give_form(order, form, refusal.status)
    except Refusal as refusal:
        return _give_form(order, form.refuse(refusal), refusal.status)
    flash(_("Đã ghi.") if row.state == State.DONE else _("Đã ghi. Người thứ hai cần duyệt."))
    return go("desk.goods_return", code=row.code)


def open_returns() -> int:
    """How many wait for whoever looks at the menu."""
    mine = [store.id for store in my_stores("returns.read")]
    return queries.count_open(mine) if mine else 0


def _mine(code: str) -> GoodsReturn:
    found = queries.get_return(code)
    authorize(current_actor(), "returns.read", scope_of(found.order))
    return found


def _order(number: str) -> Order:
    order = get_order(number)
    authorize(current_actor(), "orders.refund", scope_of(order))
    return order


def _page(found: GoodsReturn, form: Form | None = None, status: int = 200) -> Response:
    return render(
        "desk/return.html", status, one=found, order=found.order, form=form or Form(RefusalForm(), {}), amount=amount,
        kinds=words.KINDS, reasons=words.REASONS, states=words.STATES, ways=WAYS, refund_states=REFUND_STATES,
        can=_can(found), limit=SECOND_PERSON_FROM_VND, phone=spoken(found.order.contact_phone),
        sum_vnd=service.foresee(found) if found.state in OPEN else None,
        damaged=wanted_units(request.form.to_dict()) or _unfit(found),
    )  # fmt: skip


def _unfit(found: GoodsReturn) -> dict[int, int]:
    """Units by line that the buyer's reason calls unsellable: all of them, until somebody has looked at the goods."""
    return {one.line.position: one.quantity for one in found.lines if found.reason in UNFIT}


def _can(found: GoodsReturn) -> set[str]:
    """The acts that fit the state and the caller's role."""
    actor, where, is_refund = current_actor(), scope_of(found.order), found.kind == Kind.REFUND
    decides = is_allowed(actor, "returns.decide", where)
    is_other = actor.user_id != found.decided_by_id
    fits = {
        "accept": found.state == State.ASKED and decides,
        "refuse": found.state in (State.ASKED, State.ACCEPTED) and decides,
        "receive": found.state == State.ACCEPTED and not is_refund and is_allowed(actor, "returns.receive", where),
        "settle": decides
        and is_other
        and (found.state == State.RECEIVED or (is_refund and found.state == State.ACCEPTED)),
    }
    return {act for act, is_fit in fits.items() if is_fit}


def _give_form(order: Order, form: Form, status: int = 200) -> Response:
    payment = get_payment(reference_of(order.number))
    given: list[Any] = list_refunds(payment.id)
    return render(
        "desk/refund.html", status, order=order, form=form, free=service.units_free(order), amount=amount,
        reasons=[(one.value, words.REASONS[one]) for one in Reason if one is not Reason.CHANGED_MIND], refunds=given,
        left=payment.captured_vnd - payment.refunding_vnd, ways=WAYS, refund_states=REFUND_STATES,
        typed=wanted_units(request.form.to_dict()), limit=SECOND_PERSON_FROM_VND,
    )  # fmt: skip


#: Goods that came back for these are proposed as damage: what is good is the exception that a person counts.
UNFIT = (Reason.BROKEN, Reason.SPOILED)
ACTS = {"accept": service.accept, "settle": service.settle}
