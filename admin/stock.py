"""The stores' desk: what lies where, and what a person found."""

from datetime import date
from functools import partial

from flask import Response, request
from flask_babel import gettext as _

from admin import words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.queries import units_of
from core.accounts.actor import Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import now, today
from core.db import transaction
from core.errors import AlreadySent, Refusal
from core.text import fold
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.inventory.queries import LevelRow, list_levels
from shop.inventory.rules import BY_HAND, LotState, Reason
from shop.inventory.words import amount
from shop.removals.schemas import AdjustmentIn
from shop.removals.service import adjust
from shop.stores.models import Store
from shop.stores.queries import get_store, list_stores
from shop.stores.rules import SELLABLE_PLACES

#: What the page of a store's stock leads to.
ACTS = ("stock.receive", "stock.adjust", "transfers.send", "removals.make", "removals.limit")


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
    q, state, at = asked_text("q"), asked_text("state"), today()
    levels = [row for row in list_levels(store.id, now()) if _fits(row, q, state, at)]
    page = page_number()
    shown = levels[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render(
        "desk/stock.html", store=store, rows=shown, total=len(levels), page=page, pages=pages_of(len(levels)), q=q,
        state=state, units=units_of({row.sku for row in shown}), amount=amount, places=words.PLACES,
        states=words.STANDINGS, grounds=words.LOT_GROUNDS, can=_can(store), standing=partial(standing_of, on=at),
    )  # fmt: skip


@desk.get("/cua-hang/<code>/dieu-chinh")
@needs("stock.adjust")
def adjust_stock(code: str) -> Response:
    """The form of an adjustment."""
    store = staffed(code, "stock.adjust")
    values = {name: asked_text(name) for name in ("lot", "reason", "quantity")}
    values["place"] = asked_text("place") or "shelf"
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
    return {act for act in ACTS if is_allowed(current_actor(), act, where)}


def standing_of(row: LevelRow, on: date) -> str:
    """What can be done with it: a lot that is fit is still not sold on the van, nor past its own last day."""
    if row.state != LotState.OK:
        return row.state
    if row.place not in SELLABLE_PLACES:
        return "transit"
    return "expired" if row.expires_on is not None and row.expires_on < on else row.state


def _fits(row: LevelRow, q: str, state: str, on: date) -> bool:
    said = fold(f"{row.name} {row.sku} {row.lot} {row.number}")
    return (not q or fold(q) in said) and (not state or standing_of(row, on) == state)


def _adjustment(store: Store, form: Form, status: int = 200) -> Response:
    return render(
        "desk/adjust.html", status, store=store, form=form, reasons=[(one.value, words.MOVES[one]) for one in BY_HAND],
        places=[("shelf", words.PLACES["shelf"]), ("back", words.PLACES["back"])],
        lots=list_levels(store.id, now()),
    )  # fmt: skip
