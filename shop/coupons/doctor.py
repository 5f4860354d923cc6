"""Invariants of coupons."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select

from core.db import db
from core.doctor import invariant
from shop.coupons.models import Coupon, CouponUse


@invariant("I6", "a coupon's counter is the number of its uses that stand, and never above its limit")
def counters_are_uses() -> Iterable[str]:
    """A line for each coupon whose counter is another."""
    uses = select(func.count()).where(CouponUse.coupon_id == Coupon.id, CouponUse.state == "used").scalar_subquery()
    wrong = or_(uses != Coupon.used, Coupon.used > Coupon.max_uses)
    for code, used, rows in db.session.execute(select(Coupon.code, Coupon.used, uses).where(wrong)):
        yield f"coupon {code}: counter {used}, uses {rows}"
