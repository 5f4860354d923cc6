"""What is told of mandates, to whoever it concerns."""

from datetime import UTC, date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalog.mandates.words import DEEDS, PARTS
from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, facts, listed, said, small
from core.web.pages import show_day, show_moment

_URL = "https://ocopmart.example.vn/quan-ly/uy-quyen/UQ-4TG8W2NA"
MANDATE = {
    "what": "given", "producer": "HTX Cát Bà", "agent": "Cán bộ xã An", "parts": ("photos", "prices"),
    "from_on": date(2026, 11, 22), "until_on": date(2026, 12, 31), "url": _URL,
}  # fmt: skip
DEEDS_DONE = {
    "producer": "HTX Cát Bà", "agent": "Cán bộ xã An", "url": _URL,
    "deeds": [(datetime(2026, 11, 22, 2, 5, tzinfo=UTC), "photo.added", "photo:AH-1")],
}  # fmt: skip


@kind("mandate.told", _l("Ủy quyền"), sample=MANDATE)
def told(c: Context) -> Letter:
    """Given, entered on paper, confirmed, ended."""
    subject = {
        "given": _("%(producer)s ủy quyền cho bạn"), "entered": _("Có giấy ủy quyền thay mặt %(producer)s"),
        "confirmed": _("Ủy quyền thay mặt %(producer)s đã được xác nhận"),
        "ended": _("Ủy quyền thay mặt %(producer)s đã kết thúc"),
    }[c["what"]] % {"producer": " ".join(c["producer"].split())}  # fmt: skip
    term = _("từ %(from_on)s đến hết %(until_on)s", from_on=show_day(c["from_on"]), until_on=show_day(c["until_on"]))
    rows = [(_("Người làm thay"), c["agent"]), (_("Việc"), ", ".join(str(PARTS[one]) for one in c["parts"]))]
    body: list[Block] = [said(f"{subject}."), facts([*rows, (_("Thời hạn"), term)])]
    if c["url"]:
        body += [button(_("Xem ủy quyền"), c["url"]), small(_("Không đúng ý bạn? Mở trang trên để kết thúc ngay."))]
    return Letter(subject, tuple(body))


@kind("mandate.deeds", _l("Việc làm thay"), sample=DEEDS_DONE)
def deeds(c: Context) -> Letter:
    """Everything that was done for her since the last mail, each with its time."""
    producer = " ".join(c["producer"].split())
    subject = _("%(agent)s đã làm thay %(producer)s", agent=c["agent"], producer=producer)
    body: list[Block] = [
        said(_("%(agent)s vừa làm thay bạn:", agent=c["agent"])),
        listed([f"{show_moment(at)}: {DEEDS.get(action, action)} ({what})" for at, action, what in c["deeds"]]),
    ]
    body += [button(_("Xem lại hoặc kết thúc ủy quyền"), c["url"])] if c["url"] else []
    return Letter(subject, tuple(body))
