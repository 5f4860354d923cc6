"""How coupons say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal
from shop.coupons.rules import Trouble


class CouponNotFound(NotFound):
    """The desk asks for a coupon that does not exist."""

    code = "coupon.not_found"
    text = _l("Không có mã giảm giá này.")


class CouponUnknown(Refusal):
    """Nobody gave out this code."""

    code = "coupon.unknown"
    text = _l("Không có mã giảm giá này. Hãy xem lại từng ký tự.")


class CouponNotYet(Refusal):
    """Its first day has not come. Facts: `starts_on`."""

    code = "coupon.not_yet"
    text = _l("Mã giảm giá chưa đến ngày dùng.")


class CouponEnded(Refusal):
    """Its last day is over, or it was stopped."""

    code = "coupon.ended"
    text = _l("Mã giảm giá đã hết hạn.")


class CouponUsedUp(Refusal):
    """All its uses are taken."""

    code = "coupon.used_up"
    text = _l("Mã giảm giá đã hết lượt dùng.")


class CouponUsedBefore(Refusal):
    """The customer has had all the uses that one customer gets."""

    code = "coupon.used_before"
    text = _l("Số điện thoại hoặc tài khoản này đã dùng hết lượt của mã giảm giá.")


class CouponOtherGoods(Refusal):
    """It is for other goods than those in the cart."""

    code = "coupon.other_goods"
    text = _l("Mã giảm giá không áp dụng cho món nào trong giỏ.")


class CouponMinimum(Refusal):
    """The goods it is for do not come to its minimum. Facts: `minimum`, `goods`."""

    code = "coupon.minimum"
    text = _l("Tiền hàng chưa đủ mức tối thiểu của mã giảm giá.")


class CouponTaken(Refusal):
    """Another coupon has this code."""

    code = "coupon.taken"
    text = _l("Đã có mã giảm giá này.")


REFUSALS: dict[Trouble, type[Refusal]] = {
    Trouble.UNKNOWN: CouponUnknown,
    Trouble.NOT_YET: CouponNotYet,
    Trouble.ENDED: CouponEnded,
    Trouble.USED_UP: CouponUsedUp,
    Trouble.OTHER_GOODS: CouponOtherGoods,
    Trouble.MINIMUM: CouponMinimum,
}
