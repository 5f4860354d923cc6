"""The review at the desk: the board, one application with its points, many decisions at once, the criteria."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import ValidationError
from sqlalchemy import select

from catalog.producers.models import Producer
from catalog.products.sets import GROUPS
from core.accounts.models import UserAccount
from core.accounts.permissions import authorize, is_allowed
from core.clock import now
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.fields import accepting_text
from core.web.forms import Form
from core.web.links import address_of
from core.web.pages import flash, render
from shop.exhibitors import delegations, reviewing, sharing, telling
from shop.exhibitors.blueprint import go, pages
from shop.exhibitors.board import board_of
from shop.exhibitors.history import steps_of
from shop.exhibitors.mine import bookings_of
from shop.exhibitors.queries import entrants_of, list_criteria
from shop.exhibitors.refusals import DecisionsRefused
from shop.exhibitors.reviewing import Criterion
from shop.exhibitors.schemas import BoardQuery, CriterionSchema, DecisionsIn, PersonForm
from shop.fairs import people, permissions, queries
from shop.fairs.applying.applications import Decision
from shop.fairs.models import Fair, FairApplication
from shop.fairs.rules import ApplicationState, fair_days

BOARD = "/quan-ly/hoi-cho/<slug>/ho-so"
ONE = "/quan-ly/ho-so-hoi-cho/<code>"


@pages.get("/quan-ly/xet-ho-so")
@needs("applications.score")
def review_home() -> Response:
    """The fairs whose applications the caller scores."""
    by = current_actor()
    found = [one for one in queries.list_all() if is_allowed(by, "applications.score", permissions.scope_of(one))]
    return render("exhibitors/review_home.html", fairs=[one for one in found if one.state in ("open", "running")])


@pages.get(BOARD)
@needs("applications.review")
def board(slug: str) -> Response:
    """Every application of one fair."""
    return _board_page(slug, Form(DecisionsIn()))


@pages.post(f"{BOARD}/quyet-dinh")
@needs("applications.decide")
def decide_many(slug: str) -> Response:
    """One decision over the ticked ones: all or none."""
    form = Form(DecisionsIn()).read(request.form)
    if not form.ok:
        return _board_page(slug, form, 422)
    data = form.data
    decision = Decision(ApplicationState(data["decision"]), data.get("note"), data.get("renew_by"))
    try:
        done = reviewing.decide_many(slug, data["applications"], decision, current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        if isinstance(refusal, DecisionsRefused):
            named = ", ".join(one["application"] for one in refusal.facts["applications"])
            form.problem = f"{refusal} ({named})"
        return _board_page(slug, form, refusal.status)
    flash(ngettext("Đã ghi quyết định về %(num)d hồ sơ.", "Đã ghi quyết định về %(num)d hồ sơ.", len(done)))
    return go("board", slug=slug)


@pages.get(ONE)
@needs("applications.review")
def review_one(code: str) -> Response:
    """One application with everything that a decision rests on."""
    return _one_page(code, {})


@pages.post(f"{ONE}/cham")
@needs("applications.score")
def score(code: str) -> Response:
    """Keep the caller's points."""
    points, errors = _typed_points(code)
    if errors:
        return _one_page(code, errors, 422)
    note = request.form.get("note", "").strip()[:1000]
    try:
        reviewing.score(code, points, note, current_actor())
    except Refusal as refusal:
        return _one_page(code, {"points": str(refusal)}, refusal.status)
    return go("review_one", _("Đã ghi điểm của bạn."), code=code)


@pages.get("/quan-ly/hoi-cho/<slug>/tieu-chi")
@needs("criteria.manage")
def criteria(slug: str) -> Response:
    """What the applications are judged by, and who judges."""
    return _criteria_page(slug, Form(PersonForm()))


@pages.post("/quan-ly/hoi-cho/<slug>/tieu-chi")
@needs("criteria.manage")
def set_criteria(slug: str) -> Response:
    """Save all of them."""
    wanted, errors = _typed_criteria()
    if errors:
        return _criteria_page(slug, Form(PersonForm()), 422, errors)
    try:
        reviewing.set_criteria(slug, wanted, current_actor())
    except Refusal as refusal:
        return _criteria_page(slug, Form(PersonForm()), refusal.status, [str(refusal)])
    return go("criteria", _("Đã lưu tiêu chí."), slug=slug)


@pages.post("/quan-ly/hoi-cho/<slug>/nguoi-cham")
@needs("criteria.manage")
def invite_reviewer(slug: str) -> Response:
    """Invite somebody to score: by mail, or by the link that is shown once."""
    form = Form(PersonForm()).read(request.form)
    if not form.ok:
        return _criteria_page(slug, form, 422)
    try:
        issued = reviewing.invite_reviewer(slug, form.data["contact"], form.data["name"], current_actor())
    except Refusal as refusal:
        return _criteria_page(slug, form.refuse(refusal), refusal.status)
    link = address_of("accounts.invitation", token=issued.secret)
    return _criteria_page(slug, Form(PersonForm()), link=link)


@pages.post("/quan-ly/hoi-cho/<slug>/nguoi-cham/<int:grant_id>/thoi")
@needs("criteria.manage")
def end_reviewer(slug: str, grant_id: int) -> Response:
    """Let a reviewer go."""
    person = reviewing.end_reviewer(slug, grant_id, current_actor())
    return go("criteria", _("%(name)s không còn chấm hồ sơ của hội chợ này.", name=person.name), slug=slug)


@pages.post("/quan-ly/hoi-cho/<slug>/nguoi-cham/loi-moi/<int:link_id>/rut")
@needs("criteria.manage")
def withdraw_reviewer(slug: str, link_id: int) -> Response:
    """Take an invitation to score back."""
    reviewing.withdraw_reviewer(slug, link_id, current_actor())
    return go("criteria", _("Đã rút lời mời."), slug=slug)


def own_fair(slug: str, action: str) -> Fair:
    """A fair at which the caller may do this. Raises FairNotFound, or NotFound for another's."""
    fair = queries.get_fair(slug)
    authorize(current_actor(), action, permissions.scope_of(fair))
    return fair


def _board_page(slug: str, form: Form, status: int = 200) -> Response:
    fair = own_fair(slug, "applications.review")
    by, asked = current_actor(), _asked()
    blocks = delegations.list_delegations(fair.id)
    asked["delegation_id"] = next((one.id for one in blocks if one.code == asked.get("delegation")), None)
    scope = permissions.scope_of(fair)
    context: dict[str, Any] = {
        "fair": fair, "board": board_of(fair, asked, by.user_id, now(), request.args.get("page", 1, type=int)),
        "asked": asked, "delegations": {one.id: one for one in blocks}, "groups": GROUPS, "form": form,
        "may_decide": is_allowed(by, "applications.decide", scope), "tab": "applications",
        "may_set": is_allowed(by, "criteria.manage", scope), "criteria": list_criteria(fair.id),
    }  # fmt: skip
    return render("exhibitors/board.html", status, **context)


def _asked() -> dict[str, Any]:
    """The filters of the address; what makes no sense there is left out."""
    schema = BoardQuery()
    given = {name: value for name, value in request.args.items() if name in schema.fields and value}
    try:
        with accepting_text():
            return dict(schema.load(given))  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = set(error.normalized_messages())
        with accepting_text():
            return dict(schema.load({k: v for k, v in given.items() if k not in wrong}))  # type: ignore[arg-type]


def _one_page(code: str, errors: dict[str, str], status: int = 200) -> Response:
    application = queries.get_application(code)
    fair = db.session.get_one(Fair, application.fair_id)
    by = current_actor()
    authorize(by, "applications.review", permissions.scope_of(fair))
    opinions = reviewing.opinions_on(application.id)
    mine = next((one for one in opinions if one.reviewer_id == by.user_id), None)
    scope = permissions.scope_of(fair)
    entrant = next(one for one in entrants_of(fair, now(), (ApplicationState(application.state),)) if one.code == code)
    shown = queries.names_of((), [row.product_id for row in application.products]).products
    context: dict[str, Any] = {
        "fair": fair, "one": application, "entrant": entrant, "products": list(shown.values()),
        "producer": db.session.get_one(Producer, application.producer_id), "criteria": list_criteria(fair.id),
        "mine": mine, "opinions": opinions, "sees": mine is not None or not is_allowed(by, "applications.score", scope),
        "people": _people([one.reviewer_id for one in opinions]), "errors": errors, "typed": request.form,
        "may_decide": is_allowed(by, "applications.decide", scope), "steps": steps_of([application.id])[application.id],
        "may_score": is_allowed(by, "applications.score", scope) and by.user_id is not None, "tab": "applications",
        "partner": sharing.find_partner(application.id), "messages": telling.messages_to(application.id),
        "bookings": bookings_of([application.id])[application.id], "names": _names(application),
        "days": fair_days(fair.opens_on, fair.closes_on),
        "delegation": delegations.find_by_id(application.delegation_id),
    }  # fmt: skip
    return render("exhibitors/review_one.html", status, **context)


def _typed_points(code: str) -> tuple[dict[int, int], dict[str, str]]:
    application = queries.get_application(code)
    points: dict[int, int] = {}
    errors: dict[str, str] = {}
    for one in list_criteria(application.fair_id):
        said = request.form.get(f"points-{one.id}", "").strip()
        if said.isascii() and said.isdecimal() and int(said) <= reviewing.MOST_POINTS:
            points[one.id] = int(said)
        elif said:
            errors[f"points-{one.id}"] = _("Từ 0 đến %(most)d.", most=reviewing.MOST_POINTS)
    if not points and not errors:
        errors["points"] = _("Hãy cho điểm ít nhất một tiêu chí.")
    return points, errors


def _typed_criteria() -> tuple[list[Criterion], list[str]]:
    wanted: list[Criterion] = []
    errors: list[str] = []
    for number in range(1, reviewing.MOST_CRITERIA + 1):
        given = {name: request.form.get(f"{name}-{number}", "").strip() for name in ("id", "name", "weight")}
        if not given["name"] and not given["weight"]:
            continue
        try:
            with accepting_text():
                loaded: Any = CriterionSchema().load({name: text for name, text in given.items() if text})
            wanted.append(Criterion(loaded["name"], loaded["weight"], loaded.get("id")))
        except ValidationError as error:
            texts = [str(text) for texts in error.normalized_messages().values() for text in texts]
            errors.append(_("Dòng %(number)d: %(texts)s", number=number, texts=" ".join(texts)))
    return wanted, errors


def _criteria_page(
    slug: str, form: Form, status: int = 200, errors: list[str] | None = None, link: str | None = None
) -> Response:
    fair = own_fair(slug, "criteria.manage")
    rows = [{"id": one.id, "name": one.name, "weight": one.weight} for one in list_criteria(fair.id)]
    if errors:
        names = ("id", "name", "weight")
        count = range(1, reviewing.MOST_CRITERIA + 1)
        rows = [{name: request.form.get(f"{name}-{n}", "") for name in names} for n in count]
    usual = [{"id": "", "name": name, "weight": weight} for name, weight in reviewing.USUAL]
    scope = permissions.scope_of(fair)
    context: dict[str, Any] = {
        "fair": fair, "rows": rows or usual, "most": reviewing.MOST_CRITERIA, "form": form, "errors": errors or [],
        "is_usual": not rows, "link": link, "tab": "applications",
        "reviewers": people.list_holders(reviewing.REVIEWER, scope),
        "invited": people.list_invited(reviewing.REVIEWER, scope),
    }  # fmt: skip
    return render("exhibitors/criteria.html", status, **context)


def _people(ids: list[int]) -> dict[int, str]:
    query = select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _names(application: FairApplication) -> dict[str, str]:
    codes = {str(one) for field in ("near", "apart") for one in application.wishes.get(field) or ()}
    query = select(Producer.code, Producer.name).where(Producer.code.in_(codes))
    return {row[0]: row[1] for row in db.session.execute(query)} if codes else {}
