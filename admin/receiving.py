"""Deliveries at the stores' desk: a paper of several lots, what came last as a proposal, and the papers that came."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.finding import Choice, find_packs, offered_packs
from admin.goods_papers import receipt_pdf, sent_pdf
from admin.receiving_fields import DeliveryIn, LineIn, percent_words
from admin.sheets import Sheet
from admin.stock import staffed
from catalog.documents.queries import of_subject, of_subjects
from catalog.listings.queries import Offer, get_offer, offers_by_code
from core.clock import today
from core.db import transaction
from core.errors import AlreadySent, NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.idempotency import only_once
from core.web.pages import flash, render
from core.web.pages import show_day as day_words
from shop.inventory.receipts import Terms, find_receipt, get_receipt, last_terms, lines_of, list_receipts
from shop.inventory.rules import receipt_warnings
from shop.inventory.service import Delivered, Receipt, receive
from shop.inventory.words import amount
from shop.stores.models import Store

HEAD = {
    "delivery_note": _l("Số phiếu giao"), "delivered_on": _l("Ngày trên phiếu giao"), "deliverer": _l("Người giao"),
    "note": _l("Ghi chú"),
}  # fmt: skip
LINE = {
    "sku": _l("Hàng"), "number": _l("Số lô của chủ thể"), "quantity": _l("Số lượng"), "made_on": _l("Ngày sản xuất"),
    "expires_on": _l("Hạn sử dụng"), "is_consigned": _l("Ký gửi hay mua"), "unit_cost": _l("Giá nhập"),
    "percent": _l("Phần của cửa hàng"), "place": _l("Nơi để"), "origin_number": _l("Giấy tờ nguồn gốc"),
}  # fmt: skip
#: What an untouched line holds.
BLANK = {"is_consigned": "true", "place": "shelf"}


@desk.get("/cua-hang/<code>/nhap-hang")
@needs("stock.receive")
def receive_lot(code: str) -> Response:
    """The form of a delivery. ``line=SKU:UNITS``, as often as wanted, fills it: from an order to a producer."""
    store = staffed(code, "stock.receive")
    sheet = _sheet()
    sheet.rows = [_asked(text) for text in (*request.args.getlist("line"), asked_text("sku", 40)) if text][:50]
    return _form(store, sheet)


@desk.post("/cua-hang/<code>/nhap-hang")
@needs("stock.receive")
def receive_lot_now(code: str) -> Response:
    """Take a delivery in; all lines or none. Nothing whose product no certificate covers today."""
    store = staffed(code, "stock.receive")
    sheet = _sheet().read(request.form)
    if sheet.is_drafting:
        return _form(store, sheet)
    choices = _look_up(sheet)
    sheet.judge()
    offers, refusal = _offers(sheet)
    if not sheet.rows:
        sheet.problem = _("Chưa có dòng hàng nào.")
    warned = any(_warnings(sheet, offers).values())
    if not sheet.ok or (warned and "seen" not in request.form):
        return _form(store, sheet, refusal.status if refusal else 422, choices)
    try:
        with transaction():
            only_once(request.form.get("once"))
            taken = receive(store, [_delivered(line) for line in sheet.lines], current_actor(), **sheet.data)
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.receipts", code=store.code)
    except Refusal as again:
        sheet.refuse(again)
        return _form(store, sheet, again.status, choices)
    return _told(store, taken)


@desk.get("/cua-hang/<code>/phieu-nhap")
@needs("stock.read")
def receipts(code: str) -> Response:
    """The deliveries of a store, newest first."""
    store, q, page = staffed(code, "stock.read"), asked_text("q", 60), page_number()
    rows, total = list_receipts(store.id, page, PER_PAGE, q)
    return render(
        "desk/receipts.html", store=store, rows=rows, total=total, page=page, pages=pages_of(total), q=q,
        can_receive=_may_receive(store),
    )  # fmt: skip


@desk.get("/cua-hang/<code>/phieu-nhap/<receipt>")
@needs("stock.read")
def receipt(code: str, receipt: str) -> Response:
    """One delivery with its lots, terms and scans."""
    store = staffed(code, "stock.read")
    paper = get_receipt(store.id, receipt)
    lines = lines_of(paper.code)
    scans = of_subjects([f"lot:{line.lot}" for line in lines])
    return render(
        "desk/receipt.html", store=store, paper=paper, lines=lines, amount=amount, places=words.PLACES, scans=scans,
        documents=of_subject(f"receipt:{paper.code}", with_withdrawn=True), percent=percent_words,
        total_vnd=sum(line.value_vnd for line in lines), warnings=_past_warnings(lines), may_keep=_may_receive(store),
    )  # fmt: skip


@desk.get("/cua-hang/<code>/phieu-nhap/<receipt>.pdf")
@needs("stock.read")
def receipt_file(code: str, receipt: str) -> Response:
    """The paper to print and sign (phiếu nhập kho)."""
    store = staffed(code, "stock.read")
    paper = get_receipt(store.id, receipt)
    return sent_pdf(receipt_pdf(store, paper, lines_of(paper.code)), paper.code)


@desk.get("/phieu-nhap/<paper>")
@needs("stock.read")
def any_receipt(paper: str) -> Response:
    """The delivery of this number, or the one that a lot came with, wherever it is."""
    found = find_receipt(paper)
    if found is None:
        raise NotFound
    return go("desk.receipt", code=found[0], receipt=found[1])


def _sheet() -> Sheet:
    return Sheet(DeliveryIn(), LineIn(exclude=("commission_bp",)), BLANK)


def _asked(text: str) -> dict[str, str]:
    sku, _colon, units = text.partition(":")
    return {**BLANK, "sku": sku[:40], "quantity": units[:9]}


def _may_receive(store: Store) -> bool:
    try:
        return bool(staffed(store.code, "stock.receive"))
    except Refusal:
        return False


def _look_up(sheet: Sheet) -> dict[int, list[Choice]]:
    """Put the code in the place of whatever else named a pack; answers choices where several fit, by line."""
    choices: dict[int, list[Choice]] = {}
    known = offers_by_code([row.get("sku", "") for row in sheet.rows], today())
    for number, row in enumerate(sheet.rows, 1):
        said = row.get("sku", "")
        if not said or said in known:
            continue
        found = find_packs(said)
        if len(found) == 1:
            row["sku"] = found[0].code
        elif found:
            choices[number] = found
            sheet.blame(number, "sku", _("Có nhiều hàng như vậy. Hãy chọn một."))
        else:
            sheet.blame(number, "sku", _("Không có hàng nào như vậy."))
    return choices


def _offers(sheet: Sheet) -> tuple[dict[str, Offer], Refusal | None]:
    """What may be taken in today, by code; why not stands at each other line. Answers the first refusal, too."""
    offers = offers_by_code([row.get("sku", "") for row in sheet.rows], today())
    first: Refusal | None = None
    for number, row in enumerate(sheet.rows, 1):
        said = row.get("sku", "")
        if not said or said in offers or f"sku-{number}" in sheet.errors:
            continue
        try:
            get_offer(said, today())
        except Refusal as refusal:
            first = first or refusal
            sheet.blame(number, "sku", str(refusal))
    return offers, first


def _propose(sheet: Sheet, offers: Mapping[str, Offer], terms: Mapping[int, Terms]) -> None:
    """Fill what nobody typed with the terms of the pack's last delivery."""
    for row in sheet.rows:
        offer = offers.get(row.get("sku", ""))
        last = terms.get(offer.sku_id) if offer else None
        if last is None or row.get("unit_cost") or row.get("percent"):
            continue
        row |= {
            "is_consigned": "true" if last.is_consigned else "false", "place": last.place,
            "unit_cost": str(last.unit_cost_vnd), "percent": percent_words(last.commission_bp),
        }  # fmt: skip


def _warnings(sheet: Sheet, offers: Mapping[str, Offer]) -> dict[int, list[str]]:
    """What a keeper should know of each line before taking it, in words."""
    on, told = today(), dict[int, list[str]]()
    for number, line in enumerate(sheet.lines if len(sheet.lines) == len(sheet.rows) else [], 1):
        offer = offers.get(line["sku"])
        if offer:
            codes = receipt_warnings(line["made_on"], line["expires_on"], offer.governing.ends_on, on)
            told[number] = [str(words.RECEIPT_WARNINGS[code]) for code in codes]
    return told


def _past_warnings(lines: Sequence[Any]) -> dict[str, list[str]]:
    """The same of lots that came in, as of today."""
    return {line.lot: [str(words.RECEIPT_WARNINGS[code]) for code in line.warnings(today())] for line in lines}


def _delivered(line: dict[str, Any]) -> Delivered:
    given = {name: value for name, value in line.items() if name not in ("percent", "unit_cost")}
    share = line.get("percent") or 0
    return Delivered(
        **given, unit_cost_vnd=line["unit_cost"], commission_bp=share if line["is_consigned"] else 0
    )  # fmt: skip


def _told(store: Store, taken: Receipt) -> Response:
    flash(_("Đã ghi phiếu nhập %(code)s: %(n)s lô.", code=taken.paper.code, n=len(taken.lines)))
    for line in taken.lines:
        for warning in line.warnings:
            flash(_("%(name)s: %(what)s.", name=line.name, what=words.RECEIPT_WARNINGS[warning]), "warning")
    return go("desk.receipt", code=store.code, receipt=taken.paper.code)


def _form(
    store: Store, sheet: Sheet, status: int = 200, choices: Mapping[int, list[Choice]] | None = None
) -> Response:  # fmt: skip
    """The form with what was typed, what is known of each line, and one empty line more."""
    if choices is None:
        choices = _look_up(sheet)
    offers, _refusal = _offers(sheet)
    _propose(sheet, offers, last_terms(store.id, [one.sku_id for one in offers.values()]))
    warnings, filled = _warnings(sheet, offers), len(sheet.rows)
    sheet.shown(1 if sheet.is_drafting or not filled else 0)
    return render(
        "desk/receive.html", status, store=store, form=sheet, filled=filled, offers=offers, choices=choices,
        warnings=warnings, labels=sheet.labels(HEAD, LINE), head=HEAD, line=LINE, packs=offered_packs(), day=day_words,
        places=[("shelf", words.PLACES["shelf"]), ("back", words.PLACES["back"])],
    )  # fmt: skip
