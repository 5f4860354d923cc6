"""How webhooks say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class EndpointNotFound(NotFound):
    """No such endpoint, or another's."""

    code = "hook.not_found"
    text = _l("Không tìm thấy địa chỉ nhận này.")


class AddressNotAllowed(Refusal):
    """Not https, or no web address."""

    code = "hook.address"
    status = 422
    text = _l("Chỉ nhận địa chỉ https:// ra Internet, không kèm tên đăng nhập.")


class TooMany(Refusal):
    """One owner has only so many endpoints."""

    code = "hook.too_many"
    text = _l("Đã đủ số địa chỉ nhận. Hãy tắt bớt một địa chỉ trước.")
