"""The desk of synonyms: the shop's own groups and the desk's, tried before they are saved."""

from collections.abc import Sequence
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from catalog.search.understanding import MOST_SIGNS
from catalog.search.wordbook import rules, service
from catalog.search.wordbook.queries import Entry, get_entry, groups_in_force, list_entries
from catalog.search.wordbook.refusals import SynonymDoubtful
from catalog.search.wordbook.trial import Trial, try_out
from core.clock import today
from core.errors import EditConflict, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Schema, Words
from core.web.forms import Form
from core.web.i18n import safe_path
from core.web.pages import flash, render

HOME = "/tim-kiem/tu-dong-nghia"
ORIGINS = {"own": _l("Nhóm riêng"), "base": _l("Có sẵn")}
STATES = {"on": _l("Đang dùng"), "off": _l("Đang tắt")}
FIELDS = {"writings": _l("Các cách viết"), "direction": _l("Chiều"), "note": _l("Ghi chú")}


class GroupIn(Schema):
    """The form of a group: its writings one a line, and a query to try it with."""

    writings = Words(most=2000, lines=True, required=True)
    direction = Choice("both", "one", load_default="both")
    note = Words(most=300, load_default="")
    q = Words(most=MOST_SIGNS)
    confirm = fields.Boolean(load_default=False)


@desk.get(HOME)
@needs("synonyms.read")
def synonyms() -> Response:
    """All groups: the desk's own first, then those that come with the shop."""
    q, page = asked_text("q", 60), page_number()
    origin, state = _one_of("nguon", ORIGINS), _one_of("trang-thai", STATES)
    found = list_entries(q, origin=origin, state=state)
    return render(
        "desk/synonyms.html", rows=found[(page - 1) * PER_PAGE : page * PER_PAGE], total=len(found), page=page,
        pages=pages_of(len(found)), q=q, origin=origin, state=state, origins=ORIGINS,
        states=STATES,
    )  # fmt: skip


@desk.route(f"{HOME}/moi", methods=["GET", "POST"])
@needs("synonyms.edit")
def new_synonym() -> Response:
    """The form of a new group; `?tu=` is a word that people searched for."""
    if request.method == "GET":
        word = asked_text("tu", rules.MOST_SIGNS)
        return _form(Form(GroupIn(), {"writings": f"{word}\n" if word else "", "direction": "both", "q": word}))

    def save(data: dict[str, Any]) -> str:
        return service.add_synonyms(current_actor(), **data).code

    return _read_and(save)


@desk.get(f"{HOME}/<code>")
@needs("synonyms.read")
def synonym(code: str) -> Response:
    """One group: to be edited when it is the desk's own, else to be looked at and switched."""
    one = get_entry(code)
    return _form(Form(GroupIn(), _typed(one)), one=one)


@desk.post(f"{HOME}/<code>")
@needs("synonyms.edit")
def edit_synonym(code: str) -> Response:
    """Try or save a change of a group."""

    def save(data: dict[str, Any]) -> str:
        confirm = data.pop("confirm")
        return service.edit_synonyms(current_actor(), code, _version(), data, confirm=confirm).code

    return _read_and(save, get_entry(code))


@desk.post(f"{HOME}/<code>/bat-tat")
@needs("synonyms.edit")
def switch_synonym(code: str) -> Response:
    """Switch a group off or on."""
    is_active = request.form.get("is_active") == "1"
    try:
        service.switch_synonyms(current_actor(), code, _version(), is_active=is_active)
        flash(
            _("Đã bật. Tìm kiếm dùng nhóm này ngay.") if is_active else _("Đã tắt. Tìm kiếm thôi dùng nhóm này ngay.")
        )
    except EditConflict as refusal:
        flash(str(refusal), "error")
    back = safe_path(request.form.get("next"), url_for("desk.synonyms"))
    return redirect(back, 303)  # type: ignore[return-value]


@desk.post(f"{HOME}/<code>/xoa")
@needs("synonyms.edit")
def remove_synonym(code: str) -> Response:
    """Remove a group of the desk's own."""
    try:
        service.remove_synonyms(current_actor(), code, _version())
    except Refusal as refusal:
        one = get_entry(code)
        return _form(Form(GroupIn(), _typed(one)).refuse(refusal), refusal.status, one=one)
    flash(_("Đã xóa nhóm. Nhật ký còn giữ các chữ của nhóm."))
    return go("desk.synonyms")


def _read_and(save: Any, one: Entry | None = None) -> Response:
    """Read the form; then show what it would change, or save it."""
    form = Form(GroupIn()).read(request.form)
    if not form.ok:
        return _form(form, 422, one=one)
    writings, is_one_way = rules.read_writings(form.data["writings"]), form.data["direction"] == "one"
    try:
        if request.form.get("do") == "try":
            return _form(form, one=one, trials=_trials(form, writings, is_one_way=is_one_way, one=one))
        data = {"writings": writings, "is_one_way": is_one_way}
        save(data | {"note": form.data["note"], "confirm": form.data["confirm"]})
    except SynonymDoubtful as refusal:
        return _form(form.refuse(refusal), refusal.status, one=one, doubts=_told(refusal))
    except EditConflict as refusal:
        return _form(form, refusal.status, one=get_entry(one.code) if one else None, conflict=_differences(one, form))
    except Refusal as refusal:
        return _form(form.refuse(refusal), refusal.status, one=one)
    flash(_("Đã lưu. Tìm kiếm dùng ngay, không cần dựng lại chỉ mục."))
    return go("desk.synonyms")


def _trials(form: Form, writings: Sequence[str], *, is_one_way: bool, one: Entry | None) -> list[Trial]:
    """The typed query tried, or else each writing."""
    texts = [form.data["q"]] if form.data.get("q") else [rules.spelled(text) for text in writings]
    code = one.code if one else ""
    return try_out(current_actor(), texts, today(), writings=writings, is_one_way=is_one_way, code=code)


def _form(form: Form, status: int = 200, *, one: Entry | None = None, **more: Any) -> Response:
    context = {"trials": None, "doubts": None, "conflict": None} | more
    return render("desk/synonym.html", status, form=form, one=one, **context)


def _typed(one: Entry) -> dict[str, Any]:
    direction = "one" if one.is_one_way else "both"
    return {"writings": "\n".join(one.writings), "direction": direction, "note": one.note}


def _told(refusal: SynonymDoubtful) -> list[dict[str, Any]]:
    """The doubts with what a person needs to judge them."""
    groups = groups_in_force()
    doubts: list[dict[str, Any]] = refusal.facts["doubts"]
    return [doubt | {"group": groups[doubt["other"]] if doubt["kind"] == "elsewhere" else None} for doubt in doubts]


def _differences(one: Entry | None, form: Form) -> list[tuple[str, Any, Any]]:
    """What stands now beside what was typed, where they differ."""
    stands = _typed(get_entry(one.code)) if one else {}
    return [
        (str(FIELDS[name]), stands[name], form.values.get(name, ""))
        for name in stands
        if str(stands[name]) != str(form.values.get(name, "")).replace("\r\n", "\n").strip()
    ]


def _version() -> int:
    """The hidden version; what is no number fits no group."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _one_of(name: str, known: Any) -> str:
    asked = asked_text(name)
    return asked if asked in known else ""
