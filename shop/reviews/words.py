"""Reviews in people's words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

MARKS = {
    5: _l("Rất ưng"),
    4: _l("Ưng"),
    3: _l("Tạm được"),
    2: _l("Chưa ưng"),
    1: _l("Không ưng"),
}
NAMINGS = {
    "initials": _l("Chữ cái đầu của tên"),
    "full": _l("Họ và tên đầy đủ"),
    "none": _l("Không hiện tên"),
}
STATES = {
    "shown": _l("Đang hiện"),
    "held": _l("Chờ người đọc duyệt"),
    "hidden": _l("Đã ẩn"),
    "withdrawn": _l("Đã rút"),
}
#: Grounds of hiding and of reporting, each with the law behind it.
GROUNDS = {
    "personal": _l("Lộ thông tin cá nhân của ai đó (Luật 91/2025/QH15)"),
    "insult": _l("Xúc phạm danh dự, nhân phẩm (Bộ luật Dân sự, Điều 34)"),
    "advert": _l("Quảng cáo, liên kết, kéo khách ra ngoài (Luật Quảng cáo)"),
    "cure": _l("Nói thực phẩm chữa được bệnh (pháp luật quảng cáo thực phẩm)"),
    "off_topic": _l("Không nói về món hàng đã mua (Luật 19/2023/QH15)"),
    "unlawful": _l("Nội dung trái pháp luật, đạo đức xã hội khác (Luật 19/2023/QH15)"),
    "order": _l("Theo yêu cầu bằng văn bản của cơ quan nhà nước"),
}
WAITS = {
    "phone": _l("có số điện thoại"),
    "email": _l("có địa chỉ e-mail"),
    "link": _l("có liên kết"),
    "address": _l("có địa chỉ nhà"),
    "insult": _l("có lời nặng nề"),
    "cure": _l("có lời nói chữa bệnh"),
}
SORTS = {"newest": _l("Mới nhất"), "lowest": _l("Điểm thấp trước"), "highest": _l("Điểm cao trước")}
ACTIONS = {
    "write": _l("Viết"),
    "edit": _l("Sửa"),
    "withdraw": _l("Rút lại"),
    "answer": _l("Chủ thể trả lời"),
    "hide": _l("Ẩn"),
    "restore": _l("Cho hiện"),
    "forget": _l("Xóa tên"),
}


def waits_words(held_for: str) -> str:
    """What makes a text wait: ``có số điện thoại, có liên kết``."""
    return ", ".join(str(WAITS.get(code, code)) for code in held_for.split())


def average_words(tenths: int) -> str:
    """``4,3`` as Vietnamese people write it."""
    return _("%(whole)s,%(tenth)s", whole=tenths // 10, tenth=tenths % 10)
