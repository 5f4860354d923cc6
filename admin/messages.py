"""Messages on the desks: every kind to look at with sample data, and which went about one order."""

from typing import Any

from flask import Response
from flask_babel import gettext as _

from admin.desk import asked_text, desk, go
from core.accounts.permissions import authorize, may, permit
from core.db import db
from core.errors import NotFound
from core.messages.kinds import Kind, kinds, label_of
from core.messages.models import MessageSent
from core.messages.plain import parts
from core.messages.queries import sent_about
from core.messages.rendering import render as write
from core.messages.service import ask_again, can_rebuild, can_text
from core.web.access import current_actor, needs
from core.web.i18n import LANGUAGES
from core.web.pages import flash, render
from core.web.security import frame_own
from shop.orders.queries import get_order, scope_of

permit("messages.read", "admin", "auditor")
permit("messages.resend", "admin", "store_manager", "cashier")

OUTCOMES = {"sent": "good", "failed": "warn", "refused": "bad", "unreachable": "bad"}
#: A mail in its frame: its own styles, and nothing else at all.
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@desk.get("/tin-nhan")
@needs("messages.read")
def message_kinds() -> Response:
    """Every kind of message, one of them shown with sample data in a language."""
    chosen, language = _chosen(asked_text("kind", 60)), _language()
    written = write(chosen.name, chosen.sample, language, _("Nguyễn Thị Lan"))
    page = render(
        "desk/messages.html", kinds=kinds(), chosen=chosen, language_shown=language, written=written,
        parts=parts(written.sms) if written.sms else 0, has_gateway=can_text(),
    )  # fmt: skip
    return frame_own(page)


@desk.get("/tin-nhan/<kind>/thu")
@needs("messages.read")
def message_sample(kind: str) -> Response:
    """The mail itself, as a program for mails would draw it."""
    chosen = _chosen(kind)
    if chosen.name != kind:
        raise NotFound
    answer = Response(write(kind, chosen.sample, _language(), _("Nguyễn Thị Lan")).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer


@desk.post("/tin-nhan/<int:message_id>/gui-lai")
@needs("messages.resend")
def send_message_again(message_id: int) -> Response:
    """Let a message about an order go once more, as the order stands now."""
    sent = db.session.get(MessageSent, message_id)
    number = sent.about.removeprefix("order:") if sent and sent.about.startswith("order:") else None
    if number is None:
        raise NotFound
    authorize(current_actor(), "messages.resend", scope_of(get_order(number)))
    ask_again(message_id, current_actor())
    flash(_("Đã xếp hàng để gửi lại. Tải lại trang sau giây lát để xem kết quả."))
    return go("desk.order", number=number)


@desk.context_processor
def what_was_sent() -> dict[str, Any]:
    """Let the page of an order show its messages (``desk/_messages.html``)."""
    return {"messages_about": messages_about}


def messages_about(about: str) -> list[dict[str, Any]]:
    """The messages about one thing in words, newest first."""
    may_resend = may(current_actor(), "messages.resend")
    return [
        {
            "id": one.id, "at": one.at, "label": label_of(one.kind), "channel": _channels()[one.channel],
            "recipient": one.recipient, "outcome": _outcomes()[one.outcome], "tone": OUTCOMES[one.outcome],
            "attempts": one.attempts, "can_resend": may_resend and can_rebuild(one.kind),
        }
        for one in sent_about(about)
    ]  # fmt: skip


def _chosen(name: str) -> Kind:
    known = kinds()
    return next((one for one in known if one.name == name), known[0])


def _language() -> str:
    asked = asked_text("ngon-ngu", 5)
    return asked if asked in LANGUAGES else "vi"


def _channels() -> dict[str, str]:
    return {"mail": _("Thư"), "sms": "SMS", "none": _("Không gửi được")}


def _outcomes() -> dict[str, str]:
    return {
        "sent": _("đã gửi"), "failed": _("chưa gửi được, sẽ thử lại"), "refused": _("bị từ chối"),
        "unreachable": _("khách không để e-mail"),
    }  # fmt: skip
