"""The pages of switching in: a file, its columns, a trial, the deed; what was taken over; customers without consent."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import fields

from admin import sent
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.stock import my_stores, staffed
from admin.switching import service
from admin.switching.models import ImportProfile, ImportRun
from admin.switching.plans import ACTS, HOWS, OUTCOMES, Plan, Wishes
from admin.switching.reading import MOST_ROWS, Sheet, check_columns, read_sheet
from admin.switching.service import Job
from admin.switching.systems import FIELD_LABELS, FIELDS, KINDS, OTHER, SYSTEMS, fingerprint, recognise
from catalog.areas.queries import list_all_communes
from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import LARGEST_FILE
from catalog.products.sets import SETS
from core.accounts.permissions import may
from core.clock import today
from core.errors import Refusal
from core.masks import masked
from core.web.access import current_actor, needs
from core.web.fields import Choice, Schema, Whole, Words
from core.web.forms import Form
from core.web.pages import flash, render
from shop.stores.models import Store

HOME = "/chuyen-sang/<code>"
#: Lines of a trial that are shown; the others are counted.
SHOWN = 300


def _flag() -> fields.Boolean:
    return fields.Boolean(load_default=False, truthy={True, "1", "true", "on"}, falsy={False, "0", "false"})


class SwitchIn(Schema):
    """What is chosen beside the file and its columns."""

    kind = Choice(*KINDS, required=True)
    key = fields.String()
    file_name = Words(most=200)
    profile = Whole(least=1)
    trusts_names = _flag()
    takes_big_prices = _flag()
    area = Words(most=5, pattern=r"\d{2,5}")
    set_no = Whole(least=1, most=26)
    is_consigned = _flag()
    commission_percent = Whole(least=0, most=100, load_default=0)
    profile_name = Words(most=80)


@desk.get("/chuyen-sang")
@needs("switching.run")
def switching_stores() -> Response:
    """The stores whose files the caller may bring along; a single one opens at once."""
    mine = my_stores("switching.run")
    if len(mine) == 1:
        return go("desk.switching", code=mine[0].code)
    return render("desk/switching_stores.html", stores=mine)


@desk.get(HOME)
@needs("switching.run")
def switching(code: str) -> Response:
    """The form, and what was taken over before."""
    return _page(staffed(code, "switching.run"), Form(SwitchIn(), {"kind": asked_text("kind", 10) or "products"}))


@desk.post(HOME)
@needs("switching.run")
def switch_in(code: str) -> Response:
    """Read the file and ask for its columns; try it; with ``confirm``, take it over. All or nothing either way."""
    store = staffed(code, "switching.run")
    form = Form(SwitchIn()).read(request.form)
    found = sent.take(form, LARGEST_FILE)
    if found.data is None:
        form.errors["file"] = [_("Hãy chọn tệp CSV hoặc XLSX (nhỏ hơn %(size)d MB).", size=LARGEST_FILE // 2**20)]
    if not form.ok or found.data is None:
        return _page(store, form, 422)
    try:
        sheet = read_sheet(found.data, form.data["kind"])
    except ImportRefused as refusal:
        return _page(store, form, refusal.status, faults=refusal.facts["errors"])
    system, columns = _columns(store, form, sheet)
    job = Job(store, form.data["kind"], system, found.name, found.data, sheet, columns, _wishes(form.data))
    if _is_fresh():  # nothing is tried before a person has seen the columns of a file
        form.values["is_consigned"] = "true"
        return _page(store, form, job=job)
    return _go_on(job, form)


@desk.get(f"{HOME}/khach-hang")
@needs("switching.run")
def imported_customers(code: str) -> Response:
    """Customers of the system before; nobody of them has agreed to anything here."""
    store = staffed(code, "switching.run")
    q, page = asked_text("q", 60), page_number()
    rows, total = service.list_customers(store, page, PER_PAGE, q)
    return render(
        "desk/imported_customers.html", store=store, rows=rows, total=total, page=page, pages=pages_of(total), q=q,
        masked=masked,
    )  # fmt: skip


@desk.post(f"{HOME}/<run>/quen")
@needs("switching.run")
def forget_imported(code: str, run: str) -> Response:
    """Erase the customers that one file brought."""
    store = staffed(code, "switching.run")
    count = service.forget_customers(store, run, current_actor())
    flash(ngettext("Đã xóa %(num)d khách hàng.", "Đã xóa %(num)d khách hàng.", count))
    return go("desk.switching", code=code)


def _go_on(job: Job, form: Form) -> Response:
    """The file with its columns: saved as a profile, tried, or taken over."""
    if wrong := check_columns(job.sheet, job.columns, job.kind):
        form.errors |= {f"column-{name}": texts for name, texts in wrong.items()}
        return _page(job.store, form, 422, job=job)
    actor = current_actor()
    try:
        if name := form.data.get("profile_name"):
            service.save_profile(job, name, actor)
            flash(_("Đã lưu cách đọc “%(name)s”.", name=name))
        before = service.find_run(job)
        if before is None and "confirm" in request.form:
            run = service.take_over(job, actor)
            flash(_("Đã nhập tệp, mã %(code)s.", code=run.code))
            return go("desk.switching", code=job.store.code)
        plan = service.try_out(job, actor) if before is None else None
    except ImportRefused as refusal:
        return _page(job.store, form, refusal.status, job=job, faults=refusal.facts["errors"])
    except Refusal as refusal:
        return _page(job.store, form.refuse(refusal), refusal.status, job=job)
    return _page(job.store, form, job=job, plan=plan, before=before)


def _columns(store: Store, form: Form, sheet: Sheet) -> tuple[str, dict[str, str]]:
    """The system and the columns: chosen on the page, of a profile, of the profile made for such a file, or guessed."""
    kind = form.data["kind"]
    guess = recognise(sheet.headings, kind)
    if not _is_fresh() and not form.data.get("profile"):
        chosen = {name: request.form.get(f"column-{name}", "") for name in FIELDS[kind]}
        return guess.system, {name: heading for name, heading in chosen.items() if heading}
    profiles = service.list_profiles(store, kind)
    mark = fingerprint(sheet.headings)
    wanted = form.data.get("profile")
    found = next((one for one in profiles if (one.id == wanted if wanted else one.fingerprint == mark)), None)
    if found is None:
        return guess.system, guess.columns
    form.values["profile"] = found.id
    known = {name: heading for name, heading in found.columns.items() if heading in sheet.headings}
    return found.system, known


def _is_fresh() -> bool:
    """Whether the file comes now, so that the columns on the form, if any, are another file's."""
    file = request.files.get("file")
    return "columns" not in request.form or (file is not None and bool(file.filename))


def _wishes(data: dict[str, Any]) -> Wishes:
    is_consigned = bool(data["is_consigned"])
    can_propose = may(current_actor(), "candidates.propose")
    return Wishes(
        data["trusts_names"], data["takes_big_prices"], data.get("area") if can_propose else None,
        data.get("set_no") if can_propose else None, is_consigned, data["commission_percent"] * 100,
    )  # fmt: skip


def _page(
    store: Store, form: Form, status: int = 200, *, job: Job | None = None, plan: Plan | None = None,
    faults: list[dict[str, Any]] | None = None, before: ImportRun | None = None,
) -> Response:  # fmt: skip
    page = page_number()
    runs, total = service.list_runs(store, page, PER_PAGE)
    kind = job.kind if job else str(form.values.get("kind", "products"))
    profiles: list[ImportProfile] = list(service.list_profiles(store, kind)) if job else []
    can_propose = may(current_actor(), "candidates.propose")
    return render(
        "desk/switching.html", status, store=store, form=form, job=job, plan=plan, faults=faults, before=before,
        runs=runs, total=total, page=page, pages=pages_of(total), kinds=KINDS, systems=SYSTEMS, other=OTHER,
        fields=FIELDS.get(kind, {}), labels=FIELD_LABELS, outcomes=OUTCOMES, acts=ACTS, hows=HOWS, shown=SHOWN,
        most=MOST_ROWS, profiles=[(one.id, one.name) for one in profiles], can_propose=can_propose,
        areas=[(one.code, one.name) for one in list_all_communes(today())] if can_propose and job else [],
        sets=[(one.number, f"{one.number}. {one.name_vi}") for one in SETS.values()],
    )  # fmt: skip
