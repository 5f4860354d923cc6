"""Verbs of coupons. A use is taken in the transaction that places the order, and given back at most once.

Lock order: last of all, behind the levels of stock; the coupon's row, then its uses.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.errors import Invalid
from shop.coupons.models import Coupon, CouponTarget, CouponUse
from shop.coupons.queries import count_uses_of, get_coupon
from shop.coupons.refusals import CouponTaken, CouponUsedBefore, CouponUsedUp

_BLIND = {"synchronize_session": False}


@dataclass(frozen=True)
class Wish:
    """What the desk enters: everything but the code. Targets by public code; none of them: for everything."""

    name: str
    starts_on: date
    ends_on: date
    max_uses: int
    max_per_customer: int = 1
    percent: int | None = None
    amount_vnd: int | None = None
    most_vnd: int | None = None
    minimum_vnd: int = 0
    products: Collection[str] = ()
    producers: Collection[str] = ()
    groups: Collection[str] = ()


@dataclass(frozen=True)
class Use:
    """One use to take: whose order, which customer (`rules.customer_of`), and what it takes off."""

    coupon_id: int
    reference: str
    customer: str
    user_id: int | None
    discount_vnd: int


def create(code: str, wish: Wish, by: Actor) -> Coupon:
    """Give out a coupon under a code as `rules.normalise` writes it. Refuses CouponTaken, Invalid."""
    with transaction() as session:
        authorize(by, "coupons.edit")
        coupon = Coupon(code=code, created_at=now(), created_by=by.label, used=0, is_stopped=False)
        _write(coupon, wish)
        session.add(coupon)
        try:
            session.flush()
        except IntegrityError as error:
            if "coupon.code" in str(error.orig) or "uq_coupon_code" in str(error.orig):
                raise CouponTaken from error
            raise
        record("coupon.created", f"coupon:{code}", by, **_told(wish))
        return coupon


def change(code: str, wish: Wish, version: int, by: Actor) -> Coupon:
    """Enter other terms. Orders that stand keep what they got. Refuses EditConflict, Invalid, CouponNotFound."""
    with transaction():
        authorize(by, "coupons.edit")
        coupon = _lock(code)
        check_version(coupon, version)
        if wish.max_uses < coupon.used:
            raise Invalid({"max_uses": [_("Đã dùng %(n)s lượt, không thể đặt ít hơn.", n=coupon.used)]})
        _write(coupon, wish)
        record("coupon.changed", f"coupon:{code}", by, **_told(wish))
        return coupon


def stop(code: str, by: Actor, *, is_stopped: bool = True) -> Coupon:
    """Let nobody use it any more, or let people use it again. Twice is once."""
    with transaction():
        authorize(by, "coupons.edit")
        coupon = _lock(code)
        if coupon.is_stopped != is_stopped:
            coupon.is_stopped = is_stopped
            record("coupon.stopped" if is_stopped else "coupon.resumed", f"coupon:{code}", by)
        return coupon


def take(use: Use, on: date, at: datetime) -> CouponUse:
    """Count one use, by one guarded statement; then this customer's own, behind the lock that it left.

    Refuses CouponUsedUp (also when it has just been stopped or its days are over) and CouponUsedBefore.
    """
    with transaction() as session:
        guarded = update(Coupon).where(
            Coupon.id == use.coupon_id, Coupon.used < Coupon.max_uses, Coupon.is_stopped.is_(False),
            Coupon.starts_on <= on, Coupon.ends_on >= on,
        )  # fmt: skip
        most = session.scalar(
            guarded.values(used=Coupon.used + 1).returning(Coupon.max_per_customer), execution_options=_BLIND
        )
        if most is None:
            raise CouponUsedUp
        if count_uses_of(use.coupon_id, use.customer, use.user_id) >= most:
            raise CouponUsedBefore
        taken = CouponUse(
            coupon_id=use.coupon_id, reference=use.reference, customer=use.customer, user_id=use.user_id,
            discount_vnd=use.discount_vnd, state="used", used_at=at,
        )  # fmt: skip
        session.add(taken)
        session.flush()
        return taken


def give_back(reference: str, at: datetime) -> bool:
    """An order ended before it was paid: its use counts no more. Compare-and-set: twice has the effect of once."""
    with transaction() as session:
        ours = update(CouponUse).where(CouponUse.reference == reference, CouponUse.state == "used")
        ours = ours.values(state="returned", returned_at=at).returning(CouponUse.coupon_id)
        coupon_id = session.scalar(ours, execution_options=_BLIND)
        if coupon_id is None:
            return False
        less = update(Coupon).where(Coupon.id == coupon_id, Coupon.used > 0).values(used=Coupon.used - 1)
        session.execute(less, execution_options=_BLIND)
        return True


def _lock(code: str) -> Coupon:
    coupon = get_coupon(code)
    query = select(Coupon).where(Coupon.id == coupon.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _write(coupon: Coupon, wish: Wish) -> None:
    for name in ("name", "starts_on", "ends_on", "max_uses", "max_per_customer", "percent", "amount_vnd", "most_vnd"):
        setattr(coupon, name, getattr(wish, name))
    coupon.minimum_vnd = wish.minimum_vnd
    coupon.targets = [
        *(CouponTarget(product_id=one) for one in _ids(Product, "products", wish.products)),
        *(CouponTarget(producer_id=one) for one in _ids(Producer, "producers", wish.producers)),
        *(CouponTarget(group_code=one) for one in sorted(set(wish.groups))),
    ]


def _ids(table: type[Product] | type[Producer], field: str, codes: Collection[str]) -> list[int]:
    """Ids of things by public code, in order. Raises Invalid naming codes that nothing has."""
    if not codes:
        return []
    known = {row.code: row.id for row in db.session.execute(select(table.code, table.id).where(table.code.in_(codes)))}
    if missing := [code for code in codes if code not in known]:
        raise Invalid({field: [_("Không có mã %(codes)s.", codes=", ".join(missing))]})
    return sorted(known.values())


def _told(wish: Wish) -> dict[str, object]:
    """The terms for the audit trail."""
    return {name: value for name, value in vars(wish).items() if value not in (None, (), [])}
