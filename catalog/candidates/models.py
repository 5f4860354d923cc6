"""Candidates: products that a commune proposes for the programme (decision 21).

A candidate is no product: it stands in a table of its own, which no door of the shop reads. The certifiers' desk
makes a product of it, finds that it is a product already, or declines it with a reason.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.areas.models import Area
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.products.sets import ProductSet, get_set
from core.db import Base, Instant, Pk, Versioned

#: proposed: waits; accepted: became a product; merged: is an existing product; declined: with a reason.
STATES = ("proposed", "accepted", "merged", "declined")


class Candidate(Versioned, Base):
    """One product that a commune proposes."""

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("state IN ('proposed', 'accepted', 'merged', 'declined')", name="state_known"),
        CheckConstraint("set_no BETWEEN 1 AND 26", name="set_known"),
        CheckConstraint(
            "score_a BETWEEN 0 AND 10000 AND score_b BETWEEN 0 AND 10000 AND score_c BETWEEN 0 AND 10000",
            name="scores_in_range",
        ),
        CheckConstraint(
            "(producer_id IS NULL) <> (producer_name = '') AND (producer_id IS NULL OR producer_kind IS NULL)",
            name="one_maker",
        ),
        CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)"
            " AND (state IN ('accepted', 'merged')) = (product_id IS NOT NULL)"
            " AND (state <> 'declined' OR reason <> '')",
            name="decided_whole",
        ),
        Index(None, "state", "area_id"),
        Index(None, "name_folded"),
    )

    id: Mapped[Pk]
    #: Public code, such as DX-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    #: One of STATES.
    state: Mapped[str] = mapped_column(String(10))
    #: The commune that proposes it, in the epoch of that day.
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    #: Name of the product.
    name: Mapped[str] = mapped_column(String(200))
    #: The name without accents and case.
    name_folded: Mapped[str] = mapped_column(String(200))
    #: Product set, 1 to 26.
    set_no: Mapped[int]
    #: Who makes it, when we know the producer; otherwise empty, and the next five say who.
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    producer_name: Mapped[str] = mapped_column(String(200), default="")
    producer_kind: Mapped[str | None] = mapped_column(String(24))
    #: Tax code (MST), check digit verified; households may have none.
    producer_tax_code: Mapped[str | None] = mapped_column(String(14))
    producer_address: Mapped[str] = mapped_column(String(200), default="")
    producer_phone: Mapped[str | None] = mapped_column(String(16))
    #: What the product is and what it is known for.
    story: Mapped[str] = mapped_column(Text, default="")
    #: Points of the sections A, B and C in hundredths, where the commune has scored it.
    score_a: Mapped[int | None]
    score_b: Mapped[int | None]
    score_c: Mapped[int | None]
    #: Whom to ask: a name and how to reach it.
    contact: Mapped[str] = mapped_column(String(200), default="")
    #: Who proposed it; empty for the system.
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: When.
    proposed_at: Mapped[Instant]
    #: The product it became or already was.
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    #: Why it was declined, or what the desk remarked.
    reason: Mapped[str] = mapped_column(String(500), default="")
    #: Who decided; empty for the system.
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When it was decided.
    decided_at: Mapped[Instant | None]

    area: Mapped[Area] = relationship(lazy="joined")
    producer: Mapped[Producer | None] = relationship(lazy="joined")
    product: Mapped[Product | None] = relationship(lazy="joined")

    @property
    def product_set(self) -> ProductSet:
        """Its product set with names and group."""
        return get_set(self.set_no)

    @property
    def maker(self) -> str:
        """The producer's name, known or not."""
        return self.producer.name if self.producer else self.producer_name

    @property
    def scores(self) -> tuple[int | None, int | None, int | None]:
        """Sections A, B and C in hundredths of a point."""
        return self.score_a, self.score_b, self.score_c


class CandidateImport(Base):
    """A list of candidates that was imported: the same list for the same commune again does nothing."""

    __tablename__ = "candidate_import"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: Mapped[Pk]
    #: SHA-256 in hex over the list and the commune.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Name of the file.
    file_name: Mapped[str] = mapped_column(String(200))
    #: How many candidates it brought.
    entries: Mapped[int]
    #: Who imported it.
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When.
    imported_at: Mapped[Instant]
