"""How delivery says no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class TariffNotFound(NotFound):
    """No fees begin on that day."""

    code = "delivery.tariff_not_found"
    text = _l("Không có biểu phí nào bắt đầu vào ngày này.")


class TariffBegun(Refusal):
    """Fees that are in force, or were, never change; new ones begin tomorrow at the earliest."""

    code = "delivery.tariff_begun"
    text = _l("Biểu phí đã có hiệu lực không sửa được. Hãy nhập biểu phí mới, sớm nhất từ ngày mai.")


class NotDelivered(Refusal):
    """Nobody has entered what delivery costs."""

    code = "delivery.unavailable"
    text = _l("Hiện chưa giao hàng tận nơi. Hãy chọn đến cửa hàng lấy.")
