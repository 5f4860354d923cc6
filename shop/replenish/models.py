"""Levels that a store keeps of a pack, and what it asks producers to bring.

What stands in a request is what was asked then; whether its products may still be sold is judged at each reading.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.listings.models import Sku
from catalog.producers.models import Producer
from core.db import Base, Instant, Json, Pk, Versioned
from shop.replenish.rules import OVER, State
from shop.stores.models import Store


def _among(values: Iterable[str]) -> str:
    """``('a', 'b')`` for a CHECK."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


class StockTarget(Versioned, Base):
    """How much of one pack one store wants to have, as its keeper set it. Without a row: as the pace proposes."""

    __tablename__ = "stock_target"
    __table_args__ = (
        UniqueConstraint("store_id", "sku_id"),
        CheckConstraint("minimum >= 0 AND target >= minimum", name="levels_in_order"),
    )

    id: Mapped[Pk]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    #: At so many units or fewer it is time to order.
    minimum: Mapped[int]
    #: An order fills up to so many units; 0: this pack is not ordered again.
    target: Mapped[int]
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[Instant]


class SupplyRequest(Versioned, Base):
    """What one store asks one producer to bring (phiếu đặt hàng)."""

    __tablename__ = "supply_request"
    __table_args__ = (
        CheckConstraint(f"state IN {_among(State)}", name="state_known"),
        CheckConstraint("state IN ('draft', 'dropped') OR sent_at IS NOT NULL", name="sent_before_answer"),
        CheckConstraint("state NOT IN ('confirmed', 'declined') OR answered_at IS NOT NULL", name="answered_whole"),
        CheckConstraint(f"(state IN {_among(OVER)}) = (ended_at IS NOT NULL)", name="ended_when_over"),
        CheckConstraint("state <> 'declined' OR words <> ''", name="declined_with_words"),
        Index("ix_supply_request_store_id", "store_id", "state"),
        Index("ix_supply_request_producer_id", "producer_id", "state"),
        Index(
            "uq_supply_request_draft", "store_id", "producer_id", unique=True,
            sqlite_where=text("state = 'draft'"), postgresql_where=text("state = 'draft'"),
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Public code, such as ``PD-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    #: One of ``State``.
    state: Mapped[str] = mapped_column(String(10), default=State.DRAFT)
    #: The day by which the store would like to have it.
    wanted_on: Mapped[date | None]
    #: The keeper's words to the producer.
    note: Mapped[str] = mapped_column(String(500), default="")
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[Instant]
    #: Counts the links that were sent: only the last one works.
    serial: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[Instant | None]
    reminded_at: Mapped[Instant | None]
    answered_at: Mapped[Instant | None]
    #: Who answered: whoever held the link, or the keeper who wrote down a telephone call.
    answered_by: Mapped[str | None] = mapped_column(String(200))
    #: The day on which the producer brings it.
    deliver_on: Mapped[date | None]
    #: The producer's words.
    words: Mapped[str] = mapped_column(String(500), default="")
    #: The goods receipt with which it came.
    receipt_code: Mapped[str | None] = mapped_column(String(20))
    #: When it was declined, closed or dropped.
    ended_at: Mapped[Instant | None]

    store: Mapped[Store] = relationship()
    producer: Mapped[Producer] = relationship()
    lines: Mapped[list["SupplyRequestLine"]] = relationship(
        back_populates="request", order_by="SupplyRequestLine.position", cascade="all, delete-orphan"
    )


class SupplyRequestLine(Base):
    """So many units of one pack."""

    __tablename__ = "supply_request_line"
    __table_args__ = (
        UniqueConstraint("request_id", "sku_id"),
        CheckConstraint("wanted > 0", name="wanted_positive"),
        CheckConstraint("confirmed IS NULL OR confirmed BETWEEN 0 AND wanted", name="confirmed_within_wanted"),
        CheckConstraint("received IS NULL OR received >= 0", name="received_not_negative"),
    )

    id: Mapped[Pk]
    request_id: Mapped[int] = mapped_column(ForeignKey("supply_request.id"))
    position: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    #: Units that the store asks for.
    wanted: Mapped[int]
    #: Units that the producer will bring; null until she answers.
    confirmed: Mapped[int | None]
    #: Units that came with the goods receipt; null until then.
    received: Mapped[int | None]
    #: What the proposal rested on when the line was written: pace, stock, what is on its way, the last day.
    why: Mapped[Json]

    request: Mapped[SupplyRequest] = relationship(back_populates="lines")
    sku: Mapped[Sku] = relationship()
