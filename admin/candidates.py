"""The desk of candidates: a commune proposes and sees what became of it; certifiers make products of proposals."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import fields

from admin import sent, words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from catalog.areas.models import Area
from catalog.areas.queries import list_all_communes
from catalog.candidates import service
from catalog.candidates.importing import COLUMNS, Outcome, import_candidates
from catalog.candidates.models import Candidate
from catalog.candidates.posts import Post, is_everywhere, list_ended, move_post, posts_of
from catalog.candidates.queries import count_by_state, count_waiting, list_candidates, list_makers, list_similar
from catalog.candidates.refusals import CandidateSimilar
from catalog.candidates.rules import total_of
from catalog.candidates.schemas import AcceptanceIn, CandidateIn, CandidatePatch, DeclineIn, fill
from catalog.certificates.law import ERAS, eras_on, stars_of
from catalog.certificates.refusals import ImportRefused
from catalog.certificates.sheets import LARGEST_FILE
from catalog.documents.queries import of_subject
from catalog.products.sets import SETS
from core.accounts.models import UserAccount
from core.accounts.permissions import may
from core.clock import local_day, today
from core.db import db
from core.errors import EditConflict, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema, Whole, Words
from core.web.forms import Form
from core.web.pages import flash, render

HOME = "/de-xuat"


class ListIn(Schema):
    """A list of candidates for one commune, pasted or as a file."""

    area = Words(most=5, pattern=r"\d{2,5}")
    table = fields.String()
    key = fields.String()
    file_name = Words(most=200)


class MoveIn(Schema):
    """Which reporter gets which commune."""

    grant = Whole(least=1, required=True)
    area = Words(most=5, pattern=r"\d{2,5}", required=True)


def count_proposed() -> int | None:
    """For the deciding desk's menu: how many wait. A reporter waits for others."""
    return count_waiting() if may(current_actor(), "candidates.decide") else None


@desk.get(HOME)
@needs("candidates.read")
def candidates() -> Response:
    """Proposals by state: all for the deciding desk, a reporter's own and her commune's."""
    state, q, page, actor, on = asked_text("state"), asked_text("q"), page_number(), current_actor(), today()
    state = state if state in words.CANDIDATE_STATES else ""
    sees_all = is_everywhere(actor, "candidates.read")
    posts = [] if sees_all else posts_of(actor.user_id, on)
    among = None if sees_all else {post.area.id for post in posts}
    found, total = list_candidates(
        state=state, q=q, among=among, proposed_by=actor.user_id, page=page, per_page=PER_PAGE
    )
    return render(
        "desk/candidates.html", rows=found, total=total, page=page, pages=pages_of(total), state=state, q=q,
        states=words.CANDIDATE_STATES, counts=count_by_state(among, actor.user_id), posts=posts,
        ended=list_ended(on) if may(actor, "candidates.decide") else [],
    )  # fmt: skip


@desk.route(f"{HOME}/moi", methods=["GET", "POST"])
@needs("candidates.propose")
def propose_candidate() -> Response:
    """The form of a proposal."""
    form = Form(CandidateIn())
    if request.method == "GET":
        return _form(form)
    form.read(request.form)
    if form.ok:
        try:
            done = service.propose(current_actor(), area=form.data.pop("area", None), **fill(form.data))
        except Refusal as refusal:
            return _form(form.refuse(refusal), refusal.status)
        flash(_("Đã gửi đề xuất %(code)s.", code=done.code))
        return go("desk.candidate", code=done.code)
    return _form(form, 422)


@desk.route(f"{HOME}/nhap-danh-sach", methods=["GET", "POST"])
@needs("candidates.propose")
def import_candidate_list() -> Response:
    """A commune's whole list: tried first, then written, all or nothing."""
    form = Form(ListIn())
    if request.method == "GET":
        return _list_form(form)
    form.read(request.form)
    file = sent.take(form, LARGEST_FILE)
    if file.data is None:
        form.errors["table"] = [_("Dán bảng hoặc chọn tệp (nhỏ hơn %(size)d MB).", size=LARGEST_FILE // 2**20)]
        return _list_form(form, 422)
    is_trial = "confirm" not in request.form
    try:
        area = form.data.get("area")
        outcome = import_candidates(current_actor(), file.data, file.name, area=area, dry_run=is_trial)
    except ImportRefused as refusal:
        return _list_form(form, refusal.status, faults=refusal.facts["errors"])
    except Refusal as refusal:
        return _list_form(form.refuse(refusal), refusal.status)
    if is_trial or outcome.is_repeat:
        return _list_form(form, outcome=outcome)
    flash(ngettext("Đã gửi %(num)d đề xuất.", "Đã gửi %(num)d đề xuất.", outcome.entries))
    return go("desk.candidates")


@desk.get(f"{HOME}/<code>")
@needs("candidates.read")
def candidate(code: str) -> Response:
    """One proposal, what resembles it, and what can be done with it."""
    return _candidate(service.get_visible(current_actor(), code), Form(DeclineIn()))


@desk.route(f"{HOME}/<code>/sua", methods=["GET", "POST"])
@needs("candidates.edit")
def edit_candidate(code: str) -> Response:
    """Change a proposal that waits."""
    found = service.get_visible(current_actor(), code, "candidates.edit")
    if request.method == "GET":
        return _form(Form(CandidatePatch(), _typed(found)), one=found)
    form = Form(CandidatePatch()).read(request.form)
    if form.ok:
        version = int(text) if (text := request.form.get("version", "")).isdecimal() and len(text) < 10 else 0
        try:
            service.edit_candidate(current_actor(), code, version, fill(form.data))
        except EditConflict as refusal:
            return _form(form, refusal.status, one=found, conflict=_differences(found, form))
        except Refusal as refusal:
            return _form(form.refuse(refusal), refusal.status, one=found)
        flash(_("Đã lưu."))
        return go("desk.candidate", code=code)
    return _form(form, 422, one=found)


@desk.post(f"{HOME}/<code>/thanh-san-pham")
@needs("candidates.decide")
def accept_candidate(code: str) -> Response:
    """Make a product of it; where something resembles it, show that first."""

    def act(data: dict[str, Any]) -> str:
        done = service.accept(current_actor(), code, producer=data.get("producer"), is_new=data["is_new"])
        return _("Đã thành sản phẩm %(code)s, chưa có chứng nhận.", code=done.product.code if done.product else "")

    return _decided(code, Form(AcceptanceIn()).read(request.form), act)


@desk.post(f"{HOME}/<code>/gop")
@needs("candidates.decide")
def merge_candidate(code: str) -> Response:
    """Say which known product it is."""

    def act(data: dict[str, Any]) -> str:
        done = service.merge(current_actor(), code, product=data.get("product", ""))
        return _("Đã gộp vào sản phẩm %(code)s.", code=done.product.code if done.product else "")

    return _decided(code, Form(AcceptanceIn()).read(request.form), act)


@desk.post(f"{HOME}/<code>/tu-choi")
@needs("candidates.decide")
def decline_candidate(code: str) -> Response:
    """Decline it with a reason."""

    def act(data: dict[str, Any]) -> str:
        service.decline(current_actor(), code, reason=data["reason"])
        return _("Đã từ chối; địa phương đọc được lý do.")

    return _decided(code, Form(DeclineIn()).read(request.form), act)


@desk.post(f"{HOME}/dia-ban")
@needs("candidates.decide")
def move_reporter() -> Response:
    """Give the reporter of an ended commune a new one."""
    form = Form(MoveIn()).read(request.form)
    try:
        if form.ok:
            move_post(current_actor(), form.data["grant"], form.data["area"], today())
            flash(_("Đã giao địa bàn mới."))
    except Refusal as refusal:
        flash(str(refusal), "error")
    return go("desk.candidates")


def _decided(code: str, form: Form, act: Callable[[dict[str, Any]], str]) -> Response:
    if form.ok:
        try:
            said = act(form.data)
        except CandidateSimilar as refusal:
            flash(str(refusal), "warning")
            return go("desk.candidate", code=code)
        except Refusal as refusal:
            form.refuse(refusal)
            return _candidate(service.get_visible(current_actor(), code), form, refusal.status)
        flash(said)
        return go("desk.candidate", code=code)
    return _candidate(service.get_visible(current_actor(), code), form, 422)


def _candidate(one: Candidate, form: Form, status: int = 200) -> Response:
    actor, waits = current_actor(), one.state == "proposed"
    can = {name for name in ("decide", "edit") if waits and may(actor, f"candidates.{name}")}
    people = {user_id: db.session.get(UserAccount, user_id) for user_id in (one.proposed_by, one.decided_by) if user_id}
    total, eras = total_of(one.scores), eras_on(local_day(one.proposed_at))
    return render(
        "desk/candidate.html", status, one=one, form=form, can=can, states=words.CANDIDATE_STATES,
        kinds=words.PRODUCER_KINDS, people=people, total=total, weights=eras[0].weights,
        expected=stars_of(total, ERAS[-1]) if total is not None else None, whys=words.SIMILAR,
        similar=list_similar(one) if "decide" in can else [],
        documents=of_subject(f"candidate:{one.code}", with_withdrawn=True),
    )  # fmt: skip


def _form(
    form: Form, status: int = 200, *, one: Candidate | None = None, conflict: list[tuple[str, Any, Any]] | None = None
) -> Response:
    actor, on = current_actor(), today()
    posts = [] if is_everywhere(actor, "candidates.propose") else posts_of(actor.user_id, on)
    return render(
        "desk/candidate_form.html", status, form=form, one=one, conflict=conflict, areas=_areas(posts), posts=posts,
        makers=list_makers([post.area.id for post in posts]),
        kinds=list(words.PRODUCER_KINDS.items()), sets=[(s.number, f"{s.number}. {s.name_vi}") for s in SETS.values()],
        weights=eras_on(on)[0].weights, ended=_ended(posts),
    )  # fmt: skip


def _list_form(
    form: Form, status: int = 200, *, faults: list[dict[str, Any]] | None = None, outcome: Outcome | None = None
) -> Response:
    actor = current_actor()
    posts = [] if is_everywhere(actor, "candidates.propose") else posts_of(actor.user_id, today())
    return render(
        "desk/candidates_import.html", status, form=form, faults=faults, outcome=outcome, columns=COLUMNS,
        areas=_areas(posts), kinds=words.PRODUCER_KINDS, ended=_ended(posts),
    )  # fmt: skip


def _areas(posts: list[Post]) -> list[tuple[str, str]]:
    """The communes to choose from: a reporter's own, everybody else's all."""
    own = [post.area for post in posts if post.is_standing]
    return [(area.code, area.name) for area in (own if posts else list_all_communes(today()))]


def _ended(posts: list[Post]) -> list[Area]:
    return [post.area for post in posts if not post.is_standing]


def _typed(one: Candidate) -> dict[str, Any]:
    """The form filled with what stands."""
    values = {name: getattr(one, field.attribute or name, None) for name, field in CandidatePatch().fields.items()}
    points = {f"score_{part}": _points(score) for part, score in zip("abc", one.scores, strict=True)}
    return values | points | {"producer": one.producer.code if one.producer else ""}


def _points(score: int | None) -> str:
    return "" if score is None else f"{score / 100:g}".replace(".", ",")


def _differences(one: Candidate, form: Form) -> list[tuple[str, Any, Any]]:
    """What stands now beside what was typed, where they differ."""
    db.session.refresh(one)
    stands = Form(CandidatePatch(), _typed(one)).values
    typed = {name: form.values.get(name, "") for name in stands}
    return [(str(words.CANDIDATE_FIELDS[n]), stands[n], typed[n]) for n in stands if str(stands[n]) != str(typed[n])]
