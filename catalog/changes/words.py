"""Fields, states and reasons in people's words."""

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalog.changes.fields import Key, key_of
from catalog.listings.vat import CLASSES

LABELS: dict[str, LazyString] = {
    "summary": _l("Giới thiệu ngắn"),
    "story": _l("Câu chuyện"),
    "ingredients": _l("Thành phần"),
    "usage": _l("Cách dùng"),
    "maker_address": _l("Địa chỉ ghi trên nhãn"),
    "origin": _l("Xuất xứ"),
    "warnings": _l("Cảnh báo"),
    "dates_note": _l("Ngày sản xuất, hạn dùng ghi ở đâu"),
    "specs": _l("Thông số kỹ thuật"),
    "is_gift": _l("Dùng làm quà"),
}
PACK_LABELS: dict[str, LazyString] = {
    "label": _l("Tên quy cách"),
    "code": _l("Mã quy cách"),
    "unit": _l("Bán theo"),
    "net_grams": _l("Khối lượng tịnh (g)"),
    "net_ml": _l("Thể tích (ml)"),
    "net_pieces": _l("Số cái trong một gói"),
    "price_vnd": _l("Giá"),
    "vat_bp": _l("Thuế GTGT"),
    "vat_class": _l("Nhóm thuế GTGT"),
    "gtin": _l("Mã vạch"),
    "shelf_days": _l("Hạn dùng (ngày)"),
    "storage": _l("Bảo quản"),
    "abv_bp": _l("Độ cồn"),
    "is_active": _l("Đang bán"),
    "is_pickup_only": _l("Chỉ nhận tại cửa hàng"),
    "is_fragile": _l("Dễ vỡ"),
    "is_cold": _l("Cần giữ lạnh"),
}
STATES: dict[str, LazyString] = {
    "open": _l("Chờ duyệt"),
    "approved": _l("Đã duyệt"),
    "partly": _l("Duyệt một phần"),
    "rejected": _l("Chưa duyệt"),
    "withdrawn": _l("Đã rút"),
}
UNITS: dict[str, LazyString] = {"piece": _l("món"), "gram": _l("cân (kg)")}
#: Reasons that are often needed; each may be written on.
PHRASES: tuple[LazyString, ...] = (
    _l("Ảnh mờ hoặc tối, chưa thấy rõ sản phẩm. Nhờ chụp lại ban ngày."),
    _l("Có lời khẳng định chữa bệnh, không được ghi cho thực phẩm."),
    _l("Thông tin nhãn chưa khớp với nhãn trên bao bì. Nhờ ghi đúng như nhãn."),
    _l("Có số điện thoại, liên kết hoặc nơi bán khác trong phần giới thiệu."),
    _l("Nội dung nói về sản phẩm khác với sản phẩm được công nhận."),
    _l("Mã vạch hoặc khối lượng không khớp với quy cách."),
)


def field_label(name: str) -> str:
    """A field's name in people's words: "Câu chuyện", "SKU-12: Mã vạch", "Quy cách mới SKU-13"."""
    return str(_("Trang bán mới")) if name == "listing" else key_label(key_of(name))


def key_label(key: Key) -> str:
    """The same for a key."""
    if key.kind == "listing":
        return str(LABELS.get(key.name, key.name))
    if key.kind == "pack":
        return _("Quy cách mới %(code)s", code=key.code)
    if key.kind == "photo":
        return _("Ảnh %(code)s", code=key.code)
    return f"{key.code}: {PACK_LABELS.get(key.name, key.name)}"


def value_text(name: str, value: Any) -> str:
    """A kept value as a person reads it; '' for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if name in ("vat_bp", "abv_bp"):
        return f"{value / 100:g}%".replace(".", ",")
    if name == "vat_class":
        return str(CLASSES[value][0]) if value in CLASSES else str(value)
    if name == "unit":
        return str(UNITS.get(value, value))
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)
