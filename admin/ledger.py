"""The ledger of a store at the desk: every movement, by reason, lot, pack and day; on paper as CSV and XLSX."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import words
from admin.desk import PER_PAGE, desk, page_number, pages_of
from admin.exports import FORMATS, Column, Table, answer
from admin.queries import packs_of
from admin.stock import staffed
from core.errors import NotFound
from core.web.access import needs
from core.web.forms import Form
from core.web.pages import render, show_moment
from shop.inventory.queries import Moved, Wanted, list_ledger
from shop.inventory.rules import Reason
from shop.inventory.schemas import LedgerFilter
from shop.inventory.words import amount
from shop.stores.models import Store

#: More lines than a sheet of a keeper ever needs; the file says so when it was cut.
MOST_EXPORTED = 20_000
COLUMNS = (
    Column("at", _l("Lúc"), "short"), Column("reason", _l("Việc")), Column("sku", _l("Mã hàng"), "short"),
    Column("name", _l("Hàng")),
    Column("lot", _l("Lô"), "short"), Column("place", _l("Nơi để")), Column("delta", _l("Số lượng"), "whole"),
    Column("document", _l("Giấy tờ"), "short"), Column("actor", _l("Người làm")), Column("note", _l("Ghi chú")),
)  # fmt: skip
#: Where the paper behind a movement is shown, and what its number is called there.
PAPERS = {
    "goods_receipt": ("desk.any_receipt", "paper"), "transfer": ("desk.transfer", "code"),
    "removal": ("desk.removal", "code"), "order": ("desk.order", "number"), "return": ("desk.goods_return", "code"),
    "recall": ("desk.recall", "code"),
}  # fmt: skip


@desk.get("/cua-hang/<code>/so-kho")
@needs("stock.read")
def ledger(code: str) -> Response:
    """Every movement of a store that is asked for, newest first."""
    store, form, page = staffed(code, "stock.read"), _filter(), page_number()
    moved, total = list_ledger(store.id, page, PER_PAGE, _wanted(form))
    return render(
        "desk/ledger.html", 200 if form.ok else 422, store=store, rows=moved, form=form, amount=amount, total=total,
        packs=packs_of({row.sku for row in moved}), page=page, pages=pages_of(total), moves=words.MOVES,
        places=words.PLACES, reasons=[(one.value, words.MOVES[one]) for one in Reason], papers=PAPERS,
        is_filtered=any(form.values.get(name) for name in ("lot", "sku", "reason", "from", "to")),
    )  # fmt: skip


@desk.get("/cua-hang/<code>/so-kho.<file_format>")
@needs("stock.read")
def ledger_file(code: str, file_format: str) -> Response:
    """The same as a file: whole numbers with their sign, pieces or grams."""
    store, form = staffed(code, "stock.read"), _filter()
    if file_format not in FORMATS or not form.ok:
        raise NotFound
    moved, _total = list_ledger(store.id, 1, MOST_EXPORTED, _wanted(form))
    return answer(_table(store, moved), file_format)


def _filter() -> Form:
    return Form(LedgerFilter()).read(request.args)


def _wanted(form: Form) -> Wanted:
    """What is asked for; nothing is left out for a filter that makes no sense."""
    return Wanted(**{name: form.data.get(name) for name in ("lot", "sku", "reason", "first", "last")})


def _table(store: Store, moved: list[Moved]) -> Table:
    packs = packs_of({one.sku for one in moved})
    rows: list[dict[str, Any]] = [
        {
            "at": show_moment(one.at), "reason": words.MOVES[one.reason], "sku": one.sku,
            "name": f"{packs[one.sku].name}, {packs[one.sku].label}", "lot": one.lot,
            "place": words.PLACES[one.place], "delta": one.delta, "document": one.document.partition(":")[2],
            "actor": one.actor, "note": one.note,
        }
        for one in moved
    ]  # fmt: skip
    return Table(f"so-kho-{store.code}", _("Sổ kho"), COLUMNS, rows)
