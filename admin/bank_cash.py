"""The desk of couriers' cash: what they took at the door, what of it came, and what is missing."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from admin import sent
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.exports import Column, Table, answer
from core.clock import local_day, today
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Day, DongField, Schema, Words
from core.web.forms import Form
from core.web.pages import flash, render
from core.web.uploads import takes
from shop.bank import statements
from shop.bank.permissions import authorize_seller, sellers_of
from shop.remittances import queries, rules, service, words
from shop.remittances.queries import Cash
from shop.remittances.rules import List
from shop.remittances.service import Paid

HOME = "/tien-thu-ho"
LARGEST = 2 * 1024 * 1024
MOST_ROWS = 20_000
#: Which parcels a tab shows.
TABS = {"missing": _l("Chưa trả"), "differs": _l("Trả lệch"), "all": _l("Tất cả")}
COLUMNS = (
    Column("parcel", _l("Kiện"), "short"), Column("number", _l("Đơn"), "short"), Column("courier", _l("Đơn vị giao")),
    Column("tracking", _l("Mã vận đơn"), "short"), Column("delivered", _l("Giao ngày"), "day"),
    Column("expected", _l("Phải trả"), "dong"), Column("remitted", _l("Đã trả"), "dong"),
    Column("fee", _l("Phí"), "dong"), Column("difference", _l("Chênh lệch"), "dong"),
    Column("standing", _l("Trạng thái")), Column("note", _l("Ghi chú")),
)  # fmt: skip


class RemittanceForm(Schema):
    """A courier's payment, with its list typed or as a file."""

    seller = Words(most=40, required=True)
    carrier = Words(most=120, required=True)
    reference = Words(most=80, required=True)
    received_on = Day(required=True)
    paid = DongField(least=0, required=True)
    parcels = Words(least=0, most=20_000, lines=True)
    key = fields.String()
    file_name = Words(most=200)


class MarkForm(Schema):
    """How a parcel's difference was settled."""

    parcel = Words(most=24, required=True)
    kind = Choice("settled", "written_off", required=True)
    reference = Words(most=80, required=True)
    note = Words(most=300, required=True)


class AttachForm(Schema):
    """The parcel that a courier's line means."""

    parcel = Words(most=60, required=True)


@desk.get(HOME)
@needs("remittances.read")
def cash() -> Response:
    """Parcels whose cash is missing or differs, longest waiting first; and the payments that came."""
    return _list_page(Form(MarkForm()))


@desk.get(f"{HOME}/tai-ve.csv")
@needs("remittances.read")
def cash_export() -> Response:
    """The list as asked for, as a file."""
    rows, _total = queries.list_cash(_ids("remittances.read"), _which(), 1, MOST_ROWS)
    return answer(Table("tien-thu-ho", _("Tiền thu hộ"), COLUMNS, [_row(one) for one in rows]), "csv")


@desk.post(f"{HOME}/xu-ly")
@needs("remittances.keep")
def mark_cash() -> Response:
    """A person settled what is missing or too much."""
    form = Form(MarkForm()).read(request.form)
    if not form.ok:
        return _list_page(form, 422)
    told = form.data
    try:
        service.mark(told["parcel"], told["kind"], told["reference"], told["note"], current_actor())
    except Refusal as refusal:
        return _list_page(form.refuse(refusal), refusal.status)
    flash(_("Đã ghi cách xử lý kiện %(parcel)s.", parcel=told["parcel"]))
    return go("desk.cash")


@desk.get(f"{HOME}/dot")
@needs("remittances.keep")
def new_remittance() -> Response:
    """Write down what a courier paid."""
    return _new_page(Form(RemittanceForm(), {"received_on": today()}))


@desk.post(f"{HOME}/dot")
@needs("remittances.keep")
@takes(LARGEST + 256 * 1024)
def record_remittance() -> Response:
    """Try a courier's list; with ``confirm``, write it down whole."""
    form = Form(RemittanceForm()).read(request.form)
    seller = {one.code: one for one in sellers_of(current_actor(), "remittances.keep")}.get(form.data.get("seller", ""))
    if form.data.get("seller") and seller is None:
        form.errors["seller"] = [_("Chọn người bán của bạn.")]
    told = _told(form)
    if told is not None and not told.faults and not told.lines:
        form.errors["parcels"] = [_("Danh sách chưa có kiện nào.")]
    if not form.ok or seller is None or told is None or told.faults:
        return _new_page(form, 422, told=told)
    if "confirm" not in request.form:
        found = queries.find_parcels(seller.id, [one.told for one in told.lines])
        return _new_page(form, told=told, found=found)
    data = form.data
    paid = Paid(data["carrier"], data["reference"], data["received_on"], data["paid"], told.lines)
    try:
        one = service.record_remittance(seller, paid, current_actor())
    except Refusal as refusal:
        return _new_page(form.refuse(refusal), refusal.status, told=told)
    flash(_("Đã ghi đợt %(code)s, %(n)d kiện.", code=one.code, n=len(one.lines)))
    return go("desk.remittance", code=one.code)


@desk.get(f"{HOME}/<code>")
@needs("remittances.read")
def remittance(code: str) -> Response:
    """One payment of a courier with its parcels."""
    return _remittance_page(code, Form(AttachForm()))


@desk.post(f"{HOME}/<code>/<int:line_id>")
@needs("remittances.keep")
def attach_parcel(code: str, line_id: int) -> Response:
    """Say which parcel a line means."""
    form = Form(AttachForm()).read(request.form)
    if not form.ok:
        return _remittance_page(code, form, 422)
    try:
        service.attach(line_id, form.data["parcel"], current_actor())
    except Refusal as refusal:
        return _remittance_page(code, form.refuse(refusal), refusal.status)
    flash(_("Đã gắn kiện hàng."))
    return go("desk.remittance", code=code)


def open_badge() -> int:
    """How many parcels of my sellers have cash that is missing or differs."""
    return queries.count_open(_ids("remittances.keep"))


def _told(form: Form) -> List | None:
    """The list as a file or as typed; None when neither can be read, which the form then says."""
    file = sent.take(form, LARGEST)
    if file.data is None:
        return rules.read_typed(str(form.data.get("parcels", "")))
    try:
        table = statements.open_table(file.data, {}, rules.HEADINGS)
    except statements.BadFile as error:
        form.errors["file"] = [str(error)]
        return None
    return rules.read_table(table, statements.propose(table.head, {}, rules.HEADINGS))


def _list_page(form: Form, status: int = 200) -> Response:
    page, which, mine = page_number(), _which(), _ids("remittances.read")
    rows, total = queries.list_cash(mine, which, page, PER_PAGE)
    return render(
        "desk/cash.html", status, rows=rows, total=total, page=page, pages=pages_of(total), which=which or "all",
        tabs_of=TABS, words=words, form=form, unmatched=queries.list_unmatched(mine), late=_is_late,
        remittances=queries.list_remittances(mine), export=url_for("desk.cash_export", state=which or "all"),
    )  # fmt: skip


def _new_page(
    form: Form, status: int = 200, *, told: List | None = None, found: dict[str, int] | None = None
) -> Response:
    mine = sellers_of(current_actor(), "remittances.keep")
    if not form.values.get("seller") and len(mine) == 1:
        form.values["seller"] = mine[0].code
    return render(
        "desk/cash_new.html", status, form=form, sellers=mine, told=told, found=found, words=words,
        plain=rules.plain_code,
    )  # fmt: skip


def _remittance_page(code: str, form: Form, status: int = 200) -> Response:
    one = queries.get_remittance(code)
    authorize_seller(current_actor(), "remittances.read", one.seller_id)
    return render("desk/remittance.html", status, one=one, form=form)


def _which() -> str:
    asked = asked_text("state") or "missing"
    return asked if asked in ("missing", "differs") else ""


def _ids(action: str) -> list[int]:
    return [one.id for one in sellers_of(current_actor(), action)]


def _is_late(one: Cash) -> bool:
    """Whether the courier has had the cash for too long."""
    return one.delivered_at is not None and (today() - local_day(one.delivered_at)).days > rules.LATE_AFTER_DAYS


def _row(one: Cash) -> dict[str, Any]:
    mark = one.mark
    return {
        "parcel": one.shipment.code, "number": one.number, "courier": one.shipment.courier,
        "tracking": one.shipment.tracking, "delivered": local_day(one.delivered_at) if one.delivered_at else None,
        "expected": one.expected_vnd, "remitted": one.remitted_vnd, "fee": one.fee_vnd,
        "difference": one.difference_vnd, "standing": words.STANDINGS[one.standing],
        "note": f"{words.MARKS[mark.kind]}: {mark.reference}, {mark.note}" if mark else None,
    }  # fmt: skip
