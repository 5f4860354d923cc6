"""Fairs, their booths, applications, and who holds which booth on which day.

The guard against two holders is one unique index over (booth, day) of live rows; the guard against showing
uncertified goods is a trigger (migration 0004). A booth-day is never rewritten: when another certificate takes
over, the row is released and a new one put in its place, so every snapshot stays as it was decided.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Json, Pk, Versioned
from core.ids import short_code
from shop.fairs.rules import LIVE_APPLICATION, LIVE_DAY, ApplicationState, BookingState, DayState, FairState

_JSON_LIST = JSON().with_variant(JSONB, "postgresql")


def _one_of(column: str, values: Any) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Fair(Versioned, Base):
    """A trade fair: some days, some halls, one legal seller of its booths."""

    __tablename__ = "fair"
    __table_args__ = (
        CheckConstraint("opens_on <= closes_on", name="days_ordered"),
        CheckConstraint("applications_from <= applications_until", name="application_days_ordered"),
        CheckConstraint("applications_until < opens_on", name="applications_before_opening"),
        CheckConstraint(_one_of("state", FairState), name="state_known"),
        CheckConstraint(
            "(hours_from IS NULL) = (hours_until IS NULL) AND (hours_from < hours_until) IS NOT FALSE",
            name="hours_ordered",
        ),
        CheckConstraint(
            "decide_by < opens_on AND pay_by < opens_on AND renew_by < opens_on", name="deadlines_before_opening"
        ),
        CheckConstraint(
            "state IN ('draft', 'cancelled') OR registration_number IS NOT NULL", name="registered_to_be_shown"
        ),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_instant"),
    )

    id: Mapped[Pk]
    #: Part of every address of the fair and scope of its organizers' grants.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    #: Name on the poster.
    name: Mapped[str] = mapped_column(String(200))
    #: The organizer as a legal seller: whom booth fees are paid to.
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    #: Registration with the department of industry and trade (NĐ 81/2018); a fair opens only with it.
    registration_number: Mapped[str | None] = mapped_column(String(80))
    #: The day of that registration; its paper is a document of the fair.
    registered_on: Mapped[date | None]
    #: Name and address of the place.
    venue: Mapped[str] = mapped_column(String(300))
    #: The commune of today in which it lies.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    #: First day.
    opens_on: Mapped[date] = mapped_column(index=True)
    #: Last day, inclusive.
    closes_on: Mapped[date]
    #: Days on which producers may apply, both inclusive.
    applications_from: Mapped[date]
    applications_until: Mapped[date]
    #: Hours of each day, such as "08:00" and "21:00".
    hours_from: Mapped[str | None] = mapped_column(String(5))
    hours_until: Mapped[str | None] = mapped_column(String(5))
    #: What the public page says of it; whom to ask.
    about: Mapped[str | None] = mapped_column(String(4000))
    contact_phone: Mapped[str | None] = mapped_column(String(16))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    #: Last days for deciding on applications, for the fees, and for missing certificates (none: by the rules).
    decide_by: Mapped[date | None]
    pay_by: Mapped[date | None]
    renew_by: Mapped[date | None]
    #: Read by `rulebook.rules_of` alone.
    rules: Mapped[Json]
    #: The halls of the plan as in ``plan.schema.json``; booths are rows of their own.
    halls: Mapped[list[dict[str, Any]]] = mapped_column(_JSON_LIST, default=list[dict[str, Any]])
    #: ``draft``, ``open``, ``running``, ``over`` or ``cancelled``.
    state: Mapped[str] = mapped_column(String(12), default=FairState.DRAFT)
    #: The address of the fair whose plan and rules it began with.
    copied_from: Mapped[str | None] = mapped_column(String(80))
    #: When and why it was called off.
    cancelled_at: Mapped[Instant | None]
    cancelled_because: Mapped[str | None] = mapped_column(String(500))


class Booth(Base):
    """One booth. Its id is stable over every change of the plan; a booth that left the plan keeps its history."""

    __tablename__ = "booth"
    __table_args__ = (
        UniqueConstraint("fair_id", "code"),
        CheckConstraint("price_vnd >= 0", name="price_not_negative"),
        CheckConstraint("use IN ('exhibitor', 'sponsor', 'service', 'blocked')", name="use_known"),
        Index("uq_booth_uid", "fair_id", "uid", unique=True),
    )

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    #: What plans know it by; never changed, also when its number is.
    uid: Mapped[str] = mapped_column(String(16), default=lambda: short_code("G", 10), server_default="")
    #: Number on the plan and on the fascia: "A01"; "A01~7" once it left the plan and another booth has the number.
    code: Mapped[str] = mapped_column(String(20))
    #: Code of its hall.
    hall: Mapped[str] = mapped_column(String(20))
    #: Corners ``[[x, y], …]`` in centimetres from the hall's upper left corner.
    polygon: Mapped[list[list[int]]] = mapped_column(_JSON_LIST)
    #: ``standard``, ``corner``, ``premium``, ``food`` or ``open``.
    kind: Mapped[str] = mapped_column(String(12))
    #: ``power``, ``water``, ``cold``, ``internet``.
    services: Mapped[list[str]] = mapped_column(_JSON_LIST)
    #: Fee for all days of the fair.
    price_vnd: Mapped[Dong]
    #: Indices of the edges of its polygon that are open to a way.
    open_sides: Mapped[list[int]] = mapped_column(_JSON_LIST, default=list[int], server_default="[]")
    #: ``exhibitor``, ``sponsor``, ``service`` or ``blocked``; only the first can be booked (trigger of 0042).
    use: Mapped[str] = mapped_column(String(12), default="exhibitor", server_default="exhibitor")
    #: The fair's own name for a part of the floor; its rules say which groups show there.
    zone: Mapped[str | None] = mapped_column(String(20))
    #: Whether it stands on the present plan.
    is_on_plan: Mapped[bool] = mapped_column(default=True)


class FairApplication(Versioned, Base):
    """A producer's wish to show certified products at a fair."""

    __tablename__ = "fair_application"
    __table_args__ = (
        CheckConstraint(_one_of("state", ApplicationState), name="state_known"),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="submitted_has_instant"),
        Index(
            "uq_fair_application_live", "fair_id", "producer_id", unique=True,
            sqlite_where=text(_one_of("state", LIVE_APPLICATION)),
            postgresql_where=text(_one_of("state", LIVE_APPLICATION)),
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Public code: ``HS-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    #: ``draft``, ``submitted``, ``accepted``, ``waitlisted``, ``rejected`` or ``withdrawn``.
    state: Mapped[str] = mapped_column(String(12))
    submitted_at: Mapped[Instant | None]
    #: ``{"kind": …, "services": […], "note": …}``: what the producer would like.
    wishes: Mapped[Json]
    #: Some fair day is covered by no product yet: a renewed certificate must be shown by then.
    renew_by: Mapped[date | None]
    #: When the organizer decided, and what she wrote to the producer.
    decided_at: Mapped[Instant | None]
    decision_note: Mapped[str | None] = mapped_column(String(500))
    #: How it came: ``account``, ``invitation``, ``file``, ``delegation`` or ``outside``.
    source: Mapped[str] = mapped_column(String(12), default="account", server_default="account")
    #: The delegation that it belongs to: only it may be given booths of that delegation's block.
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("fair_delegation.id"), index=True)
    #: The invitation by which it came.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("fair_invitation.id"), index=True)

    products: Mapped[list["FairApplicationProduct"]] = relationship(
        order_by="FairApplicationProduct.product_id", cascade="all, delete-orphan"
    )


class FairApplicationProduct(Base):
    """A product that the application wants to show."""

    __tablename__ = "fair_application_product"

    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)


class Booking(Versioned, Base):
    """A booth for one exhibitor on some days of a fair, with what was agreed."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint(_one_of("state", BookingState), name="state_known"),
        CheckConstraint("price_vnd >= 0", name="price_not_negative"),
        CheckConstraint("refund_due_vnd >= 0 AND refund_due_vnd <= price_vnd", name="refund_within_price"),
        CheckConstraint("subsidy_vnd >= 0 AND subsidy_vnd <= price_vnd", name="subsidy_within_price"),
        CheckConstraint("state <> 'checked_in' OR checked_in_on IS NOT NULL", name="checked_in_has_day"),
        Index(None, "state", "expires_at"),
    )

    id: Mapped[Pk]
    #: Public code: ``BK-7K3M9QXT``; payments carry the reference ``bkg:CODE``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), index=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    #: ``hold``, ``offered``, ``accepted``, ``paid``, ``checked_in``, ``released`` or ``cancelled``.
    state: Mapped[str] = mapped_column(String(12))
    #: Fee of the booked days as agreed; changes only when an unpaid booking moves to another booth.
    price_vnd: Mapped[Dong]
    #: What of it the fair pays by its rule of subsidies; the exhibitor owes the rest.
    subsidy_vnd: Mapped[Dong] = mapped_column(default=0, server_default="0")
    #: What the organizer owes back for whole days that cannot be used.
    refund_due_vnd: Mapped[Dong] = mapped_column(default=0)
    #: Reference of the payment that is, or was last, asked for.
    payment_reference: Mapped[str | None] = mapped_column(String(40), unique=True)
    #: End of an unpaid hold; null once paid, and while days are conditional.
    expires_at: Mapped[Instant | None]
    #: Last day on which the missing certificate of a conditional day may be shown.
    renew_by: Mapped[date | None] = mapped_column(index=True)
    #: The fair day on which the exhibitor arrived.
    checked_in_on: Mapped[date | None]
    created_at: Mapped[Instant]
    #: When the booth was offered, and when the exhibitor said yes; empty for a hold of the organizer's.
    offered_at: Mapped[Instant | None]
    accepted_at: Mapped[Instant | None]
    #: Why it ended: ``expired``, ``declined``, ``withdrawn``, ``lapsed``, ``called_off`` …
    ended_because: Mapped[str | None] = mapped_column(String(20))

    days: Mapped[list["BoothDay"]] = relationship(order_by="BoothDay.day, BoothDay.id", viewonly=True)


class BoothDay(Base):
    """One booth on one day: at most one live row, and none that shows goods without a covering certificate."""

    __tablename__ = "booth_day"
    __table_args__ = (
        CheckConstraint(_one_of("state", DayState), name="state_known"),
        CheckConstraint("price_vnd >= 0", name="price_not_negative"),
        CheckConstraint("subsidy_vnd >= 0 AND subsidy_vnd <= price_vnd", name="subsidy_within_price"),
        CheckConstraint(
            "(certificate_id IS NULL) = (certificate_number IS NULL) AND (certificate_id IS NULL) = (stars IS NULL)",
            name="snapshot_whole",
        ),
        Index(
            "uq_booth_day_live", "booth_id", "day", unique=True,
            sqlite_where=text(_one_of("state", LIVE_DAY)), postgresql_where=text(_one_of("state", LIVE_DAY)),
        ),
        Index(None, "day", "state"),
    )  # fmt: skip

    id: Mapped[Pk]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"))
    #: A day of the fair.
    day: Mapped[date]
    #: ``hold``, ``paid``, ``conditional`` or ``released``.
    state: Mapped[str] = mapped_column(String(12))
    #: This day's part of the booking's price, and what of it the fair pays.
    price_vnd: Mapped[Dong]
    subsidy_vnd: Mapped[Dong] = mapped_column(default=0, server_default="0")
    #: The certificate that covers the day, as decided then; empty only for a conditional day.
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    certificate_number: Mapped[str | None] = mapped_column(String(120))
    stars: Mapped[int | None]


class BookingProduct(Base):
    """A product of a booking with its certificate at the time of booking. Never changed."""

    __tablename__ = "booking_product"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
    #: The certificate that covers the most booked days; empty when none covers any yet.
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    certificate_number: Mapped[str | None] = mapped_column(String(120))
    stars: Mapped[int | None]
