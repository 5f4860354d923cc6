"""The organizer's pages of the floor plan: as it stands, the editor, what a new plan changes, old plans, files, paper.

Whatever way a plan comes (drawn, from a file, from the generator, an old one again), it goes through one page that says
what it changes, and is saved from there.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from core.clock import now
from core.db import transaction
from core.errors import EditConflict, Refusal
from core.web.access import current_actor, needs
from core.web.api import Schema, read_json
from core.web.fields import Whole, Words
from core.web.forms import Form
from core.web.idempotency import only_once
from core.web.pages import Pages, flash, render
from shop.fairs.desk import may_manage, own_fair
from shop.fairs.directory import directory_of
from shop.fairs.models import Fair
from shop.fairs.plans import drawing
from shop.fairs.plans import words as plan_words
from shop.fairs.plans.files import checked, json_of, read_plan, svg_of
from shop.fairs.plans.paper import Size, plan_pdf
from shop.fairs.plans.plan import FEATURES, KINDS, SERVICES, USES, Grid, Plan, document_of, generate, plan_of
from shop.fairs.plans.planning import find_plan, holders_of, judge, list_plans, present_plan, set_plan
from shop.fairs.plans.promises import promises_of
from shop.fairs.plans.schemas import GridIn
from shop.fairs.plans.underlays import list_underlays
from shop.fairs.refusals import PlanUnreadable, PlanVersionNotFound

pages = Pages("fair_plan", __name__)

FILES = {"json": "application/json", "svg": "image/svg+xml"}


class GridForm(GridIn):
    """The generator as a form: lengths in centimetres."""

    name = Words(most=120)


class SaveForm(Schema):
    """What is saved: the document, the version of the fair that it was drawn on, and a word on why."""

    version = Whole(least=1, required=True)
    note = Words(most=200)


@pages.get("/quan-ly/hoi-cho/<slug>/so-do")
@needs("fairs.read")
def show(slug: str) -> Response:
    """The plan as it stands, its files, and every plan that was saved."""
    return _overview(own_fair(slug), Form(GridForm(), _GRID))


@pages.get("/quan-ly/hoi-cho/<slug>/so-do/ve")
@needs("fairs.manage")
def edit(slug: str) -> Response:
    """The editor on the present plan."""
    fair = own_fair(slug, "fairs.manage")
    return _editor(fair, present_plan(fair), fair.version)


@pages.post("/quan-ly/hoi-cho/<slug>/so-do/ve")
@needs("fairs.manage")
def go_on(slug: str) -> Response:
    """The editor on a plan that is not saved yet: back from the page of differences."""
    fair = own_fair(slug, "fairs.manage")
    return _editor(fair, _sent_plan(), request.form.get("version", fair.version, type=int))


@pages.post("/quan-ly/hoi-cho/<slug>/so-do/khac")
@needs("fairs.manage")
def compare(slug: str) -> Response:
    """What a plan would change: one that was drawn, from a file, or an old one."""
    fair = own_fair(slug, "fairs.manage")
    try:
        plan, version = _chosen_plan(fair), request.form.get("version", fair.version, type=int)
    except PlanUnreadable as refusal:
        form = Form(GridForm(), _GRID)
        form.problem = " ".join([str(refusal), *refusal.facts["errors"].get("file", [])])
        return _overview(fair, form, refusal.status)
    return _changes(fair, plan, version, None)


@pages.post("/quan-ly/hoi-cho/<slug>/so-do/luoi")
@needs("fairs.manage")
def grid(slug: str) -> Response:
    """A new hall of booths from a few numbers, beside the halls that stand."""
    fair = own_fair(slug, "fairs.manage")
    form = Form(GridForm()).read(request.form)
    if not form.ok:
        return _overview(fair, form, 422)
    return _changes(fair, _with_grid(fair, form.data), fair.version, None)


@pages.post("/quan-ly/hoi-cho/<slug>/so-do/luu")
@needs("fairs.manage")
def save(slug: str) -> Response:
    """Save the plan; what stands in its way is said on the page of differences, and nothing is lost."""
    fair, plan = own_fair(slug, "fairs.manage"), _sent_plan()
    form = Form(SaveForm()).read(request.form)
    if not form.ok:
        return _changes(fair, plan, fair.version, None, 422)
    try:
        with transaction():
            only_once(request.form.get("once"))
            set_plan(slug, plan, form.data["version"], current_actor(), form.data.get("note"))
    except EditConflict as refusal:
        return _changes(own_fair(slug, "fairs.manage"), plan, fair.version, refusal, refusal.status)
    except Refusal as refusal:
        return _changes(fair, plan, form.data["version"], refusal, refusal.status)
    flash(_("Đã lưu sơ đồ: %(booths)d gian.", booths=len(plan.booths)))
    return redirect(url_for("fair_plan.show", slug=slug), 303)  # type: ignore[return-value]


@pages.get("/quan-ly/hoi-cho/<slug>/so-do/tep/<kind>")
@needs("fairs.read")
def download(slug: str, kind: str) -> Response:
    """The present plan as a file, or an old one: ``?ban=3``."""
    fair = own_fair(slug)
    plan = _old_plan(fair, request.args.get("ban", 0, type=int)) if "ban" in request.args else present_plan(fair)
    if kind not in FILES:
        raise PlanVersionNotFound
    data = json_of(plan) if kind == "json" else svg_of(plan, fair.name)
    return _file(data, FILES[kind], f"so-do-{slug}.{kind}")


@pages.get("/quan-ly/hoi-cho/<slug>/so-do/in.pdf")
@needs("fairs.read")
def paper(slug: str) -> Response:
    """The plan on A4, or on A3 with ``?kho=A3``, and the booths in a list."""
    fair = own_fair(slug)
    size: Size = "A3" if request.args.get("kho", "").upper() == "A3" else "A4"
    names = {code: " + ".join(held) for code, held in holders_of(fair).items()}
    uses = {use: str(word) for use, word in plan_words.USES.items() if use != "exhibitor"}
    data = plan_pdf(fair.name, present_plan(fair), names, uses, now(), size)
    return _file(data, "application/pdf", f"so-do-{slug}-{size.lower()}.pdf", "inline")


#: What the generator's form proposes.
_GRID: dict[str, Any] = {
    "hall": "A", "rows": 10, "columns": 20, "aisle": 300, "booth_width": 300, "booth_depth": 300, "price": 3_000_000,
    "services": ["power"],
}  # fmt: skip


def _overview(fair: Fair, form: Form, status: int = 200) -> Response:
    directory = directory_of(fair, now())
    booths = [one.booth for one in directory.booths]
    context: dict[str, Any] = {
        "fair": fair, "may_manage": may_manage(fair), "form": form, "plans": list_plans(fair),
        "halls": [drawing.draw_hall(one, directory) for one in directory.halls], "services": SERVICES,
        "counts": {use: sum(one.use == use for one in booths) for use in USES},
        "fees": sum(one.price_vnd for one in booths if one.use == "exhibitor"), "use_words": plan_words.USES,
        "next_hall": _free_hall({one.code for one in directory.halls}),
    }  # fmt: skip
    return render("fairs/plan.html", status, tab="plan", **context)


def _editor(fair: Fair, plan: Plan, version: int) -> Response:
    underlays = [
        {
            "hall": one.hall, "version": one.version, **one.place(),
            "url": url_for("fair_plan.underlay", slug=fair.slug, hall=one.hall, v=one.sha256[:12]),
        }
        for one in list_underlays(fair)
    ]  # fmt: skip
    data = {
        "plan": document_of(plan), "version": version, "slug": fair.slug, "underlays": underlays,
        "holders": plan_words.whose(holders_of(fair), promises_of(fair)),
        "kinds": KINDS, "services": SERVICES, "features": FEATURES, "uses": USES,
        "preview": url_for("api_plans.preview", slug=fair.slug), "grid": url_for("api_plans.grid", slug=fair.slug),
        "underlay": url_for("fair_plan.show", slug=fair.slug) + "/nen/",
    }  # fmt: skip
    words: dict[str, Any] = {
        "use_words": plan_words.USES, "feature_words": plan_words.FEATURES, "kinds": KINDS, "services": SERVICES,
    }  # fmt: skip
    return render("fairs/plan_editor.html", fair=fair, data=data, tab="plan", **words)


def _changes(fair: Fair, plan: Plan, version: int | None, refusal: Refusal | None, status: int = 200) -> Response:
    judgement = judge(fair, plan)
    if status == 200 and not judgement.is_sound:
        status = 422
    context: dict[str, Any] = {
        "fair": fair, "judgement": judgement, "refusal": refusal, "version": version, "words": plan_words,
        "document": json.dumps(document_of(plan), ensure_ascii=False, separators=(",", ":")),
        "is_stale": isinstance(refusal, EditConflict) or version != fair.version, "booths": len(plan.booths),
        "faults": [plan_words.fault_text(one) for one in judgement.faults],
        "warnings": [plan_words.fault_text(one) for one in judgement.warnings],
        "whose": plan_words.whose(judgement.holders, judgement.promised),
    }  # fmt: skip
    return render("fairs/plan_changes.html", status, tab="plan", **context)


def _sent_plan() -> Plan:
    """The document that the form carries. Raises PlanUnreadable."""
    try:
        return checked(read_json(request.form.get("document", "").encode()))
    except PlanUnreadable:
        raise
    except Refusal as refusal:
        raise PlanUnreadable({"file": [str(refusal)]}) from refusal


def _chosen_plan(fair: Fair) -> Plan:
    file = request.files.get("file")
    if file is not None and file.filename:
        return read_plan(file.read())
    if "number" in request.form:
        return _old_plan(fair, request.form.get("number", 0, type=int))
    return _sent_plan()


def _old_plan(fair: Fair, number: int) -> Plan:
    found = find_plan(fair, number)
    if found is None:
        raise PlanVersionNotFound
    return plan_of(cast(Mapping[str, Any], found.document))


def _with_grid(fair: Fair, wanted: dict[str, Any]) -> Plan:
    present = present_plan(fair)
    name, zone, price = wanted.pop("name", None), wanted.pop("zone", None), wanted.pop("price")
    wanted["services"] = tuple(wanted["services"])
    made, booths = generate(Grid(price_vnd=price, **wanted))
    document = document_of(Plan((made,), booths))
    document["halls"][0]["name"] = name or _("Nhà %(hall)s", hall=made.code)
    for one in document["booths"]:
        one |= {"zone": zone} if zone else {}
    more = plan_of(document)
    return Plan((*present.halls, *more.halls), (*present.booths, *more.booths))


def _free_hall(taken: set[str]) -> str:
    return next((chr(code) for code in range(ord("A"), ord("Z") + 1) if chr(code) not in taken), "")


def _file(data: bytes, mimetype: str, name: str, manner: str = "attachment") -> Response:
    response = Response(data, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'{manner}; filename="{name}"'
    return response
