"""Cards in people's words."""

from flask_babel import lazy_gettext as _l

ALARMS = {
    "other_mode": _l("Khoản trả ở chế độ khác (thử hoặc thật)"),
    "other_currency": _l("Khoản trả bằng tiền khác"),
    "other_amount": _l("Số tiền trên thẻ khác số tiền của đơn"),
    "other_reference": _l("Khoản trả mang mã của đơn khác"),
    "second_charge": _l("Một đơn bị trừ tiền hai lần"),
    "capture_refused": _l("Ngân hàng không cho lấy khoản đã giữ"),
    "dispute": _l("Người mua khiếu nại với ngân hàng"),
    "refund_by_hand": _l("Có khoản hoàn làm trên trang của cổng thẻ"),
    "refund_too_much": _l("Hoàn trên trang của cổng thẻ vượt phần còn lại"),
    "refund_failed": _l("Không hoàn được về thẻ"),
    "refund_unknown": _l("Khoản hoàn mang mã lạ"),
    "refund_without_charge": _l("Hoàn về thẻ mà không biết khoản đã trừ"),
    "balance_short": _l("Số dư ở cổng thẻ không đủ để hoàn"),
    "foreign_signal": _l("Thông báo ký đúng nhưng của tài khoản hoặc chế độ khác"),
    "page_refused": _l("Cổng thẻ không mở được trang thanh toán"),
    "silence": _l("Cả ngày không nhận được thông báo nào của cổng thẻ"),
}

#: What to do about it.
ADVICE = {
    "other_mode": _l("Không có gì được ghi là đã trả. Kiểm tra khóa của cổng thẻ trong phần cài đặt."),
    "other_currency": _l("Không có gì được ghi là đã trả. Hoàn khoản này trên trang của cổng thẻ rồi báo người mua."),
    "other_amount": _l("Không có gì được ghi là đã trả. Hoàn khoản này trên trang của cổng thẻ rồi báo người mua."),
    "other_reference": _l("Không có gì được ghi là đã trả. Xem khoản này trên trang của cổng thẻ."),
    "second_charge": _l("Hoàn khoản thứ hai trên trang của cổng thẻ."),
    "capture_refused": _l("Tiền đã được nhả và đơn đã hủy. Không phải làm gì thêm."),
    "dispute": _l("Gửi chứng từ giao hàng trên trang của cổng thẻ trước hạn ghi ở đó."),
    "refund_by_hand": _l("Đã ghi vào sổ. Lần sau hãy hoàn từ trang đơn hàng."),
    "refund_too_much": _l("Đối chiếu với các khoản hoàn của đơn."),
    "refund_failed": _l("Mở khoản hoàn và chọn cách hoàn khác."),
    "refund_unknown": _l("Xem khoản này trên trang của cổng thẻ."),
    "refund_without_charge": _l("Hoàn cho người mua bằng cách khác."),
    "balance_short": _l("Nạp thêm số dư ở cổng thẻ; khoản hoàn tự gửi lại."),
    "foreign_signal": _l("Kiểm tra địa chỉ nhận thông báo đã đăng ký ở cổng thẻ."),
    "page_refused": _l("Kiểm tra khóa và hạn mức của tài khoản ở cổng thẻ."),
    "silence": _l("Kiểm tra địa chỉ nhận thông báo và mã bí mật; các khoản vẫn được đối chiếu tự động."),
}

#: What is told with an alarm, by its name in the data.
FACTS = {
    "asked_vnd": _l("Đã yêu cầu"),
    "amount": _l("Số trên thẻ"),
    "received": _l("Số đã lấy"),
    "currency": _l("Tiền"),
    "amount_vnd": _l("Số tiền"),
    "left_vnd": _l("Còn lại"),
    "refund": _l("Khoản hoàn"),
    "account": _l("Tài khoản"),
    "event": _l("Thông báo"),
    "charged": _l("Số khoản đã trừ"),
    "why": _l("Lý do của cổng thẻ"),
    "answer": _l("Trả lời của cổng thẻ"),
}
