"""Coupons, what they are for, and every use of one."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Pk, Versioned


class Coupon(Versioned, Base):
    """So much off an order for whoever knows the code, within its days and limits."""

    __tablename__ = "coupon"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("(percent IS NULL) <> (amount_vnd IS NULL)", name="percent_or_amount"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent_in_range"),
        CheckConstraint(
            "(amount_vnd IS NULL OR amount_vnd > 0) AND (most_vnd IS NULL OR most_vnd > 0) AND minimum_vnd >= 0",
            name="money_positive",
        ),
        CheckConstraint("ends_on >= starts_on", name="days_ordered"),
        CheckConstraint("max_uses >= 1 AND max_per_customer >= 1", name="limits_positive"),
        CheckConstraint("used BETWEEN 0 AND max_uses", name="used_within_limit"),
    )

    id: Mapped[Pk]
    #: As `rules.normalise` writes it: capitals and digits only.
    code: Mapped[str] = mapped_column(String(40))
    #: What the desk and the buyer call it: "Tết 2027".
    name: Mapped[str] = mapped_column(String(120))
    #: Percent off the goods it is for; null when it is a sum.
    percent: Mapped[int | None]
    #: Đồng off the goods it is for; null when it is a percentage.
    amount_vnd: Mapped[int | None] = mapped_column(BigInteger)
    #: The most that a percentage takes off one order.
    most_vnd: Mapped[int | None] = mapped_column(BigInteger)
    #: The goods it is for must come to this.
    minimum_vnd: Mapped[Dong] = mapped_column(default=0)
    #: First and last local day on which an order may use it.
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: Orders in all, and orders of one customer.
    max_uses: Mapped[int]
    max_per_customer: Mapped[int] = mapped_column(default=1)
    #: Uses that stand: the number of its `coupon_use` rows that are `used` (I6).
    used: Mapped[int] = mapped_column(default=0)
    #: A stopped coupon is refused; orders that have it keep it.
    is_stopped: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    created_by: Mapped[str] = mapped_column(String(200))

    targets: Mapped[list["CouponTarget"]] = relationship(order_by="CouponTarget.id", cascade="all, delete-orphan")


class CouponTarget(Base):
    """One thing that a coupon is for: a product, a producer or a group. A coupon without any is for everything."""

    __tablename__ = "coupon_target"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN product_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN producer_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN group_code IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_thing",
        ),
    )

    id: Mapped[Pk]
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupon.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    #: One of the six groups of the programme: I to VI.
    group_code: Mapped[str | None] = mapped_column(String(4))


class CouponUse(Base):
    """One order's use of a coupon; given back at most once. Never deleted."""

    __tablename__ = "coupon_use"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("state IN ('used', 'returned')", name="state_known"),
        CheckConstraint("(state = 'returned') = (returned_at IS NOT NULL)", name="returned_when"),
        CheckConstraint("discount_vnd > 0", name="discount_positive"),
        Index("ix_coupon_use_customer", "coupon_id", "customer"),
    )

    id: Mapped[Pk]
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupon.id"))
    #: Whose: `ord:NUMBER`.
    reference: Mapped[str] = mapped_column(String(60))
    #: The buyer's telephone number, hashed (`rules.customer_of`).
    customer: Mapped[str] = mapped_column(String(64))
    #: Her account, when she was signed in.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    discount_vnd: Mapped[Dong]
    #: `used` or `returned`.
    state: Mapped[str] = mapped_column(String(10))
    used_at: Mapped[Instant]
    returned_at: Mapped[Instant | None]
