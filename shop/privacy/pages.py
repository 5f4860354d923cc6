"""Pages of personal data: see it, take it along, take consents back, have it corrected or erased."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from core.clock import local_day, now
from core.errors import Refusal
from core.masks import spoken
from core.text import fold
from core.web.access import current_actor, public
from core.web.forms import Form
from core.web.pages import Pages, flash, render
from core.web.ratelimit import limit
from shop.privacy import links, service, words
from shop.privacy.gathering import FORMAT, gather
from shop.privacy.needs import needed_of
from shop.privacy.rules import Stage, Wish, due_on
from shop.privacy.schemas import ConsentForm, CorrectForm, EraseForm, LinkForm
from shop.privacy.subject import Subject, orders_of

pages = Pages("privacy", __name__)

View = Callable[..., Response]
#: What is typed to show that erasing is meant; marks and capitals do not matter.
CONFIRM = "xóa"


def own(view: View) -> View:
    """Only for whoever has shown whose data it is: signed in here, or come by a link; else the form that asks."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        subject = _subject()
        return _to_home() if subject is None else view(subject, *args, **kwargs)

    return public(wrapper)


@pages.get("/du-lieu-cua-toi")
@public
def home() -> Response:
    """Everything that is kept, or the form that asks for a link."""
    subject = _subject()
    return _ask(Form(LinkForm())) if subject is None else _show(subject)


@pages.post("/du-lieu-cua-toi")
@public
def ask_link() -> Response:
    """Ask for a link: the same answer whether or not there is such an order or receipt."""
    form = Form(LinkForm()).read(request.form)
    if not form.ok:
        return _ask(form, 422)
    try:
        links.ask_link(form.data["number"].strip().upper(), form.data["phone"])
    except Refusal as refusal:
        return _ask(form.refuse(refusal), refusal.status)
    return render("privacy/sent.html", due=due_on(local_day(now())))


@pages.get("/du-lieu-cua-toi/mo/<token>")
@public
def enter(token: str) -> Response:
    """A link was followed: only the button spends it, not a preview."""
    links.find_link(token)
    return _private(render("privacy/enter.html"))


@pages.post("/du-lieu-cua-toi/mo/<token>")
@public
def enter_now(token: str) -> Response:
    """Spend the link."""
    links.open_link(token)
    return _to_home()


@pages.post("/du-lieu-cua-toi/dong")
@public
def leave() -> Response:
    """End the visit on this device."""
    links.leave()
    flash(_("Đã đóng. Người khác dùng máy này không xem được nữa."))
    return _to_home()


@pages.get("/du-lieu-cua-toi/tai-ve")
@own
def download(subject: Subject) -> Response:
    """The same as JSON."""
    limit("privacy-file", str(subject.user_id or subject.contact), times=20, per=timedelta(hours=1))
    at = now()
    data = {"format": FORMAT, "made_at": at.isoformat(), **gather(subject)}
    answer = Response(json.dumps(data, ensure_ascii=False, indent=2, default=_plain), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="du-lieu-{local_day(at).isoformat()}.json"'
    return _private(answer)


@pages.post("/du-lieu-cua-toi/dong-y")
@own
def withdraw_consent(subject: Subject) -> Response:
    """Take a consent back on every order."""
    form = Form(ConsentForm()).read(request.form)
    if not form.ok:
        return _show(subject, status=422)
    service.withdraw_consent(subject, form.data["purpose"], current_actor())
    flash(_("Đã rút đồng ý. Chúng tôi không gửi loại tin này nữa."))
    return _to_home()


@pages.post("/du-lieu-cua-toi/sua")
@own
def correct(subject: Subject) -> Response:
    """Ask for a correction."""
    form = Form(CorrectForm()).read(request.form)
    if not form.ok:
        return _show(subject, 422, correct=form)
    asked = service.ask(subject, Wish.CORRECT, current_actor(), words=form.data["words"])
    flash(_("Đã nhận yêu cầu %(code)s. Chúng tôi trả lời chậm nhất %(day)s.", code=asked.code, day=_day(asked.due_on)))
    return _to_home()


@pages.post("/du-lieu-cua-toi/xoa")
@own
def erase(subject: Subject) -> Response:
    """Ask for erasure; it is done the next night, so that there is time to think better of it."""
    form = Form(EraseForm()).read(request.form)
    if form.ok and fold(form.data["confirm"]) != fold(CONFIRM):
        form.errors["confirm"] = [_("Hãy gõ đúng chữ: %(word)s", word=CONFIRM)]
    if not form.ok:
        return _show(subject, 422, erase=form)
    try:
        asked = service.ask(subject, Wish.ERASE, current_actor(), is_partial=bool(form.data.get("partial")))
    except Refusal as refusal:
        return _show(subject, refusal.status, erase=form.refuse(refusal))
    flash(
        _("Đã nhận yêu cầu %(code)s. Dữ liệu được xóa trong đêm nay; trước đó bạn còn rút lại được.", code=asked.code)
    )
    return _to_home()


@pages.post("/du-lieu-cua-toi/yeu-cau/<code>/rut")
@own
def withdraw_request(subject: Subject, code: str) -> Response:
    """Think better of it."""
    service.withdraw_request(subject, code, current_actor())
    flash(_("Đã rút yêu cầu %(code)s.", code=code))
    return _to_home()


def _subject() -> Subject | None:
    """A visit by a link goes before the account: it was opened on purpose."""
    visiting = links.visitor()
    actor = current_actor()
    if visiting is None and actor.via == "session" and actor.user_id is not None and actor.behalf is None:
        return Subject(user_id=actor.user_id)
    return visiting


def _show(subject: Subject, status: int = 200, correct: Form | None = None, erase: Form | None = None) -> Response:
    data = gather(subject)
    needed = needed_of(orders_of(subject), local_day(now()))
    waiting = [one for one in data["requests"] if one["state"] == Stage.OPEN]
    purposes = {one["purpose"] for one in data["consents"] if not one.get("withdrawn_at")}
    return _private(render(
        "privacy/show.html", status, data=data, words=words, needed=needed, waiting=waiting, confirm_word=CONFIRM,
        agreed=[(one, words.PURPOSES.get(one, one)) for one in sorted(purposes)], is_visit=subject.user_id is None,
        phone=_phone, receipt=Form(LinkForm()), correct=correct or Form(CorrectForm()),
        erase=erase or Form(EraseForm()),
    ))  # fmt: skip


def _ask(form: Form, status: int = 200) -> Response:
    return render("privacy/ask.html", status, form=form)


def _to_home() -> Response:
    return redirect(url_for("privacy.home"), 303)  # type: ignore[return-value]


def _private(answer: Response) -> Response:
    """Kept nowhere, told to nobody."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _phone(text: str | None) -> str:
    """As people write it; '' for none."""
    return spoken(text) if text else ""


def _plain(value: Any) -> str:
    """Days and instants in JSON."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}"
