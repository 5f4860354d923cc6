"""Where money goes back to, and the files that send it. Triggers of 0025 freeze a file with its approval."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Pk, Versioned
from shop.payments.models import Refund
from shop.payouts.rules import LIVE, FileState, ItemState
from shop.stores.models import Seller

_FILE_STATES = "(" + ", ".join(f"'{state}'" for state in FileState) + ")"
_ITEM_STATES = "(" + ", ".join(f"'{state}'" for state in ItemState) + ")"
_LIVE = text("state IN (" + ", ".join(f"'{state}'" for state in LIVE) + ")")


class PayoutClaim(Versioned, Base):
    """The account that a buyer names for one refund, by a secret address that works once."""

    __tablename__ = "payout_claim"
    __table_args__ = (
        UniqueConstraint("refund_id"),
        CheckConstraint(
            "(account IS NULL) = (named_at IS NULL) AND (account IS NULL) = (bank_bin IS NULL)"
            " AND (account IS NULL) = (holder IS NULL)",
            name="named_whole",
        ),
    )

    id: Mapped[Pk]
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"))
    #: Which link is the living one: it rises when a new one is sent, and older ones die.
    serial: Mapped[int] = mapped_column(default=1)
    #: End of the link.
    expires_at: Mapped[Instant]
    #: NAPAS number of the bank.
    bank_bin: Mapped[str | None] = mapped_column(String(6))
    account: Mapped[str | None] = mapped_column(String(19))
    #: Holder's name, capitals without accents.
    holder: Mapped[str | None] = mapped_column(String(70))
    named_at: Mapped[Instant | None]
    #: Who named it: "khách" or a member of staff.
    named_by: Mapped[str | None] = mapped_column(String(120))

    refund: Mapped[Refund] = relationship(lazy="joined", innerjoin=True)


class PayoutDebt(Versioned, Base):
    """Money at the bank that belongs to no payment and goes back to where it came from."""

    __tablename__ = "payout_debt"
    __table_args__ = (UniqueConstraint("source"), CheckConstraint("amount_vnd > 0", name="amount_positive"))

    id: Mapped[Pk]
    #: ``bankline:ID``.
    source: Mapped[str] = mapped_column(String(40))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    amount_vnd: Mapped[Dong]
    #: As the bank's line tells them; empty where it does not, for a person to fill in.
    bank_bin: Mapped[str] = mapped_column(String(6))
    account: Mapped[str] = mapped_column(String(19))
    holder: Mapped[str] = mapped_column(String(70))
    told_at: Mapped[Instant]
    #: When the bank paid it.
    paid_at: Mapped[Instant | None]


class PayoutFile(Versioned, Base):
    """Transfers of one seller that one person collected and another approved."""

    __tablename__ = "payout_file"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(f"state IN {_FILE_STATES}", name="state_known"),
        CheckConstraint("total_vnd > 0 AND count > 0", name="not_empty"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> made_by_id", name="two_persons"),
        CheckConstraint(
            "(state IN ('approved', 'sent', 'closed')) = (approved_by_id IS NOT NULL)", name="approved_by_somebody"
        ),
        CheckConstraint("(approved_by_id IS NULL) = (content IS NULL)", name="frozen_when_approved"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``CT-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    #: See `rules.FileState`.
    state: Mapped[str] = mapped_column(String(10))
    total_vnd: Mapped[Dong]
    #: Number of items.
    count: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[Instant]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_by: Mapped[str | None] = mapped_column(String(120))
    approved_at: Mapped[Instant | None]
    #: The CSV as approved.
    content: Mapped[str | None] = mapped_column(Text)
    #: SHA-256 of its bytes.
    sha256: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[Instant | None]
    #: When the last item had its answer, or the draft was given up.
    ended_at: Mapped[Instant | None]

    seller: Mapped[Seller] = relationship()
    items: Mapped[list["PayoutItem"]] = relationship(order_by="PayoutItem.position")


class PayoutItem(Base):
    """One transfer of a file. What is paid, or still listed, stands in no other file: the unique index says so."""

    __tablename__ = "payout_item"
    __table_args__ = (
        UniqueConstraint("file_id", "position"),
        Index("uq_payout_item_live", "source", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        CheckConstraint(f"state IN {_ITEM_STATES}", name="state_known"),
        CheckConstraint("amount_vnd > 0", name="amount_positive"),
        CheckConstraint("(state = 'paid') = (bank_ref IS NOT NULL)", name="referenced_when_paid"),
        CheckConstraint("(state = 'listed') = (ended_at IS NULL)", name="ended_when_over"),
    )

    id: Mapped[Pk]
    file_id: Mapped[int] = mapped_column(ForeignKey("payout_file.id"))
    #: 1, 2, 3 …
    position: Mapped[int]
    #: ``refund:CODE``, ``bankline:ID``, or another feature's (`ports`): ``settlement:CODE``.
    source: Mapped[str] = mapped_column(String(40))
    amount_vnd: Mapped[Dong]
    bank_bin: Mapped[str] = mapped_column(String(6))
    account: Mapped[str] = mapped_column(String(19))
    holder: Mapped[str] = mapped_column(String(70))
    memo: Mapped[str] = mapped_column(String(40))
    #: See `rules.ItemState`.
    state: Mapped[str] = mapped_column(String(10))
    #: The bank's number of this transfer.
    bank_ref: Mapped[str | None] = mapped_column(String(80))
    #: See `rules.Failure`.
    failure: Mapped[str | None] = mapped_column(String(20))
    ended_at: Mapped[Instant | None]
    #: Who noted the bank's answer.
    ended_by: Mapped[str | None] = mapped_column(String(120))
