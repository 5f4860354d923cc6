"""Reads of coupons."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from shop.coupons.models import Coupon, CouponUse
from shop.coupons.refusals import CouponNotFound
from shop.coupons.rules import Terms


@dataclass(frozen=True, slots=True)
class Uses:
    """What a coupon has brought about: uses that stand, uses given back, đồng taken off."""

    used: int = 0
    returned: int = 0
    discount_vnd: int = 0


def find_coupon(code: str) -> Coupon | None:
    """A coupon by its code as `rules.normalise` writes it, with what it is for: one statement."""
    query = select(Coupon).where(Coupon.code == code).options(joinedload(Coupon.targets))
    return db.session.scalars(query).unique().one_or_none()


def get_coupon(code: str) -> Coupon:
    """A coupon by its code. Raises CouponNotFound."""
    coupon = find_coupon(code)
    if coupon is None:
        raise CouponNotFound
    return coupon


def terms_of(coupon: Coupon) -> Terms:
    """A coupon as the rules see it."""
    return Terms(
        starts_on=coupon.starts_on, ends_on=coupon.ends_on, percent=coupon.percent, amount_vnd=coupon.amount_vnd,
        most_vnd=coupon.most_vnd, minimum_vnd=coupon.minimum_vnd, left=coupon.max_uses - coupon.used,
        is_stopped=coupon.is_stopped,
        products=frozenset(one.product_id for one in coupon.targets if one.product_id is not None),
        producers=frozenset(one.producer_id for one in coupon.targets if one.producer_id is not None),
        groups=frozenset(one.group_code for one in coupon.targets if one.group_code is not None),
    )  # fmt: skip


def count_uses_of(coupon_id: int, customer: str, user_id: int | None) -> int:
    """How often one customer, by telephone number or account, has used a coupon; what was given back aside."""
    hers = [CouponUse.customer == customer]
    if user_id is not None:
        hers.append(CouponUse.user_id == user_id)
    query = select(func.count()).select_from(CouponUse)
    return db.session.scalar(query.where(CouponUse.coupon_id == coupon_id, CouponUse.state == "used", or_(*hers))) or 0


def list_coupons(page: int, per_page: int) -> tuple[Sequence[Coupon], int]:
    """A page of coupons, the newest first, and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(Coupon)) or 0
    query = select(Coupon).order_by(Coupon.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(query).all(), total


def uses_of(coupon_ids: Sequence[int]) -> dict[int, Uses]:
    """What these coupons have brought about, by id."""
    query = select(CouponUse.coupon_id, CouponUse.state, func.count(), func.sum(CouponUse.discount_vnd))
    query = query.where(CouponUse.coupon_id.in_(coupon_ids)).group_by(CouponUse.coupon_id, CouponUse.state)
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for coupon_id, state, count, vnd in db.session.execute(query):
        found.setdefault(coupon_id, {})[state] = (count, int(vnd))
    none = (0, 0)
    return {
        one: Uses(states.get("used", none)[0], states.get("returned", none)[0], states.get("used", none)[1])
        for one, states in found.items()
    }


def list_uses(coupon_id: int, most: int = 50) -> Sequence[CouponUse]:
    """The latest uses of a coupon."""
    query = select(CouponUse).where(CouponUse.coupon_id == coupon_id).order_by(CouponUse.id.desc())
    return db.session.scalars(query.limit(most)).all()
