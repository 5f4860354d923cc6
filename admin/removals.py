"""Goods that leave unsold, at the stores' desk: write-offs with a second person, notes for producers, the limit."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import words as desk_words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.goods_papers import removal_pdf, sent_pdf
from admin.sheets import Sheet
from admin.stock import my_stores, staffed
from admin.tasks import store_task
from admin.transfers import look_up
from catalog.producers.models import Producer
from catalog.producers.queries import find_producer
from catalog.products.models import Product
from core.accounts.permissions import Scope, is_allowed
from core.clock import now
from core.db import db, transaction
from core.errors import AlreadySent, NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.api import Schema
from core.web.fields import Choice, Words
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.inventory.models import Lot
from shop.inventory.queries import LevelRow, list_levels
from shop.inventory.rules import Reason
from shop.inventory.words import amount
from shop.removals import queries, service, words
from shop.removals.api import get_visible
from shop.removals.models import Removal
from shop.removals.refusals import OtherProducer
from shop.removals.rules import RETURN_REASONS, WRITE_OFF_REASONS, Kind, State
from shop.removals.schemas import HandoverIn, LimitIn, RefusalIn, TakingIn
from shop.removals.service import Taking
from shop.stores.models import Store

store_task(
    "removals.approve", _l("phiếu xuất hủy chờ người thứ hai"), "desk.removals",
    lambda stores, _at: queries.waiting(stores, Kind.WRITE_OFF), action="removals.approve", order=45,
)  # fmt: skip
store_task(
    "removals.hand_over", _l("biên bản trả hàng chờ chủ thể nhận"), "desk.removals",
    lambda stores, _at: queries.waiting(stores, Kind.PRODUCER_RETURN), action="removals.make", order=46, kind="",
)  # fmt: skip

HEAD = {"reason": _l("Lý do"), "note": _l("Chuyện gì đã xảy ra")}
LINE = {"lot": _l("Lô"), "place": _l("Nơi để"), "quantity": _l("Số lượng")}
BLANK = {"place": "shelf"}


class WriteOffIn(Schema):
    """The head of a write-off."""

    reason = Choice(*[reason.value for reason in WRITE_OFF_REASONS], required=True)
    note = Words(most=300, required=True)


class ReturnNoteIn(Schema):
    """The head of a note for a producer."""

    reason = Choice(*[reason.value for reason in RETURN_REASONS], load_default=Reason.PRODUCER_RETURN.value)
    note = Words(most=300)


@desk.get("/xuat-huy")
@needs("removals.read")
def removals() -> Response:
    """Papers of my stores: those that wait, or all."""
    mine, page, shows_all = my_stores("removals.read"), page_number(), asked_text("state") == "all"
    states = [] if shows_all else [State.WAITING]
    rows, total = queries.list_removals([one.id for one in mine], states, [], page, PER_PAGE)
    return render(
        "desk/removals.html", rows=rows, total=total, page=page, pages=pages_of(total), shows_all=shows_all,
        kinds=words.KINDS, reasons=words.REASONS, states=words.STATES, badges=words.BADGES,
        makers=my_stores("removals.make"),
    )  # fmt: skip


@desk.get("/cua-hang/<code>/xuat-huy")
@needs("removals.make")
def new_write_off(code: str) -> Response:
    """The form of a write-off."""
    return _form(staffed(code, "removals.make"), Kind.WRITE_OFF, _asked(WriteOffIn()))


@desk.post("/cua-hang/<code>/xuat-huy")
@needs("removals.make")
def new_write_off_now(code: str) -> Response:
    """Within the limit the goods leave; above it they wait for a second person."""
    return _write(staffed(code, "removals.make"), Kind.WRITE_OFF, WriteOffIn())


@desk.get("/cua-hang/<code>/tra-chu-the")
@needs("removals.make")
def new_return_note(code: str) -> Response:
    """The form of a note for a producer; ``producer``: with everything of it that may not be sold."""
    store, sheet = staffed(code, "removals.make"), _asked(ReturnNoteIn())
    if producer := find_producer(asked_text("producer", 40)):
        sheet.rows = [
            {"lot": row.lot, "place": row.place, "quantity": str(row.available)}
            for row in _of_producer(_levels(store), producer)
            if row.state != "ok" and row.available > 0
        ]
    return _form(store, Kind.PRODUCER_RETURN, sheet)


@desk.post("/cua-hang/<code>/tra-chu-the")
@needs("removals.make")
def new_return_note_now(code: str) -> Response:
    """Set the goods aside until the producer takes them."""
    return _write(staffed(code, "removals.make"), Kind.PRODUCER_RETURN, ReturnNoteIn())


@desk.get("/xuat-huy/<code>")
@needs("removals.read")
def removal(code: str) -> Response:
    """One paper, and what may follow."""
    return _page(get_visible(code))


@desk.post("/xuat-huy/<code>/<act>")
@needs("removals.read")
def act_on_removal(code: str, act: str) -> Response:
    """Approve, refuse, hand over or give up; the verb asks for its own permission."""
    found, by = get_visible(code), current_actor()
    schema = SCHEMAS.get(act)
    if schema is None:
        raise NotFound
    form = Form(schema()).read(request.form)
    if not form.ok:
        return _page(found, form, 422, act)
    try:
        ACTS[act](code, by, form.data)
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _page(get_visible(code), form.refuse(refusal), refusal.status, act)
    flash(_("Đã ghi."))
    return go("desk.removal", code=code)


@desk.get("/xuat-huy/<code>.pdf")
@needs("removals.read")
def removal_file(code: str) -> Response:
    """The paper to sign (biên bản xuất hủy, biên bản trả hàng)."""
    paper = get_visible(code)
    return sent_pdf(removal_pdf(paper, queries.shown_lines(paper.id)), paper.code)


@desk.get("/cua-hang/<code>/muc-xuat-huy")
@needs("removals.limit")
def removal_limit(code: str) -> Response:
    """What one person may write off alone in this store on one day."""
    store = staffed(code, "removals.limit")
    own = queries.find_limit(store.id)
    values = {"limit": queries.limit_of(store.id), "version": own.version if own else ""}
    return _limit(store, Form(LimitIn(), values))


@desk.post("/cua-hang/<code>/muc-xuat-huy")
@needs("removals.limit")
def set_removal_limit(code: str) -> Response:
    """Set it."""
    store, form = staffed(code, "removals.limit"), Form(LimitIn()).read(request.form)
    if not form.ok:
        return _limit(store, form, 422)
    try:
        service.set_limit(store, form.data["limit"], form.data.get("version"), current_actor())
    except Refusal as refusal:
        return _limit(store, form.refuse(refusal), refusal.status)
    flash(_("Đã ghi mức tự xuất hủy."))
    return go("desk.stock", code=store.code)


def waiting_badge() -> int:
    """How many write-offs wait for whoever looks at the menu."""
    mine = [one.id for one in my_stores("removals.approve")]
    return queries.count_waiting(mine, current_actor().user_id) if mine else 0


#: What each act asks for.
SCHEMAS: dict[str, type[Schema]] = {
    "approve": Schema, "refuse": RefusalIn, "hand_over": HandoverIn, "cancel": RefusalIn,
}  # fmt: skip
ACTS: dict[str, Any] = {
    "approve": lambda code, by, _data: service.approve(code, by),
    "refuse": lambda code, by, data: service.refuse(code, data["words"], by),
    "hand_over": lambda code, by, data: service.hand_over(code, data["handed_to"], by),
    "cancel": lambda code, by, data: service.cancel(code, data["words"], by),
}


def _asked(head: Schema) -> Sheet:
    """A fresh sheet, with the lots named in the address (``lot=``, at ``place=``)."""
    place = asked_text("place", 10) if asked_text("place", 10) in ("shelf", "back") else "shelf"
    sheet = Sheet(head, TakingIn(), BLANK, {"reason": asked_text("reason", 20)})
    sheet.rows = [{"lot": lot[:20], "place": place} for lot in request.args.getlist("lot")[:50]]
    return sheet


def _write(store: Store, kind: Kind, head: Schema) -> Response:
    sheet = Sheet(head, TakingIn(), BLANK).read(request.form)
    if sheet.is_drafting:
        return _form(store, kind, sheet)
    levels = _levels(store)
    choices = look_up(sheet, levels, "place")
    sheet.judge()
    if not sheet.rows:
        sheet.problem = _("Chưa có dòng hàng nào.")
    if not sheet.ok:
        return _form(store, kind, sheet, 422, choices)
    try:
        with transaction():
            only_once(request.form.get("once"))
            paper = _written(store, kind, sheet)
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.removals", state="all")
    except Refusal as refusal:
        sheet.refuse(refusal)
        if isinstance(refusal, OtherProducer):
            sheet.problem = f"{refusal} {', '.join(refusal.facts['lots'])}."
        return _form(store, kind, sheet, refusal.status, choices)
    waits = paper.state == State.WAITING and kind is Kind.WRITE_OFF
    flash(_("Đã ghi phiếu %(code)s. Người thứ hai cần duyệt.", code=paper.code) if waits
          else _("Đã ghi phiếu %(code)s.", code=paper.code))  # fmt: skip
    return go("desk.removal", code=paper.code)


def _written(store: Store, kind: Kind, sheet: Sheet) -> Removal:
    lines = [Taking(line["lot"], line["quantity"], line["place"]) for line in sheet.lines]
    reason, note, by = Reason(sheet.data["reason"]), sheet.data.get("note"), current_actor()
    if kind is Kind.WRITE_OFF:
        return service.write_off(store, lines, reason, by, note)
    return service.give_back(store, _maker(lines[0].lot), lines, by, note, reason)


def _maker(lot: str) -> Producer:
    """Whose goods a lot is. Raises NotFound."""
    query = db.session.query(Producer).join(Product, Product.producer_id == Producer.id)
    maker = query.join(Lot, Lot.product_id == Product.id).filter(Lot.code == lot).first()
    if maker is None:
        raise NotFound
    return maker


def _levels(store: Store) -> list[LevelRow]:
    return [row for row in list_levels(store.id, now()) if row.place != "transit"]


def _of_producer(levels: Sequence[LevelRow], producer: Producer) -> list[LevelRow]:
    codes = [row.lot for row in levels]
    theirs = db.session.query(Lot.code).join(Product, Product.id == Lot.product_id)
    known = {code for (code,) in theirs.filter(Product.producer_id == producer.id, Lot.code.in_(codes))}
    return [row for row in levels if row.lot in known]


def _form(
    store: Store, kind: Kind, sheet: Sheet, status: int = 200, choices: Mapping[int, list[LevelRow]] | None = None
) -> Response:
    levels = _levels(store)
    if choices is None:
        choices = look_up(sheet, levels, "place")
    filled = len(sheet.rows)
    sheet.shown(1 if sheet.is_drafting or not filled else 0)
    reasons = WRITE_OFF_REASONS if kind is Kind.WRITE_OFF else RETURN_REASONS
    return render(
        "desk/removal_form.html", status, store=store, form=sheet, kind=kind, choices=choices, filled=filled,
        levels=levels, known={row.lot: row for row in levels}, labels=sheet.labels(HEAD, LINE), head=HEAD, line=LINE,
        reasons=[(one.value, words.REASONS[one]) for one in reasons], amount=amount, place_words=desk_words.PLACES,
        places=[("shelf", desk_words.PLACES["shelf"]), ("back", desk_words.PLACES["back"])],
        limit=queries.limit_of(store.id), alone=queries.alone_today(store.id, current_actor(), now()),
        makers=_blocked_makers(levels) if kind is Kind.PRODUCER_RETURN and not filled else [],
    )  # fmt: skip


def _blocked_makers(levels: Sequence[LevelRow]) -> list[tuple[str, str]]:
    """Producers of whom something lies here that may not be sold: code and name, by name."""
    codes = [row.lot for row in levels if row.state != "ok" and row.available > 0]
    query = db.session.query(Producer.code, Producer.name).join(Product, Product.producer_id == Producer.id)
    rows = query.join(Lot, Lot.product_id == Product.id).filter(Lot.code.in_(codes)).distinct().order_by(Producer.name)
    return [(code, name) for code, name in rows]


def _page(found: Removal, form: Form | None = None, status: int = 200, act: str = "") -> Response:
    return render(
        "desk/removal.html", status, paper=found, lines=queries.shown_lines(found.id), form=form or Form(RefusalIn()),
        act=act, kinds=words.KINDS, reasons=words.REASONS, states=words.STATES, badges=words.BADGES, amount=amount,
        places=desk_words.PLACES, can=_can(found), limit=queries.limit_of(found.store_id),
    )  # fmt: skip


def _limit(store: Store, form: Form, status: int = 200) -> Response:
    return render("desk/removal_limit.html", status, store=store, form=form)


def _can(found: Removal) -> set[str]:
    """The acts that fit the state and the caller."""
    if found.state != State.WAITING:
        return set()
    actor, where = current_actor(), Scope("store", found.store.code)
    makes = is_allowed(actor, "removals.make", where)
    if found.kind == Kind.PRODUCER_RETURN:
        return {"hand_over", "cancel"} if makes else set()
    decides = is_allowed(actor, "removals.approve", where) and actor.user_id != found.made_by_id
    return ({"approve", "refuse"} if decides else set()) | ({"cancel"} if makes else set())
