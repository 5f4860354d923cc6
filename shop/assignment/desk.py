"""The organizer's pages: ask for an answer, look at its figures and reasons, drag on the plan, apply."""

from dataclasses import asdict
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import format_percent, ngettext
from flask_babel import gettext as _

from core.clock import now
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from shop.assignment import dragging, queries, schemas, service, views
from shop.assignment.drawn import board_view
from shop.assignment.gather import Asked
from shop.assignment.models import FairAssignment
from shop.assignment.problem import Weights
from shop.assignment.refusals import AssignmentNotFound
from shop.assignment.rules import RunState, weights_for
from shop.assignment.words import said
from shop.fairs.desk import may_manage, own_fair
from shop.fairs.models import Fair
from shop.fairs.rulebook import rules_of

pages = Pages("fair_assignment", __name__)


@pages.get("/quan-ly/hoi-cho/<slug>/xep-gian")
@needs("assignment.read")
def show(slug: str) -> Response:
    """The newest answer of a fair: figures, who gets what, who goes without."""
    return _page(own_fair(slug, "assignment.read"), None)


@pages.post("/quan-ly/hoi-cho/<slug>/xep-gian")
@needs("assignment.run")
def ask(slug: str) -> Response:
    """Put the question; a small fair's answer is there at once, the worker finds a large one's."""
    fair = own_fair(slug, "assignment.run")
    form = Form(schemas.AskForm()).read(request.form)
    if not form.ok:
        return _page(fair, form, 422)
    weights = {name: form.data[name] for name in schemas.CHOSEN if name in form.data}
    try:
        run = service.ask(slug, Asked(weights, form.data["with_waiting"]), current_actor())
    except Refusal as refusal:
        return _page(own_fair(slug, "assignment.run"), form.refuse(refusal), refusal.status)
    if service.is_quick(run):
        run = service.answer(run.code, current_actor())
    return redirect(url_for("fair_assignment.show", slug=slug, _anchor="phuong-an"), 303)  # type: ignore[return-value]


@pages.get("/quan-ly/hoi-cho/<slug>/xep-gian/ap-dung")
@needs("assignment.run")
def ask_apply(slug: str) -> Response:
    """What applying will do, before it is done."""
    return _apply_page(own_fair(slug, "assignment.run"), Form(schemas.ApplyForm(), {"waitlist_rest": "true"}))


@pages.post("/quan-ly/hoi-cho/<slug>/xep-gian/ap-dung")
@needs("assignment.run")
def apply(slug: str) -> Response:
    """Offer the booths of the answer."""
    fair = own_fair(slug, "assignment.run")
    form = Form(schemas.ApplyForm()).read(request.form)
    if not form.ok:
        return _apply_page(fair, form, 422)
    run = _ready(fair)
    try:
        _run, offers = service.apply(
            run.code, form.data["version"], current_actor(), waitlist_rest=form.data["waitlist_rest"]
        )
    except Refusal as refusal:
        return _apply_page(own_fair(slug, "assignment.run"), form.refuse(refusal), refusal.status)
    flash(ngettext("Đã mời %(num)d gian.", "Đã mời %(num)d gian.", offers))
    return redirect(url_for("fair_assignment.show", slug=slug), 303)  # type: ignore[return-value]


@pages.get("/quan-ly/hoi-cho/<slug>/xep-gian/keo")
@needs("assignment.read")
def board(slug: str) -> Response:
    """The plan on which exhibitors are dragged."""
    return _board(own_fair(slug, "assignment.read"), Form(schemas.DragForm()))


@pages.post("/quan-ly/hoi-cho/<slug>/xep-gian/keo")
@needs("assignment.run")
def drag(slug: str) -> Response:
    """An exhibitor goes to a booth, or to none."""
    fair = own_fair(slug, "assignment.run")
    form = Form(schemas.DragForm()).read(request.form)
    if not form.ok:
        return _board(fair, form, 422)
    data = form.data
    one = dragging.Drag(data["application"], data.get("booth"), data.get("source"), data.get("version"))
    try:
        done = dragging.drag(slug, one, current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        form.problem = said(refusal)
        return _board(own_fair(slug, "assignment.run"), form, refusal.status)
    flash(_done(done, one))
    return redirect(url_for("fair_assignment.board", slug=slug), 303)  # type: ignore[return-value]


@pages.post("/quan-ly/hoi-cho/<slug>/xep-gian/ghim/<booth>")
@needs("assignment.run")
def pin(slug: str, booth: str) -> Response:
    """Keep a booth for whom the form names, or, with nobody named, let it go."""
    application = request.form.get("application", "")
    if application:
        dragging.pin(slug, booth, application, current_actor())
        flash(_("Đã ghim gian %(booth)s.", booth=booth))
    else:
        dragging.unpin(slug, booth, current_actor())
        flash(_("Đã bỏ ghim gian %(booth)s.", booth=booth))
    return redirect(url_for("fair_assignment.board", slug=slug, _anchor="ghim"), 303)  # type: ignore[return-value]


@pages.get("/quan-ly/hoi-cho/<slug>/xep-gian/vi-sao/<application>")
@needs("assignment.read")
def why(slug: str, application: str) -> Response:
    """Why an exhibitor has this booth, and why not each other one."""
    fair = own_fair(slug, "assignment.read")
    run, problem, found = views.why_for(fair, application, current_actor())
    names = {one.code: one.name for one in problem.candidates}
    return render(
        "assignment/why_desk.html", fair=fair, run=run, why=found, names=names, terms=found.terms, tab="assignment"
    )


def _page(fair: Fair, form: Form | None, status: int = 200) -> Response:
    run = queries.find_latest(fair.id)
    pins = queries.pins_of(fair.id)
    usual = weights_for(rules_of(fair).priority, {})
    chosen = {**_chosen(usual), **(run.question["asked"]["weights"] if run is not None else {})}
    is_answered = run is not None and run.answered_at is not None and run.state != RunState.FAILED
    context: dict[str, Any] = {
        "fair": fair, "tab": "assignment", "run": run, "pins": pins, "usual": usual,
        "form": form or Form(schemas.AskForm(), chosen),
        "may_run": may_manage(fair), "places": views.places_of(run, pins) if run and is_answered else [],
        "parts": views.parts_of(run) if run and is_answered else [],
        "score": views.score_now(run) if run and is_answered else None,
        "share": format_percent(run.figures["share_bp"] / 10_000, "0.0%") if run and is_answered else "",
    }  # fmt: skip
    return render("assignment/desk.html", status, **context)


def _chosen(usual: Weights) -> dict[str, int]:
    return {name: getattr(usual, name) for name in schemas.CHOSEN}


def _apply_page(fair: Fair, form: Form, status: int = 200) -> Response:
    run = _ready(fair)
    places = views.places_of(run, queries.pins_of(fair.id))
    new = [one for one in places if one.standing in ("new", "pinned")]
    context: dict[str, Any] = {
        "fair": fair, "tab": "assignment", "run": run, "form": form, "offers": sum(len(one.booths) for one in new),
        "exhibitors": len(new), "rest": [one for one in places if one.standing == "none"],
        "hours": rules_of(fair).offer_hours,
    }  # fmt: skip
    return render("assignment/desk_apply.html", status, **context)


def _board(fair: Fair, form: Form, status: int = 200) -> Response:
    found = board_view(fair, now())
    context: dict[str, Any] = {
        "fair": fair, "tab": "assignment", "board": found, "form": form, "may_run": may_manage(fair),
        "score": views.score_now(found.run) if found.run is not None else None,
        "pieces": [asdict(one) for one in found.pieces],
        "waiting": queries.find_open(fair.id) if found.run is None else None,
    }  # fmt: skip
    return render("assignment/board.html", status, **context)


def _ready(fair: Fair) -> FairAssignment:
    run = queries.find_latest(fair.id)
    if run is None or run.state not in (RunState.READY, RunState.APPLIED):
        raise AssignmentNotFound
    return run


def _done(done: str, one: dragging.Drag) -> str:
    words = {
        "moved": _("Đã chuyển sang gian %(booth)s; chủ thể được báo.", booth=one.to),
        "swapped": _("Đã đổi hai gian cho nhau; hai chủ thể được báo."),
        "placed": _("Đã đặt ở gian %(booth)s và ghim.", booth=one.to),
        "removed": _("Đã đưa ra khỏi gian %(booth)s.", booth=one.source),
        "pinned": _("Đã ghim gian %(booth)s cho lần tính tới.", booth=one.to),
    }
    return words[done]
