"""Transfers at the stores' desk: a draft of several lots, its way, what arrived, and what a second person decides."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError

from admin import words as desk_words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.finding import find_lots
from admin.goods_papers import sent_pdf, transfer_pdf
from admin.sheets import Sheet
from admin.stock import my_stores, staffed
from admin.tasks import store_task
from core.accounts.permissions import Scope, is_allowed
from core.clock import now, today
from core.db import transaction
from core.errors import AlreadySent, EditConflict, Invalid, NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.api import Schema
from core.web.fields import Whole, Words, accepting_text
from core.web.idempotency import only_once
from core.web.pages import flash, render
from shop.inventory.models import Lot
from shop.inventory.queries import LevelRow, list_levels
from shop.inventory.words import amount
from shop.stores.models import Store
from shop.stores.queries import list_stores
from shop.transfers import service, words
from shop.transfers.api import get_visible
from shop.transfers.models import Transfer
from shop.transfers.queries import LineShown, count_waiting, list_transfers, shown_lines, to_receive, to_settle
from shop.transfers.refusals import TransferShort, TransferUnfit
from shop.transfers.rules import OPEN, Outcome, State
from shop.transfers.schemas import SendingIn
from shop.transfers.service import Counted, Sending, Settled

store_task(
    "transfers.receive", _l("chuyến hàng đang đến"), "desk.transfers", lambda stores, _at: to_receive(stores),
    action="transfers.receive", order=20,
)  # fmt: skip
store_task(
    "transfers.settle", _l("phiếu chuyển có chênh lệch"), "desk.transfers", lambda stores, _at: to_settle(stores),
    action="transfers.settle", order=45,
)  # fmt: skip

HEAD = {"to": _l("Gửi đến"), "note": _l("Ghi chú")}
LINE = {"lot": _l("Lô"), "quantity": _l("Số lượng"), "from_place": _l("Lấy từ"), "to_place": _l("Để ở")}
BLANK = {"from_place": "shelf", "to_place": "back"}
_UNITS = Whole(least=0, most=10_000_000)


class HeadIn(Schema):
    """Where to, and the sender's words."""

    to = Words(most=40, required=True)
    note = Words(most=300)


@desk.get("/chuyen-kho")
@needs("transfers.read")
def transfers() -> Response:
    """Transfers of my stores: those with something to do, or all."""
    mine, page, shows_all = my_stores("transfers.read"), page_number(), asked_text("state") == "all"
    rows, total = list_transfers([one.id for one in mine], [] if shows_all else OPEN, page, PER_PAGE)
    return render(
        "desk/transfers.html", rows=rows, total=total, page=page, pages=pages_of(total), shows_all=shows_all,
        states=words.STATES, badges=words.BADGES, senders=my_stores("transfers.send"), mine={one.id for one in mine},
    )  # fmt: skip


@desk.get("/cua-hang/<code>/chuyen-kho")
@needs("transfers.send")
def new_transfer(code: str) -> Response:
    """The form of a transfer from this store."""
    store, sheet = staffed(code, "transfers.send"), Sheet(HeadIn(), SendingIn(), BLANK)
    place = asked_text("place", 10) if asked_text("place", 10) in ("shelf", "back") else "shelf"
    sheet.rows = [{**BLANK, "lot": lot[:20], "from_place": place} for lot in request.args.getlist("lot")[:50]]
    return _form(store, sheet)


@desk.post("/cua-hang/<code>/chuyen-kho")
@needs("transfers.send")
def new_transfer_now(code: str) -> Response:
    """Write the draft; inside one store the goods move at once."""
    store, sheet = staffed(code, "transfers.send"), Sheet(HeadIn(), SendingIn(), BLANK).read(request.form)
    if sheet.is_drafting:
        return _form(store, sheet)
    lines, receiver, choices = _judged(store, sheet)
    if not sheet.ok or receiver is None:
        return _form(store, sheet, 422, choices)
    try:
        with transaction():
            only_once(request.form.get("once"))
            paper = _written(store, receiver, lines, sheet.data.get("note"))
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.transfers")
    except Refusal as refusal:
        sheet.problem = told(refusal)
        return _form(store, sheet, refusal.status, choices)
    flash(_("Đã ghi phiếu chuyển kho %(code)s.", code=paper.code))
    return go("desk.transfer", code=paper.code)


@desk.get("/chuyen-kho/<code>")
@needs("transfers.read")
def transfer(code: str) -> Response:
    """One paper, and what may follow."""
    return _page(get_visible(code))


@desk.get("/chuyen-kho/<code>/sua")
@needs("transfers.send")
def change_transfer(code: str) -> Response:
    """The form of a draft."""
    paper = _draft(code)
    sheet = Sheet(HeadIn(), SendingIn(), BLANK, {"to": paper.receiver.code, "note": paper.note})
    sheet.rows = [
        {
            "lot": one.lot.code, "quantity": str(one.line.quantity), "from_place": one.line.from_place,
            "to_place": one.line.to_place,
        }
        for one in shown_lines(paper.id)
    ]  # fmt: skip
    return _form(paper.sender, sheet, paper=paper)


@desk.post("/chuyen-kho/<code>/sua")
@needs("transfers.send")
def change_transfer_now(code: str) -> Response:
    """Other lines for it, unless somebody else changed it meanwhile."""
    paper, sheet = _draft(code), Sheet(HeadIn(), SendingIn(), BLANK).read(request.form)
    sheet.values["to"], version = paper.receiver.code, request.form.get("version", "")
    if sheet.is_drafting:
        return _form(paper.sender, sheet, paper=paper, version=version)
    lines, _receiver, choices = _judged(paper.sender, sheet)
    if not sheet.ok:
        return _form(paper.sender, sheet, 422, choices, paper, version)
    try:
        expected = int(version) if version.isascii() and version.isdecimal() else 0
        service.change(code, lines, expected, current_actor(), sheet.data.get("note"))
    except EditConflict as conflict:
        sheet.problem = str(conflict)
        return _form(paper.sender, sheet, conflict.status, choices, get_visible(code))
    except Refusal as refusal:
        sheet.problem = told(refusal)
        return _form(paper.sender, sheet, refusal.status, choices, paper, version)
    flash(_("Đã ghi."))
    return go("desk.transfer", code=code)


@desk.post("/chuyen-kho/<code>/<act>")
@needs("transfers.read")
def act_on_transfer(code: str, act: str) -> Response:
    """Dispatch, receive, settle or give up; the verb asks for its own permission."""
    paper = get_visible(code)
    if act not in ACTS:
        raise NotFound
    try:
        ACTS[act](paper)
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _page(get_visible(code), told(refusal), refusal.status)
    return go("desk.transfer", code=code)


@desk.get("/chuyen-kho/<code>.pdf")
@needs("transfers.read")
def transfer_file(code: str) -> Response:
    """The paper that goes with the van (phiếu chuyển kho)."""
    paper = get_visible(code)
    return sent_pdf(transfer_pdf(paper, shown_lines(paper.id)), paper.code)


def waiting_badge() -> int:
    """How many transfers wait for whoever looks at the menu."""
    sending, receiving = ([one.id for one in my_stores(action)] for action in ("transfers.settle", "transfers.receive"))
    return count_waiting(sending, receiving, current_actor().user_id) if sending or receiving else 0


def told(refusal: Refusal) -> str:
    """A refusal with the lots that it names."""
    if isinstance(refusal, TransferUnfit):
        lines = [f"{one['lot']} ({one['name']}): {words.UNFIT.get(one['why'], '')}" for one in refusal.facts["lines"]]
    elif isinstance(refusal, TransferShort):
        lines = [
            _("%(lot)s (%(name)s): cần %(wanted)s, còn %(left)s", lot=one["lot"], name=one["name"],
              wanted=one["wanted"], left=one["available"])
            for one in refusal.facts["lines"]
        ]  # fmt: skip
    else:
        return str(refusal)
    return f"{refusal} {'; '.join(lines)}."


def _dispatch(paper: Transfer) -> None:
    service.dispatch(paper.code, current_actor())
    flash(_("Hàng đã rời cửa hàng."))


def _receive(paper: Transfer) -> None:
    """What came, from the fields ``received-1``, ``damaged-1``, ``note-1`` …"""
    found = {
        line.position: Counted(
            _number(f"received-{line.position}"), _number(f"damaged-{line.position}"),
            request.form.get(f"note-{line.position}", "").strip()[:300] or None,
        )
        for line in paper.lines
    }  # fmt: skip
    taken = service.receive(paper.code, found, current_actor())
    flash(_("Đã nhận hàng.") if not taken.transfer.differs else _("Đã nhận hàng. Chênh lệch chờ người khác xử lý."))
    for position, codes in taken.warnings.items():
        what = "; ".join(str(words.WARNINGS[code]) for code in codes)
        flash(_("Dòng %(n)s: %(what)s.", n=position, what=what), "warning")


def _settle(paper: Transfer) -> None:
    """What became of missing units, from the fields ``outcome-1``, ``why-1`` …"""
    decided: dict[int, Settled] = {}
    for line in paper.lines:
        chosen = request.form.get(f"outcome-{line.position}", "")
        if chosen in set(Outcome):
            why = request.form.get(f"why-{line.position}", "").strip()[:300] or None
            decided[line.position] = Settled(Outcome(chosen), why)
    service.settle(paper.code, decided, current_actor())
    flash(_("Đã xử lý chênh lệch."))


def _cancel(paper: Transfer) -> None:
    service.cancel(paper.code, current_actor())
    flash(_("Đã bỏ phiếu chuyển kho."))


ACTS = {"dispatch": _dispatch, "receive": _receive, "settle": _settle, "cancel": _cancel}


def _number(name: str) -> int:
    """Units typed into a field; nothing typed is none. Raises Invalid."""
    text = request.form.get(name, "").strip() or "0"
    with accepting_text():
        try:
            return int(_UNITS.deserialize(text))
        except ValidationError as wrong:
            raise Invalid({name: [str(wrong)]}, detail=_("Số lượng chưa đúng.")) from wrong


def _written(store: Store, receiver: Store, lines: Sequence[Sending], note: str | None) -> Transfer:
    if receiver.id == store.id:
        return service.move(store, lines, current_actor(), note)
    return service.draft(store, receiver, lines, current_actor(), note)


def _draft(code: str) -> Transfer:
    paper = get_visible(code)
    if paper.state != State.DRAFT:
        raise NotFound
    staffed(paper.sender.code, "transfers.send")
    return paper


def _judged(
    store: Store, sheet: Sheet
) -> tuple[list[Sending], Store | None, dict[int, list[LevelRow]]]:  # fmt: skip
    """The lines, and where they go; what is wrong stands on the sheet."""
    choices = look_up(sheet, list_levels(store.id, now()), "from_place")
    sheet.judge()
    receiver = next((one for one in _receivers(store) if one.code == sheet.data.get("to")), None)
    if receiver is None and "to" not in sheet.errors:
        sheet.errors["to"] = [_("Chọn cửa hàng nhận.")]
    if not sheet.rows:
        sheet.problem = _("Chưa có dòng hàng nào.")
    return [Sending(**line) for line in sheet.lines], receiver, choices


def look_up(sheet: Sheet, levels: Sequence[LevelRow], place: str) -> dict[int, list[LevelRow]]:
    """Put the lot's code in the place of whatever else named it; answers choices where several fit, by line."""
    choices: dict[int, list[LevelRow]] = {}
    for number, row in enumerate(sheet.rows, 1):
        said = row.get("lot", "")
        found = find_lots(levels, said) if said else []
        codes = {one.lot for one in found}
        if len(codes) == 1:
            row["lot"] = found[0].lot
            if row.get(place) not in {one.place for one in found}:
                row[place] = found[0].place
        elif codes:
            choices[number] = found
            sheet.blame(number, "lot", _("Có nhiều lô như vậy. Hãy chọn một."))
        elif said:
            sheet.blame(number, "lot", _("Cửa hàng không có lô nào như vậy."))
    return choices


def _receivers(store: Store) -> list[Store]:
    """The stores of the same seller, this one first: inside it goods change their place."""
    others = [one for one in list_stores() if one.seller_id == store.seller_id and one.id != store.id]
    return [store, *others]


def _form(
    store: Store, sheet: Sheet, status: int = 200, choices: Mapping[int, list[LevelRow]] | None = None,
    paper: Transfer | None = None, version: str = "",
) -> Response:  # fmt: skip
    levels = [row for row in list_levels(store.id, now()) if row.place != "transit"]
    if choices is None:
        choices = look_up(sheet, levels, "from_place")
    filled = len(sheet.rows)
    sheet.shown(1 if sheet.is_drafting or not filled else 0)
    return render(
        "desk/transfer_form.html", status, store=store, form=sheet, paper=paper, choices=choices, filled=filled,
        levels=levels, known={row.lot: row for row in levels}, labels=sheet.labels(HEAD, LINE), head=HEAD, line=LINE,
        version=version or (paper.version if paper else None), places=_PLACES, place_words=desk_words.PLACES,
        receivers=[(one.code, one.name) for one in _receivers(store)], amount=amount, today=today(),
    )  # fmt: skip


_PLACES = [("shelf", desk_words.PLACES["shelf"]), ("back", desk_words.PLACES["back"])]


def _page(paper: Transfer, problem: str = "", status: int = 200) -> Response:
    lines = shown_lines(paper.id)
    return render(
        "desk/transfer.html", status, paper=paper, lines=lines, problem=problem, amount=amount, states=words.STATES,
        badges=words.BADGES, outcomes=words.OUTCOMES, places=desk_words.PLACES, can=_can(paper), typed=request.form,
        warnings=_warnings(paper, lines),
    )  # fmt: skip


def _warnings(paper: Transfer, lines: Sequence[LineShown]) -> dict[int, list[Any]]:
    """What the receiver should know before putting goods on a shelf, while they are on their way."""
    if paper.state != State.DISPATCHED:
        return {}
    lots: dict[int, Lot] = {one.lot.id: one.lot for one in lines}
    told_codes = service.warnings_of(paper, lots, today())
    return {position: [words.WARNINGS[code] for code in codes] for position, codes in told_codes.items()}


def _can(paper: Transfer) -> set[str]:
    """The acts that fit the state and the caller's role at either side."""
    actor = current_actor()
    here, there = Scope("store", paper.sender.code), Scope("store", paper.receiver.code)
    sends = is_allowed(actor, "transfers.send", here)
    fits = {
        "change": paper.state == State.DRAFT and sends,
        "dispatch": paper.state == State.DRAFT and sends,
        "cancel": paper.state in (State.DRAFT, State.DISPATCHED) and sends,
        "receive": paper.state == State.DISPATCHED and is_allowed(actor, "transfers.receive", there),
        "settle": paper.state == State.RECEIVED
        and is_allowed(actor, "transfers.settle", here)
        and actor.user_id != paper.received_by_id,
    }
    return {act for act, is_fit in fits.items() if is_fit}
