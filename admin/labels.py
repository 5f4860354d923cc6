"""The desk of labels: what to print anew or take off, shelf labels and lot labels as files for sheets and printers."""

from datetime import datetime
from typing import Any

from flask import Response, make_response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from admin import words
from admin.desk import asked_text, desk, go
from admin.stock import staffed
from admin.tasks import store_task
from catalog.listings.queries import Offer
from core.clock import local_day, now
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Schema, Whole
from core.web.forms import Form
from core.web.links import address_of
from core.web.pages import flash, render
from shop.inventory.queries import list_offered
from shop.inventory.words import amount
from shop.labels.pdf import lots_pdf, shelf_pdf
from shop.labels.queries import (
    count_tasks,
    list_tasks,
    lot_tag,
    lots_here,
    lots_of_receipt,
    printed_skus,
    shelf_tags,
)
from shop.labels.refusals import NothingToPrint, TooManyLabels
from shop.labels.rules import MOST_COPIES, MOST_LABELS, SIZES, LotTag
from shop.labels.service import print_shelf, tick
from shop.stores.models import Store

SIZE_WORDS = {
    "a4-3x8": _l("A4, 24 nhãn (3 × 8, 70 × 37 mm)"), "a4-2x7": _l("A4, 14 nhãn (2 × 7, 99 × 38 mm)"),
    "40x30": _l("Máy in nhãn 40 × 30 mm"), "50x30": _l("Máy in nhãn 50 × 30 mm"),
    "58x40": _l("Máy in nhãn cuộn 58 mm (58 × 40)"),
}  # fmt: skip
KIND_WORDS = {
    "star_off": _l("Gỡ nhãn có sao"), "star": _l("Sao đã đổi, in lại"), "price": _l("Giá đã đổi, in lại"),
}  # fmt: skip

store_task(
    "labels.reprint", _l("nhãn kệ phải gỡ hoặc in lại"), "desk.shelf_labels", count_tasks, action="labels.print",
    order=30,
)  # fmt: skip


class PrintIn(Schema):
    """What to print on, and from which place of a used sheet on."""

    size = Choice(*SIZES, required=True)
    skip = Whole(most=23)
    sku = fields.List(fields.String())
    lot = fields.List(fields.String())
    without_price = fields.Boolean(truthy={"1"}, falsy={""})


@desk.get("/cua-hang/<code>/nhan")
@needs("labels.print")
def shelf_labels(code: str) -> Response:
    """What hangs and is true no longer, and what a store can label now."""
    return _shelf(staffed(code, "labels.print"), Form(PrintIn(), {"size": "a4-3x8"}))


@desk.post("/cua-hang/<code>/nhan")
@needs("labels.print")
def print_shelf_labels(code: str) -> Response:
    """The file; printing ends the tasks of what is on it."""
    store, form = staffed(code, "labels.print"), Form(PrintIn()).read(request.form)
    if not form.ok:
        return _shelf(store, form, 422)
    at, has_price = now(), not form.data.get("without_price")
    offered = {one.sku: one.offer.sku_id for one in list_offered(store.id, at, is_adult=True)}
    chosen = {offered[sku]: n for sku, n in _copies("sku").items() if sku in offered and n > 0}
    try:
        if not chosen:
            raise NothingToPrint
        drawn = print_shelf(store, chosen, current_actor(), has_price=has_price)
    except Refusal as refusal:
        return _shelf(store, form.refuse(refusal), refusal.status)
    tags = shelf_tags([one for one, _n in drawn], _addresses([one for one, _n in drawn]), has_price=has_price)
    size, skip = SIZES[form.data["size"]], form.data.get("skip", 0)
    data = shelf_pdf([tags[one.sku_id] for one, n in drawn for _copy in range(n)], size, at, skip)
    return _file(data, f"nhan-ke-{store.code}", at)


@desk.post("/cua-hang/<code>/nhan/<int:task_id>/xong")
@needs("labels.print")
def tick_label(code: str, task_id: int) -> Response:
    """A person took the star off, or wrote the label herself."""
    store = staffed(code, "labels.print")
    try:
        tick(store, task_id, current_actor())
    except Refusal as refusal:
        flash(str(refusal), "notice")
        return go("desk.shelf_labels", code=code)
    flash(_("Đã ghi là xong."))
    return go("desk.shelf_labels", code=code)


@desk.get("/cua-hang/<code>/nhan-lo")
@needs("labels.print")
def lot_labels(code: str) -> Response:
    """Lots to label: all that lie here, those of one receipt, or one."""
    return _lots(staffed(code, "labels.print"), Form(PrintIn(), {"size": "a4-3x8"}))


@desk.post("/cua-hang/<code>/nhan-lo")
@needs("labels.print")
def print_lot_labels(code: str) -> Response:
    """The file."""
    store, form = staffed(code, "labels.print"), Form(PrintIn()).read(request.form)
    if not form.ok:
        return _lots(store, form, 422)
    at, copies = now(), {lot: n for lot, n in _copies("lot").items() if n > 0}
    known = {one.lot.code: one for one in lots_here(store.id, tuple(copies))} if copies else {}
    try:
        if not known:
            raise NothingToPrint
        if sum(copies[one] for one in known) > MOST_LABELS:
            raise TooManyLabels(most=MOST_LABELS)
    except Refusal as refusal:
        return _lots(store, form.refuse(refusal), refusal.status)
    tags: list[LotTag] = []
    for lot, row in known.items():
        tags += [lot_tag(row, address_of("trace.show", lot=lot))] * copies[lot]
    size, skip = SIZES[form.data["size"]], form.data.get("skip", 0)
    return _file(lots_pdf(tags, size, at, skip), f"nhan-lo-{store.code}", at)


def _shelf(store: Store, form: Form, status: int = 200) -> Response:
    at = now()
    offered, tasks = list_offered(store.id, at, is_adult=True), list_tasks(store.id, local_day(at))
    printed, again = printed_skus(store.id), {one.sku for one in tasks if one.truth is not None}
    asked = {one[:60] for one in request.args.getlist("sku")} - {""}
    which = asked_text("which", 10) if asked_text("which", 10) in ("new", "again", "all") else "all"
    shown = [
        one
        for one in offered
        if (not asked or one.sku in asked)
        and (which != "new" or one.offer.sku_id not in printed)
        and (which != "again" or one.sku in again)
    ]
    unprinted = sum(one.offer.sku_id not in printed for one in offered)
    return render(
        "desk/labels.html", status, store=store, form=form, tasks=tasks, rows=shown, printed=printed, again=again,
        which=which, sizes=_sizes(), kinds=KIND_WORDS, most=MOST_COPIES, asked=asked, copies=_typed("sku"),
        counts={"new": unprinted, "again": len(again), "all": len(offered)},
    )  # fmt: skip


def _lots(store: Store, form: Form, status: int = 200) -> Response:
    receipt, lot = asked_text("receipt", 20), asked_text("lot", 20)
    rows = lots_of_receipt(store.id, receipt) if receipt else lots_here(store.id, (lot,) if lot else ())
    return render(
        "desk/lot_labels.html", status, store=store, form=form, rows=rows, receipt=receipt, sizes=_sizes(),
        most=MOST_COPIES, copies=_typed("lot"), amount=amount, states=words.LOT_STATES, only=bool(receipt or lot),
    )  # fmt: skip


def _sizes() -> list[tuple[str, str]]:
    return [(key, str(SIZE_WORDS[key])) for key in SIZES]


def _copies(kind: str) -> dict[str, int]:
    """How many labels of each were asked for: ``n-<code>``; nonsense is none, too many is too many."""
    found: dict[str, int] = {}
    for code in request.form.getlist(kind)[: 4 * MOST_LABELS]:
        text = request.form.get(f"n-{code}", "1").strip()
        found[code] = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    return found


def _typed(kind: str) -> dict[str, str]:
    """The copies as typed, for a form that comes back."""
    return {code: request.form.get(f"n-{code}", "1") for code in request.form.getlist(kind)}


def _addresses(sold: list[Offer]) -> dict[int, str]:
    return {one.sku_id: address_of("certificates.show", code=one.governing.code) for one in sold}


def _file(data: bytes, name: str, at: datetime) -> Response:
    response: Any = make_response(data)
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}-{local_day(at):%Y%m%d}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
