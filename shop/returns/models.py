"""Returns, their lines, and the lots that came back. A CHECK keeps two persons apart above two million đồng."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Pk, Versioned
from shop.orders.models import Order, OrderLine
from shop.payments.models import Refund
from shop.returns.rules import OPEN, SECOND_PERSON_FROM_VND, Kind, Reason, State

_KINDS = "(" + ", ".join(f"'{kind}'" for kind in Kind) + ")"
_REASONS = "(" + ", ".join(f"'{reason}'" for reason in Reason) + ")"
_STATES = "(" + ", ".join(f"'{state}'" for state in State) + ")"
_OPEN = text("state IN (" + ", ".join(f"'{state}'" for state in State if state in OPEN) + ")")


class GoodsReturn(Versioned, Base):
    """One wish to give goods back, or to have money for them; at most one of an order is open at a time."""

    __tablename__ = "goods_return"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("uq_goods_return_open", "order_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint(f"kind IN {_KINDS}", name="kind_known"),
        CheckConstraint(f"reason IN {_REASONS}", name="reason_known"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint("lump_vnd IS NULL OR lump_vnd > 0", name="lump_positive"),
        CheckConstraint("(state = 'done') = (refund_id IS NOT NULL)", name="refunded_when_done"),
        CheckConstraint(
            f"given_vnd IS NULL OR given_vnd <= {SECOND_PERSON_FROM_VND}"
            " OR (settled_by_id IS NOT NULL AND decided_by_id IS NOT NULL AND settled_by_id <> decided_by_id)",
            name="two_persons",
        ),
        CheckConstraint("(refund_id IS NULL) = (given_vnd IS NULL)", name="sum_with_refund"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``TH-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    #: See `rules.Kind`.
    kind: Mapped[str] = mapped_column(String(10))
    #: See `rules.Reason`.
    reason: Mapped[str] = mapped_column(String(20))
    #: In the asker's words.
    words: Mapped[str | None] = mapped_column(String(500))
    #: See `rules.State`.
    state: Mapped[str] = mapped_column(String(10))
    #: A sum for no single line, where it has none.
    lump_vnd: Mapped[Dong | None]
    asked_at: Mapped[Instant]
    asked_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str | None] = mapped_column(String(120))
    #: Why it was refused, in the store's words to the buyer.
    refusal: Mapped[str | None] = mapped_column(String(500))
    #: When the goods were taken back, and by whom.
    received_at: Mapped[Instant | None]
    received_by: Mapped[str | None] = mapped_column(String(120))
    settled_at: Mapped[Instant | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    settled_by: Mapped[str | None] = mapped_column(String(120))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), unique=True)
    #: All that the order gave back by returns, this one included: what the second person's rule judges.
    given_vnd: Mapped[Dong | None]

    order: Mapped[Order] = relationship()
    refund: Mapped[Refund | None] = relationship()
    lines: Mapped[list["ReturnLine"]] = relationship(order_by="ReturnLine.id")


class ReturnLine(Base):
    """So many units of one of the order's lines."""

    __tablename__ = "goods_return_line"
    __table_args__ = (
        UniqueConstraint("return_id", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[Pk]
    return_id: Mapped[int] = mapped_column(ForeignKey("goods_return.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    #: In the line's unit: pieces or grams.
    quantity: Mapped[int]
    #: What they were worth when it was settled; null before.
    worth_vnd: Mapped[Dong | None]

    line: Mapped[OrderLine] = relationship()
    lots: Mapped[list["ReturnLot"]] = relationship(order_by="ReturnLot.id")


class ReturnLot(Base):
    """Units of one lot that came back, and whether they can be sold again. Append-only."""

    __tablename__ = "goods_return_lot"
    __table_args__ = (
        UniqueConstraint("return_line_id", "lot_id", "is_sellable"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[Pk]
    return_line_id: Mapped[int] = mapped_column(ForeignKey("goods_return_line.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    quantity: Mapped[int]
    #: Back on the shelf; else written off as damage at once.
    is_sellable: Mapped[bool]
