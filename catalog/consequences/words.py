"""An effect in one sentence of the reader's language."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext

from catalog.consequences.rules import Effect
from core.money import dong


def sentence(effect: Effect) -> str:
    """``41 đơn vị hàng (9 lô ở 2 cửa hàng, giá trị 4.100.000 ₫) bị khóa, không mất khỏi sổ kho``."""
    say = _SENTENCES.get((effect.object, effect.act))
    return say(effect) if say else f"{effect.count} × {effect.object}: {effect.act}"


def _unlisted(e: Effect) -> str:
    return ngettext("%(num)d sản phẩm ngừng bán", "%(num)d sản phẩm ngừng bán", e.count)


def _relisted(e: Effect) -> str:
    return ngettext("%(num)d sản phẩm bán lại được", "%(num)d sản phẩm bán lại được", e.count)


def _restarred(e: Effect) -> str:
    return ngettext("%(num)d sản phẩm hiện số sao mới", "%(num)d sản phẩm hiện số sao mới", e.count)


def _basket_hidden(e: Effect) -> str:
    return ngettext("%(num)d giỏ quà bị ẩn", "%(num)d giỏ quà bị ẩn", e.count)


def _basket_shown(e: Effect) -> str:
    return ngettext("%(num)d giỏ quà bán lại được khi đủ món", "%(num)d giỏ quà bán lại được khi đủ món", e.count)


def _cart_unpayable(e: Effect) -> str:
    return ngettext(
        "%(num)d giỏ hàng có dòng không thanh toán được", "%(num)d giỏ hàng có dòng không thanh toán được", e.count
    )


def _cart_payable(e: Effect) -> str:
    return ngettext("%(num)d giỏ hàng lại thanh toán được", "%(num)d giỏ hàng lại thanh toán được", e.count)


def _payment_cancelled(e: Effect) -> str:
    return ngettext(
        "%(num)d đơn chưa chốt (%(money)s) bị hủy, tiền đến thì trả lại",
        "%(num)d đơn chưa chốt (%(money)s) bị hủy, tiền đến thì trả lại",
        e.count,
        money=dong(e.money_vnd),
    )


def _order_held(e: Effect) -> str:
    return ngettext(
        "%(num)d đơn đã chốt, chưa giao (%(money)s) dừng lại chờ cửa hàng quyết định",
        "%(num)d đơn đã chốt, chưa giao (%(money)s) dừng lại chờ cửa hàng quyết định",
        e.count,
        money=dong(e.money_vnd),
    )


def _order_ships(e: Effect) -> str:
    return ngettext(
        "%(num)d đơn đã chốt, chưa giao (%(money)s) vẫn giao",
        "%(num)d đơn đã chốt, chưa giao (%(money)s) vẫn giao",
        e.count,
        money=dong(e.money_vnd),
    )


def _voucher_offered(e: Effect) -> str:
    return ngettext(
        "%(num)d phiếu dịch vụ chưa dùng (%(money)s) được mời nhận lại tiền",
        "%(num)d phiếu dịch vụ chưa dùng (%(money)s) được mời nhận lại tiền",
        e.count,
        money=dong(e.money_vnd),
    )


def _sold_listed(e: Effect) -> str:
    return ngettext(
        "%(num)d dòng hàng đã giao từ ngày có hiệu lực (%(money)s) thành vụ việc phải liên hệ",
        "%(num)d dòng hàng đã giao từ ngày có hiệu lực (%(money)s) thành vụ việc phải liên hệ",
        e.count,
        money=dong(e.money_vnd),
    )


def _lot_blocked(e: Effect) -> str:
    return _("%(units)s đơn vị hàng bị khóa, %(where)s; không mất khỏi sổ kho", units=e.units, where=_where(e))


def _lot_freed(e: Effect) -> str:
    return _("%(units)s đơn vị hàng được mở khóa, %(where)s", units=e.units, where=_where(e))


def _lot_relabelled(e: Effect) -> str:
    return _("%(units)s đơn vị hàng phải in lại tem kệ, %(where)s", units=e.units, where=_where(e))


def _where(e: Effect) -> str:
    lots = ngettext("%(num)d lô", "%(num)d lô", e.count)
    stores = ngettext("%(num)d cửa hàng", "%(num)d cửa hàng", e.stores)
    return _("%(lots)s ở %(stores)s, giá trị %(money)s", lots=lots, stores=stores, money=dong(e.money_vnd))


def _application_at_risk(e: Effect) -> str:
    return ngettext(
        "%(num)d hồ sơ hội chợ có ngày không còn sản phẩm được trưng bày",
        "%(num)d hồ sơ hội chợ có ngày không còn sản phẩm được trưng bày",
        e.count,
    )


def _application_restored(e: Effect) -> str:
    return ngettext("%(num)d hồ sơ hội chợ đủ điều kiện", "%(num)d hồ sơ hội chợ đủ điều kiện", e.count)


def _booking_at_risk(e: Effect) -> str:
    return ngettext(
        "%(num)d gian hội chợ có nguy cơ mất chỗ: %(days)d ngày gian (%(money)s)",
        "%(num)d gian hội chợ có nguy cơ mất chỗ: %(days)d ngày gian (%(money)s)",
        e.count,
        days=e.units,
        money=dong(e.money_vnd),
    )


def _booking_released(e: Effect) -> str:
    return ngettext(
        "%(num)d gian hội chợ mất chỗ: %(days)d ngày gian (%(money)s)",
        "%(num)d gian hội chợ mất chỗ: %(days)d ngày gian (%(money)s)",
        e.count,
        days=e.units,
        money=dong(e.money_vnd),
    )


def _booking_taken_off(e: Effect) -> str:
    return ngettext(
        "%(num)d gian hội chợ bỏ sản phẩm này, vẫn còn sản phẩm khác",
        "%(num)d gian hội chợ bỏ sản phẩm này, vẫn còn sản phẩm khác",
        e.count,
    )


def _booking_restored(e: Effect) -> str:
    return ngettext(
        "%(num)d gian hội chợ hết điều kiện chờ: %(days)d ngày gian",
        "%(num)d gian hội chợ hết điều kiện chờ: %(days)d ngày gian",
        e.count,
        days=e.units,
    )


def _fair_checked(e: Effect) -> str:
    return ngettext(
        "%(num)d hội chợ đang mở phải bỏ sản phẩm khỏi gian ngay",
        "%(num)d hội chợ đang mở phải bỏ sản phẩm khỏi gian ngay",
        e.count,
    )


#: (object, act) as in the table.
_SENTENCES: dict[tuple[str, str], Callable[[Effect], str]] = {
    ("listing", "unlisted"): _unlisted,
    ("listing", "relisted"): _relisted,
    ("listing", "restarred"): _restarred,
    ("basket", "hidden"): _basket_hidden,
    ("basket", "shown"): _basket_shown,
    ("cart", "unpayable"): _cart_unpayable,
    ("cart", "payable"): _cart_payable,
    ("payment", "cancelled"): _payment_cancelled,
    ("order", "held"): _order_held,
    ("order", "ships"): _order_ships,
    ("sold", "listed"): _sold_listed,
    ("voucher", "offered"): _voucher_offered,
    ("lot", "blocked"): _lot_blocked,
    ("lot", "freed"): _lot_freed,
    ("lot", "relabelled"): _lot_relabelled,
    ("application", "at_risk"): _application_at_risk,
    ("application", "restored"): _application_restored,
    ("booking", "at_risk"): _booking_at_risk,
    ("booking", "released"): _booking_released,
    ("booking", "taken_off"): _booking_taken_off,
    ("booking", "restored"): _booking_restored,
    ("fair", "taken_off"): _fair_checked,
}
