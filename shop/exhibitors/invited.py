"""Pages behind secret links: an invitation, a question to a partner, no more news. Opening one changes nothing."""

from datetime import timedelta
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from core.accounts.permissions import may
from core.clock import today
from core.db import db
from core.errors import Refusal
from core.web.access import current_actor, needs, public
from core.web.forms import Form
from core.web.pages import render
from core.web.ratelimit import caller_address, limit
from shop.exhibitors import invitations, sharing, telling
from shop.exhibitors.blueprint import go, hide, pages
from shop.exhibitors.invitations import invited_producer, why_over
from shop.exhibitors.schemas import PartnerAnswer
from shop.exhibitors.sharing import Question
from shop.fairs import queries
from shop.fairs.applying.joined import ASKED
from shop.fairs.applying.pages import LISTS, choices_of, missing_days, own_producers, wanted_of
from shop.fairs.models import Fair
from shop.fairs.schemas import ApplicationForm


@pages.get("/hoi-cho/moi/<key>")
@public
def invitation(key: str) -> Response:
    """Who invites to what; the form for producers who are signed in, the ways in for everybody else."""
    return _invitation_page(key, Form(ApplicationForm()))


@pages.post("/hoi-cho/moi/<key>")
@needs("applications.submit")
def apply_invited(key: str) -> Response:
    """Apply by the invitation; what was typed comes back when it is refused."""
    form = Form(ApplicationForm()).read(request.form)
    if not form.ok:
        return _invitation_page(key, form, 422)
    try:
        sent = invitations.apply_invited(key, wanted_of(form), current_actor())
    except Refusal as refusal:
        return _invitation_page(key, form.refuse(refusal), refusal.status, missing_days(refusal))
    return go("mine_one", _("Đã gửi hồ sơ %(code)s.", code=sent.code), code=sent.code)


@pages.get("/hoi-cho/ghep-gian/<key>")
@public
def partner(key: str) -> Response:
    """Who would share a booth, and what would be shown."""
    return _partner_page(sharing.find_question(key), Form(PartnerAnswer()), key=key)


@pages.post("/hoi-cho/ghep-gian/<key>")
@public
def answer_partner(key: str) -> Response:
    """Agree with products, or decline."""
    guard(key)
    return _answer(sharing.find_question(key), key=key)


@pages.get("/hoi-cho-cua-toi/<code>/tra-loi")
@needs("applications.submit")
def question(code: str) -> Response:
    """The same for an account of the household that is asked."""
    return _partner_page(sharing.get_question(code, current_actor()), Form(PartnerAnswer()))


@pages.post("/hoi-cho-cua-toi/<code>/tra-loi")
@needs("applications.submit")
def answer_question(code: str) -> Response:
    """Agree with products, or decline, from an account."""
    return _answer(sharing.get_question(code, current_actor()))


@pages.get("/hoi-cho/thoi-nhan-tin/<key>")
@public
def stop_news(key: str) -> Response:
    """Whether she really wants no more news of fairs: a button, since programs open links before people do."""
    return hide(render("exhibitors/stop_news.html", producer=telling.find_by_key(key), is_done=False))


@pages.post("/hoi-cho/thoi-nhan-tin/<key>")
@public
def stop_news_now(key: str) -> Response:
    """No more of it."""
    guard(key)
    return hide(render("exhibitors/stop_news.html", producer=telling.refuse_news(key, current_actor()), is_done=True))


def guard(key: str) -> None:
    """So many tries of one link and from one address."""
    limit("exhibitor-link", key, times=20, per=timedelta(minutes=10))
    limit("exhibitor-address", caller_address(), times=120, per=timedelta(minutes=10))


def _answer(question: Question, key: str | None = None) -> Response:
    form = Form(PartnerAnswer()).read(request.form)
    if not form.ok:
        return _partner_page(question, form, 422, key=key)
    try:
        if form.data["agrees"]:
            sharing.agree(question, form.data["products"], current_actor())
        else:
            sharing.decline(question, current_actor())
    except Refusal as refusal:
        return _partner_page(question, form.refuse(refusal), refusal.status, key=key)
    code = question.application.code
    if key is None:
        return go("question", _("Đã ghi câu trả lời."), code=code)
    return go("partner", _("Đã ghi câu trả lời."), key=key)


def _invitation_page(key: str, form: Form, status: int = 200, missing: Any = ()) -> Response:
    one = invitations.find_by_key(key)
    fair = db.session.get_one(Fair, one.fair_id)
    by, named = current_actor(), invited_producer(one)
    may_apply = by.is_known and may(by, "applications.submit")
    left = [
        producer for producer in (own_producers() if may_apply else [])
        if named is None or producer.id == named.id
        if queries.find_live_application(fair.id, producer.id) is None
    ]  # fmt: skip
    over = why_over(one, today()) or (None if fair.state == "open" else "ended")
    context: dict[str, Any] = {
        "one": one, "fair": fair, "key": key, "form": form, "left": left, "named": named, "missing": missing,
        "over": over, "may_apply": may_apply, "choices": choices_of(fair, left) if left else [], **LISTS,
    }  # fmt: skip
    return hide(render("exhibitors/invitation.html", status, **context))


def _partner_page(question: Question, form: Form, status: int = 200, key: str | None = None) -> Response:
    is_open = question.partner.state == ASKED
    context: dict[str, Any] = {
        "question": question, "form": form, "is_open": is_open,
        "choices": choices_of(question.fair, [question.asked]) if is_open else [],
    }  # fmt: skip
    answered = render("exhibitors/partner.html", status, **context)
    return hide(answered) if key else answered
