"""The desk of replenishment: what to order from whom, what runs low, what comes near its day, the levels of a store."""

from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.stock import my_stores, staffed
from admin.tasks import store_task
from core.accounts.actor import Scope
from core.accounts.permissions import is_allowed
from core.clock import now
from core.db import transaction
from core.errors import AlreadySent, EditConflict, Invalid, Refusal
from core.text import fold
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.replenish import expiring, queries, service
from shop.replenish.queries import Position
from shop.replenish.rules import propose_levels
from shop.replenish.schemas import MarkdownIn
from shop.replenish.service import LevelWish
from shop.replenish.typed import read_all, shown
from shop.replenish.words import caution, reason, show
from shop.stores.models import Store

HOME = "/dat-hang/<code>"


@desk.get("/dat-hang")
@needs("replenish.read")
def replenish_stores() -> Response:
    """The stores whose shelves the caller may fill; a single one opens at once."""
    mine = my_stores("replenish.read")
    if len(mine) == 1:
        return go("desk.replenish", code=mine[0].code)
    return render("desk/replenish_stores.html", stores=mine)


@desk.get(HOME)
@needs("replenish.read")
def replenish(code: str) -> Response:
    """What to order, one list for each producer, with what each proposal rests on."""
    store = staffed(code, "replenish.read")
    at = now()
    lists = queries.to_order(queries.list_positions(store.id, at))
    asked = sum(1 for _maker, rows in lists for one in rows if one.proposal.units)
    return _page("desk/replenish.html", store, lists=lists, drafts=queries.drafts_of(store.id), units=asked)


@desk.post(HOME)
@needs("replenish.order")
def draft_request(code: str) -> Response:
    """Write the quantities that stand in a producer's list into a draft for her."""
    store = staffed(code, "replenish.order")
    maker = request.form.get("producer", "")
    rows = [one for one in queries.list_positions(store.id, now()) if one.producer.code == maker]
    try:
        wants = read_all("units", [(one.sku.code, one.sku.unit) for one in rows], request.form)
        with transaction():
            only_once(request.form.get("once"))
            made = service.draft(store, maker, wants, current_actor())
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.supply_requests", code=code)
    except Refusal as refusal:
        flash(said(refusal), "error")
        return go("desk.replenish", code=code)
    flash(_("Đã soạn phiếu %(code)s. Xem lại rồi gửi cho chủ thể.", code=made.code))
    return go("desk.supply_request", code=made.code)


@desk.get(f"{HOME}/sap-het")
@needs("replenish.read")
def low_stock(code: str) -> Response:
    """Packs that have reached their minimum, the emptiest first."""
    store = staffed(code, "replenish.read")
    found = [one for one in queries.list_positions(store.id, now()) if one.is_low]
    rows = sorted(found, key=lambda one: (one.free * 1000 // max(1, one.levels.target), -one.weekly))
    return _listed("desk/low_stock.html", store, rows)


@desk.get(f"{HOME}/can-date")
@needs("replenish.read")
def near_expiry(code: str) -> Response:
    """Lots whose HSD is near, with what less they might cost."""
    return _expiring(staffed(code, "replenish.read"), now())


@desk.post(f"{HOME}/can-date")
@needs("replenish.markdown")
def mark_down_lot(code: str) -> Response:
    """Sell a lot for less at this store's till."""
    store = staffed(code, "replenish.markdown")
    form = Form(MarkdownIn()).read(request.form)
    if not form.ok:
        return _expiring(store, now(), form, 422)
    try:
        one = expiring.mark_down(
            store, form.data["lot"], form.data["price"], current_actor(), form.data.get("agreed_with") or ""
        )
    except Refusal as refusal:
        return _expiring(store, now(), form.refuse(refusal), refusal.status)
    flash(_("Lô %(lot)s bán giá mới tại quầy đến hết hạn dùng. Hãy in lại nhãn lô.", lot=form.data["lot"]))
    return go("desk.near_expiry", code=store.code, _anchor=f"lot-{one.lot_id}")


@desk.post(f"{HOME}/can-date/<lot>/thoi")
@needs("replenish.markdown")
def end_lot_markdown(code: str, lot: str) -> Response:
    """Sell it at the pack's price again."""
    store = staffed(code, "replenish.markdown")
    expiring.end_markdown(store, lot, current_actor())
    flash(_("Lô %(lot)s lại bán theo giá chung.", lot=lot))
    return go("desk.near_expiry", code=store.code)


@desk.get(f"{HOME}/muc-ton")
@needs("replenish.read")
def stock_levels(code: str) -> Response:
    """Minimum and target of every pack, as set or as the pace proposes."""
    return _levels(staffed(code, "replenish.read"))


@desk.post(f"{HOME}/muc-ton")
@needs("replenish.levels")
def set_stock_levels(code: str) -> Response:
    """Keep what was typed; an emptied pair goes back to what the pace proposes."""
    store = staffed(code, "replenish.levels")
    rows = queries.list_positions(store.id, now())
    try:
        changed = service.set_levels(store, _wishes(rows), current_actor())
    except EditConflict as refusal:
        return _levels(store, refusal.status, str(refusal), typed=request.form)
    except Refusal as refusal:
        wrong = set(refusal.facts.get("errors", {})) if isinstance(refusal, Invalid) else set[str]()
        return _levels(store, refusal.status, said(refusal), typed=request.form, wrong=wrong)
    flash(_("Đã lưu mức tồn của %(n)d mặt hàng.", n=changed))
    return go("desk.stock_levels", code=code, **{k: v for k in ("q", "page") if (v := request.args.get(k))})


def _wishes(rows: list[Position]) -> list[LevelWish]:
    """What was typed, for the packs whose fields came. Raises Invalid."""
    here = [one for one in rows if f"target-{one.sku.code}" in request.form]
    packs = [(one.sku.code, one.sku.unit) for one in here]
    minimum, target = read_all("minimum", packs, request.form), read_all("target", packs, request.form)
    half = {f"target-{code}": [_("Ghi cả hai mức, hoặc để trống cả hai.")] for code in minimum.keys() ^ target.keys()}
    if half:
        raise Invalid(half)
    versions = {code: request.form.get(f"version-{code}", "0") for code, _unit in packs}
    return [
        LevelWish(code, minimum.get(code), target.get(code), int(v) if v.isdecimal() and len(v) < 10 else 0)
        for code, v in versions.items()
    ]


def _levels(
    store: Store, status: int = 200, problem: str = "", *, typed: Any = None, wrong: set[str] | None = None
) -> Response:
    return _listed(
        "desk/stock_levels.html", store, queries.list_positions(store.id, now()), status, problem=problem,
        typed=typed or {}, wrong=wrong or set[str](), proposed=lambda one: propose_levels(one.shelf),
    )  # fmt: skip


def _expiring(store: Store, at: datetime, form: Form | None = None, status: int = 200) -> Response:
    rows = expiring.list_expiring(store.id, at)
    page = page_number()
    return _page(
        "desk/near_expiry.html", store, status, rows=rows[(page - 1) * PER_PAGE : page * PER_PAGE], total=len(rows),
        page=page, pages=pages_of(len(rows)), form=form or Form(MarkdownIn(), {}),
    )  # fmt: skip


def _listed(template: str, store: Store, rows: list[Position], status: int = 200, **more: Any) -> Response:
    """A page of positions, with a search over their names."""
    q, page = asked_text("q"), page_number()
    sought = fold(q)
    found = [one for one in rows if not q or sought in fold(f"{one.product.name} {one.sku.code} {one.producer.name}")]
    return _page(
        template, store, status, rows=found[(page - 1) * PER_PAGE : page * PER_PAGE], total=len(found), page=page,
        pages=pages_of(len(found)), q=q, **more,
    )  # fmt: skip


def _page(template: str, store: Store, status: int = 200, **more: Any) -> Response:
    actor, where = current_actor(), Scope("store", store.code)
    acts = ("replenish.levels", "replenish.order", "replenish.markdown", "stock.receive")
    return render(
        template, status, store=store, show=show, shown=shown, reason=reason, caution=caution,
        can={act for act in acts if is_allowed(actor, act, where)}, **more,
    )  # fmt: skip


def said(refusal: Refusal) -> str:
    """A refusal with what it names, in one line."""
    if isinstance(refusal, Invalid):
        return " ".join(str(text) for texts in refusal.facts["errors"].values() for text in texts)
    named = ", ".join(str(line["name"]) for line in refusal.facts.get("lines", []) if "name" in line)
    return f"{refusal} ({named})" if named else str(refusal)


store_task(
    "replenish.low", _l("mặt hàng ở mức thấp"), "desk.low_stock", queries.count_low, action="replenish.read", order=30
)
