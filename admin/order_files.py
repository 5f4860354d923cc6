"""Lists that go out to a carrier, and what comes back: numbers and results, tried first, then written all at once."""

from collections.abc import Sequence

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.desk import desk, go
from admin.exports import Column, Table, answer
from admin.stock import my_stores
from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import LARGEST_FILE
from catalog.decisions import uploads
from core.clock import today
from core.web.access import current_actor, needs
from core.web.pages import flash, render
from shop.delivery.carriers.by_file import HEADINGS
from shop.delivery.carriers.port import get_adapter
from shop.orders import words
from shop.orders.dispatch import Change, apply
from shop.orders.models import Shipment
from shop.orders.papers import slips_of

_NUMBERS = ("weight", "cash")


def handed_over(parcels: Sequence[Shipment]) -> Table:
    """The list to hand to a carrier with the parcels, safe for spreadsheets."""
    rows = get_adapter("csv").write([slip.consignment for slip in slips_of(parcels)])
    columns = [Column(key, heading, "whole" if key in _NUMBERS else "text") for key, heading in HEADINGS.items()]
    return Table(f"ban-giao-{today():%Y%m%d}", _("Danh sách bàn giao"), columns, rows)


@desk.get("/don-hang/van-chuyen")
@needs("orders.ship")
def carrier_files() -> Response:
    """Where a carrier's file is sent in."""
    return _page()


@desk.get("/don-hang/van-chuyen/mau")
@needs("orders.ship")
def carrier_sample() -> Response:
    """An empty table with the headings that are understood."""
    return answer(handed_over([]), "xlsx")


@desk.post("/don-hang/van-chuyen")
@needs("orders.ship")
def carrier_files_now() -> Response:
    """Try a carrier's file and show what it would do; with ``confirm``, do it. All or nothing either way."""
    key, data = _file()
    if data is None:
        return _page(problem=_("Hãy chọn tệp CSV hoặc XLSX (nhỏ hơn %(size)d MB).", size=LARGEST_FILE // 2**20),
                     status=422)  # fmt: skip
    is_trial = "confirm" not in request.form
    store_ids = [store.id for store in my_stores("orders.ship")]
    try:
        changes = apply(get_adapter("csv").read(data), store_ids, current_actor(), dry_run=is_trial)
    except ImportRefused as refusal:
        return _page(faults=refusal.facts["errors"], status=refusal.status)
    if is_trial:
        return _page(changes=changes, key=key)
    done = sum(one.before != one.after for one in changes)
    flash(ngettext("Đã ghi %(num)d kiện đổi trạng thái.", "Đã ghi %(num)d kiện đổi trạng thái.", done))
    return go("desk.orders")


def _file() -> tuple[str, bytes | None]:
    """The file sent now, or the one that was tried before: key and content."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        data = sent.read(LARGEST_FILE + 1)
        return uploads.keep(current_actor(), data), data
    key = request.form.get("key", "")
    return key, uploads.find(current_actor(), key)


def _page(
    problem: str | None = None, status: int = 200, faults: Sequence[dict[str, object]] = (),
    changes: Sequence[Change] = (), key: str | None = None,
) -> Response:  # fmt: skip
    return render(
        "desk/order_files.html", status, problem=problem, faults=faults, changes=changes, key=key, words=words,
        headings=HEADINGS,
    )  # fmt: skip
