"""The stores' desk: what lies where, a delivery taken in, what a person found, the ledger."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin import words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.queries import list_packs, units_of
from core.accounts.actor import Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import now, today
from core.db import transaction
from core.errors import AlreadySent, Refusal
from core.text import fold
from core.web.access import current_actor, needs
from core.web.fields import Words
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.carts.words import amount
from shop.inventory.queries import LevelRow, Wanted, list_ledger, list_levels
from shop.inventory.rules import BY_HAND, Reason
from shop.inventory.schemas import DeliveredIn
from shop.inventory.service import Delivered, receive
from shop.removals.schemas import AdjustmentIn
from shop.removals.service import adjust
from shop.stores.models import Store
from shop.stores.queries import get_store, list_stores


class DeliveryIn(DeliveredIn):
    """One lot of a delivery, with the number of its delivery note."""

    delivery_note = Words(most=60)


@desk.get("/cua-hang")
@needs("stock.read")
def stores() -> Response:
    """The stores whose stock the caller may see; a single one opens at once."""
    mine = my_stores("stock.read")
    return go("desk.stock", code=mine[0].code) if len(mine) == 1 else render("desk/stores.html", stores=mine)


@desk.get("/cua-hang/<code>")
@needs("stock.read")
def stock(code: str) -> Response:
    """Everything that lies in a store, what expires first on top."""
    store = staffed(code, "stock.read")
    q, state = asked_text("q"), asked_text("state")
    levels = [row for row in list_levels(store.id, now()) if _fits(row, q, state)]
    page = page_number()
    shown = levels[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render(
        "desk/stock.html", store=store, rows=shown, total=len(levels), page=page, pages=pages_of(len(levels)), q=q,
        state=state, units=units_of({row.sku for row in shown}), amount=amount, places=words.PLACES,
        states=words.LOT_STATES, grounds=words.LOT_GROUNDS, can=_can(store),
    )  # fmt: skip


@desk.get("/cua-hang/<code>/nhap-hang")
@needs("stock.receive")
def receive_lot(code: str) -> Response:
    """The form of a delivery."""
    store = staffed(code, "stock.receive")
    return _delivery(store, Form(DeliveryIn(), {"place": "shelf", "sku": asked_text("sku"), "is_consigned": "true"}))


@desk.post("/cua-hang/<code>/nhap-hang")
@needs("stock.receive")
def receive_lot_now(code: str) -> Response:
    """Take a lot in; refused when no certificate covers today."""
    store = staffed(code, "stock.receive")
    form = Form(DeliveryIn()).read(_with_choice("is_consigned"))
    if not form.ok:
        return _delivery(store, form, 422)
    data = dict(form.data)
    note = data.pop("delivery_note", None)
    line = Delivered(unit_cost_vnd=data.pop("unit_cost"), **data)
    try:
        with transaction():
            only_once(request.form.get("once"))
            taken = receive(store, [line], current_actor(), delivery_note=note)
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.stock", code=store.code)
    except Refusal as refusal:
        return _delivery(store, form.refuse(refusal), refusal.status)
    lot = taken.lines[0]
    flash(_("Đã nhập lô %(lot)s: %(name)s.", lot=lot.lot.code, name=lot.name))
    for warning in lot.warnings:
        flash(_("Lưu ý: %(what)s.", what=words.RECEIPT_WARNINGS.get(warning, warning)), "warning")
    return go("desk.stock", code=store.code)


@desk.get("/cua-hang/<code>/dieu-chinh")
@needs("stock.adjust")
def adjust_stock(code: str) -> Response:
    """The form of an adjustment."""
    store = staffed(code, "stock.adjust")
    values = {"lot": asked_text("lot"), "place": asked_text("place") or "shelf"}
    return _adjustment(store, Form(AdjustmentIn(), values))


@desk.post("/cua-hang/<code>/dieu-chinh")
@needs("stock.adjust")
def adjust_stock_now(code: str) -> Response:
    """Book what a person found or did."""
    store = staffed(code, "stock.adjust")
    form = Form(AdjustmentIn()).read(request.form)
    if not form.ok:
        return _adjustment(store, form, 422)
    data = form.data
    try:
        with transaction():
            only_once(request.form.get("once"))
            reason = Reason(data["reason"])
            actor = current_actor()
            paper = adjust(store, data["lot"], data["place"], data["quantity"], reason, actor, data.get("note"))
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.stock", code=store.code)
    except Refusal as refusal:
        return _adjustment(store, form.refuse(refusal), refusal.status)
    flash(_("Đã ghi điều chỉnh %(paper)s.", paper=paper))
    return go("desk.stock", code=store.code)


@desk.get("/cua-hang/<code>/so-kho")
@needs("stock.read")
def ledger(code: str) -> Response:
    """Every movement of a store, newest first."""
    store = staffed(code, "stock.read")
    lot, page = asked_text("lot", 20), page_number()
    moved, total = list_ledger(store.id, page, PER_PAGE, Wanted(lot=lot or None))
    return render(
        "desk/ledger.html", store=store, rows=moved, units=units_of({row.sku for row in moved}),
        amount=amount, total=total, page=page, pages=pages_of(total), lot=lot,
        moves=words.MOVES, places=words.PLACES,
    )  # fmt: skip


def my_stores(action: str) -> list[Store]:
    """The stores in which the caller may do this."""
    actor = current_actor()
    return [store for store in list_stores() if is_allowed(actor, action, Scope("store", store.code))]


def staffed(code: str, action: str) -> Store:
    """A store at which the caller may do this. Raises NotFound alike for unknown and for foreign ones."""
    store = get_store(code)
    authorize(current_actor(), action, Scope("store", code))
    return store


def _can(store: Store) -> set[str]:
    where = Scope("store", store.code)
    return {act for act in ("stock.receive", "stock.adjust") if is_allowed(current_actor(), act, where)}


def _fits(row: LevelRow, q: str, state: str) -> bool:
    said = fold(f"{row.name} {row.sku} {row.lot} {row.number}")
    return (not q or fold(q) in said) and (not state or row.state == state)


def _with_choice(name: str) -> Any:
    """An unticked box is a "no", which browsers leave out."""
    typed = request.form.copy()
    typed.setdefault(name, "false")
    return typed


def _delivery(store: Store, form: Form, status: int = 200) -> Response:
    return render(
        "desk/receive.html", status, store=store, form=form, packs=list_packs(today()),
        places=[("shelf", words.PLACES["shelf"]), ("back", words.PLACES["back"])],
    )  # fmt: skip


def _adjustment(store: Store, form: Form, status: int = 200) -> Response:
    return render(
        "desk/adjust.html", status, store=store, form=form, reasons=[(one.value, words.MOVES[one]) for one in BY_HAND],
        places=[("shelf", words.PLACES["shelf"]), ("back", words.PLACES["back"])],
        lots=list_levels(store.id, now()),
    )  # fmt: skip
