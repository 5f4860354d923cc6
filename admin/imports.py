"""Importing a decision's table: upload, trial run with faults by line, confirmation."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from marshmallow import fields

from admin import sent, words
from admin.desk import desk, go
from catalog.certificates.importing import COLUMNS, Decision, Outcome, import_decision
from catalog.certificates.models import LEVELS
from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import LARGEST_FILE
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Day, Schema, Words
from core.web.forms import Form
from core.web.pages import flash, render


class DecisionIn(Schema):
    """The decision that the whole file belongs to; ``key`` and ``file_name`` once the file was sent."""

    decision_number = Words(most=60, required=True)
    decided_on = Day(required=True)
    issuer_level = Choice(*LEVELS, required=True)
    issuer = Words(most=160, required=True)
    key = fields.String()
    file_name = Words(most=200)


@desk.get("/chung-nhan/nhap-tep")
@needs("certificates.enter")
def import_certificates() -> Response:
    """The form: a decision and its table."""
    return _page(Form(DecisionIn(), {"issuer_level": "province"}))


@desk.post("/chung-nhan/nhap-tep")
@needs("certificates.enter")
def import_certificates_now() -> Response:
    """Try the file and show what it would do; with ``confirm``, do it. All or nothing either way."""
    form = Form(DecisionIn()).read(request.form)
    found = sent.take(form, LARGEST_FILE)
    data = found.data
    if data is None:
        form.errors["file"] = [_("Hãy chọn tệp CSV hoặc XLSX (nhỏ hơn %(size)d MB).", size=LARGEST_FILE // 2**20)]
    if not form.ok or data is None:
        return _page(form, 422)
    is_trial = "confirm" not in request.form
    try:
        outcome = import_decision(current_actor(), _decision(form.data), data, found.name, dry_run=is_trial)
    except ImportRefused as refusal:
        return _page(form, refusal.status, faults=refusal.facts["errors"])
    except Refusal as refusal:
        return _page(form.refuse(refusal), refusal.status)
    if is_trial or outcome.is_repeat:
        return _page(form, outcome=outcome)
    flash(_("Đã nhập %(n)s chứng nhận. Mỗi chứng nhận cần người thứ hai xác nhận.", n=outcome.entries))
    return go("desk.certificates", state="waiting")


def _decision(data: dict[str, Any]) -> Decision:
    return Decision(data["decision_number"], data["decided_on"], data["issuer_level"], data["issuer"])


def _page(
    form: Form, status: int = 200, *, faults: list[dict[str, Any]] | None = None, outcome: Outcome | None = None
) -> Response:
    return render(
        "desk/certificates_import.html", status, form=form, faults=faults, outcome=outcome, columns=COLUMNS,
        levels=list(words.LEVELS.items()),
    )  # fmt: skip
