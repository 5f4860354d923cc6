"""What areas refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class AreaUnknown(Refusal):
    """No area of that code stands on that day."""

    code = "area.unknown"
    status = 422
    text = _l("Không có đơn vị hành chính mang mã này.")
