"""Sellers, stores and the places inside a store."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.areas.models import Area
from core.db import Base, Instant, Json, Pk, Versioned
from shop.stores.opening import Calendar
from shop.stores.rules import CASH_ROUNDINGS, STORE_KINDS, VAT_METHODS


class Seller(Versioned, Base):
    """The legal person who sells: every order and every booking has exactly one."""

    __tablename__ = "seller"
    __table_args__ = (CheckConstraint(f"vat_method IN {VAT_METHODS}", name="vat_method_known"),)

    id: Mapped[Pk]
    #: Short public code, such as ``htx-kien-thuy``.
    code: Mapped[str] = mapped_column(String(40), unique=True)
    #: Registered name, as it stands on invoices.
    name: Mapped[str] = mapped_column(String(200))
    #: Tax code (10 digits, 13 with a branch, or 12 of a household).
    tax_code: Mapped[str] = mapped_column(String(20))
    #: ``credit`` (khấu trừ), ``direct`` (trực tiếp on revenue) or ``household`` (below the threshold).
    vat_method: Mapped[str] = mapped_column(String(10))
    #: BIN of the bank as VietQR knows it; not unique among banks (renamed ones share it).
    bank_bin: Mapped[str | None] = mapped_column(String(6))
    #: Account that receives transfers.
    bank_account: Mapped[str | None] = mapped_column(String(30))
    #: Holder's name as the bank writes it (upper case, no accents).
    bank_holder: Mapped[str | None] = mapped_column(String(100))
    #: Series of the cash-register e-invoices, such as ``C26MKT``.
    invoice_series: Mapped[str | None] = mapped_column(String(12))


class Store(Versioned, Base):
    """A shop with its own stock: a district mart, the provincial centre or a stall at a fair."""

    __tablename__ = "store"
    __table_args__ = (
        CheckConstraint(f"kind IN {STORE_KINDS}", name="kind_known"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name="on_earth"),
        CheckConstraint("opens_on IS NULL OR ends_on IS NULL OR ends_on >= opens_on", name="days_in_order"),
        CheckConstraint("closed_at IS NULL OR NOT is_active", name="closed_or_active"),
        CheckConstraint("pickup_hours BETWEEN 0 AND 48 AND delivery_hours BETWEEN 0 AND 96", name="hours_to_pack"),
        CheckConstraint(f"cash_rounding_vnd IN {CASH_ROUNDINGS}", name="rounding_known"),
    )

    id: Mapped[Pk]
    #: Slug, part of every address of the store and scope of its staff's grants.
    code: Mapped[str] = mapped_column(String(40), unique=True)
    #: Name on the door.
    name: Mapped[str] = mapped_column(String(200))
    #: ``mart``, ``centre`` or ``stall``.
    kind: Mapped[str] = mapped_column(String(10))
    #: Who sells here.
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    #: The commune of today in which the store stands.
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    #: The district of the first tree (to 2024) that a district mart serves.
    serves_area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    #: Street and number.
    address: Mapped[str] = mapped_column(String(300))
    #: Opening hours by weekday: ``{"mon": [["07:30", "19:00"]], …}``; a missing day is closed.
    hours: Mapped[Json]
    #: Degrees north; null when nobody has measured it.
    lat: Mapped[float | None]
    #: Degrees east; null when nobody has measured it.
    lng: Mapped[float | None]
    #: Whether an order can be fetched here.
    has_pickup: Mapped[bool] = mapped_column(default=True)
    #: Whether this store sends orders out.
    has_delivery: Mapped[bool] = mapped_column(default=False)
    #: Telephone of the counter.
    phone: Mapped[str | None] = mapped_column(String(20))
    #: A closed store sells nothing and is in no list; its history stays.
    is_active: Mapped[bool] = mapped_column(default=True)
    #: When it was closed for good; null while it trades, or where an earlier release switched it off.
    closed_at: Mapped[Instant | None]
    #: Days with hours of their own, by their first day: ``{"2027-02-05": {"until": "2027-02-09", "hours": [],
    #: "note": "Tết"}}``; no hours: closed (see ``rules.open_hours``).
    special: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    #: First and last day of a temporary store (a stall); null: no limit.
    opens_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    #: Slug of the fair at which a stall stands.
    fair: Mapped[str | None] = mapped_column(String(80))
    #: Open hours that the store needs to pack an order for the counter, and for a carrier.
    pickup_hours: Mapped[int] = mapped_column(default=2, server_default="2")
    delivery_hours: Mapped[int] = mapped_column(default=8, server_default="8")
    #: Cash is rounded to so many đồng at the till: 1000, 500, or 0 for not at all.
    cash_rounding_vnd: Mapped[int] = mapped_column(default=1000, server_default="1000")

    seller: Mapped[Seller] = relationship()
    area: Mapped[Area] = relationship(foreign_keys=area_id)
    serves: Mapped[Area | None] = relationship(foreign_keys=serves_area_id)

    @property
    def calendar(self) -> Calendar:
        """When it is open, holidays and days of a stall included."""
        return Calendar(self.hours, self.special or {}, self.opens_on, self.ends_on)


class Place(Base):
    """Where goods lie inside a store. Goods in transit belong to no customer yet."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("store_id", "code"),
        CheckConstraint("code IN ('shelf', 'back', 'transit')", name="code_known"),
    )

    id: Mapped[Pk]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    #: ``shelf``, ``back`` or ``transit``.
    code: Mapped[str] = mapped_column(String(10))
