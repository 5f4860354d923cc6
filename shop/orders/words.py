"""Orders in people's words: states, reasons, steps. Vietnamese is the source, English beside it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

STATES = {
    "placed": _l("Đã đặt"),
    "authorised": _l("Đã giữ tiền trên thẻ"),
    "paid": _l("Đã thanh toán"),
    "packing": _l("Đang đóng gói, chờ giao"),
    "ready": _l("Sẵn sàng để lấy"),
    "shipped": _l("Đang giao"),
    "delivery_failed": _l("Giao chưa được"),
    "returned": _l("Đã về lại cửa hàng"),
    "handed_over": _l("Đã nhận"),
    "completed": _l("Hoàn tất"),
    "held": _l("Tạm dừng, chờ cửa hàng quyết định"),
    "cancelled": _l("Đã hủy"),
    "cancelled_lapsed": _l("Đã hủy vì hết hiệu lực công nhận"),
    "to_refund": _l("Đã hủy, chờ hoàn tiền"),
    "refunded": _l("Đã hoàn tiền"),
    "part_refunded": _l("Đã hoàn một phần tiền"),
}

AWAITING = _l("Chờ thanh toán")

STEPS = {
    "place": _l("Đã đặt hàng"),
    "authorise": _l("Ngân hàng đã giữ tiền trên thẻ"),
    "pay": _l("Nhận được tiền"),
    "pack": _l("Đóng gói xong"),
    "ship": _l("Giao cho đơn vị vận chuyển"),
    "fail": _l("Giao chưa được"),
    "retry": _l("Đơn vị vận chuyển giao lại"),
    "take_back": _l("Hàng chưa giao được đã về lại cửa hàng"),
    "send_again": _l("Chuẩn bị gửi lại"),
    "drop": _l("Hủy một kiện"),
    "track": _l("Có mã vận đơn"),
    "hand_over": _l("Giao hàng cho người mua"),
    "complete": _l("Hết hạn đổi trả, đơn hoàn tất"),
    "collector": _l("Đổi người đến lấy"),
    "remind": _l("Đã nhắc đến lấy hàng"),
    "cancel": _l("Người mua hủy đơn"),
    "call_off": _l("Hủy đơn"),
    "lapse": _l("Hủy vì sản phẩm hết hiệu lực công nhận"),
    "hold": _l("Tạm dừng vì công nhận bị thu hồi hoặc tạm dừng"),
    "resume": _l("Tiếp tục đơn"),
    "money_late": _l("Tiền đến sau khi đơn đã hủy, chờ hoàn lại"),
    "refund": _l("Đã hoàn tiền"),
    "part_refund": _l("Đã hoàn một phần tiền"),
    "bounce": _l("Ngân hàng trả lại khoản hoàn, chờ hoàn cách khác"),
}

PARCELS = {
    "waiting": _l("Chờ đóng gói"),
    "packed": _l("Đã đóng gói"),
    "shipped": _l("Đang trên đường"),
    "failed": _l("Giao chưa được"),
    "returned": _l("Đã về lại cửa hàng"),
    "delivered": _l("Đã nhận"),
    "cancelled": _l("Đã hủy"),
}

PLACES = {"shelf": _l("kệ"), "back": _l("kho"), "transit": _l("đang chuyển")}

FAILURES = {
    "away": _l("người nhận vắng nhà hoặc không nghe máy"),
    "refused": _l("người nhận từ chối"),
    "address": _l("không tìm thấy địa chỉ"),
    "later": _l("người nhận hẹn hôm khác"),
    "damaged": _l("hàng hư hỏng trên đường"),
    "other": _l("lý do khác"),
}

REASONS = {
    "buyer": _l("người mua hủy"),
    "store": _l("cửa hàng hủy"),
    "payment_window": _l("hết thời gian chờ thanh toán"),
    "payment_failed": _l("ngân hàng không cho trừ tiền trên thẻ"),
    "uncollected": _l("quá hạn đến lấy hàng"),
    "certificate": _l("sản phẩm hết hiệu lực công nhận OCOP trước khi thanh toán xong"),
    "revocation": _l("công nhận OCOP của sản phẩm bị thu hồi"),
}

PROVIDERS = {
    "cod": _l("Trả tiền khi nhận hàng"),
    "at_store": _l("Trả tại cửa hàng"),
    "vietqr": _l("Chuyển khoản VietQR"),
    "stripe": _l("Thẻ quốc tế (Visa, Mastercard, JCB)"),
}

PAYMENTS = {
    "pending": _l("Chưa thanh toán"),
    "authorised": _l("Đã giữ tiền"),
    "captured": _l("Đã thanh toán"),
    "failed": _l("Không thành công"),
    "cancelled": _l("Đã hủy"),
    "expired": _l("Quá hạn"),
    "to_refund": _l("Chờ hoàn tiền"),
    "refunded": _l("Đã hoàn tiền"),
}

CHARGES = {
    "delivery": _l("Phí giao hàng"),
    "bag": _l("Túi"),
    "gift_wrap": _l("Gói quà"),
    "cold_box": _l("Thùng giữ lạnh"),
    "deposit": _l("Tiền đặt cọc"),
}


def step_words(action: str, *, is_service: bool = False) -> str:
    """A step of the timeline as a buyer reads it; an order of services is handed over by its vouchers."""
    return _("Phát hành phiếu dịch vụ") if is_service and action == "hand_over" else str(STEPS.get(action, action))


def state_words(state: str, is_decided: bool, *, is_service: bool = False) -> str:
    """The state as a buyer reads it; an order whose money has not come yet says so, and one of services, that its
    vouchers are there.
    """
    if is_service and state == "handed_over":
        return _("Có phiếu dịch vụ")
    return str(AWAITING if state == "placed" and not is_decided else STATES[state])


def reason_words(reason: str) -> str:
    """Why an order was called off."""
    return str(REASONS.get(reason, reason))


def reason_to_buyer(reason: str) -> str:
    """The same, said to the buyer."""
    return _("theo yêu cầu của bạn") if reason == "buyer" else reason_words(reason)


def invoice_words(wish: Mapping[str, Any] | None) -> str | None:
    """What the buyer asked her invoice to say (`asked.InvoiceWish`), in one line; None when she asked for none."""
    if not wish:
        return None
    code = wish.get("tax_code")
    parts = (wish["company"], _("mã số thuế %(code)s", code=code) if code else None, wish["address"], wish["email"])
    return ", ".join(str(one) for one in parts if one)
