"""Recalls, the lots they took, what each store does about them, and whom to tell. What was recalled stays so (0033)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.products.models import Product
from core.db import Base, Instant, Pk, Versioned
from shop.recalls.rules import Basis, Source, State
from shop.stores.models import Store

_BASES = "(" + ", ".join(f"'{one}'" for one in Basis) + ")"
_STATES = "(" + ", ".join(f"'{one}'" for one in State) + ")"
_SOURCES = "(" + ", ".join(f"'{one}'" for one in Source) + ")"


class Recall(Versioned, Base):
    """One calling back of goods of one product, everywhere."""

    __tablename__ = "recall"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(f"basis IN {_BASES}", name="basis_known"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint("(basis = 'lot') = (lot_number IS NOT NULL)", name="number_of_a_lot"),
        CheckConstraint(
            "(basis = 'lot') = (first_on IS NULL) AND (first_on IS NULL) = (last_on IS NULL)", name="days_of_the_others"
        ),
        CheckConstraint("last_on >= first_on", name="days_in_order"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when_over"),
        Index(None, "state"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``TH-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    #: See `rules.Basis`.
    basis: Mapped[str] = mapped_column(String(10))
    #: The producer's number of the lots.
    lot_number: Mapped[str | None] = mapped_column(String(60))
    #: First and last day, both included.
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    #: Why, in words that buyers read too.
    reason: Mapped[str] = mapped_column(String(300))
    #: What buyers are to do, where it is more than "bring it back".
    advice: Mapped[str | None] = mapped_column(String(300))
    #: See `rules.State`.
    state: Mapped[str] = mapped_column(String(10), default=State.OPEN)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    opened_by: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[Instant]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    closed_at: Mapped[Instant | None]

    product: Mapped[Product] = relationship()


class RecallLot(Base):
    """A lot that a recall took. A lot is recalled once."""

    __tablename__ = "recall_lot"
    __table_args__ = (UniqueConstraint("lot_id"),)

    id: Mapped[Pk]
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))


class RecallTask(Base):
    """A store that has goods of the recalled lots: take them off the shelf, and say so."""

    __tablename__ = "recall_task"
    __table_args__ = (
        UniqueConstraint("recall_id", "store_id"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_somebody"),
    )

    id: Mapped[Pk]
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    told_at: Mapped[Instant]
    #: The last time that somebody took goods off the shelves, or saw that there were none.
    confirmed_at: Mapped[Instant | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(120))

    store: Mapped[Store] = relationship()


class RecallBuyer(Base):
    """One sale of the recalled lots: its buyer is to be told. Whom and what is read from the sale itself."""

    __tablename__ = "recall_buyer"
    __table_args__ = (
        UniqueConstraint("recall_id", "source", "ref"),
        CheckConstraint(f"source IN {_SOURCES}", name="source_known"),
        CheckConstraint("(called_at IS NULL) = (called_by IS NULL)", name="called_by_somebody"),
    )

    id: Mapped[Pk]
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"))
    #: See `rules.Source`.
    source: Mapped[str] = mapped_column(String(10))
    #: The order's number, or the receipt's code.
    ref: Mapped[str] = mapped_column(String(40))
    #: The store that sold it.
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    found_at: Mapped[Instant]
    #: When somebody of the staff spoke with her, and who.
    called_at: Mapped[Instant | None]
    called_by: Mapped[str | None] = mapped_column(String(120))
    #: What she said.
    note: Mapped[str | None] = mapped_column(String(300))


class RecallOrder(Base):
    """An order that had been promised units of a recalled lot, when it was recalled."""

    __tablename__ = "recall_order"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    id: Mapped[Pk]
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), index=True)
    #: As its holds name it: ``ord:DH-7K3M9QXT``.
    reference: Mapped[str] = mapped_column(String(60))
    #: The store that was to give it.
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    quantity: Mapped[int]
    #: Other lots of the same pack took their place; otherwise the store has to deal with the order.
    is_moved: Mapped[bool]
