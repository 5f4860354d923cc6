"""Reads of accounts: people, what they hold, where they are signed in."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select

from core.accounts.actor import CUSTOMER, Actor, Grant, Scope
from core.accounts.contacts import Contact, find_contact
from core.accounts.models import ApiToken, UserAccount, UserGrant, UserSession
from core.clock import now
from core.db import db, run, table_of
from core.errors import NotFound

_grants = table_of(UserGrant).c
#: Asked at every request of whoever is signed in: built once.
_HELD = select(_grants.role, _grants.scope_type, _grants.scope_id).where(
    _grants.user_id == bindparam("holder"), _grants.revoked_at.is_(None)
)


def find_by_contact(contact: Contact) -> UserAccount | None:
    """The account behind a phone number or an e-mail, closed ones included."""
    column, value = (UserAccount.email, contact.email) if contact.email else (UserAccount.phone, contact.phone)
    return db.session.scalar(select(UserAccount).where(column == value))


def find_by_text(text: str) -> UserAccount | None:
    """As typed: a phone number in any notation, or an e-mail."""
    contact = find_contact(text)
    return find_by_contact(contact) if contact else None


def get_user(user_id: int) -> UserAccount:
    """The account. Raises NotFound."""
    user = db.session.get(UserAccount, user_id)
    if user is None:
        raise NotFound
    return user


def get_by_text(text: str) -> UserAccount:
    """The account behind what was typed. Raises NotFound."""
    user = find_by_text(text)
    if user is None:
        raise NotFound
    return user


def grants_of(user_id: int) -> frozenset[Grant]:
    """What the person holds at this instant, straight from the database."""
    held = run(_HELD, {"holder": user_id})
    return frozenset(Grant(row.role, Scope(row.scope_type, row.scope_id) if row.scope_type else None) for row in held)


def actor_of(user: UserAccount, via: str = "session", token_scopes: frozenset[str] | None = None) -> Actor:
    """The person as a doer, with grants as they stand now: staff by name, customers without."""
    grants = grants_of(user.id)
    label = user.name if grants else CUSTOMER
    return Actor(user.id, label, grants, via=via, token_scopes=token_scopes, name=user.name)


def list_grants(user_ids: Sequence[int]) -> dict[int, list[UserGrant]]:
    """The live grants of some people, oldest first."""
    found: dict[int, list[UserGrant]] = {user_id: [] for user_id in user_ids}
    rows = select(UserGrant).where(UserGrant.user_id.in_(user_ids), UserGrant.revoked_at.is_(None))
    for grant in db.session.scalars(rows.order_by(UserGrant.id)):
        found[grant.user_id].append(grant)
    return found


def list_users(q: str = "", role: str = "", page: int = 1, per_page: int = 50) -> tuple[list[UserAccount], int]:
    """People whose name, phone or e-mail contains ``q``, perhaps only holders of a role; newest first."""
    query = select(UserAccount)
    if q:
        pattern = f"%{_literal(q.strip().lower())}%"
        known = find_contact(q)
        phone = _literal(known.phone if known and known.phone else q.strip().removeprefix("0"))
        query = query.where(
            or_(
                func.lower(UserAccount.name).like(pattern, escape="\\"),
                UserAccount.email.like(pattern, escape="\\"),
                UserAccount.phone.like(f"%{phone}%", escape="\\"),
            )
        )
    if role:
        held = select(UserGrant.user_id).where(UserGrant.role == role, UserGrant.revoked_at.is_(None))
        query = query.where(UserAccount.id.in_(held))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.order_by(UserAccount.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(rows)), total


def list_sessions(user_id: int) -> list[UserSession]:
    """Where the person is signed in now, last seen first."""
    live = select(UserSession).where(
        UserSession.user_id == user_id, UserSession.revoked_at.is_(None), UserSession.expires_at > now(),
        UserSession.awaits_code.is_(False),
    )  # fmt: skip
    return list(db.session.scalars(live.order_by(UserSession.last_seen_at.desc())))


def list_tokens(user_id: int) -> list[ApiToken]:
    """The person's tokens that are not revoked, newest first."""
    query = select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
