"""Gift baskets in people's words."""

from flask_babel import lazy_gettext as _l

OCCASIONS = {
    "tet": _l("Tết"),
    "wedding": _l("Cưới hỏi"),
    "visit": _l("Thăm nhà, đi xa về"),
    "thanks": _l("Cảm ơn, mừng thọ"),
    "business": _l("Đối tác, cơ quan"),
    "any": _l("Dịp nào cũng hợp"),
}
STATES = {"draft": _l("Bản nháp"), "published": _l("Đang bày bán"), "withdrawn": _l("Đã ngừng")}
