"""What photos are called."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalog.photos.models import APPROVED, PENDING, REJECTED, REMOVED
from catalog.photos.rules import LONGEST_ALT

SHOWS = {
    "product": _l("sản phẩm"),
    "pack": _l("bao bì"),
    "label": _l("nhãn sản phẩm"),
    "making": _l("lúc đang làm"),
    "place": _l("nơi làm ra"),
    "people": _l("người làm ra"),
    "use": _l("cách dùng"),
}
STATES = {
    PENDING: _l("Chờ duyệt"),
    APPROVED: _l("Đã duyệt"),
    REJECTED: _l("Không được duyệt"),
    REMOVED: _l("Đã bỏ"),
}
BADGES = {
    PENDING: ("warn", "clock"),
    APPROVED: ("good", "check"),
    REJECTED: ("bad", "close"),
    REMOVED: ("", "close"),
}


def propose_alt(name: str, shows: str) -> str:
    """Words for those who do not see the photo: the product's name, and what the photo shows."""
    what = str(SHOWS[shows])
    return _("%(name)s: %(what)s", name=name[: LONGEST_ALT - len(what) - 2], what=what)
