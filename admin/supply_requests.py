"""The desk of requests to producers: drafts, what was sent, what she answered, the receipt that closes one."""

from datetime import date
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.replenish import said
from admin.stock import staffed
from admin.tasks import store_task
from core.accounts.actor import CUSTOMER, Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import today
from core.db import transaction
from core.errors import AlreadySent, EditConflict, Invalid, NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.links import address_of
from core.web.pages import flash, render
from shop.replenish import queries, service
from shop.replenish.links import key_of
from shop.replenish.models import SupplyRequest
from shop.replenish.reactions import can_be_told
from shop.replenish.rules import COMING, State
from shop.replenish.schemas import AnswerIn, CloseIn, DeclineIn, DraftIn
from shop.replenish.typed import read_all, shown
from shop.replenish.words import BADGES, STATES, show

ONE = "/dat-hang/phieu/<code>"


@desk.get("/dat-hang/<code>/phieu")
@needs("replenish.read")
def supply_requests(code: str) -> Response:
    """A store's requests, newest first."""
    store = staffed(code, "replenish.read")
    state, page = asked_text("state", 10), page_number()
    state = state if state in {one.value for one in State} else ""
    rows, total = queries.list_requests(store.id, page, PER_PAGE, state or None)
    return render(
        "desk/supply_requests.html", store=store, rows=rows, total=total, page=page, pages=pages_of(total),
        state=state, states=STATES, badges=BADGES,
    )  # fmt: skip


@desk.get(ONE)
@needs("replenish.read")
def supply_request(code: str) -> Response:
    """One request, and what can be done with it now."""
    return _request(_mine(code, "replenish.read"))


@desk.post(ONE)
@needs("replenish.order")
def edit_supply_request(code: str) -> Response:
    """Keep a draft's quantities, day and words; with ``send``, send it then."""
    found = _mine(code, "replenish.order")
    form = Form(DraftIn()).read(request.form)
    if not form.ok:
        return _request(found, form, 422)
    try:
        wants = {line.sku.code: 0 for line in found.lines} | read_all("units", _packs(found), request.form)
        with transaction():
            only_once(request.form.get("once"))
            kept = service.edit_draft(
                code, form.data["version"], wants, current_actor(), wanted_on=form.data.get("wanted_on"),
                note=form.data.get("note") or "",
            )  # fmt: skip
            if "send" in request.form:
                service.send(code, kept.version, current_actor())
    except AlreadySent as twice:
        flash(str(twice), "notice")
    except EditConflict as refusal:
        return _request(_mine(code, "replenish.order"), form.refuse(refusal), refusal.status)
    except Refusal as refusal:
        form.problem = said(refusal)
        return _request(_mine(code, "replenish.order"), form, refusal.status)
    else:
        flash(_("Đã gửi phiếu cho chủ thể.") if "send" in request.form else _("Đã lưu."))
    return go("desk.supply_request", code=code)


@desk.post(f"{ONE}/<act>")
@needs("replenish.order")
def act_on_supply_request(code: str, act: str) -> Response:
    """Send it anew, drop it, write down what the producer said on the telephone, close it with its receipt."""
    found = _mine(code, "replenish.order")
    if act not in ACTS:
        raise NotFound
    try:
        flash(ACTS[act](found))
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        form = Form(DraftIn(), {"version": found.version})
        form.problem = said(refusal)
        return _request(_mine(code, "replenish.order"), form, refusal.status)
    return go("desk.supply_request", code=code)


def _send_again(found: SupplyRequest) -> str:
    service.send_again(found.code, current_actor())
    return _("Đã gửi liên kết mới; liên kết cũ không dùng được nữa.")


def _drop(found: SupplyRequest) -> str:
    version = request.form.get("version", "")
    service.drop(found.code, int(version) if version.isdecimal() and len(version) < 10 else 0, current_actor())
    return _("Đã bỏ phiếu.")


def _confirm(found: SupplyRequest) -> str:
    data = _read(Form(AnswerIn()))
    units = read_all("units", _packs(found), request.form)
    service.confirm(
        found.code, found.serial, current_actor(), deliver_on=data["deliver_on"], units=units,
        words=data.get("words") or "",
    )  # fmt: skip
    return _("Đã ghi lời đáp của chủ thể.")


def _decline(found: SupplyRequest) -> str:
    service.decline(found.code, found.serial, current_actor(), _read(Form(DeclineIn()))["words"])
    return _("Đã ghi lời đáp của chủ thể.")


def _close(found: SupplyRequest) -> str:
    service.close(found.code, _read(Form(CloseIn()))["receipt"], current_actor())
    return _("Đã đóng phiếu theo phiếu nhập.")


ACTS = {"gui-lai": _send_again, "bo": _drop, "nhan-giao": _confirm, "khong-co": _decline, "dong": _close}


def _read(form: Form) -> dict[str, Any]:
    """What a small form of the page says. Raises Invalid with its first fault."""
    form.read(request.form)
    if not form.ok:
        raise Invalid(form.errors)
    return form.data


def _packs(found: SupplyRequest) -> list[tuple[str, str]]:
    return [(line.sku.code, line.sku.unit) for line in found.lines]


def _mine(code: str, action: str) -> SupplyRequest:
    """A request of a store at which the caller may do this; NotFound alike for unknown and foreign ones."""
    found = queries.get_request(code)
    authorize(current_actor(), action, Scope("store", found.store.code))
    return found


def _request(found: SupplyRequest, form: Form | None = None, status: int = 200) -> Response:
    actor, where, on = current_actor(), Scope("store", found.store.code), today()
    can_order = is_allowed(actor, "replenish.order", where)
    link = address_of("replenish.request_page", key=key_of(found.code, found.serial))
    return render(
        "desk/supply_request.html", status, one=found, form=form or _stands(found), states=STATES, badges=BADGES,
        names=queries.names_of(found), ends=queries.last_days(found, on), show=show, shown=shown, on=on,
        customer=CUSTOMER, can_order=can_order, can_receive=is_allowed(actor, "stock.receive", where),
        link=link if can_order and found.state == State.SENT else "",
        is_told=can_be_told(found) if found.state in (State.DRAFT, State.SENT) else True,
        receipts=queries.receipts_since(found) if found.state in COMING else [], receive_url=_receive_url(found, on),
    )  # fmt: skip


def _receive_url(found: SupplyRequest, on: date) -> str:
    """The form of a delivery, filled with what she brings; without what may not be taken in today."""
    lapsed = queries.lapsed_among(found, on)
    coming = [
        (line.sku.code, line.wanted if line.confirmed is None else line.confirmed)
        for line in found.lines
        if line.sku_id not in lapsed
    ]
    return url_for("desk.receive_lot", code=found.store.code, line=[f"{sku}:{units}" for sku, units in coming if units])


def _stands(found: SupplyRequest) -> Form:
    values = {"version": found.version, "wanted_on": found.wanted_on, "note": found.note}
    return Form(DraftIn(), {name: value for name, value in values.items() if value is not None})


store_task(
    "supply.waiting", _l("phiếu đặt hàng cần xem"), "desk.supply_requests", queries.count_waiting,
    action="replenish.read", order=34,
)  # fmt: skip
