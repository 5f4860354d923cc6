"""How orders say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class OrderNotFound(NotFound):
    """No such order, or not this caller's."""

    code = "order.not_found"
    text = _l("Không tìm thấy đơn hàng.")


class ParcelNotFound(NotFound):
    """The order has no such parcel."""

    code = "order.parcel_not_found"
    text = _l("Đơn này không có kiện hàng đó.")


class ParcelRefunded(Refusal):
    """Money for goods in the parcel went back: what came back is called off, not sent again. Fact: `parcel`."""

    code = "order.parcel_refunded"
    text = _l("Tiền của hàng trong kiện này đã được hoàn. Hãy hủy kiện này (đơn chỉ có một kiện thì hủy đơn).")


class CartEmpty(Refusal):
    """There is nothing to buy in the cart."""

    code = "cart.empty"
    text = _l("Giỏ hàng đang trống.")


class PriceChanged(Refusal):
    """The total is higher than the one the buyer agreed to. Facts: `expected`, `total`, `lines_total`, `charges`."""

    code = "price.changed"
    text = _l("Tổng tiền đã thay đổi. Hãy xem lại rồi đặt hàng lần nữa.")


class LinesRefused(Refusal):
    """Something else stands in the way of lines of the cart; `lines` names each with its problem's code."""

    code = "cart.line_unavailable"
    text = _l("Có mặt hàng chưa mua được. Hãy xem lại giỏ hàng.")


class CashlessOnly(Refusal):
    """Wine and spirits sold online are paid without cash (Law 44/2019, Art. 16)."""

    code = "alcohol.cashless_only"
    text = _l("Rượu, bia bán trực tuyến phải thanh toán không dùng tiền mặt. Hãy chọn chuyển khoản.")


class AdultsOnly(Refusal):
    """Wine and spirits are for adults; the buyer has not confirmed to be 18."""

    code = "adult.required"
    text = _l("Hãy xác nhận bạn đủ 18 tuổi để mua rượu, bia.")


class MethodUnavailable(Refusal):
    """The chosen store does not hand out or does not deliver, or the way to pay does not fit."""

    code = "fulfilment.unavailable"
    text = _l("Cách nhận hàng này không dùng được.")


class PickupOnly(Refusal):
    """Goods that are only handed over at a store; `lines` names each."""

    code = "pickup.only"
    text = _l("Có mặt hàng chỉ nhận tại cửa hàng. Hãy chọn đến lấy, hoặc bỏ mặt hàng đó.")


class TooManyOpen(Refusal):
    """The buyer has as many unpaid orders open as one may have. Facts: `limit`."""

    code = "orders.too_many_open"
    text = _l(
        "Số điện thoại hoặc tài khoản này đang có quá nhiều đơn chưa thanh toán. "
        "Hãy thanh toán, nhận hoặc hủy bớt đơn cũ, rồi đặt tiếp."
    )


class OrderStateRefused(Refusal):
    """The order's state does not allow this step. Facts: `state`, `action`."""

    code = "order.state"
    text = _l("Đơn hàng đang ở trạng thái không làm được việc này.")


class LinesLapsed(Refusal):
    """Lines whose star has ended; `lines` names each. Also the database's own word, the last door of the gate."""

    code = "certificate.lapsed"
    text = _l("Công nhận OCOP đã hết hiệu lực. Hãy bỏ mặt hàng này khỏi giỏ.")


class LinesRevoked(Refusal):
    """Lines whose star was taken back; `lines` names each."""

    code = "certificate.revoked"
    text = _l("Công nhận OCOP đã bị thu hồi. Hãy bỏ mặt hàng này khỏi giỏ.")


class LinesSuspended(Refusal):
    """Lines whose star stands still for now; `lines` names each."""

    code = "certificate.suspended"
    text = _l("Công nhận OCOP đang bị tạm dừng. Hãy bỏ mặt hàng này khỏi giỏ.")


class LinesStopped(Refusal):
    """Lines whose product an order or a missing paper stops; `lines` names each."""

    code = "product.stopped"
    text = _l("Sản phẩm đang bị dừng lưu thông. Hãy bỏ mặt hàng này khỏi giỏ.")
