"""Transfers and their lines. Triggers of migration 0032 keep what was sent and what was received as it was."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Instant, Pk, Versioned
from shop.inventory.models import Lot
from shop.stores.models import Store
from shop.transfers.rules import State

_STATES = "(" + ", ".join(f"'{state}'" for state in State) + ")"


class Transfer(Versioned, Base):
    """Goods on their way from one store to another of the same seller, or from place to place inside one.

    Inside one store there is no way between: the draft becomes closed in one step.
    """

    __tablename__ = "stock_transfer"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint(
            "from_store_id <> to_store_id OR state IN ('draft', 'closed', 'cancelled')", name="no_transit_inside"
        ),
        CheckConstraint(
            "state IN ('draft', 'cancelled') OR dispatched_at IS NOT NULL", name="dispatched_before_received"
        ),
        CheckConstraint("(state IN ('received', 'closed')) = (received_at IS NOT NULL)", name="received_known"),
        CheckConstraint("(state IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)", name="closed_known"),
        CheckConstraint(
            "NOT differs OR closed_by_id IS NULL OR received_by_id IS NULL OR closed_by_id <> received_by_id",
            name="two_persons",
        ),
    )

    id: Mapped[Pk]
    #: Number of the paper, such as ``CK-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    from_store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    to_store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    #: See ``rules.State``.
    state: Mapped[str] = mapped_column(String(12), index=True)
    #: Something was damaged or missing at the receipt.
    differs: Mapped[bool] = mapped_column(default=False)
    #: The sender's words, such as the van's number.
    note: Mapped[str | None] = mapped_column(String(300))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[Instant]
    dispatched_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    dispatched_by: Mapped[str | None] = mapped_column(String(120))
    dispatched_at: Mapped[Instant | None]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    received_by: Mapped[str | None] = mapped_column(String(120))
    received_at: Mapped[Instant | None]
    #: Who decided on the differences, gave a draft up, or called the van back.
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_by: Mapped[str | None] = mapped_column(String(120))
    closed_at: Mapped[Instant | None]

    sender: Mapped[Store] = relationship(foreign_keys=from_store_id)
    receiver: Mapped[Store] = relationship(foreign_keys=to_store_id)
    lines: Mapped[list["TransferLine"]] = relationship(
        order_by="TransferLine.position", cascade="all, delete-orphan", back_populates="transfer"
    )

    @property
    def is_inside(self) -> bool:
        """Whether goods only change their place inside one store."""
        return self.from_store_id == self.to_store_id


class TransferLine(Base):
    """So much of a lot from a place of the sender to a place of the receiver."""

    __tablename__ = "stock_transfer_line"
    __table_args__ = (
        UniqueConstraint("transfer_id", "position"),
        UniqueConstraint("transfer_id", "lot_id", "from_place"),
        CheckConstraint("from_place IN ('shelf', 'back') AND to_place IN ('shelf', 'back')", name="place_known"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "(received IS NULL) = (missing IS NULL) AND (received IS NULL) = (damaged IS NULL)", name="received_whole"
        ),
        CheckConstraint(
            "received IS NULL OR (received >= 0 AND damaged >= 0 AND missing >= 0"
            " AND received + damaged + missing = quantity)",
            name="adds_up",
        ),
        CheckConstraint(
            "outcome IS NULL OR (outcome IN ('lost', 'back', 'arrived') AND missing > 0)", name="outcome_of_missing"
        ),
    )

    id: Mapped[Pk]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("stock_transfer.id"))
    #: 1, 2, 3 … as printed.
    position: Mapped[int]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    #: ``shelf`` or ``back`` of the sender, and of the receiver.
    from_place: Mapped[str] = mapped_column(String(10))
    to_place: Mapped[str] = mapped_column(String(10))
    #: Units sent.
    quantity: Mapped[int]
    #: The certificate that covered the product at the dispatch; null while the paper is a draft.
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    #: Units that came whole, came damaged, did not come; null until they are received.
    received: Mapped[int | None]
    damaged: Mapped[int | None]
    missing: Mapped[int | None]
    #: What the receiver saw.
    note: Mapped[str | None] = mapped_column(String(300))
    #: What became of the missing ones: see ``rules.Outcome``.
    outcome: Mapped[str | None] = mapped_column(String(8))
    #: The reason that the person who decided gave.
    outcome_note: Mapped[str | None] = mapped_column(String(300))

    transfer: Mapped[Transfer] = relationship(back_populates="lines")
    lot: Mapped[Lot] = relationship()
