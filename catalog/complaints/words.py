"""Topics and states in people's words."""

from flask_babel import lazy_gettext as _l

TOPICS = {
    "quality": _l("Chất lượng không như công bố"),
    "label": _l("Nhãn, biểu trưng OCOP không đúng"),
    "safety": _l("An toàn thực phẩm"),
    "seller": _l("Người bán"),
    "other": _l("Việc khác"),
}
STATES = {
    "received": _l("Đã nhận"),
    "examining": _l("Đang xem xét"),
    "answered": _l("Đã trả lời"),
    "closed": _l("Đã khép"),
}
