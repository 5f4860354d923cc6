"""The officer's queue: requests about personal data, the most urgent first. Contacts only on the request's own page."""

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from core.accounts.permissions import may
from core.clock import local_day, now
from core.errors import Refusal
from core.masks import spoken
from core.web.access import current_actor, needs
from core.web.api import Schema
from core.web.fields import Choice, Words
from core.web.forms import Form
from core.web.pages import flash, render
from shop.privacy import service, words
from shop.privacy.models import PrivacyRequest
from shop.privacy.needs import needed_of
from shop.privacy.queries import count_open, get_request, list_requests
from shop.privacy.rules import Stage
from shop.privacy.subject import Subject, orders_of, proven_phones
from shop.privacy.tills import receipts_to


class AnswerForm(Schema):
    """Done or refused, and in which words."""

    outcome = Choice("done", "refused", required=True)
    words = Words(most=500, required=True)


@desk.get("/du-lieu")
@needs("privacy.handle")
def privacy_requests() -> Response:
    """Requests that wait, or all."""
    shows_all, page = asked_text("state") == "all", page_number()
    rows, total = list_requests(page, PER_PAGE, only_open=not shows_all)
    return render(
        "desk/privacy.html", rows=rows, total=total, page=page, pages=pages_of(total), shows_all=shows_all,
        words=words, day_now=local_day(now()),
    )  # fmt: skip


@desk.get("/du-lieu/<code>")
@needs("privacy.handle")
def privacy_request(code: str) -> Response:
    """One request: whom to call, what she asks, what is still needed."""
    return _page(get_request(code), Form(AnswerForm()))


@desk.post("/du-lieu/<code>/tra-loi")
@needs("privacy.handle")
def answer_privacy(code: str) -> Response:
    """It was done by a person, or is refused with a reason."""
    form = Form(AnswerForm()).read(request.form)
    if not form.ok:
        return _page(get_request(code), form, 422)
    try:
        is_done = form.data["outcome"] == "done"
        service.answer(code, current_actor(), is_done=is_done, words=form.data["words"])
    except Refusal as refusal:
        return _page(get_request(code), form.refuse(refusal), refusal.status)
    flash(_("Đã ghi câu trả lời. Liên lạc của khách đã được xóa khỏi yêu cầu."))
    return go("desk.privacy_requests")


@desk.post("/du-lieu/<code>/xoa")
@needs("privacy.handle")
def erase_privacy(code: str) -> Response:
    """Erase at once instead of tonight."""
    try:
        done = service.fulfil(code, current_actor())
    except Refusal as refusal:
        return _page(get_request(code), Form(AnswerForm()).refuse(refusal), refusal.status)
    flash(_("Đã xóa dữ liệu: %(rows)s dòng.", rows=sum(done.counts.values())))
    return go("desk.privacy_requests")


def privacy_badge() -> int:
    """How many wait for the officer."""
    return count_open() if may(current_actor(), "privacy.handle") else 0


def _page(found: PrivacyRequest, form: Form, status: int = 200) -> Response:
    subject = Subject(found.user_id, found.contact if found.user_id is None else None)
    is_open = found.state == Stage.OPEN
    contacts = service.contacts_of(subject) if is_open else []
    orders = orders_of(subject) if is_open else []
    return render(
        "desk/privacy_request.html", status, one=found, form=form, words=words, is_open=is_open, orders=orders,
        receipts=receipts_to(proven_phones(subject) if is_open else []).sales,
        contacts=[spoken(text) if text.startswith("+") else text for text in contacts],
        needed=needed_of(orders, local_day(now())),
    )  # fmt: skip
