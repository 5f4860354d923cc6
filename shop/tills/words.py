"""Words of the till for the desk and the receipt's page."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

WAYS: Mapping[str, LazyString] = {
    "cash": _l("Tiền mặt"), "vietqr": _l("Chuyển khoản VietQR"), "card": _l("Thẻ (máy quẹt)")
}  # fmt: skip
KINDS: Mapping[str, LazyString] = {
    "sale": _l("Bán"), "return": _l("Trả hàng"), "pay_in": _l("Nộp vào két"), "pay_out": _l("Chi từ két")
}  # fmt: skip
TROUBLES: Mapping[str, LazyString] = {
    "lapsed": _l("Công nhận OCOP không còn hiệu lực khi nhận được"),
    "stock": _l("Sổ kho có ít hơn số đã bán"),
    "unfit": _l("Lô đã quét không được bán"),
    "price": _l("Giá không có trong bảng giá còn hiệu lực"),
    "shift": _l("Đến sau khi ca đã đóng"),
    "limit": _l("Giảm giá vượt hạn mức mà chưa ai duyệt"),
    "adult": _l("Rượu, bia chưa xác nhận tuổi người mua"),
    "other": _l("Có điều chưa khớp"),
}
OUTCOMES: Mapping[str, LazyString] = {
    "sale": _l("Đã ghi thành bán hàng"), "back": _l("Đã nhận lại hàng, trả lại tiền"),
    "loss": _l("Hàng đã đi, không ghi là bán"),
}  # fmt: skip


def why_words(why: Mapping[str, Any]) -> str:
    """What stood in the way, in a sentence, with the goods it names."""
    named = [str(line.get("name") or line.get("sku") or "") for line in why.get("lines", []) if isinstance(line, dict)]
    lots = [str(one) for one in why.get("lots", [])]
    said = str(why.get("text", ""))
    more = ", ".join(one for one in [*named, *lots] if one)
    return _("%(said)s (%(more)s)", said=said, more=more) if more else said
