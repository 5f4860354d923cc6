"""The desk of recalls: call back, take off the shelves, tell the buyers, close."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin import exports, words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.exports import FORMATS, Column, Table
from admin.stock import staffed
from admin.tasks import store_task
from catalog.listings.models import Sku
from catalog.producers.models import Producer
from core.accounts.permissions import Scope, is_allowed
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import AlreadySent, NotFound, Refusal
from core.masks import masked
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.inventory.queries import list_levels
from shop.inventory.words import amount
from shop.recalls import service
from shop.recalls.api import stores_of, wish_of
from shop.recalls.models import Recall
from shop.recalls.paper import note_pdf
from shop.recalls.queries import (
    Buyer,
    buyers_of,
    count_tasks,
    get_recall,
    levels_in,
    list_recalls,
    lots_of,
    on_the_way,
    products_with_lots,
    promised_of,
    recalls_in,
    taken_off,
    tasks_of,
)
from shop.recalls.rules import Basis
from shop.recalls.schemas import CallIn, RecallIn, TakeOffIn
from shop.recalls.words import BASES, SOURCES, STATES, TOLD
from shop.stores.models import Store
from shop.stores.queries import stores_by_id

store_task(
    "recalls.take_off", _l("đợt thu hồi còn hàng trên kệ"), "desk.store_recalls", count_tasks,
    action="recalls.take_off", order=5, kind="bad",
)  # fmt: skip

COLUMNS = (
    Column("ref", _l("Đơn, hóa đơn"), "short"), Column("source", _l("Nơi bán")), Column("store", _l("Cửa hàng")),
    Column("sold_on", _l("Ngày mua"), "day"), Column("name", _l("Người mua")),
    Column("phone", _l("Điện thoại"), "short"), Column("email", "E-mail"), Column("goods", _l("Hàng đã mua")),
    Column("bought", _l("Số lượng"), "whole"), Column("back", _l("Đã trả"), "whole"), Column("told", _l("Đã báo")),
    Column("note", _l("Ghi chú")),
)  # fmt: skip


@desk.get("/thu-hoi-hang")
@needs("recalls.read")
def recalls() -> Response:
    """Every recall, open ones first."""
    page = page_number()
    rows, total = list_recalls(page, PER_PAGE)
    return render(
        "desk/recalls.html", rows=rows, total=total, page=page, pages=pages_of(total), states=STATES, bases=BASES
    )


@desk.get("/cua-hang/<code>/thu-hoi")
@needs("recalls.read")
def store_recalls(code: str) -> Response:
    """The recalls of which a store has goods; a single one opens at once."""
    here = recalls_in(staffed(code, "recalls.read").id)
    if len(here) == 1:
        return go("desk.recall", code=here[0].code)
    return render("desk/recalls.html", rows=here, total=len(here), page=1, pages=1, states=STATES, bases=BASES)


@desk.get("/thu-hoi-hang/moi")
@needs("stock.recall")
def new_recall() -> Response:
    """The form of a recall; ``?lot=`` names the lot."""
    return _form(Form(RecallIn(), {"basis": "lot", "lot": asked_text("lot", 20)}))


@desk.post("/thu-hoi-hang/moi")
@needs("stock.recall")
def open_recall() -> Response:
    """Call back; what it will do is shown first, and the second press does it."""
    form = Form(RecallIn()).read(_only_its_basis())
    if not form.ok:
        return _form(form, 422)
    try:
        with transaction():
            only_once(request.form.get("once"))
            made = service.recall(wish_of(form.data), current_actor())
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.recalls")
    except Refusal as refusal:
        return _form(form.refuse(refusal), refusal.status)
    flash(_("Đã chặn bán ở mọi cửa hàng. Người mua đang được tìm và báo."))
    return go("desk.recall", code=made.code)


@desk.get("/thu-hoi-hang/<code>")
@needs("recalls.read")
def recall(code: str) -> Response:
    """One recall: the stores, the orders it touched, the buyers."""
    return _show(get_recall(code))


@desk.post("/thu-hoi-hang/<code>/cua-hang/<store>")
@needs("recalls.take_off")
def take_off(code: str, store: str) -> Response:
    """The goods are off this store's shelves, as many as were found."""
    place = staffed(store, "recalls.take_off")
    found, wrong = _found(get_recall(code), place)
    form = Form(TakeOffIn(only=("note",))).read(request.form)
    if wrong or not form.ok:
        return _show(get_recall(code), 422, _("Số lượng phải là số nguyên, không âm."))
    try:
        with transaction():
            only_once(request.form.get("once"))
            service.take_off(code, place, current_actor(), found, form.data.get("note"))
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.recall", code=code)
    except Refusal as refusal:
        return _show(get_recall(code), refusal.status, str(refusal))
    flash(_("Đã ghi hàng lấy khỏi kệ."))
    return go("desk.recall", code=code)


@desk.get("/thu-hoi-hang/<code>/cua-hang/<store>/phieu.pdf")
@needs("recalls.read")
def recall_note(code: str, store: str) -> Response:
    """The note that goes with the goods back to the producer."""
    called, place = get_recall(code), staffed(store, "recalls.read")
    units = _units(called)
    rows = [(lot, n, units.get(lot.sku_id, "piece"), at, by) for lot, n, at, by, _s in taken_off(called, place.id)]
    if not rows:
        raise NotFound
    producer = db.session.get_one(Producer, called.product.producer_id)
    answer = Response(note_pdf(called, place, producer, rows, now()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{called.code}-{place.code}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@desk.post("/thu-hoi-hang/<code>/nguoi-mua/<source>/<ref>")
@needs("recalls.call")
def call_buyer(code: str, source: str, ref: str) -> Response:
    """Somebody spoke with a buyer."""
    form = Form(CallIn()).read(request.form)
    if not form.ok:
        return _show(get_recall(code), 422, " ".join(form.errors.get("note", [])))
    actor = current_actor()
    service.note_call(code, source, ref, stores_of(actor, "recalls.call"), actor, form.data.get("note"))
    flash(_("Đã ghi cuộc gọi."))
    return go("desk.recall", code=code)


@desk.post("/thu-hoi-hang/<code>/ket-thuc")
@needs("stock.recall")
def close_recall(code: str) -> Response:
    """Nothing is left to do."""
    try:
        service.close(code, current_actor())
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(get_recall(code), refusal.status, str(refusal))
    flash(_("Đã kết thúc đợt thu hồi. Các lô vẫn bị chặn bán."))
    return go("desk.recall", code=code)


@desk.get("/thu-hoi-hang/<code>/nguoi-mua.<file_format>")
@needs("recalls.call")
def download_buyers(code: str, file_format: str) -> Response:
    """The buyers as CSV or XLSX; of the caller's stores."""
    if file_format not in FORMATS:
        raise NotFound
    called = get_recall(code)
    rows = [_row(one) for one in buyers_of(called, stores_of(current_actor(), "recalls.call"))]
    return exports.answer(Table(f"thu-hoi-{called.code}", called.code, COLUMNS, rows), file_format)


def _only_its_basis() -> Any:
    """The form has fields for a lot and for days; only those of the chosen way count."""
    typed = request.form.copy()
    for name in ("product", "first", "last") if typed.get("basis") == Basis.LOT else ("lot",):
        typed.pop(name, None)
    return typed


def _found(called: Recall, store: Store) -> tuple[dict[tuple[str, str], int], bool]:
    """Units by lot and place, from the fields ``units-LOT-PLACE``; and whether any of them is no number."""
    found: dict[tuple[str, str], int] = {}
    for one in levels_in(called, [store.id]):
        typed = request.form.get(f"units-{one.lot}-{one.place}", "").strip()
        if not typed:
            continue
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 9):
            return {}, True
        found[one.lot, one.place] = int(typed)
    return found, False


def _units(called: Recall) -> dict[int, str]:
    """What each pack counts, by SKU id."""
    ids = [lot.sku_id for lot in lots_of(called)]
    return {row[0]: row[1] for row in db.session.execute(select(Sku.id, Sku.unit).where(Sku.id.in_(ids)))}


def _row(one: Buyer) -> dict[str, Any]:
    return {
        "ref": one.row.ref, "source": SOURCES[one.row.source], "store": one.store.name,  # type: ignore[index]
        "sold_on": local_day(one.sold_at) if one.sold_at else None, "name": one.contact.name,
        "phone": one.contact.phone, "email": one.contact.email,
        "goods": "; ".join(f"{good.name}, {good.label}, {good.number}" for good in one.goods),
        "bought": sum(good.bought for good in one.goods), "back": sum(good.back for good in one.goods),
        "told": TOLD[one.told], "note": one.row.note,
    }  # fmt: skip


def _form(form: Form, status: int = 200) -> Response:
    actor = current_actor()
    mine = stores_of(actor, "stock.recall")
    lots = list_levels(mine[0], now()) if mine and len(mine) == 1 else []
    return render(
        "desk/recall_new.html", status, form=form, bases=BASES, products=products_with_lots(),
        lots=[row for row in lots if row.state != "recalled"],
    )  # fmt: skip


def _show(called: Recall, status: int = 200, problem: str | None = None) -> Response:
    actor = current_actor()
    mine = stores_of(actor, "recalls.read")
    lying, off, units = levels_in(called), taken_off(called), _units(called)
    vans = on_the_way(called, mine)
    tasks = [task for task in tasks_of(called) if mine is None or task.store_id in mine]
    buyers = buyers_of(called, mine)
    page = page_number()
    return render(
        "desk/recall.html", status, recall=called, problem=problem, lots=lots_of(called), states=STATES, bases=BASES,
        tasks=tasks, lying={task.store_id: [one for one in lying if one.store_id == task.store_id] for task in tasks},
        off={
            task.store_id: [(lot, n, units[lot.sku_id]) for lot, n, _at, _by, s in off if s == task.store_id]
            for task in tasks
        },
        vans=[
            (stores_by_id()[store].name, [one for one in vans if one.store_id == store])
            for store in sorted({one.store_id for one in vans})
        ],
        promised=[one for one in promised_of(called) if mine is None or one.store.id in mine],
        buyers=buyers[(page - 1) * PER_PAGE : page * PER_PAGE], total=len(buyers), page=page,
        pages=pages_of(len(buyers)), told=TOLD, sources=SOURCES, amount=amount, places=words.PLACES, masked=masked,
        figures={told: sum(one.told == told for one in buyers) for told in TOLD},
        may_take={
            task.store_id for task in tasks if is_allowed(actor, "recalls.take_off", Scope("store", task.store.code))
        },
        may_call={
            one.store.id for one in buyers if is_allowed(actor, "recalls.call", Scope("store", one.store.code))
        },
    )  # fmt: skip
