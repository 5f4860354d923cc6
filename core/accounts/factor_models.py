"""Tables of second factors: whose authenticator, codes on paper, browsers that are remembered."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Pk


class SecondFactor(Base):
    """A person's authenticator. Its secret is made from this shop's key and ``nonce`` and is stored nowhere
    (``core/accounts/codes.py``), so that a stolen database makes no codes.
    """

    __tablename__ = "second_factor"
    __table_args__ = (CheckConstraint("last_step >= 0", name="step_not_negative"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    #: What this enrolment's secret is made with; another one each time.
    nonce: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[Instant]
    #: When its first code was right; null: not asked for at sign-in yet.
    confirmed_at: Mapped[Instant | None]
    #: The newest half minute whose code was taken: neither it nor an older one is taken again.
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code on paper that stands for the authenticator once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: SHA-256 of the code: it has 80 random bits, so nobody can try them all.
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[Instant | None]


class KnownBrowser(Base):
    """A browser that its person told the shop to remember: no code is asked there for a time."""

    __tablename__ = "known_browser"

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: SHA-256 of the 256-bit secret in the browser's own cookie.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
