"""Cases in people's words."""

from flask_babel import lazy_gettext as _l

STATES = {
    "to_contact": _l("Chưa liên hệ"),
    "contacted": _l("Đã liên hệ"),
    "refunded": _l("Đã hoàn tiền"),
    "closed": _l("Đã đóng"),
}

KINDS = {"sale": _l("Hàng đã giao"), "booth": _l("Gian đã trưng bày")}

ACTS = {
    "contacted": _l("Đã liên hệ"),
    "refunded": _l("Ghi hoàn tiền"),
    "closed": _l("Đóng vụ việc"),
}

#: What is offered first, by how grave the ground of the revocation is (case D3).
OFFER_GRAVE = _l("Đề nghị hoàn đủ tiền, kể cả phí giao; hỏi người mua còn giữ hàng không.")
OFFER_FORMAL = _l("Báo cho người mua biết; hoàn tiền khi họ muốn.")
