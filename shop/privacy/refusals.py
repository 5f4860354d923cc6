"""How privacy says no."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class DataNeeded(Refusal):
    """Orders are open whose contact data is needed; ``needed`` names each, why, and until when."""

    code = "privacy.still_needed"
    text = _l("Còn đơn chưa xong nên chưa xóa hết được.")


class StaffAccount(Refusal):
    """An account with roles is closed by an admin first, so that no desk loses its keeper by one press."""

    code = "privacy.staff_account"
    text = _l("Tài khoản này đang giữ vai trò nhân viên. Hãy nhờ quản trị thu hồi vai trò trước khi xóa.")


class RequestNotFound(NotFound):
    """No such request, or not this person's."""

    code = "privacy.request_not_found"
    text = _l("Không tìm thấy yêu cầu này.")


class RequestClosed(Refusal):
    """It was answered before."""

    code = "privacy.request_closed"
    text = _l("Yêu cầu này đã được trả lời.")


class LinkOver(Gone):
    """Opened before, or too old."""

    code = "privacy.link_over"
    text = _l("Liên kết này đã dùng hoặc đã hết hạn. Hãy yêu cầu liên kết mới.")
