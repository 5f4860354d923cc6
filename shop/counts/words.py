"""What a stocktake's codes are called. Vietnamese is the source."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from shop.counts.rules import Missing, Part, State

STATES = {
    State.COUNTING: _l("Đang đếm"),
    State.REVIEW: _l("Chờ duyệt"),
    State.APPROVED: pgettext("kiểm kê", "Đã duyệt"),
    State.DROPPED: pgettext("kiểm kê", "Đã bỏ"),
}

PARTS = {
    Part.STORE: _l("Cả cửa hàng"),
    Part.PRODUCER: _l("Hàng của một chủ thể"),
    Part.GROUP: _l("Một ngành hàng"),
    Part.STALE: _l("Những lô lâu chưa đếm nhất"),
}

MISSING = {
    Missing.REFUSE: _l("Đếm nốt rồi mới đóng"),
    Missing.ZERO: _l("Đã tìm, không còn hàng: ghi là 0"),
    Missing.LEAVE: _l("Để lần sau: giữ số trong sổ"),
}
