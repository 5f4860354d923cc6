"""What applicants, invited people and partners are told."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, cut, facts, said, small
from core.web.pages import show_day

_KEY = "7K3M9QXT.1.0f1e2d3c4b5a69788796a5b4c3d2e1f0"
_FAIR = {
    "fair": "Hội chợ OCOP Hải Phòng", "opens_on": date(2026, 12, 20), "closes_on": date(2026, 12, 24),
    "venue": "Cung Văn hóa hữu nghị Việt Tiệp",
}  # fmt: skip
INVITATION = {
    **_FAIR, "until_on": date(2026, 12, 5), "note": "Rất mong có mật ong của bác.",
    "url": f"https://ocopmart.example.vn/hoi-cho/moi/LM-{_KEY}",
}  # fmt: skip
PARTNER = {
    **_FAIR, "holder": "Hộ Nguyễn Văn A", "words": "Mình chung một gian nhé.",
    "url": f"https://ocopmart.example.vn/hoi-cho/ghep-gian/HS-{_KEY}",
}  # fmt: skip
DECIDED = {
    **_FAIR, "code": "HS-7K3M9QXT", "decision": "accepted", "note": "Mời tham gia", "renew_by": None,
    "url": "https://ocopmart.example.vn/hoi-cho-cua-toi/HS-7K3M9QXT",
}  # fmt: skip
OUTSIDER = {
    **_FAIR, "code": "KN-7K3M9QXT", "state": "applied", "reason": "",
    "url": f"https://ocopmart.example.vn/hoi-cho/ho-so-ngoai/KN-{_KEY}",
}  # fmt: skip
TOLD = {
    **_FAIR, "subject": "Giờ chở hàng vào", "body": "Cổng số 2 mở từ 6 giờ.", "stop": None,
    "url": "https://ocopmart.example.vn/hoi-cho-cua-toi/HS-7K3M9QXT",
}  # fmt: skip
NEWS = {
    **TOLD,
    "subject": "Mời dự hội chợ xuân",
    "stop": f"https://ocopmart.example.vn/hoi-cho/thoi-nhan-tin/CT-{_KEY}",
}


@kind("fair.invitation", _l("Mời dự hội chợ"), sample=INVITATION, by_sms=True)
def invitation(c: Context) -> Letter:
    """Somebody is invited to apply."""
    body = (
        said(_("Ban tổ chức mời bạn đăng ký gian hàng tại %(fair)s.", fair=c["fair"])),
        _facts(c, (_("Nhận hồ sơ đến"), show_day(c["until_on"])), (_("Lời nhắn"), c["note"])),
        button(_("Đăng ký gian hàng"), c["url"]),
        small(_("Liên kết này dành cho bạn. Nếu không quan tâm, bạn không cần làm gì.")),
    )
    sms = _("%(fair)s mời bạn đăng ký gian: %(url)s", fair=cut(c["fair"], 40), url=c["url"])
    return Letter(_("Mời dự %(fair)s", fair=c["fair"]), body, sms)


@kind("fair.partner", _l("Mời ghép gian hội chợ"), sample=PARTNER, by_sms=True)
def partner(c: Context) -> Letter:
    """A household is asked to share a booth."""
    body = (
        said(_("%(holder)s muốn bày chung một gian với bạn tại %(fair)s.", holder=c["holder"], fair=c["fair"])),
        _facts(c, (_("Lời nhắn"), c["words"])),
        button(_("Xem và trả lời"), c["url"]),
        small(_("Gian đứng tên %(holder)s; tên và sản phẩm của cả hai đều được nêu.", holder=c["holder"])),
    )
    sms = _("%(holder)s mời bạn ghép gian hội chợ: %(url)s", holder=cut(c["holder"], 40), url=c["url"])
    return Letter(_("%(holder)s mời bạn ghép gian", holder=c["holder"]), body, sms)


@kind("fair.decided", _l("Kết quả xét hồ sơ hội chợ"), sample=DECIDED, by_sms=True)
def decided(c: Context) -> Letter:
    """What the organizer decided."""
    news = {
        "accepted": _("Hồ sơ %(code)s được nhận vào %(fair)s.", code=c["code"], fair=c["fair"]),
        "waitlisted": _("Hồ sơ %(code)s vào danh sách chờ của %(fair)s.", code=c["code"], fair=c["fair"]),
        "rejected": _("%(fair)s không nhận hồ sơ %(code)s.", code=c["code"], fair=c["fair"]),
    }.get(c["decision"], "")
    due = _("nộp chậm nhất %(day)s", day=show_day(c["renew_by"])) if c["renew_by"] else None
    body = (
        said(news),
        _facts(c, (_("Lời ban tổ chức"), c["note"]), (_("Công nhận mới"), due)),
        button(_("Xem hồ sơ"), c["url"]),
    )
    return Letter(_("Kết quả hồ sơ %(code)s", code=c["code"]), body, cut(news, 150))


@kind("fair.outsider", _l("Giấy tờ của đơn vị ngoài hệ thống"), sample=OUTSIDER, by_sms=True)
def outsider(c: Context) -> Letter:
    """What became of papers from outside."""
    news = {
        "sent": _("Đã nhận giấy tờ %(code)s của bạn cho %(fair)s.", code=c["code"], fair=c["fair"]),
        "applied": _("Giấy tờ %(code)s đã được xác nhận và nộp cho %(fair)s.", code=c["code"], fair=c["fair"]),
        "refused": _("Giấy tờ %(code)s chưa được chấp nhận cho %(fair)s.", code=c["code"], fair=c["fair"]),
        "withdrawn": _("Đã rút giấy tờ %(code)s khỏi %(fair)s.", code=c["code"], fair=c["fair"]),
    }.get(c["state"], "")
    body = (said(news), _facts(c, (_("Lý do"), c["reason"])), button(_("Theo dõi"), c["url"]))
    brief = {
        "sent": _("Đã nhận giấy tờ %(code)s", code=c["code"]),
        "applied": _("Giấy tờ %(code)s đã được nhận và nộp", code=c["code"]),
        "refused": _("Giấy tờ %(code)s chưa được chấp nhận", code=c["code"]),
        "withdrawn": _("Đã rút giấy tờ %(code)s", code=c["code"]),
    }.get(c["state"], "")
    return Letter(_("Giấy tờ %(code)s", code=c["code"]), body, f"{brief}: {c['url']}")


@kind("fair.told", _l("Tin của ban tổ chức cho người đăng ký"), sample=TOLD, by_sms=True)
def told(c: Context) -> Letter:
    """A message about one's own application."""
    return _told(c, cut(f"{c['fair']}: {c['subject']}", 150))


@kind("fair.news", _l("Tin quảng bá của ban tổ chức hội chợ"), sample=NEWS, is_advertising=True)
def news(c: Context) -> Letter:
    """News of other fairs, for those who agreed."""
    return _told(c, "")


def _told(c: Context, sms: str) -> Letter:
    """Paragraphs as the organizer wrote them; who gets an advertisement can refuse the next."""
    paragraphs = [said(one.strip()) for one in str(c["body"]).split("\n") if one.strip()]
    subject = _("[Quảng cáo] %(subject)s", subject=c["subject"]) if c["stop"] else c["subject"]
    end = small(_("Không muốn nhận tin như thế này nữa:"), c["stop"]) if c["stop"] else small(
        _("Bạn nhận tin này vì có hồ sơ ở %(fair)s.", fair=c["fair"])
    )  # fmt: skip
    return Letter(subject, (*paragraphs, button(_("Hồ sơ của bạn"), c["url"]), end), sms)


def _facts(c: Context, *rows: tuple[str, str | None]) -> Block:
    days = f"{show_day(c['opens_on'])} – {show_day(c['closes_on'])}"
    return facts([(_("Thời gian"), days), (_("Địa điểm"), c["venue"]), *rows])
