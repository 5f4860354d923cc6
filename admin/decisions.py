"""The desk of decisions over many products: try, enter, a second person counts and confirms; what came of it."""

from dataclasses import dataclass, fields
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import fields as typed

from admin import words
from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from catalog.certificates.refusals import ImportRefused, VerificationDiffers
from catalog.certificates.sheets import LARGEST_FILE
from catalog.consequences.port import sentence
from catalog.decisions import uploads
from catalog.decisions.models import ENTERED, KINDS, RECOGNITION, Decision
from catalog.decisions.plan import draw
from catalog.decisions.queries import facts_of, get_decision, list_decisions, list_lines, read_lines
from catalog.decisions.reading import columns_of, read_file, read_items
from catalog.decisions.refusals import DecisionOutdated
from catalog.decisions.rules import Facts, Line, Plan
from catalog.decisions.schemas import BatchFacts
from catalog.decisions.service import (
    Trial,
    confirm_decision,
    discard_decision,
    enter_decision,
    review,
    try_out,
)
from catalog.decisions.views import certificates_of, in_brief
from catalog.listings.queries import list_reopenable
from catalog.listings.service import reopen
from core.accounts.permissions import may
from core.clock import today
from core.errors import Invalid, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Schema, Whole, Words
from core.web.forms import Form
from core.web.pages import flash, render

#: Lines that a page shows; the decision holds them all.
SHOWN = 200
FAULTS_SHOWN = 100


class DecisionForm(BatchFacts):
    """A decision as it is typed; the table as pasted text, or ``key`` and ``file_name`` once it was sent."""

    table = typed.String()
    key = typed.String()
    file_name = Words(most=200)


class CountForm(Schema):
    """What the second person counted on the paper."""

    products = Whole(least=0, most=100_000, required=True)
    stars3 = Whole(least=0, most=100_000)
    stars4 = Whole(least=0, most=100_000)
    stars5 = Whole(least=0, most=100_000)


@dataclass(frozen=True)
class Sent:
    """A table that was sent: its key, the name of its file ('' for pasted text), its content."""

    key: str = ""
    file_name: str = ""
    data: bytes | None = None


@desk.get("/quyet-dinh")
@needs("decisions.read")
def decisions() -> Response:
    """All decisions, newest first."""
    state, q, page = asked_text("state"), asked_text("q", 60), page_number()
    state = state if state in words.DECISION_STATES else ""
    found, total = list_decisions(state, q, page, PER_PAGE)
    return render(
        "desk/decisions.html", rows=in_brief(found), total=total, page=page, pages=pages_of(total), state=state, q=q,
        states=words.DECISION_STATES, kinds=words.DECISION_KINDS,
    )  # fmt: skip


@desk.get("/quyet-dinh/moi")
@needs("decisions.enter")
def new_decision() -> Response:
    """The form: the decision and its table."""
    kind = asked_text("kind")
    values = {"kind": kind if kind in KINDS else RECOGNITION, "issuer_level": "province"}
    return _form(Form(DecisionForm(), values | {"revokes": asked_text("revokes", 60)}))


@desk.post("/quyet-dinh/moi")
@needs("decisions.enter")
def try_decision() -> Response:
    """Show all that the decision would do; with ``enter``, write it down. Nothing happens to any product."""
    form = Form(DecisionForm()).read(request.form)
    sent = _sent(form)
    form.values |= {"key": sent.key, "file_name": sent.file_name}
    if "edit" in request.form:
        return _form(_pasted_again(form, sent))
    if not form.ok:
        return _form(_pasted_again(form, sent), 422)
    facts = _facts(form.data)
    try:
        lines = _lines(facts, sent)
        if "enter" in request.form:
            return _enter(facts, lines, sent)
        return _trial(form, facts, try_out(current_actor(), facts, lines))
    except ImportRefused as refusal:
        return _form(_pasted_again(form, sent), refusal.status, faults=refusal.facts["errors"])
    except Refusal as refusal:
        return _form(_pasted_again(form.refuse(refusal), sent), refusal.status)


@desk.get("/quyet-dinh/<code>")
@needs("decisions.read")
def decision(code: str) -> Response:
    """One decision: what it says and what came of it. Who is to count it is not shown its lines before."""
    found, on = get_decision(code), today()
    is_open_book = _is_open_book(found)
    lines = list_lines(found) if is_open_book else []
    plan = draw(facts_of(found), read_lines(found), on) if is_open_book and found.state == ENTERED else None
    made = certificates_of(lines) if lines else {}
    products = [one.product_id for one in made.values()]
    is_recognised = found.state == "confirmed" and found.kind == RECOGNITION
    return render(
        "desk/decision.html", one=in_brief([found])[0], lines=lines[:SHOWN], more=max(0, len(lines) - SHOWN),
        plan=plan, made=made, is_open_book=is_open_book, can=_can(found), kinds=words.DECISION_KINDS,
        states=words.DECISION_STATES, levels=words.LEVELS, grounds=words.GROUNDS, acts=words.DECISION_ACTS,
        reopenable=list_reopenable(on, products) if is_recognised else [],
    )  # fmt: skip


@desk.get("/quyet-dinh/<code>/xac-nhan")
@needs("decisions.confirm")
def count_decision(code: str) -> Response:
    """The second person counts on the paper; the first one's lines are not shown yet."""
    return _counting(get_decision(code), Form(CountForm()))


@desk.post("/quyet-dinh/<code>/xac-nhan")
@needs("decisions.confirm")
def confirm_decision_now(code: str) -> Response:
    """Counted right: show what it does today; with its number typed, do it."""
    found = get_decision(code)
    form = Form(CountForm()).read(request.form)
    if not form.ok:
        return _counting(found, form, 422)
    totals, typed_number = _totals(form.data), request.form.get("confirm")
    try:
        if typed_number is not None and typed_number.strip().upper() == found.number.upper():
            confirm_decision(current_actor(), code, totals)
            flash(_("Đã áp dụng quyết định %(number)s.", number=found.number))
            return go("desk.decision", code=code)
        trial = review(current_actor(), code, totals)
    except VerificationDiffers as refusal:
        return _counting(found, _differing(form, refusal), refusal.status)
    except DecisionOutdated as refusal:
        return _counting(found, form.refuse(refusal), refusal.status, faults=refusal.facts["errors"])
    except Refusal as refusal:
        return _counting(found, form.refuse(refusal), refusal.status)
    error = _("Hãy gõ đúng số quyết định %(number)s.", number=found.number) if typed_number is not None else None
    return _consequences(found, form, trial, error)


@desk.post("/quyet-dinh/<code>/bo")
@needs("decisions.enter")
def discard_decision_now(code: str) -> Response:
    """Take back a decision that nobody has confirmed."""
    discard_decision(current_actor(), code)
    flash(_("Đã bỏ bản nhập quyết định."))
    return go("desk.decisions")


@desk.get("/mo-ban-lai")
@needs("listings.publish")
def reopening() -> Response:
    """Products that are recognised again after a revocation, and wait for a person to put them on sale."""
    return render("desk/reopening.html", rows=list_reopenable(today(), limit=SHOWN))


@desk.post("/mo-ban-lai")
@needs("listings.publish")
def reopen_now() -> Response:
    """Put those that were ticked on sale again, all or none."""
    ids = [int(value) for value in request.form.getlist("listing") if value.isascii() and value.isdecimal()]
    waiting = {listing.id for listing, _product, _governing in list_reopenable(today())}
    chosen = [one for one in ids if one in waiting]
    if not chosen:
        flash(_("Hãy chọn ít nhất một sản phẩm."), "error")
    else:
        opened = len(reopen(current_actor(), chosen))
        flash(ngettext("Đã mở bán lại %(num)d sản phẩm.", "Đã mở bán lại %(num)d sản phẩm.", opened))
    code = request.form.get("decision", "")
    return go("desk.decision", code=code) if code else go("desk.reopening")


def _sent(form: Form) -> Sent:
    """The file or the text sent now, or what was sent before."""
    file = request.files.get("file")
    if file is not None and file.filename:
        data = file.read(LARGEST_FILE + 1)
        name = "".join(sign for sign in file.filename if sign.isprintable())[-200:]
        return Sent(uploads.keep(current_actor(), data), name, data)
    text = str(form.values.pop("table", "") or "")
    if text.strip():
        data = text.encode("utf-8", "replace")
        return Sent(uploads.keep(current_actor(), data), "", data)
    key = str(form.values.get("key", ""))
    data = uploads.find(current_actor(), key)
    return Sent(key, str(form.values.get("file_name", "")), data) if data is not None else Sent()


def _pasted_again(form: Form, sent: Sent) -> Form:
    """Pasted text stands in its box again."""
    if sent.data is not None and not sent.file_name:
        form.values |= {"table": sent.data.decode("utf-8", "replace"), "key": ""}
    return form


def _facts(data: dict[str, Any]) -> Facts:
    known = {field.name for field in fields(Facts)}
    return Facts(**{name: value for name, value in data.items() if name in known})


def _lines(facts: Facts, sent: Sent) -> list[Line]:
    """Raises ImportRefused with its faults; Invalid when neither a table nor an earlier decision is given."""
    if sent.data is None and not facts.revokes:
        raise Invalid({"table": [_("Dán bảng hoặc chọn tệp (nhỏ hơn %(size)d MB).", size=LARGEST_FILE // 2**20)]})
    return read_file(facts, sent.data) if sent.data is not None else read_items(facts, [])


def _enter(facts: Facts, lines: list[Line], sent: Sent) -> Response:
    found, is_new = enter_decision(current_actor(), facts, lines, file_name=sent.file_name)
    if is_new:
        flash(_("Đã ghi vào sổ. Cần một người khác đếm lại và xác nhận thì quyết định mới có hiệu lực ở đây."))
    else:
        flash(_("Quyết định này đã được nhập trước đây; không ghi lần thứ hai."), "warning")
    return go("desk.decision", code=found.code)


def _form(form: Form, status: int = 200, *, faults: list[dict[str, Any]] | None = None) -> Response:
    kind = form.values.get("kind")
    kind = kind if kind in KINDS else RECOGNITION
    return render(
        "desk/decision_new.html", status, form=form, kind=kind, kinds=words.DECISION_KINDS, faults=faults,
        faults_shown=FAULTS_SHOWN, columns=columns_of(kind), levels=list(words.LEVELS.items()), grounds=words.GROUNDS,
    )  # fmt: skip


def _trial(form: Form, facts: Facts, trial: Trial) -> Response:
    hidden = {name: value for name, value in form.values.items() if name not in ("table", "file", "enter", "edit")}
    return render("desk/decision_trial.html", hidden=hidden, facts=facts, same=trial.same, **_shown(trial))


def _counting(
    found: Decision, form: Form, status: int = 200, *, faults: list[dict[str, Any]] | None = None
) -> Response:
    mine = found.entered_by is not None and found.entered_by == current_actor().user_id
    return render(
        "desk/decision_count.html", status, one=in_brief([found])[0], form=form, is_mine=mine, faults=faults,
        is_waiting=found.state == ENTERED, kinds=words.DECISION_KINDS, levels=words.LEVELS, grounds=words.GROUNDS,
    )  # fmt: skip


def _consequences(found: Decision, form: Form, trial: Trial, error: str | None) -> Response:
    return render(
        "desk/decision_confirm.html", 422 if error else 200, one=found, hidden=form.values, error=error,
        **_shown(trial),
    )  # fmt: skip


def _shown(trial: Trial) -> dict[str, Any]:
    """What both pages of a plan show: its figures, its lines, its consequences in words."""
    plan = trial.plan
    return {
        "plan": plan, "rows": plan.steps[:SHOWN], "more": max(0, len(plan.steps) - SHOWN), "figures": _figures(plan),
        "effects": [_in_figures(sentence(effect)) for effect in trial.effects], "acts": words.DECISION_ACTS,
        "kinds": words.DECISION_KINDS, "levels": words.LEVELS, "grounds": words.GROUNDS,
    }  # fmt: skip


def _in_figures(text: str) -> tuple[str, str]:
    """A sentence that begins with its number, parted after it."""
    number, _space, rest = text.partition(" ")
    return (f"{int(number):,}".replace(",", "."), rest) if number.isdecimal() else ("•", text)


def _figures(plan: Plan) -> list[tuple[int, str]]:
    """How many lines do what, the acts that occur only."""
    return [(plan.count(act), str(label)) for act, label in words.DECISION_ACTS.items() if plan.count(act)]


def _totals(data: dict[str, Any]) -> dict[str, Any]:
    stars = {star: data[f"stars{star}"] for star in (3, 4, 5) if f"stars{star}" in data}
    return {"products": data["products"], "stars": stars}


def _differing(form: Form, refusal: VerificationDiffers) -> Form:
    """Each count that differs is told at its field; what the first person counted is not."""
    form.problem = str(refusal)
    for name in refusal.facts["fields"]:
        form.errors[name.replace(".", "")] = [_("Khác với bản đã nhập.")]
    return form


def _is_open_book(found: Decision) -> bool:
    """Whether this person may see the lines: not a second person who is still to count them."""
    actor = current_actor()
    is_mine = found.entered_by is not None and found.entered_by == actor.user_id
    return found.state != ENTERED or is_mine or not may(actor, "decisions.confirm")


def _can(found: Decision) -> set[str]:
    """The acts that make sense for this decision and this person."""
    actor, acts = current_actor(), set[str]()
    if found.state == ENTERED:
        is_mine = found.entered_by is not None and found.entered_by == actor.user_id
        acts |= {"discard"} if may(actor, "decisions.enter") else set()
        acts |= {"confirm"} if may(actor, "decisions.confirm") and not is_mine else set()
    if may(actor, "listings.publish"):
        acts.add("reopen")
    return acts
