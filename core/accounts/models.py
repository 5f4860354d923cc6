"""Tables of people and of what proves who they are. Secrets are stored as digests only."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk, Versioned

PURPOSES = ("invitation", "reset", "sign_in")


class UserAccount(Versioned, Base):
    """A person who can sign in, by phone or by e-mail."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="reachable"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("phone LIKE '+%'", name="phone_e164"),
    )

    id: Mapped[Pk]
    #: As the person wants to be called.
    name: Mapped[str] = mapped_column(String(120))
    #: E.164, such as +84912345678.
    phone: Mapped[str | None] = mapped_column(String(16), unique=True)
    #: Lower-cased and NFC.
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    #: argon2id; null until the person has chosen a password (invited, or signing in by QR only).
    password_hash: Mapped[str | None] = mapped_column(String(255))
    #: Language of pages and mails: vi or en.
    locale: Mapped[str] = mapped_column(String(5), server_default="vi", default="vi")
    #: False shuts every door (sessions, tokens, links) without deleting history.
    is_active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    created_at: Mapped[Instant]

    @property
    def contact(self) -> str:
        """The e-mail or, without one, the phone number."""
        return self.email or self.phone or ""


class UserGrant(Base):
    """A role held by a person, within one scope or everywhere; never deleted, only revoked."""

    __tablename__ = "user_grant"
    __table_args__ = (
        Index(
            "uq_user_grant_live",
            "user_id",
            "role",
            "scope_type",
            "scope_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("(scope_type = '') = (scope_id = '')", name="scope_whole"),
    )

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: A role registered by a part, such as "auditor"; core does not know its meaning.
    role: Mapped[str] = mapped_column(String(40))
    #: Kind of scope registered by a part; '' means everywhere.
    scope_type: Mapped[str] = mapped_column(String(40), default="", server_default="")
    #: Public code of the scope's object; '' means everywhere.
    scope_id: Mapped[str] = mapped_column(String(80), default="", server_default="")
    #: Who gave it; null for the command line and for demonstration data.
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    granted_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]


class UserSession(Base):
    """One signed-in browser; revocable here, whatever its cookie says."""

    __tablename__ = "user_session"

    id: Mapped[Pk]
    #: SHA-256 of the 256-bit id in the cookie.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[Instant]
    #: Written at most once a minute.
    last_seen_at: Mapped[Instant]
    #: Absolute end, however busy the session is.
    expires_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
    #: As sent by the browser, cut; shown to the owner only.
    user_agent: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: Space-separated action patterns to which it is narrowed; '' allows all its person may do.
    scope: Mapped[str] = mapped_column(String(400), default="", server_default="")
    #: SHA-256 of the secret in another cookie without which it is nobody's: it belongs to one browser. Null: to any.
    device: Mapped[str | None] = mapped_column(String(64))
    #: True until the person has typed the code of her second factor: till then nobody is signed in.
    awaits_code: Mapped[bool] = mapped_column(server_default=text("false"), default=False)


class ApiToken(Base):
    """A bearer token of one person, limited to a scope and a time."""

    __tablename__ = "api_token"

    id: Mapped[Pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: What the owner calls it.
    name: Mapped[str] = mapped_column(String(80))
    #: First signs of the token, so that an owner can tell which one leaked.
    prefix: Mapped[str] = mapped_column(String(16))
    #: SHA-256 of the whole token.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: Space-separated action patterns such as "stock.* reports.read"; '' allows all the owner may do.
    scope: Mapped[str] = mapped_column(String(400), default="", server_default="")
    created_at: Mapped[Instant]
    #: Null: until revoked.
    expires_at: Mapped[Instant | None]
    #: Written at most once a minute.
    last_used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]


class OneTimeLink(Base):
    """A link that works once: an invitation, a password reset, or a printed sign-in QR."""

    __tablename__ = "one_time_link"
    __table_args__ = (
        CheckConstraint("purpose IN ('invitation', 'reset', 'sign_in')", name="purpose_known"),
        CheckConstraint("user_id IS NOT NULL OR contact IS NOT NULL", name="for_somebody"),
    )

    id: Mapped[Pk]
    #: invitation, reset or sign_in.
    purpose: Mapped[str] = mapped_column(String(12))
    #: SHA-256 of the token in the address.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: Whom it is for; null for an invitation to somebody new.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: Phone or e-mail of an invitation to somebody new.
    contact: Mapped[str | None] = mapped_column(String(254))
    #: What the link carries: name and grants of an invitation.
    data: Mapped[Json]
    #: Who issued it; null when the person asked for it alone.
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    #: Null while it still works; set by compare-and-set.
    used_at: Mapped[Instant | None]


def link_is_open(link: OneTimeLink, now: datetime) -> bool:
    """Whether the link can still be used at this instant."""
    return link.used_at is None and now < link.expires_at
