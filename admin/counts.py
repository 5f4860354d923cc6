"""The desk of stocktakes: open one, count on a phone, look at what differs, approve."""

from typing import Any
from uuid import uuid4

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import words
from admin.desk import PER_PAGE, desk, go, page_number, pages_of
from admin.stock import staffed
from admin.tasks import store_task
from catalog.producers.models import Producer
from catalog.products.sets import GROUPS
from core.accounts.permissions import Scope, is_allowed
from core.clock import now
from core.db import db, transaction
from core.errors import AlreadySent, NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.counts import closing, service
from shop.counts.api import found_of, wanted_of
from shop.counts.levels import producers_in
from shop.counts.models import Stocktake, StocktakeLimit
from shop.counts.paper import minutes_pdf, signed
from shop.counts.queries import (
    Reviewed,
    count_open,
    counters_of,
    get_stocktake,
    is_blind,
    limit_of,
    list_asked,
    list_reviewed,
    list_stocktakes,
    progress_of,
)
from shop.counts.refusals import AlreadyCounted, OrdersTouched
from shop.counts.rules import LIVE, Missing, Part, State
from shop.counts.schemas import (
    CountIn,
    StocktakeApprovalIn,
    StocktakeClosingIn,
    StocktakeDropIn,
    StocktakeIn,
    StocktakeLimitIn,
    StocktakeRecountIn,
)
from shop.counts.touching import touched
from shop.counts.words import MISSING, PARTS, STATES
from shop.inventory.words import amount
from shop.stores.models import Store

ACTS = ("count", "approve", "limit")

store_task("counts.open", _l("phiếu kiểm kê đang mở"), "desk.counts", count_open, action="counts.read", order=40)


@desk.get("/cua-hang/<code>/kiem-ke")
@needs("counts.read")
def counts(code: str) -> Response:
    """A store's stocktakes, and the form that opens one."""
    return _list(staffed(code, "counts.read"), Form(StocktakeIn(), {"part": Part.STORE.value}))


@desk.post("/cua-hang/<code>/kiem-ke")
@needs("counts.count")
def open_count(code: str) -> Response:
    """Open one."""
    store = staffed(code, "counts.count")
    form = Form(StocktakeIn()).read(_only_its_part())
    if not form.ok:
        return _list(store, form, 422)
    try:
        with transaction():
            only_once(request.form.get("once"))
            made = service.open_stocktake(store, wanted_of(form.data), current_actor(), form.data.get("note"))
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.counts", code=code)
    except Refusal as refusal:
        return _list(store, form.refuse(refusal), refusal.status)
    return go("desk.count_lines", code=code, stocktake=made.code)


@desk.post("/cua-hang/<code>/kiem-ke/han-muc")
@needs("counts.limit")
def set_count_limit(code: str) -> Response:
    """What differences may be worth before another person must approve them."""
    store = staffed(code, "counts.limit")
    form = Form(StocktakeLimitIn()).read(request.form)
    if not form.ok:
        flash(" ".join(text for texts in form.errors.values() for text in texts), "error")
        return go("desk.counts", code=code)
    service.set_limit(store, form.data["limit"], current_actor(), form.data["version"])
    flash(_("Đã ghi hạn mức."))
    return go("desk.counts", code=code)


@desk.get("/cua-hang/<code>/kiem-ke/<stocktake>")
@needs("counts.read")
def count(code: str, stocktake: str) -> Response:
    """One stocktake: how far it is; and, once it is closed, what differs."""
    store = staffed(code, "counts.read")
    return _show(store, get_stocktake(stocktake, store.id))


@desk.get("/cua-hang/<code>/kiem-ke/<stocktake>/dem")
@needs("counts.count")
def count_lines(code: str, stocktake: str) -> Response:
    """Count, on a phone: what to look for, and never how much should be there."""
    store = staffed(code, "counts.count")
    found = get_stocktake(stocktake, store.id)
    if found.state != State.COUNTING:
        return go("desk.count", code=code, stocktake=stocktake)
    return _counting(store, found, Form(CountIn(), {"place": found.place or "shelf", "uuid": str(uuid4())}))


@desk.post("/cua-hang/<code>/kiem-ke/<stocktake>/dem")
@needs("counts.count")
def count_line(code: str, stocktake: str) -> Response:
    """Keep one entry: the way without a script, and the same verb as the phone's."""
    store = staffed(code, "counts.count")
    form = Form(CountIn()).read(request.form)
    if not form.ok:
        return _counting(store, get_stocktake(stocktake, store.id), form, 422)
    try:
        service.enter(store, stocktake, found_of(form.data), current_actor())
    except Refusal as refusal:
        if isinstance(refusal, NotFound) and refusal.code == "stocktake.not_found":
            raise
        is_twice = isinstance(refusal, AlreadyCounted)
        page = get_stocktake(stocktake, store.id)
        return _counting(store, page, form.refuse(refusal), refusal.status, is_twice=is_twice)
    flash(_("Đã ghi %(lot)s.", lot=form.data["lot"]))
    return go("desk.count_lines", code=code, stocktake=stocktake)


@desk.post("/cua-hang/<code>/kiem-ke/<stocktake>/dong")
@needs("counts.count")
def close_count(code: str, stocktake: str) -> Response:
    """Close the round."""
    store = staffed(code, "counts.count")
    form = Form(StocktakeClosingIn()).read(request.form)
    try:
        done = closing.close_round(store, stocktake, current_actor(), Missing(form.data.get("missing", "refuse")))
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(store, get_stocktake(stocktake, store.id), refusal)
    if done.state == State.COUNTING:
        flash(_("Có lô chênh lệch: hãy đếm lại các lô này."), "warning")
    else:
        flash(_("Đã đóng kiểm kê, chờ duyệt."))
    return go("desk.count", code=code, stocktake=stocktake)


@desk.post("/cua-hang/<code>/kiem-ke/<stocktake>/duyet")
@needs("counts.approve")
def approve_count(code: str, stocktake: str) -> Response:
    """Set the books right, but for the lines that are left."""
    store = staffed(code, "counts.approve")
    form = Form(StocktakeApprovalIn()).read(request.form)
    version = request.form.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    try:
        with transaction():
            only_once(request.form.get("once"))
            closing.approve(store, stocktake, seen, current_actor(), form.data.get("leave", []))
    except NotFound:
        raise
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.count", code=code, stocktake=stocktake)
    except Refusal as refusal:
        return _show(store, get_stocktake(stocktake, store.id), refusal, set(form.data.get("leave", [])))
    flash(_("Đã duyệt, sổ kho đã khớp với số đếm."))
    return go("desk.count", code=code, stocktake=stocktake)


@desk.post("/cua-hang/<code>/kiem-ke/<stocktake>/dem-lai")
@needs("counts.approve")
def recount(code: str, stocktake: str) -> Response:
    """Have the chosen lines counted once more."""
    store = staffed(code, "counts.approve")
    form = Form(StocktakeRecountIn()).read(request.form)
    if not form.ok:
        flash(_("Hãy chọn ít nhất một lô."), "error")
        return go("desk.count", code=code, stocktake=stocktake)
    closing.ask_again(store, stocktake, form.data["lines"], current_actor())
    flash(_("Đã mở lại để đếm các lô này."))
    return go("desk.count", code=code, stocktake=stocktake)


@desk.post("/cua-hang/<code>/kiem-ke/<stocktake>/bo")
@needs("counts.approve")
def drop_count(code: str, stocktake: str) -> Response:
    """Give it up."""
    store = staffed(code, "counts.approve")
    form = Form(StocktakeDropIn()).read(request.form)
    closing.drop(store, stocktake, current_actor(), form.data.get("reason"))
    flash(_("Đã bỏ phiếu kiểm kê. Sổ kho không đổi."))
    return go("desk.counts", code=code)


@desk.get("/cua-hang/<code>/kiem-ke/<stocktake>/bien-ban.pdf")
@needs("counts.read")
def count_minutes(code: str, stocktake: str) -> Response:
    """The minutes, once nobody counts any more."""
    store = staffed(code, "counts.read")
    found = get_stocktake(stocktake, store.id)
    if is_blind(found):
        raise NotFound
    data = minutes_pdf(found, list_reviewed(found), sorted(counters_of(found.id).values()), now())
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.code}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _only_its_part() -> Any:
    """The form has a field for each part; only the chosen part's counts."""
    typed = request.form.copy()
    for name in ("producer", "group"):
        if typed.get("part") != name:
            typed.pop(name, None)
    return typed


def _can(store: Store) -> set[str]:
    where = Scope("store", store.code)
    return {act for act in ACTS if is_allowed(current_actor(), f"counts.{act}", where)}


def _list(store: Store, form: Form, status: int = 200) -> Response:
    page = page_number()
    rows, total = list_stocktakes(store.id, page, PER_PAGE)
    makers = dict(producers_in(store.id))
    codes = {one.id: one.code for one in db.session.query(Producer).where(Producer.id.in_(makers))}
    limit = db.session.get(StocktakeLimit, store.id)
    return render(
        "desk/counts.html", status, store=store, form=form, rows=rows, total=total, page=page, pages=pages_of(total),
        progress=progress_of(rows), states=STATES, parts=PARTS, can=_can(store), live=LIVE, places=words.PLACES,
        producers=[(codes[id_], name) for id_, name in makers.items()],
        groups=[(one.number, one.name_vi) for one in GROUPS.values()], limit=limit_of(store.id),
        limit_version=limit.version if limit else 0,
    )  # fmt: skip


def _counting(store: Store, stocktake: Stocktake, form: Form, status: int = 200, *, is_twice: bool = False) -> Response:
    lines = list_asked(stocktake)
    return render(
        "desk/count_lines.html", status, store=store, stocktake=stocktake, form=form, is_twice=is_twice,
        lines=sorted(lines, key=lambda one: one.is_done), done=sum(one.is_done for one in lines), places=words.PLACES,
    )  # fmt: skip


def _show(store: Store, stocktake: Stocktake, refusal: Refusal | None = None, left: set[int] | None = None) -> Response:
    can, blind = _can(store), is_blind(stocktake)
    lines = [] if blind else _ordered(list_reviewed(stocktake))
    short = {one.line.level_id: one.difference or 0 for one in lines if (one.difference or 0) < 0}
    waits = touched(short) if stocktake.state == State.REVIEW else []
    orders = {one.level_id: one for one in waits}
    named = refusal.facts["lines"] if isinstance(refusal, OrdersTouched) else []
    return render(
        "desk/count.html", refusal.status if refusal else 200, store=store, stocktake=stocktake, lines=lines,
        blind=blind, progress=progress_of([stocktake])[stocktake.id], can=can, refusal=refusal, left=left or set(),
        named=named, orders=orders, states=STATES, parts=PARTS, missing=MISSING, places=words.PLACES, amount=amount,
        signed=signed, counters=sorted(counters_of(stocktake.id).values()), limit=limit_of(store.id),
        value=sum(abs(one.value_vnd) for one in lines),
        alone=current_actor().user_id in {stocktake.opened_by_id, *counters_of(stocktake.id)},
    )  # fmt: skip


def _ordered(lines: list[Reviewed]) -> list[Reviewed]:
    """What differs first, the most valuable on top; then what was not counted; then the rest."""
    return sorted(
        lines,
        key=lambda one: (not one.units, one.line.counted is not None, -abs(one.value_vnd), one.line.position),
    )
