"""Desks of reviews: the moderator's queue, and what buyers say of a producer's own goods."""

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.pages import flash, render
from shop.reviews import service, words
from shop.reviews.queries import (
    count_unanswered,
    get_said,
    list_moderated,
    list_of_producers,
    reports_of,
    steps_of,
)
from shop.reviews.refusals import ReviewNotFound
from shop.reviews.schemas import AnswerForm, HidingForm, StandingForm

KINDS = ("held", "reported", "hidden", "shown")


@desk.get("/danh-gia")
@needs("reviews.read")
def reviews() -> Response:
    """What waits, what was reported, what is hidden, everything that is shown."""
    kind, page = asked_text("kind"), page_number()
    kind = kind if kind in KINDS else KINDS[0]
    rows, total = list_moderated(kind, page, PER_PAGE)
    return render(
        "desk/reviews.html", rows=rows, total=total, page=page, pages=pages_of(total), kind=kind, states=words.STATES
    )


@desk.get("/danh-gia/<code>")
@needs("reviews.read")
def review(code: str) -> Response:
    """One review with its history and reports."""
    return _page(code)


@desk.post("/danh-gia/<code>/an")
@needs("reviews.moderate")
def hide_review(code: str) -> Response:
    """Hide it on a ground of law, with words to its writer."""
    form = Form(HidingForm()).read(request.form)
    if not form.ok:
        return _page(code, hiding=form, status=422)
    try:
        service.hide(current_actor(), code, **form.data)
    except Refusal as refusal:
        return _page(code, hiding=form.refuse(refusal), status=refusal.status)
    flash(_("Đã ẩn. Người viết đọc được căn cứ."))
    return go("desk.reviews")


@desk.post("/danh-gia/<code>/hien")
@needs("reviews.moderate")
def show_review(code: str) -> Response:
    """Let it stand: a person has read it."""
    form = Form(StandingForm()).read(request.form)
    if not form.ok:
        return _page(code, standing=form, status=422)
    try:
        service.let_stand(current_actor(), code, **form.data)
    except Refusal as refusal:
        return _page(code, standing=form.refuse(refusal), status=refusal.status)
    flash(_("Đã cho hiện."))
    return go("desk.reviews")


@desk.get("/khach-noi")
@needs("reviews.answer")
def own_reviews() -> Response:
    """What buyers say of my products; those without an answer first asked for."""
    return _own_page()


@desk.post("/khach-noi/<code>")
@needs("reviews.answer")
def answer_review(code: str) -> Response:
    """Answer once; the same form changes the answer."""
    form = Form(AnswerForm()).read(request.form)
    if get_said(code).product.producer.code not in _own():
        raise ReviewNotFound
    if not form.ok:
        return _own_page(form, code, 422)
    try:
        answered = service.answer(current_actor(), code, **form.data)
    except Refusal as refusal:
        return _own_page(form.refuse(refusal), code, refusal.status)
    if answered.answer_state == "held":
        flash(_("Câu trả lời chờ người đọc duyệt vì có số điện thoại, liên kết hoặc lời phải xem lại."), "warning")
    else:
        flash(_("Đã trả lời."))
    return go("desk.own_reviews")


def unanswered_badge() -> int:
    """How many reviews of my products have no answer."""
    return count_unanswered(_own())


def _own() -> frozenset[str]:
    return current_actor().scopes_of("producer")


def _own_page(form: Form | None = None, code: str = "", status: int = 200) -> Response:
    page, shows_all = page_number(), asked_text("state") == "all"
    rows, total = list_of_producers(_own(), page, PER_PAGE, unanswered=not shows_all)
    return render(
        "desk/own_reviews.html", status, rows=rows, total=total, page=page, pages=pages_of(total), form=form,
        code=code, shows_all=shows_all,
    )  # fmt: skip


def _page(code: str, *, hiding: Form | None = None, standing: Form | None = None, status: int = 200) -> Response:
    said = get_said(code)
    return render(
        "desk/review.html", status, said=said, hiding=hiding or Form(HidingForm()),
        standing=standing or Form(StandingForm()), steps=steps_of(said.review), reports=reports_of(said.review),
        states=words.STATES, grounds=words.GROUNDS, actions=words.ACTIONS,
    )  # fmt: skip
