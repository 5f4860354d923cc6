"""How carts speak: amounts and problems in words."""

from collections.abc import Iterable

from flask_babel import gettext as _

from core.money import dong
from shop.carts.queries import CouponView, Line
from shop.carts.rules import Problem
from shop.coupons.refusals import REFUSALS
from shop.coupons.rules import Trouble
from shop.inventory.words import amount
from shop.stores.models import Store


def tell(problem: Problem, unit: str) -> str:
    """What stands in the way, and what the shopper can do."""
    if problem.code == "stock.short":
        if not problem.available:
            return _("Tạm hết hàng. Chúng tôi giữ dòng này trong giỏ để bạn đặt khi có hàng lại.")
        return _("Chỉ còn %(amount)s. Hãy giảm số lượng.", amount=amount(problem.available, unit))
    if problem.code == "quantity.limit":
        return _(
            "Mỗi đơn nhận nhiều nhất %(amount)s. Cần nhiều hơn, hãy gọi cho cửa hàng.",
            amount=amount(problem.limit or 0, unit),
        )
    return _PLAIN.get(problem.code, _PLAIN["listing.withdrawn"])()


def tell_line(line: Line, stores: Iterable[Store]) -> str:
    """As `tell` for a line with a problem; where only the chosen store is short, which others hand all of it out."""
    if line.problem is None:
        return ""
    names = [one.name for one in stores if one.has_pickup and line.free.get(one.id, 0) >= line.quantity]
    if line.problem.code != "stock.short" or not names:
        return tell(line.problem, line.unit)
    if not line.problem.available:
        return _("Cửa hàng đã chọn hết món này. Có ở %(names)s.", names=", ".join(names))
    left = amount(line.problem.available, line.unit)
    return _("Cửa hàng đã chọn chỉ còn %(amount)s. Có ở %(names)s.", amount=left, names=", ".join(names))


def tell_coupon(coupon: CouponView) -> str:
    """Why a coupon takes nothing off."""
    if coupon.trouble is None:
        return ""
    if coupon.trouble is Trouble.MINIMUM:
        return _("Mua thêm %(missing)s các món được giảm để dùng mã này.", missing=dong(coupon.missing_vnd))
    return str(REFUSALS[coupon.trouble].text)


_PLAIN = {
    "certificate.lapsed": lambda: _("Công nhận OCOP đã hết hiệu lực nên sản phẩm tạm ngừng bán."),
    "certificate.revoked": lambda: _("Công nhận OCOP đã bị thu hồi nên sản phẩm ngừng bán."),
    "certificate.suspended": lambda: _("Công nhận OCOP đang tạm dừng nên sản phẩm tạm ngừng bán."),
    "product.stopped": lambda: _("Sản phẩm đang bị dừng lưu thông nên không bán."),
    "certificate.missing": lambda: _("Sản phẩm chưa có công nhận OCOP còn hiệu lực."),
    "listing.withdrawn": lambda: _("Sản phẩm đã ngừng bán."),
    "adult.required": lambda: _("Rượu chỉ bán cho người từ 18 tuổi. Hãy xác nhận tuổi để mua."),
}
