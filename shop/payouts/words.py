"""Payouts in people's words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.payouts.ports import find_port

FILE_STATES = {
    "draft": _l("Chờ người thứ hai duyệt"),
    "approved": _l("Đã duyệt, chờ gửi ngân hàng"),
    "sent": _l("Đã gửi ngân hàng"),
    "closed": _l("Xong"),
    "dropped": _l("Đã bỏ"),
}

ITEM_STATES = {
    "listed": _l("Chờ kết quả"),
    "paid": _l("Đã chi"),
    "failed": _l("Không chi được"),
    "dropped": _l("Đã bỏ"),
}

FAILURES = {
    "wrong_account": _l("Sai tài khoản: gửi lại liên kết cho người mua"),
    "other": _l("Lý do khác: đưa vào bảng chi sau"),
}

WAYS = {
    "card": _l("Về thẻ đã trả"),
    "bank": _l("Chuyển khoản"),
    "cash": _l("Tiền mặt tại cửa hàng"),
}

REFUND_STATES = {
    "promised": _l("Chờ hoàn"),
    "sent": _l("Đang chuyển"),
    "done": _l("Đã hoàn"),
    "failed": _l("Chưa hoàn được"),
}


def source_words(source: str) -> str:
    """Where a sum comes from: a refund's code, what another feature calls it, or the bank line's number."""
    if other := find_port(source):
        return other[0].words(other[1])
    kind, _colon, code = source.partition(":")
    return code if kind == "refund" else _("dòng ngân hàng %(n)s", n=code)
