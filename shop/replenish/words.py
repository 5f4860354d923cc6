"""What replenishment says to people."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.web.pages import show_day
from shop.inventory.words import amount as show
from shop.replenish.queries import Position
from shop.replenish.rules import State, Why

__all__ = ["BADGES", "STATES", "WHYS", "caution", "reason", "show"]

STATES = {
    State.DRAFT: _l("Đang soạn"),
    State.SENT: _l("Đã gửi, chờ trả lời"),
    State.CONFIRMED: _l("Chủ thể nhận giao"),
    State.DECLINED: _l("Chủ thể không có hàng"),
    State.CLOSED: _l("Đã nhận hàng"),
    State.DROPPED: _l("Đã bỏ"),
}
#: Kind of badge of each state.
BADGES = {
    State.DRAFT: "",
    State.SENT: "info",
    State.CONFIRMED: "good",
    State.DECLINED: "bad",
    State.CLOSED: "good",
    State.DROPPED: "",
}
WHYS = {
    Why.LAPSED: _l("Công nhận đã hết hiệu lực: không đặt thêm."),
    Why.STAR_ENDS: _l("Công nhận sắp hết hiệu lực: không đặt thêm."),
    Why.OFF: _l("Cửa hàng không đặt thêm mặt hàng này."),
    Why.ENOUGH: _l("Hàng đang về đã đủ."),
    Why.NOT_SOLD: _l("Bốn tuần qua chưa bán được: chưa dự đoán được số cần đặt."),
    Why.UNTIL_STAR: _l("Chỉ đặt bằng số dự kiến bán hết trước ngày cuối của công nhận."),
    Why.UNTIL_SHELF_LIFE: _l("Chỉ đặt bằng số dự kiến bán trong nửa hạn dùng."),
}


def reason(one: Position) -> str:
    """What a proposal rests on, in one sentence: pace, stock, promised, on its way."""
    unit, shelf = one.sku.unit, one.shelf
    parts = [
        _("bán %(weekly)s một tuần", weekly=show(one.weekly, unit)),
        _("còn %(on_hand)s", on_hand=show(shelf.on_hand, unit)),
    ]
    if shelf.promised:
        parts.append(_("đã hứa %(promised)s", promised=show(shelf.promised, unit)))
    if shelf.in_transit:
        parts.append(_("đang chuyển đến %(units)s", units=show(shelf.in_transit, unit)))
    if shelf.requested:
        parts.append(_("đã đặt %(units)s", units=show(shelf.requested, unit)))
    said = "; ".join(parts)
    return said[:1].upper() + said[1:] + "."


def caution(one: Position) -> str:
    """Why nothing or less is proposed; '' when there is nothing to say."""
    why = one.proposal.why
    if why is None:
        return ""
    if why in (Why.STAR_ENDS, Why.UNTIL_STAR) and one.ends_on is not None:
        return f"{WHYS[why]} {_('Ngày cuối: %(day)s.', day=show_day(one.ends_on))}"
    return str(WHYS[why])
