"""What mandates are called: parts, states, and the deeds of the trail in a producer's words."""

from flask_babel import lazy_gettext as _l

from catalog.mandates.rules import State

PARTS = {
    "listings": _l("Trang sản phẩm (lời giới thiệu, nhãn, gói hàng)"),
    "photos": _l("Ảnh sản phẩm"),
    "prices": _l("Giá bán"),
}
STATES = {
    State.WAITING: _l("Chờ người thứ hai xem giấy"),
    State.COMING: _l("Chưa đến ngày"),
    State.HOLDS: _l("Đang có hiệu lực"),
    State.OVER: _l("Đã hết hạn"),
    State.ENDED: _l("Đã kết thúc"),
}
BADGES = {
    State.WAITING: ("warn", "clock"),
    State.COMING: ("info", "calendar"),
    State.HOLDS: ("good", "check"),
    State.OVER: ("", "close"),
    State.ENDED: ("", "stop"),
}
CONSENTS = {"self": _l("Chủ thể tự cho trên hệ thống"), "paper": _l("Giấy ủy quyền")}
#: By the name of the deed in the audit trail; what is not here is said by that name.
DEEDS = {
    "listing.opened": _l("Bắt đầu trang bán"),
    "listing.edited": _l("Sửa trang bán"),
    "listing.submitted": _l("Gửi trang bán đi duyệt"),
    "listing.withdrawn": _l("Ngừng bán"),
    "sku.added": _l("Thêm gói hàng"),
    "sku.edited": _l("Sửa gói hàng"),
    "price.changed": _l("Đặt giá"),
    "price.planned": _l("Hẹn giá"),
    "price.plan_cancelled": _l("Bỏ giá đã hẹn"),
    "change.proposed": _l("Xin sửa trang đang bán"),
    "change.withdrawn": _l("Rút lại yêu cầu sửa"),
    "photo.added": _l("Thêm ảnh"),
    "photo.edited": _l("Sửa ảnh"),
    "photo.removed": _l("Bỏ ảnh"),
}
