"""The registry's desk: take it out, bring a file in after a trial, confirm one as the second person."""

from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from marshmallow import fields
from sqlalchemy import func, select

from admin import sent, words
from admin.desk import PER_PAGE, desk, go, page_number, pages_of
from catalog.certificates.models import Certificate
from catalog.certificates.refusals import ImportRefused
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.registry import service
from catalog.registry.api import as_file
from catalog.registry.files import FORMS
from catalog.registry.format import COLUMNS
from catalog.registry.models import RegistryImport
from catalog.registry.plan import Plan, make_plan
from catalog.registry.queries import get_import, list_imports
from catalog.registry.service import Outcome
from core.accounts.models import UserAccount
from core.accounts.permissions import may
from core.clock import today
from core.db import db
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema, Words
from core.web.forms import Form
from core.web.pages import flash, render

HOME = "/so-dang-ky"
#: What the server takes in one request, less the form around it.
LARGEST = 11 * 1024 * 1024


class FileIn(Schema):
    """A file of the registry; ``key`` and ``file_name`` once it was sent."""

    key = fields.String()
    file_name = Words(most=200)


class FingerprintIn(Schema):
    """What the sender says of the file."""

    fingerprint = Words(most=80)


@desk.get(HOME)
@needs("registry.read")
def registry() -> Response:
    """What stands, the ways out and in, and the files that were brought in."""
    return _home(Form(FileIn()))


@desk.get(f"{HOME}/tai-ve/<kind>")
@needs("registry.read")
def export_registry(kind: str) -> Response:
    """The registry as a file."""
    if kind not in FORMS:
        raise NotFound
    return as_file(kind)


@desk.post(HOME)
@needs("registry.import")
def import_registry_file() -> Response:
    """Try a file and say what it would do; with ``confirm``, write it. All or nothing either way."""
    form = Form(FileIn()).read(request.form)
    file = sent.take(form, LARGEST)
    if file.data is None:
        form.errors["file"] = [_("Hãy chọn tệp JSON, XLSX hoặc ZIP (nhỏ hơn %(size)d MB).", size=LARGEST // 2**20)]
        return _home(form, 422)
    is_trial = "confirm" not in request.form
    try:
        outcome = service.import_registry(current_actor(), file.data, file.name, dry_run=is_trial)
    except ImportRefused as refusal:
        return _home(form, refusal.status, faults=refusal.facts["errors"])
    except Refusal as refusal:
        return _home(form.refuse(refusal), refusal.status)
    if is_trial or outcome.is_repeat or outcome.code is None:
        return _home(form, outcome=outcome)
    flash(_("Đã ghi. Chứng nhận trong tệp chờ người thứ hai xác nhận."))
    return go("desk.registry_import", code=outcome.code)


@desk.get(f"{HOME}/<code>")
@needs("registry.read")
def registry_import(code: str) -> Response:
    """One file, with everything that it brings."""
    return _import(get_import(code), Form(FingerprintIn()))


@desk.post(f"{HOME}/<code>/xac-nhan")
@needs("registry.confirm")
def confirm_registry_import(code: str) -> Response:
    """The second person has the same file: by its fingerprint, or by her own copy."""
    form = Form(FingerprintIn()).read(request.form)
    copy = request.files.get("copy")
    data = copy.read(LARGEST + 1) if copy is not None and copy.filename else None
    if not form.ok:
        return _import(get_import(code), form, 422)
    try:
        service.confirm(current_actor(), code, fingerprint=form.data.get("fingerprint"), copy=data)
    except ImportRefused as refusal:
        return _import(get_import(code), form, refusal.status, faults=refusal.facts["errors"])
    except Refusal as refusal:
        return _import(get_import(code), form.refuse(refusal), refusal.status)
    flash(_("Đã xác nhận cả tệp. Các chứng nhận có giá trị từ hôm nay, hoặc từ ngày bắt đầu nếu muộn hơn."))
    return go("desk.registry_import", code=code)


@desk.post(f"{HOME}/<code>/bo")
@needs("registry.import")
def reject_registry_import(code: str) -> Response:
    """Take a file back."""
    service.reject(current_actor(), code)
    flash(_("Đã bỏ tệp; không có chứng nhận nào được ghi."))
    return go("desk.registry")


def _home(
    form: Form, status: int = 200, *, faults: list[dict[str, Any]] | None = None, outcome: Outcome | None = None
) -> Response:
    page = page_number()
    found, total = list_imports(page, PER_PAGE)
    return render(
        "desk/registry.html", status, form=form, faults=faults, outcome=outcome, rows=found, total=total, page=page,
        pages=pages_of(total), states=words.REGISTRY_STATES, tables=words.REGISTRY_TABLES, columns=COLUMNS,
        figures=_figures(),
    )  # fmt: skip


def _figures() -> list[dict[str, Any]]:
    """How much stands here."""
    verified = select(func.count()).select_from(Certificate).where(Certificate.verified_at.is_not(None))
    counts = (
        (db.session.scalar(select(func.count()).select_from(Producer)), _("chủ thể")),
        (db.session.scalar(select(func.count()).select_from(Product)), _("sản phẩm, kể cả chưa được công nhận")),
        (db.session.scalar(verified), _("chứng nhận đã được hai người xác nhận")),
    )
    return [{"figure": count or 0, "label": label} for count, label in counts]


def _import(
    batch: RegistryImport, form: Form, status: int = 200, *, faults: list[dict[str, Any]] | None = None
) -> Response:
    actor = current_actor()
    is_mine = batch.imported_by is not None and batch.imported_by == actor.user_id
    people = {one: db.session.get(UserAccount, one) for one in (batch.imported_by, batch.settled_by) if one}
    waits = batch.state == "waiting"
    plan, changed = _plan(batch) if waits else (None, None)
    return render(
        "desk/registry_import.html", status, one=batch, form=form, faults=faults or changed, is_mine=is_mine,
        people=people, states=words.REGISTRY_STATES, tables=words.REGISTRY_TABLES, acts=_acts(plan),
        names=_names(batch), iso_day=date.fromisoformat,
        can_confirm=waits and not is_mine and may(actor, "registry.confirm"),
        can_reject=waits and may(actor, "registry.import"),
    )  # fmt: skip


def _plan(batch: RegistryImport) -> tuple[Plan | None, list[dict[str, Any]] | None]:
    """What confirming would do today, or what contradicts it by now."""
    try:
        return make_plan(service.tables_of(batch), today()), None
    except ImportRefused as refusal:
        return None, refusal.facts["errors"]


def _acts(plan: Plan | None) -> list[tuple[str, str, dict[str, Any]]]:
    return [(act.kind, act.code, act.values) for act in plan.acts] if plan else []


def _names(batch: RegistryImport) -> dict[str, str]:
    """Names of the products that the file's certificates speak of."""
    codes = {row["product"] for row in batch.records}
    query = select(Product.code, Product.name).where(Product.code.in_(codes))
    return {code: name for code, name in db.session.execute(query)}  # noqa: C416 rows, not pairs
