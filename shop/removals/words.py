"""What codes of removals are called. Vietnamese is the source."""

from flask_babel import lazy_gettext as _l

KINDS = {"write_off": _l("Xuất hủy"), "producer_return": _l("Trả chủ thể")}

REASONS = {
    "damage": _l("Hư hỏng"), "tasting": _l("Dùng thử, trưng bày"), "expiry": _l("Hết hạn sử dụng"),
    "producer_return": _l("Trả chủ thể"), "recall": _l("Thu hồi lô"),
}  # fmt: skip

STATES = {
    "waiting": _l("Đang chờ"), "done": _l("Đã xuất"), "refused": _l("Không duyệt"), "cancelled": _l("Đã bỏ"),
}  # fmt: skip
#: Kind of the badge of each state.
BADGES = {"waiting": "warn", "done": "good", "refused": "bad", "cancelled": ""}
