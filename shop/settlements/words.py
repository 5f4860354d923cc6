"""Settlements in people's words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.sales.rules import Source
from shop.settlements.rules import Decision, Extra, Paper, State

STATES = {
    State.CLOSED: _l("Chờ người thứ hai duyệt"),
    State.APPROVED: _l("Đã duyệt, chờ chi"),
    State.LISTED: _l("Trong bảng chi"),
    State.PAID: _l("Đã trả"),
    State.CARRIED: _l("Chuyển sang kỳ sau"),
}
#: As the producer reads them.
OWN_STATES = {
    State.CLOSED: _l("Đang kiểm tra"),
    State.APPROVED: _l("Sắp trả"),
    State.LISTED: _l("Đang chuyển tiền"),
    State.PAID: _l("Đã trả"),
    State.CARRIED: _l("Chuyển sang kỳ sau"),
}
#: Kinds of badges.
BADGES = {
    State.CLOSED: "warn", State.APPROVED: "info", State.LISTED: "info", State.PAID: "good", State.CARRIED: "",
}  # fmt: skip

SOURCES = {
    Source.ORDER: _l("Đơn hàng"),
    Source.ORDER_BACK: _l("Đơn không giao được"),
    Source.ORDER_RETURN: _l("Khách trả hàng"),
    Source.TILL: _l("Bán tại quầy"),
    Source.TILL_RETURN: _l("Trả tại quầy"),
}

EXTRAS = {
    Extra.FEE: _l("Phí chủ thể chịu"),
    Extra.FAULT: _l("Hoàn tiền khách do lỗi hàng"),
    Extra.LOSS: _l("Cửa hàng làm hỏng, mất, dùng thử"),
    Extra.CORRECTION: _l("Sửa kỳ trước"),
}

DECISIONS = {
    Decision.ASKED: _l("Chờ người thứ hai"),
    Decision.APPROVED: _l("Đã duyệt"),
    Decision.REFUSED: _l("Không duyệt"),
}

METHODS = {
    "credit": _l("Khấu trừ"),
    "direct": _l("Trực tiếp trên doanh thu"),
    "household": _l("Hộ, cá nhân dưới ngưỡng"),
}

PAPERS = {
    Paper.VAT_INVOICE: _l("Chủ thể lập hóa đơn giá trị gia tăng"),
    Paper.SALES_INVOICE: _l("Chủ thể lập hóa đơn bán hàng"),
    Paper.PURCHASE_LIST: _l("Cửa hàng lập bảng kê mua hàng không có hóa đơn, chủ thể ký"),
}


def period_words(period: str) -> str:
    """``Tháng 9/2026``."""
    year, _dash, month = period.partition("-")
    return _("Tháng %(month)s/%(year)s", month=month.removeprefix("0"), year=year)


def rate_words(rate_bp: int, kind: str | None) -> str:
    """``8%``, or what stands in place of a rate."""
    if kind == "KCT":
        return _("không chịu thuế")
    if kind == "KKKNT":
        return _("không kê khai")
    if kind == "KTT":
        return _("không ghi thuế")
    return f"{rate_bp // 100}" + (f",{rate_bp % 100:02}".rstrip("0") if rate_bp % 100 else "") + "%"


def percent_words(bp: int) -> str:
    """``20%``, ``13,33%``: a commission."""
    return rate_words(bp, None)
