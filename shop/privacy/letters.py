"""What is told about personal data."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, said, small

_URL = "https://ocopmart.example.vn/du-lieu-cua-toi/mo/mQ9yV3cX7kT2pL5rW8sN4bH6jF1gD0aZxCvBnMqWeRt"


@kind("privacy.link", _l("Liên kết xem dữ liệu cá nhân"), sample={"url": _URL}, by_sms=True)
def link(c: Context) -> Letter:
    """Her way to what we keep about her."""
    body = (
        said(_("Bạn vừa yêu cầu xem dữ liệu mà chúng tôi giữ về bạn. Mở liên kết này (dùng một lần, trong 60 phút):")),
        button(_("Xem dữ liệu của tôi"), c["url"]),
        small(_("Nếu bạn không yêu cầu, hãy bỏ qua thư này: không ai xem được gì nếu không có liên kết.")),
    )
    return Letter(_("Xem dữ liệu của bạn"), body, _("Xem dữ liệu của bạn (60 phút): %(url)s", url=c["url"]))
