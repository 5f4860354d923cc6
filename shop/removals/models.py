"""Papers of goods that left unsold, and each store's limit. Triggers of migration 0032 keep a paper as it was made."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.producers.models import Producer
from core.db import Base, Dong, Instant, Pk, Versioned
from shop.inventory.models import StockLevel
from shop.inventory.rules import Reason
from shop.removals.rules import RETURN_REASONS, WRITE_OFF_REASONS, Kind, State
from shop.stores.models import Store


def _among(*values: Reason | State | Kind) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


class RemovalLimit(Versioned, Base):
    """What one person may write off alone in a store on one day, at selling prices."""

    __tablename__ = "removal_limit"
    __table_args__ = (UniqueConstraint("store_id"), CheckConstraint("limit_vnd >= 0", name="limit_not_negative"))

    id: Mapped[Pk]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    limit_vnd: Mapped[Dong]
    #: Who set it, as printed then.
    set_by: Mapped[str] = mapped_column(String(120))
    set_at: Mapped[Instant]


class Removal(Versioned, Base):
    """One paper: goods written off, or given back to one producer."""

    __tablename__ = "stock_removal"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(f"kind IN {_among(*Kind)}", name="kind_known"),
        CheckConstraint(f"state IN {_among(*State)}", name="state_known"),
        CheckConstraint(
            f"(kind = 'write_off' AND reason IN {_among(*WRITE_OFF_REASONS)} AND producer_id IS NULL)"
            f" OR (kind = 'producer_return' AND reason IN {_among(*RETURN_REASONS)} AND producer_id IS NOT NULL)",
            name="reason_fits",
        ),
        CheckConstraint("value_vnd >= 0 AND cost_vnd >= 0", name="value_not_negative"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_when_over"),
        CheckConstraint(
            "NOT needs_second OR state <> 'done' OR decided_by_id <> made_by_id", name="two_persons"
        ),
        CheckConstraint("kind <> 'producer_return' OR state <> 'done' OR handed_to IS NOT NULL", name="handed_over"),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Number of the paper: ``XH-7K3M9QXT`` (written off) or ``TC-…`` (given back).
    code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(16))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    #: To whom goods are given back.
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    #: ``damage``, ``tasting``, ``expiry``; ``producer_return``, ``recall``.
    reason: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(10), index=True)
    #: What happened, in the words of whoever made the paper.
    note: Mapped[str | None] = mapped_column(String(300))
    #: At the selling prices of that day.
    value_vnd: Mapped[Dong]
    #: What the seller paid for those of them that it had bought; consigned goods cost it nothing.
    cost_vnd: Mapped[Dong]
    #: A second person must agree.
    needs_second: Mapped[bool]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[Instant] = mapped_column(index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[Instant | None]
    #: Why it was refused or given up.
    decision_note: Mapped[str | None] = mapped_column(String(300))
    #: Who took the goods for the producer.
    handed_to: Mapped[str | None] = mapped_column(String(120))

    store: Mapped[Store] = relationship()
    producer: Mapped[Producer | None] = relationship()
    lines: Mapped[list["RemovalLine"]] = relationship(order_by="RemovalLine.position", back_populates="removal")


class RemovalLine(Base):
    """So much of one level."""

    __tablename__ = "stock_removal_line"
    __table_args__ = (
        UniqueConstraint("removal_id", "position"),
        UniqueConstraint("removal_id", "level_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("value_vnd >= 0 AND cost_vnd >= 0", name="value_not_negative"),
    )

    id: Mapped[Pk]
    removal_id: Mapped[int] = mapped_column(ForeignKey("stock_removal.id"))
    #: 1, 2, 3 … as printed.
    position: Mapped[int]
    level_id: Mapped[int] = mapped_column(ForeignKey("stock_level.id"), index=True)
    #: Units.
    quantity: Mapped[int]
    #: At the selling price of that day.
    value_vnd: Mapped[Dong]
    #: What the seller paid for them; 0 of consigned goods.
    cost_vnd: Mapped[Dong]

    removal: Mapped[Removal] = relationship(back_populates="lines")
    level: Mapped[StockLevel] = relationship()
