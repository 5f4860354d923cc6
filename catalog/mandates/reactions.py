"""Mails about mandates: what became of one, and what was done under it. Without an e-mail the pages tell."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from catalog.mandates.events import DeedsTold, MandateTold
from catalog.mandates.models import Mandate
from catalog.mandates.queries import deeds_between
from catalog.mandates.rules import parts_of
from catalog.mandates.words import DEEDS, PARTS
from core.accounts.queries import get_user
from core.audit import AuditEntry
from core.db import db, end_reading
from core.events import later
from core.mail import Mail, send
from core.web.links import address_of
from core.web.pages import show_day, show_moment

#: Its page, at the desks of an upper part, where there is one.
PAGE = "desk.mandate"


@later(MandateTold, outside=True)
def mail_mandate(event: MandateTold) -> None:
    """To whoever it concerns and did not do it herself."""
    mandate, user = db.session.get_one(Mandate, event.mandate_id), get_user(event.user_id)
    if user.email is None or not user.is_active:
        return
    with force_locale(user.locale):
        subject = {
            "given": _("%(producer)s uỷ quyền cho bạn"), "entered": _("Có giấy uỷ quyền thay mặt %(producer)s"),
            "confirmed": _("Uỷ quyền thay mặt %(producer)s đã được xác nhận"),
            "ended": _("Uỷ quyền thay mặt %(producer)s đã kết thúc"),
        }[event.what] % {"producer": mandate.producer.name}  # fmt: skip
        text = _(
            "Chào %(name)s,\n\n%(subject)s.\n\nNgười làm thay: %(agent)s\nViệc: %(parts)s\n"
            "Từ %(from_on)s đến hết %(until_on)s\n\n%(url)s\n\nKhông đúng ý bạn? Mở trang trên để kết thúc ngay.\n",
            name=user.name, subject=subject, agent=mandate.user.name,
            parts=", ".join(str(PARTS[one]) for one in parts_of(mandate)), from_on=show_day(mandate.from_on),
            until_on=show_day(mandate.until_on), url=_page(mandate),
        )  # fmt: skip
    key = f"mandate:{mandate.id}:{event.what}:{user.id}"
    end_reading()
    send(Mail(user.email, subject, text, key))


@later(DeedsTold, outside=True)
def mail_deeds(event: DeedsTold) -> None:
    """Everything that was done for her since the last mail, each with its time."""
    mandate, user = db.session.get_one(Mandate, event.mandate_id), get_user(event.user_id)
    if user.email is None or not user.is_active:
        return
    deeds = deeds_between(mandate, event.first_entry_id, event.last_entry_id)
    with force_locale(user.locale):
        subject = _("%(agent)s đã làm thay %(producer)s", agent=mandate.user.name, producer=mandate.producer.name)
        text = _(
            "Chào %(name)s,\n\n%(agent)s vừa làm thay bạn:\n\n%(deeds)s\n\nXem lại hoặc kết thúc uỷ quyền:\n%(url)s\n",
            name=user.name, agent=mandate.user.name, deeds="\n".join(map(_line, deeds)), url=_page(mandate),
        )  # fmt: skip
    key = f"deeds:{mandate.id}:{event.last_entry_id}:{user.id}"
    end_reading()
    send(Mail(user.email, subject, text, key))


def _line(deed: AuditEntry) -> str:
    return f"- {show_moment(deed.at)}: {DEEDS.get(deed.action, deed.action)} ({deed.subject})"


def _page(mandate: Mandate) -> str:
    return address_of(PAGE, code=mandate.code) if PAGE in current_app.view_functions else ""
