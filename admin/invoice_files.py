"""Files between the desk and the provider of electronic invoices: a day's invoices out, its answers in."""

from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin import sent
from admin.desk import asked_text, desk, go
from admin.exports import FORMATS, Column, Table, as_csv, as_xlsx
from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import LARGEST_FILE
from core.audit import record
from core.clock import today
from core.db import transaction
from core.errors import NotFound
from core.web.access import current_actor, needs
from core.web.api import Schema
from core.web.fields import Words
from core.web.forms import Form
from core.web.pages import flash, render
from shop.invoices.answers import COLUMNS as ANSWER_COLUMNS
from shop.invoices.answers import Outcome, bring_in
from shop.invoices.export import COLUMNS, digest, flat, xml
from shop.invoices.queries import list_issued, sellers_for
from shop.stores.models import Seller

_FORMATS = {**FORMATS, "xml": "application/xml"}


class AnswersForm(Schema):
    """The file that was tried before, to be taken in now."""

    key = Words(most=100)
    file_name = Words(most=200)


@desk.get("/hoa-don/tep")
@needs("invoices.read")
def invoice_files() -> Response:
    """A day's file for the provider with its fingerprint, and the way for its answers."""
    return _page(Form(AnswersForm()))


@desk.get("/hoa-don/tep/<seller>/<on>.<form>")
@needs("invoices.read")
def invoice_file(seller: str, on: str, form: str) -> Response:
    """The invoices of a seller and a day: CSV, XLSX or XML."""
    chosen = next((one for one in sellers_for(current_actor(), "invoices.read") if one.code == seller), None)
    day = _day(on)
    if chosen is None or day is None or form not in _FORMATS:
        raise NotFound
    data = _file(chosen, day, form)
    fingerprint = digest(data)
    with transaction():
        record("invoice.exported", f"seller:{chosen.code}", current_actor(), day=day.isoformat(), form=form,
               sha256=fingerprint)  # fmt: skip
    answer = Response(data, mimetype=_FORMATS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="hoa-don-{chosen.code}-{day}.{form}"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-SHA256"] = fingerprint
    return answer


@desk.post("/hoa-don/tep")
@needs("invoices.issue")
def take_answers() -> Response:
    """Try the provider's answers and show what they would do; with ``confirm``, take them in. All or nothing."""
    form = Form(AnswersForm()).read(request.form)
    data = sent.take(form, LARGEST_FILE).data
    if data is None:
        form.errors["file"] = [_("Hãy chọn tệp CSV hoặc XLSX (nhỏ hơn %(size)d MB).", size=LARGEST_FILE // 2**20)]
        return _page(form, 422)
    is_trial = "confirm" not in request.form
    try:
        outcome = bring_in(data, current_actor(), dry_run=is_trial)
    except ImportRefused as refusal:
        return _page(form, refusal.status, faults=refusal.facts["errors"])
    if is_trial:
        return _page(form, outcome=outcome)
    flash(_("Đã ghi %(n)s câu trả lời của cơ quan thuế.", n=len(outcome.answers)))
    return go("desk.invoices", state="accepted")


def _file(seller: Seller, day: date, form: str) -> bytes:
    found = list_issued(seller.id, day)
    if form == "xml":
        return xml(found)
    table = Table(f"hoa-don-{seller.code}-{day}", f"Hóa đơn {day}", [Column(one, one) for one in COLUMNS], flat(found))
    return as_xlsx(table) if form == "xlsx" else as_csv(table)


def _page(
    form: Form, status: int = 200, *, faults: list[dict[str, Any]] | None = None, outcome: Outcome | None = None
) -> Response:
    sellers = sellers_for(current_actor(), "invoices.read")
    if not sellers:
        raise NotFound
    day = _day(asked_text("day", 10)) or today()
    chosen = next((one for one in sellers if one.code == asked_text("seller", 40)), sellers[0])
    found = list_issued(chosen.id, day)
    return render(
        "desk/invoice_files.html", status, form=form, faults=faults, outcome=outcome, sellers=sellers, seller=chosen,
        day=day, found=found, gross_vnd=sum(one.gross_vnd for one in found), columns=ANSWER_COLUMNS,
        fingerprint=digest(xml(found)) if found else None,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
