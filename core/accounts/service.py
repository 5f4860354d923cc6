"""Verbs of accounts: register, sign in and out, passwords, profile. Links and grants have their own modules.

Hashes are computed outside transactions: argon2 takes tens of milliseconds, and on SQLite a
transaction holds the one writer's lock.
"""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core.accounts import factors
from core.accounts.actor import Actor
from core.accounts.contacts import Contact, get_contact
from core.accounts.events import AccountRegistered, PasswordChanged
from core.accounts.models import OneTimeLink, UserAccount, UserSession
from core.accounts.passwords import check_strength, hash_password, verify_password
from core.accounts.queries import actor_of, find_by_contact, find_by_text, get_user
from core.accounts.refusals import BadCredentials, ContactTaken
from core.accounts.sessions import end_sessions, find_half, halve, make_whole, open_session
from core.accounts.tokens import end_tokens
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import digest


def register(name: str, contact: str, password: str, locale: str = "vi") -> UserAccount:
    """Open an account with a password. Raises Invalid for a weak one, ContactTaken when it has an account."""
    known = get_contact(contact)
    check_strength(password, name, known.text)
    return create_account(name, known, hash_password(password), locale)


def create_account(name: str, contact: Contact, password_hash: str | None, locale: str = "vi") -> UserAccount:
    """Write a new account, joining a running transaction. Raises ContactTaken."""
    user = UserAccount(
        name=name, phone=contact.phone, email=contact.email, password_hash=password_hash, locale=locale,
        created_at=now(),
    )  # fmt: skip
    with transaction() as session:
        if find_by_contact(contact):
            raise ContactTaken
        session.add(user)
        try:
            session.flush()
        except IntegrityError as error:  # two registrations at once: the constraint decides
            raise ContactTaken from error
        record("account.registered", f"account:{user.id}", actor_of(user))
        publish(AccountRegistered(user.id))
    return user


def sign_in(contact: str, password: str, user_agent: str = "") -> str:
    """Answer a new session's secret. Raises BadCredentials for every reason alike, in the same time."""
    user = find_by_text(contact)
    password_hash = user.password_hash if user else None
    if not verify_password(password, password_hash) or user is None:
        raise BadCredentials
    return begin_session(user.id, user_agent, "password", password_hash)


def begin_session(
    user_id: int, user_agent: str, way: str, password_hash: str | None = None, *, asks_code: bool = True
) -> str:
    """Write a session, joining a running transaction; answers its secret.

    Whoever has a second factor is signed in only after ``give_code``, unless this browser is remembered, or she has
    just proven who she is (``asks_code=False``).

    Raises BadCredentials when the account was closed, or its password changed since it was checked.
    """
    with transaction() as session:
        user = session.get(UserAccount, user_id)
        if user is None or not user.is_active or (password_hash and user.password_hash != password_hash):
            raise BadCredentials
        secret, row = open_session(user.id, user_agent)
        if asks_code and factors.asks(user.id):
            halve(row)
            record("session.awaits_code", f"account:{user.id}", actor_of(user), way=way)
            return secret
        record("session.started", f"account:{user.id}", actor_of(user), way=way)
    return secret


def give_code(secret: str, typed: str, user_agent: str, *, remembers: bool) -> tuple[str, str | None]:
    """The second step of a sign-in: answers the whole session's secret, and that of a browser to remember.

    Raises BadCredentials when the first step is too long ago, CodeWrong. A refused code leaves the first step as it is.
    """
    with transaction():
        row = find_half(secret)
        if row is None:
            raise BadCredentials
        user = get_user(row.user_id)
        if not user.is_active:
            raise BadCredentials
        way = factors.check(user.id, typed)
        record("session.started", f"account:{user.id}", actor_of(user), way=f"code:{way}")
        browser = factors.remember_browser(user.id, user_agent) if remembers else None
        return make_whole(row), browser


def sign_out(secret: str) -> None:
    """End the session of this secret; one that ended before is no error."""
    with transaction() as session:
        mine = UserSession.digest == digest(secret), UserSession.revoked_at.is_(None)
        row = session.scalar(select(UserSession).where(*mine))
        if row is not None:
            row.revoked_at = now()
            user = get_user(row.user_id)
            record("session.ended", f"account:{user.id}", actor_of(user))


def change_password(user_id: int, old: str, new: str) -> None:
    """Set another password; every session and every token ends. Raises Invalid on ``old`` or ``password``."""
    user = get_user(user_id)
    if not verify_password(old, user.password_hash):
        raise Invalid({"old": [_l("Mật khẩu hiện tại chưa đúng.")]})
    check_strength(new, user.name, user.phone, user.email)
    set_password(user_id, hash_password(new), actor_of(user))


def set_password(user_id: int, password_hash: str, by: Actor) -> None:
    """Write a password's hash and end what the old one opened: sessions, tokens, unused links."""
    with transaction() as session:
        user = get_user(user_id)
        user.password_hash = password_hash
        end_sessions(user_id)
        end_tokens(user_id)
        close_links(user_id)
        factors.forget_browsers(user_id)
        record("account.password_changed", f"account:{user_id}", by)
        publish(PasswordChanged(user_id))
        session.flush()


def close_links(user_id: int, *purposes: str) -> None:
    """Spend a person's unused links (all, or of some purposes), in the running transaction."""
    open_ones = OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None)
    chosen = OneTimeLink.purpose.in_(purposes or ("reset", "sign_in"))
    db.session.execute(update(OneTimeLink).where(*open_ones, chosen).values(used_at=now()))


def edit_profile(user_id: int, version: int, name: str, locale: str, by: Actor) -> UserAccount:
    """Change one's name and language. Raises EditConflict when somebody changed it since."""
    with transaction():
        user = get_user(user_id)
        check_version(user, version)
        before = {"name": user.name, "locale": user.locale}
        user.name, user.locale = name, locale
        record("account.edited", f"account:{user_id}", by, before=before, after={"name": name, "locale": locale})
    return user


def set_active(user_id: int, version: int, is_active: bool, by: Actor) -> UserAccount:
    """Close or open an account; closing ends its sessions and tokens. Raises EditConflict."""
    with transaction():
        user = get_user(user_id)
        check_version(user, version)
        user.is_active = is_active
        if not is_active:
            end_sessions(user_id)
            end_tokens(user_id)
            close_links(user_id)
        record("account.opened" if is_active else "account.closed", f"account:{user_id}", by)
    return user
