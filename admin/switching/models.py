"""What is kept of files from other systems: how they are read, which were taken over, and what they brought.

Products and stock go into their own tables. Customers have no table elsewhere: who buys without an account leaves her
name with each order. These rows say who was known before, and that nobody has agreed to anything here.
"""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk

_KIND = "kind IN ('products', 'stock', 'customers')"


class ImportProfile(Base):
    """Which column of a file says what, under a name of the seller's own."""

    __tablename__ = "import_profile"
    __table_args__ = (
        UniqueConstraint("seller_id", "kind", "name"),
        CheckConstraint(_KIND, name="kind_known"),
    )

    id: Mapped[Pk]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    #: products, stock or customers.
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80))
    #: kiotviet, sapo, shopify or other.
    system: Mapped[str] = mapped_column(String(12))
    #: SHA-256 over the headings of the file that it was made for: the same headings find it again.
    fingerprint: Mapped[str] = mapped_column(String(64))
    #: Heading of the file by field of ours.
    columns: Mapped[Json]
    by_label: Mapped[str] = mapped_column(String(200))
    at: Mapped[Instant]


class ImportRun(Base):
    """A file that was taken over; the same file, read the same way for the same store, is taken once."""

    __tablename__ = "import_run"
    __table_args__ = (CheckConstraint(_KIND, name="kind_known"),)

    id: Mapped[Pk]
    #: Such as ``CS-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    system: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(String(200))
    #: SHA-256 over store, kind, columns and the file.
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    #: Lines by what became of them.
    counts: Mapped[Json]
    #: The goods receipt of an opening balance.
    receipt_code: Mapped[str | None] = mapped_column(String(20))
    by_label: Mapped[str] = mapped_column(String(200))
    at: Mapped[Instant]


class ImportedCustomer(Base):
    """A customer of a seller's system before. Nothing was agreed to: she is told nothing and invited to nothing."""

    __tablename__ = "imported_customer"
    __table_args__ = (
        UniqueConstraint("seller_id", "phone"),
        UniqueConstraint("seller_id", "email"),
        CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="reachable"),
    )

    id: Mapped[Pk]
    #: Who answers for these data.
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    #: Her number in the system before; ''.
    code: Mapped[str] = mapped_column(String(60), default="")
    name: Mapped[str] = mapped_column(String(200))
    #: E.164.
    phone: Mapped[str | None] = mapped_column(String(16))
    #: Lower case.
    email: Mapped[str | None] = mapped_column(String(254))
    imported_at: Mapped[Instant] = mapped_column(index=True)


class ForeignSku(Base):
    """What a seller called a pack before: her stock file is read by it."""

    __tablename__ = "foreign_sku"
    __table_args__ = (UniqueConstraint("seller_id", "code"),)

    id: Mapped[Pk]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    #: Folded to capitals.
    code: Mapped[str] = mapped_column(String(60))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
