"""What a till asks of people: settings of its store, PINs, who was signed in, and a manager's approvals."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dong, Instant, Json, Pk, Versioned
from shop.tills.rules import Act

_ACTS = ", ".join(sorted(f"'{act}'" for act in Act))


class TillSetting(Versioned, Base):
    """How a store wants its tills to be. Without a row: the defaults of the columns."""

    __tablename__ = "till_setting"
    __table_args__ = (
        CheckConstraint("cash_step_vnd IN (0, 100, 500, 1000)", name="step_known"),
        CheckConstraint(
            "cashier_discount_bp BETWEEN 0 AND 10000 AND manager_discount_bp BETWEEN cashier_discount_bp AND 10000",
            name="discounts_in_order",
        ),
        CheckConstraint("return_limit_vnd >= 0 AND pay_out_limit_vnd >= 0", name="limits_not_negative"),
    )

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    #: Sales paid in cash alone are rounded to this; 0: never.
    cash_step_vnd: Mapped[Dong] = mapped_column(default=1000)
    #: What a cashier may take off a sale alone, in basis points of its lines; and with a manager's PIN.
    cashier_discount_bp: Mapped[int] = mapped_column(default=500)
    manager_discount_bp: Mapped[int] = mapped_column(default=5000)
    #: Money that a cashier may give back, and pay out of the drawer, without a manager's PIN.
    return_limit_vnd: Mapped[Dong] = mapped_column(default=500_000)
    pay_out_limit_vnd: Mapped[Dong] = mapped_column(default=200_000)
    #: Codes of the SKUs on the picture keys: `{"skus": ["…"]}`.
    favourites: Mapped[Json] = mapped_column(default=dict[str, Any])


class TillPin(Base):
    """The six digits of one person, set by herself; a hash like a password's."""

    __tablename__ = "till_pin"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(String(255))
    set_at: Mapped[Instant]


class TillSession(Base):
    """Who was at which till from when to when, by PIN."""

    __tablename__ = "till_session"

    id: Mapped[Pk]
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: The session of core.accounts; null once that was tidied away.
    session_id: Mapped[int | None] = mapped_column(ForeignKey("user_session.id", ondelete="SET NULL"), index=True)
    started_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]


class TillApproval(Base):
    """A manager's yes to one act, given with her PIN at the till; used once."""

    __tablename__ = "till_approval"
    __table_args__ = (CheckConstraint(f"act IN ({_ACTS})", name="act_known"),)

    id: Mapped[Pk]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: See `rules.Act`.
    act: Mapped[str] = mapped_column(String(12))
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"), index=True)
    #: The most that it allows, in đồng.
    amount_vnd: Mapped[Dong]
    manager_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: As printed then.
    manager: Mapped[str] = mapped_column(String(120))
    #: Who asked for it.
    asked_by: Mapped[str] = mapped_column(String(120))
    given_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    #: The sale, return or drawer entry that used it.
    used_for: Mapped[str | None] = mapped_column(String(40))
