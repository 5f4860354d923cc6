"""The desk of webhooks: where programs listen, what was sent to them, and sending it again."""

from collections.abc import Sequence

from flask import Response, request
from flask_babel import gettext as _
from marshmallow import fields

from admin.desk import PER_PAGE, desk, go, page_number, pages_of
from core.accounts.actor import Scope
from core.accounts.permissions import find_scope_kind, is_allowed
from core.clock import now
from core.errors import Refusal
from core.web.access import current_actor, needs
from core.web.api import Schema
from core.web.fields import Choice, Words
from core.web.forms import Form
from core.web.pages import flash, render
from shop.hooks import service
from shop.hooks.models import HookEndpoint
from shop.hooks.queries import KINDS, list_deliveries, list_endpoints
from shop.hooks.rules import TOPICS, TYPES
from shop.hooks.secrets import secret_of

STATES = {"waiting": "warn", "done": "good", "given_up": "bad"}


class EndpointForm(Schema):
    """Whose, where to, and which topics."""

    scope = Words(most=130)
    url = Words(most=500, required=True)
    name = Words(most=120, required=True)
    topics = fields.List(Choice(*TOPICS, *TYPES), required=True)


class SwitchForm(Schema):
    """On or off."""

    on = Choice("yes", "no", required=True)


@desk.get("/webhook")
@needs("hooks.keep")
def hooks() -> Response:
    """My endpoints, and the form for another."""
    return _list(Form(EndpointForm(), {"topics": ["order"]}))


@desk.post("/webhook")
@needs("hooks.keep")
def create_hook() -> Response:
    """Begin to listen; the secret is on this answer and on no other."""
    form = _read()
    if not form.ok:
        return _list(form, 422)
    try:
        data = form.data
        endpoint = service.create_endpoint(
            current_actor(), _scope(data.get("scope", "")), data["url"], data["name"], data["topics"]
        )
    except Refusal as refusal:
        return _list(form.refuse(refusal), refusal.status)
    return _show(endpoint, secret=secret_of(endpoint.code, endpoint.generation), status=201)


@desk.get("/webhook/<code>")
@needs("hooks.keep")
def hook(code: str) -> Response:
    """One endpoint with what was sent to it."""
    return _show(service.get_endpoint(current_actor(), code))


@desk.post("/webhook/<code>")
@needs("hooks.keep")
def change_hook(code: str) -> Response:
    """Listen elsewhere, or to something else."""
    form = _read()
    endpoint = service.get_endpoint(current_actor(), code)
    if not form.ok:
        return _show(endpoint, form=form, status=422)
    try:
        service.change_endpoint(current_actor(), code, form.data["url"], form.data["name"], form.data["topics"])
    except Refusal as refusal:
        return _show(endpoint, form=form.refuse(refusal), status=refusal.status)
    flash(_("Đã lưu webhook."))
    return go("desk.hook", code=code)


@desk.post("/webhook/<code>/khoa")
@needs("hooks.keep")
def rotate_hook(code: str) -> Response:
    """A new secret, shown once; the old one is valid for a day beside it."""
    secret = service.rotate_secret(current_actor(), code)
    return _show(service.get_endpoint(current_actor(), code), secret=secret)


@desk.post("/webhook/<code>/bat")
@needs("hooks.keep")
def switch_hook(code: str) -> Response:
    """Off, or on again."""
    form = Form(SwitchForm()).read(request.form)
    if not form.ok:
        return _show(service.get_endpoint(current_actor(), code), status=422)
    service.switch(current_actor(), code, on=form.data["on"] == "yes")
    flash(_("Đã bật webhook.") if form.data["on"] == "yes" else _("Đã tắt webhook."))
    return go("desk.hook", code=code)


@desk.post("/webhook/<code>/thu")
@needs("hooks.keep")
def ping_hook(code: str) -> Response:
    """Send something harmless."""
    service.ping(current_actor(), code)
    flash(_("Đang gửi tin thử. Tải lại trang sau giây lát để xem kết quả."))
    return go("desk.hook", code=code)


@desk.post("/webhook/<code>/tin/<int:delivery_id>/gui-lai")
@needs("hooks.keep")
def replay_hook(code: str, delivery_id: int) -> Response:
    """The same event once more."""
    service.replay(current_actor(), code, delivery_id)
    flash(_("Đã xếp hàng để gửi lại."))
    return go("desk.hook", code=code)


def my_scopes() -> list[tuple[str, str]]:
    """Whose events I may ask for: (value, name); '' is everything, for whoever holds the right everywhere."""
    actor, found = current_actor(), list[tuple[str, str]]()
    if is_allowed(actor, "hooks.keep", Scope("", "")):
        found.append(("", _("Toàn hệ thống")))
    for kind in KINDS:
        known = find_scope_kind(kind)
        objects: Sequence[tuple[str, str]] = known.list() if known else ()
        found += [
            (f"{kind}:{code}", name) for code, name in objects if is_allowed(actor, "hooks.keep", Scope(kind, code))
        ]
    return found


def _scope(text: str) -> Scope | None:
    kind, colon, code = text.partition(":")
    return Scope(kind, code) if colon else None


def _read() -> Form:
    return Form(EndpointForm()).read(request.form)


def _topics() -> list[tuple[str, str]]:
    names = {
        "order": _("Đơn hàng"), "stock": _("Hàng về kho"), "listing": _("Trang bán"), "certificate": _("Chứng nhận"),
    }  # fmt: skip
    return [(one, names[one]) for one in TOPICS]


def _list(form: Form, status: int = 200) -> Response:
    rows = list_endpoints(current_actor())
    return render("desk/hooks.html", status, rows=rows, form=form, scopes=my_scopes(), topics=_topics())


def _show(endpoint: HookEndpoint, *, form: Form | None = None, secret: str = "", status: int = 200) -> Response:
    page = page_number()
    rows, total = list_deliveries(endpoint.id, page, PER_PAGE)
    values = {"url": endpoint.url, "name": endpoint.name, "topics": endpoint.wants.get("topics", [])}
    answer = render(
        "desk/hook.html", status, one=endpoint, rows=rows, total=total, page=page, pages=pages_of(total), secret=secret,
        form=form or Form(EndpointForm(), values), topics=_topics(), tones=STATES, at=now(),
        states={"waiting": _("đang chờ"), "done": _("đã nhận"), "given_up": _("thôi gửi")},
        reasons={
            "owner": _("người giữ đã tắt"), "failing": _("không nhận gì trong 3 ngày"),
            "gone": _("báo không còn nữa (410)"),
        },
    )  # fmt: skip
    if secret:
        answer.headers["Cache-Control"] = "no-store"
    return answer
