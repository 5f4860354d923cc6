"""What organizers are told during the days of a fair."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, cut, facts, said

INCIDENT = {
    "fair": "Hội chợ OCOP Hải Phòng cuối năm", "booth": "A05", "what": "Công nhận hết hiệu lực", "producer": "HTX Cát",
    "words": "Mật ong hoa rừng Cát Bà hết hiệu lực công nhận từ 23/11/2026: mời cất khỏi gian.", "is_lapse": True,
    "url": "https://ocopmart.example.vn/quan-ly/hoi-cho/ocop-hai-phong/su-co",
}  # fmt: skip


@kind("fair.incident", _l("Sự cố ở hội chợ"), sample=INCIDENT, by_sms=True)
def incident(c: Context) -> Letter:
    """Something at a booth needs a person now."""
    place = _("gian %(booth)s", booth=c["booth"]) if c["booth"] else c["fair"]
    subject = _("%(what)s: %(place)s", what=c["what"], place=place)
    body = (
        said(c["words"]),
        facts([(_("Hội chợ"), c["fair"]), (_("Gian hàng"), c["booth"] or None), (_("Chủ thể"), c["producer"] or None)]),
        button(_("Mở trang sự cố"), c["url"]),
    )
    return Letter(subject, body, f"{cut(subject, 80)}. {c['url']}")
