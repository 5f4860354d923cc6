"""What a recall's codes are called. Vietnamese is the source."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from shop.recalls.rules import Basis, Source, State, Told

STATES = {State.OPEN: pgettext("thu hồi", "Đang thu hồi"), State.CLOSED: pgettext("thu hồi", "Đã kết thúc")}

BASES = {
    Basis.LOT: _l("Theo số lô của người làm ra"),
    Basis.MADE: _l("Mọi lô sản xuất trong khoảng ngày"),
    Basis.RECEIVED: _l("Mọi lô nhập trong khoảng ngày"),
}

SOURCES = {Source.ORDER: _l("đơn đặt"), Source.TILL: _l("quầy")}

TOLD = {
    Told.WAITING: _l("đang gửi tin"),
    Told.SENT: _l("đã gửi tin"),
    Told.CALLED: _l("đã gọi"),
    Told.UNREACHED: _l("cần gọi"),
    Told.UNKNOWN: _l("chỉ biết số hóa đơn"),
    Told.BACK: _l("đã trả hàng"),
}
