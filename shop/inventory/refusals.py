"""What inventory refuses."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class OutOfStock(Refusal):
    """Less is free than wanted. ``lines`` names every short one: sku, name, wanted, available (units)."""

    code = "stock.short"
    text = _l("Không đủ hàng cho số lượng bạn chọn.")


class HoldEnded(Refusal):
    """The promise of stock ran out or was given back; nothing is sold from it."""

    code = "hold.ended"
    text = _l("Thời gian giữ hàng đã hết.")


class LotUnfit(Refusal):
    """A lot may not leave the store or enter it. ``lots`` names each with its state or day."""

    code = "lot.unfit"
    text = _l("Lô hàng đã bị thu hồi hoặc quá hạn sử dụng.")


class LevelHeld(Refusal):
    """A write-off would take units that are promised to orders. ``free`` is what may go."""

    code = "stock.held"
    text = _l("Chỗ này không đủ hàng: phần thiếu không có, hoặc đang giữ cho đơn đặt. Chỉ xuất được phần còn lại.")


class ReasonUnfit(Refusal):
    """The sign of a movement does not fit its reason."""

    code = "stock.reason"
    status = 422
    text = _l("Số lượng và lý do không khớp nhau.")
