"""What codes of transfers are called. Vietnamese is the source."""

from flask_babel import lazy_gettext as _l

STATES = {
    "draft": _l("Bản nháp"), "dispatched": _l("Đang trên đường"), "received": _l("Chờ xử lý chênh lệch"),
    "closed": _l("Đã xong"), "cancelled": _l("Đã bỏ"),
}  # fmt: skip
#: Kind of the badge of each state.
BADGES = {"draft": "", "dispatched": "info", "received": "warn", "closed": "good", "cancelled": ""}

OUTCOMES = {
    "lost": _l("Mất trên đường: ghi giảm"), "back": _l("Chưa đi: còn ở bên gửi"),
    "arrived": _l("Đã đến sau: nhập bên nhận"),
}  # fmt: skip

WARNINGS = {
    "certificate.lapsed": _l("công nhận OCOP không còn hiệu lực, không được bày bán"),
    "certificate.ends_soon": _l("công nhận OCOP sắp hết hạn"),
    "shelf_life.over": _l("đã quá hạn sử dụng"),
}

#: Why a lot may not be moved.
UNFIT = {
    "certificate": _l("sản phẩm không có công nhận OCOP còn hiệu lực"), "expired": _l("đã quá hạn sử dụng"),
    "quality": _l("đang khóa vì chất lượng"), "recall": _l("đã bị thu hồi"),
}  # fmt: skip
