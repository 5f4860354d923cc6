"""Returns in people's words."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "return": _l("Trả hàng, nhận lại tiền"),
    "exchange": _l("Đổi hàng"),
    "refund": _l("Hoàn tiền, giữ lại hàng"),
}

REASONS = {
    "broken": _l("Hàng bị vỡ, hỏng"),
    "spoiled": _l("Hàng ôi, mốc, hết hạn"),
    "wrong": _l("Giao nhầm hàng"),
    "missing": _l("Giao thiếu hàng"),
    "not_as_told": _l("Hàng không đúng như mô tả"),
    "changed_mind": _l("Tôi đổi ý"),
    "goodwill": _l("Cửa hàng bù thiện chí"),
    "owed": _l("Đơn đã hủy"),
}

STATES = {
    "asked": _l("Chờ cửa hàng trả lời"),
    "accepted": _l("Đã đồng ý"),
    "received": _l("Đã nhận lại hàng, chờ duyệt"),
    "done": _l("Đã giải quyết"),
    "refused": _l("Không đồng ý"),
    "withdrawn": _l("Đã rút"),
}

PROBLEMS = {
    "return.too_many": _l("nhiều hơn số còn trả được"),
    "return.fresh": _l("hàng tươi, hàng lạnh, cân lẻ và dịch vụ không trả vì đổi ý"),
    "return.late": _l("đã quá hạn trả"),
}
