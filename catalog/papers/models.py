"""Papers beside the certificate, each with a clock of its own (decision 22).

A paper that has run out warns; it blocks only where a certifier said so, and then a stop stands in advance from the
day after its last day. No paper ever makes anything sellable.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import Base, Instant, Pk

#: self_declared: tự công bố; registered: đăng ký bản công bố (both of a product); safety: the maker's
#: certificate of food-safety conditions.
KINDS = ("self_declared", "registered", "safety")


class Paper(Base):
    """One paper of one product or producer."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("kind IN ('self_declared', 'registered', 'safety')", name="kind_known"),
        CheckConstraint("(product_id IS NULL) <> (producer_id IS NULL)", name="one_target"),
        CheckConstraint("(kind = 'safety') = (producer_id IS NOT NULL)", name="target_fits"),
        CheckConstraint("valid_until IS NULL OR valid_until >= issued_on", name="days_ordered"),
        CheckConstraint("NOT is_blocking OR valid_until IS NOT NULL", name="blocks_by_day"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawal_whole"),
    )

    id: Mapped[Pk]
    #: Public code, such as GT-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    #: One of KINDS.
    kind: Mapped[str] = mapped_column(String(20))
    #: The declared product; empty for a maker's certificate.
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    #: The certified maker; empty for a declaration.
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    #: Number as printed.
    number: Mapped[str] = mapped_column(String(60))
    #: Who issued or received it, as printed.
    issuer: Mapped[str] = mapped_column(String(160))
    #: Day of the paper.
    issued_on: Mapped[date]
    #: Day of the test report behind a declaration.
    tested_on: Mapped[date | None]
    #: Last day, inclusive; empty: the paper names none.
    valid_until: Mapped[date | None] = mapped_column(index=True)
    #: Who entered it, and when.
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[Instant]
    #: The certifier who confirmed it, and when; until then it counts for nothing.
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[Instant | None]
    #: The paper it follows.
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"), index=True)
    #: A certifier made it a condition: when it has run out, its products stand still.
    is_blocking: Mapped[bool] = mapped_column(default=False)
    #: A wrong entry: when, by whom and why it was taken back.
    withdrawn_at: Mapped[Instant | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(300))
    #: The last reminder that went out was for this day of its clock; empty: none yet.
    told_until: Mapped[date | None]

    product: Mapped[Product | None] = relationship(lazy="joined")
    producer: Mapped[Producer | None] = relationship(lazy="joined")
