"""Privacy in people's words."""

from flask_babel import lazy_gettext as _l

WISHES = {
    "access": _l("Xem dữ liệu (gọi lại cho khách)"),
    "correct": _l("Sửa dữ liệu"),
    "erase": _l("Xóa dữ liệu"),
}
STAGES = {
    "open": _l("đang chờ"),
    "done": _l("đã làm"),
    "refused": _l("từ chối"),
    "withdrawn": _l("đã rút"),
}
NEEDS = {
    "open": _l("đơn chưa xong"),
    "money": _l("còn tiền phải hoàn lại cho bạn"),
    "returns": _l("còn trong thời hạn đổi trả"),
    "return": _l("còn yêu cầu đổi trả chưa xong"),
    "voucher": _l("còn phiếu dịch vụ chưa dùng"),
    "case": _l("sản phẩm đang được thu hồi, cần liên hệ với bạn"),
}
PURPOSES = {
    "marketing": _l("Nhận tin khuyến mãi và lời mời đánh giá"),
}
OUTCOMES = {
    "sent": _l("đã gửi"),
    "failed": _l("chưa gửi được"),
    "refused": _l("bị từ chối"),
    "unreachable": _l("không gửi được"),
}
CHANNELS = {"mail": _l("thư"), "sms": _l("tin nhắn"), "none": _l("không có")}
#: As what somebody is known at a fair (`shop/privacy/fairs.py`).
AT_FAIRS = {
    "buyer": _l("người mua"),
    "driver": _l("người chở hàng"),
    "outsider": _l("người liên hệ của đơn vị ngoài hệ thống"),
}
