"""The desk of cases: whom a revocation reached afterwards, shelf labels to print anew, goods blocked for their star."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin import words as desk_words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.stock import my_stores
from core.accounts.permissions import is_allowed, may
from core.clock import now
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import DongField, Schema, Whole, Words
from core.web.forms import Form
from core.web.pages import flash, render
from shop.cases import words
from shop.cases.models import SoldCase
from shop.cases.queries import count_open, get_case, list_cases, list_labels, scopes_of
from shop.cases.rules import GRAVE, MOVES, OPEN, State
from shop.cases.service import Refund, labels_printed, move
from shop.inventory.blocked import list_blocked
from shop.stores.queries import stores_by_id


class StepIn(Schema):
    """A step of a case: what was done, in words."""

    version = Whole(required=True)
    note = Words(least=3, most=500, required=True)


class RefundStepIn(StepIn):
    """Money that went back: whole đồng, and the bank's or the till's reference."""

    amount = DongField(required=True)
    reference = Words(most=80, required=True)


@desk.get("/vu-viec")
@needs("cases.read")
def cases() -> Response:
    """What is open, or everything; then labels to print and blocked goods of my stores."""
    actor, shows_all, page = current_actor(), asked_text("state") == "all", page_number()
    rows, total = list_cases((), actor, page, PER_PAGE) if shows_all else list_cases(OPEN, actor, page, PER_PAGE)
    mine = [store.id for store in my_stores("stock.read")] if may(actor, "stock.read") else []
    return render(
        "desk/cases.html", rows=rows, total=total, page=page, pages=pages_of(total), shows_all=shows_all, now=now(),
        states=words.STATES, kinds=words.KINDS, labels=list_labels(actor), blocked=list_blocked(mine),
        stores=stores_by_id(),
    )  # fmt: skip


@desk.get("/vu-viec/<code>")
@needs("cases.read")
def case(code: str) -> Response:
    """One case, and the steps that may follow."""
    return _case(get_case(code, current_actor()))


@desk.post("/vu-viec/<code>/<step>")
@needs("cases.keep")
def move_case(code: str, step: str) -> Response:
    """Take a case one step on."""
    found = get_case(code, current_actor())
    is_refund = step == State.REFUNDED
    form = Form(RefundStepIn() if is_refund else StepIn()).read(request.form)
    if not form.ok or step not in MOVES[State(found.state)]:
        return _case(found, form, step, 422)
    data = form.data
    refund = Refund(data["amount"], data["reference"]) if is_refund else None
    try:
        move(code, State(step), current_actor(), note=data["note"], version=data["version"], refund=refund)
    except Refusal as refusal:
        return _case(get_case(code, current_actor()), form.refuse(refusal), step, refusal.status)
    flash(_("Đã ghi."))
    return go("desk.case", code=code)


@desk.post("/tem-ke/<int:task_id>")
@needs("cases.keep")
def printed_labels(task_id: int) -> Response:
    """The shelf labels hang."""
    labels_printed(task_id, current_actor())
    flash(_("Đã ghi: tem kệ đã thay."))
    return go("desk.cases")


def open_cases_badge() -> int:
    """How many cases wait for whoever looks at the menu."""
    return count_open(current_actor())


def _case(found: SoldCase, form: Form | None = None, step: str = "", status: int = 200) -> Response:
    actor = current_actor()
    steps = MOVES[State(found.state)] if is_allowed(actor, "cases.keep", *scopes_of(found)) else ()
    return render(
        "desk/case.html", status, one=found, step=step, steps=steps, forms=_forms(found, steps, form, step),
        states=words.STATES, kinds=words.KINDS, acts=words.ACTS, now=now(), grounds=desk_words.GROUNDS,
        offer=words.OFFER_GRAVE if found.certificate.revocation_ground in GRAVE else words.OFFER_FORMAL,
        sees_buyer=found.store is not None and is_allowed(actor, "orders.read", *scopes_of(found)),
    )  # fmt: skip


def _forms(found: SoldCase, steps: tuple[State, ...], sent: Form | None, step: str) -> dict[str, Form]:
    """A form for each step; the one that was sent as it was typed."""
    most = found.line.line_total_vnd if found.line else 0
    empty: dict[str, Any] = {"amount": str(most)}
    fresh = {one.value: Form(RefundStepIn(), empty) if one is State.REFUNDED else Form(StepIn(), {}) for one in steps}
    return fresh | ({step: sent} if sent is not None and step in fresh else {})
