"""What people are told about their accounts. Each carries a secret or a warning: none is sent again by staff."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, said, small

_LINK = "https://ocopmart.example.vn/dat-lai/mQ9yV3cX7kT2pL5rW8sN4bH6jF1gD0aZxCvBnMqWeRt"


@kind("account.reset", _l("Đặt lại mật khẩu"), sample={"url": _LINK})
def reset(c: Context) -> Letter:
    """A link that sets a new password, once."""
    body = (
        said(_("Mở liên kết này để đặt mật khẩu mới (dùng một lần, trong 60 phút):")),
        button(_("Đặt mật khẩu mới"), c["url"]),
        small(_("Nếu bạn không yêu cầu, hãy bỏ qua thư này: mật khẩu cũ vẫn dùng được.")),
    )
    return Letter(_("Đặt lại mật khẩu"), body)


@kind("account.invitation", _l("Lời mời cùng làm việc"), sample={"url": _LINK})
def invitation(c: Context) -> Letter:
    """A link that takes an invitation up, once."""
    body = (
        said(_("Bạn được mời cùng làm việc. Mở liên kết này để nhận lời (dùng một lần, trong 7 ngày):")),
        button(_("Xem lời mời"), c["url"]),
    )
    return Letter(_("Lời mời cùng làm việc"), body)


@kind("account.password_changed", _l("Mật khẩu đã được đổi"), sample={"url": _LINK})
def password_changed(c: Context) -> Letter:
    """If it was somebody else, this is the moment to know."""
    body = (
        said(_("Mật khẩu của bạn vừa được đổi và mọi phiên đăng nhập khác đã kết thúc.")),
        small(_("Nếu không phải bạn, hãy đặt lại mật khẩu ngay:"), c["url"]),
    )
    return Letter(_("Mật khẩu đã được đổi"), body)
