"""Bank lines in people's words. Vietnamese is the source, English beside it."""

from flask_babel import lazy_gettext as _l

STATES = {
    "waiting": _l("Chờ xử lý"),
    "paid": _l("Đã ghép với đơn"),
    "to_return": _l("Trả lại"),
    "aside": _l("Để riêng"),
}

BADGES = {"waiting": ("warn", "clock"), "paid": ("good", "check"), "to_return": ("info", "return"), "aside": ("", None)}

REASONS = {
    "new": _l("vừa ghi, chưa đọc"),
    "partial": _l("chưa đủ tiền, chờ phần còn lại"),
    "too_much": _l("nhiều hơn số phải trả"),
    "double": _l("đơn này đã trả đủ rồi"),
    "late": _l("đến sau khi đơn đã đóng"),
    "early": _l("ngân hàng ghi có trước lúc đặt đơn, hoặc ở tương lai"),
    "several": _l("nội dung nêu nhiều đơn"),
    "unreadable": _l("không đọc được số đơn trong nội dung"),
    "account": _l("tài khoản nhận không phải của người bán này"),
    "other_seller": _l("số đơn của người bán khác"),
    "other_way": _l("đơn này trả bằng cách khác"),
    "ended": _l("đơn đã hủy hoặc quá giờ: cần tài khoản để trả lại"),
    "refused": _l("đơn không nhận khoản này"),
    "differs": _l("phần chênh: mã này đã được ghi với số tiền nhỏ hơn"),
    "short": _l("mã này đã được ghi với số tiền lớn hơn"),
}

#: What a person does best about each.
ADVICE = {
    "partial": _l(
        "Nếu người mua chuyển tiếp cho đủ thì đơn tự được trả. Hết giờ, hoặc đơn bị hủy, thì số tiền này trả lại."
    ),
    "too_much": _l("Lấy đúng số tiền của đơn và trả lại phần thừa, hoặc trả lại tất cả."),
    "double": _l(
        "Người mua có thể đã chuyển hai lần, hoặc khoản này trả cho đơn khác. Xem gợi ý, nếu không thì trả lại."
    ),
    "late": _l("Hàng đã trở lại kệ, nên tiền phải trả lại. Người mua muốn mua tiếp thì đặt đơn mới."),
    "early": _l(
        "Xem lại giờ trong sao kê; nội dung có thể chép từ một đơn cũ. Đúng là tiền của đơn này thì gán cho đơn: "
        "đơn nhận khoản này dù giờ ghi có không khớp."
    ),
    "several": _l("Hỏi người chuyển muốn trả cho đơn nào, rồi ghép với đơn đó."),
    "unreadable": _l("Xem gợi ý bên dưới. Tiền không phải của đơn hàng thì để riêng."),
    "account": _l("Kiểm tra tài khoản của người bán trong hồ sơ; tiền vào tài khoản khác không tự ghép."),
    "other_seller": _l("Người mua chuyển nhầm tài khoản: trả lại, hoặc bàn với người bán kia."),
    "other_way": _l("Đơn này trả khi nhận hàng, tại cửa hàng hoặc bằng thẻ: trả lại để người mua không trả hai lần."),
    "ended": _l("Ngân hàng không cho biết ai chuyển. Hỏi người mua số tài khoản rồi trả lại."),
    "differs": _l(
        "Khoản ghi trước và phần chênh này cộng lại là số ngân hàng báo. Trả lại phần chênh, hoặc gán cho "
        "đơn còn thiếu."
    ),
    "short": _l(
        "Không phải khoản tiền thứ hai. Đối chiếu với sao kê: nếu khoản ghi trước sai thì đòi người mua phần thiếu "
        "hoặc hoàn tiền đơn, rồi để riêng khoản này."
    ),
    "refused": _l("Xem diễn biến để biết vì sao, rồi ghép với đơn khác hoặc trả lại."),
}

SOURCES = {
    "webhook": _l("ngân hàng báo"),
    "statement": _l("sao kê"),
    "hand": _l("ghi tay"),
    "before": _l("ghi trước đây"),
}

ACTS = {
    "seen": _l("Ghi nhận khoản tiền"),
    "waits": _l("Chờ xử lý"),
    "matched": _l("Ghép với đơn"),
    "assigned": _l("Người xem gán cho đơn"),
    "returned": _l("Quyết định trả lại"),
    "aside": _l("Để riêng, không phải tiền đơn hàng"),
    "reopened": _l("Xem lại từ đầu"),
    "note": _l("Ghi chú"),
}

FIELDS = {
    "booked": _l("Ngày giờ ghi có"),
    "time": _l("Giờ (nếu ở cột riêng)"),
    "credit": _l("Số tiền vào"),
    "memo": _l("Nội dung"),
    "reference": _l("Mã giao dịch"),
    "payer_account": _l("Tài khoản người chuyển"),
    "payer_name": _l("Tên người chuyển"),
}


def number_words(reference: str) -> str:
    """A payment's reference as people call it: `ord:DH-7K3M9QXT` -> `DH-7K3M9QXT`."""
    return reference.partition(":")[2].partition("/")[0]
