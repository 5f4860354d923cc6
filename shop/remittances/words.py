"""Remittances in people's words."""

from flask_babel import lazy_gettext as _l

STANDINGS = {
    "missing": _l("chưa trả"),
    "short": _l("trả thiếu"),
    "over": _l("trả thừa"),
    "whole": _l("đã trả đủ"),
    "marked": _l("đã xử lý"),
}
BADGES = {"missing": "warn", "short": "bad", "over": "warn", "whole": "good", "marked": ""}
MARKS = {"settled": _l("Đã nhận bằng cách khác"), "written_off": _l("Không đòi nữa")}
FIELDS = {"told": _l("Mã vận đơn hoặc số đơn"), "collected": _l("Tiền thu hộ"), "fee": _l("Phí")}
