"""One-time links: invitations, password resets, printed sign-in codes. Each works once, for a time.

A mailed link is made when the mail is sent (see reactions.py), so no secret ever lies in the
outbox; the database keeps digests only.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from core.accounts.actor import ANONYMOUS, SYSTEM, Actor, Grant, Scope
from core.accounts.contacts import Contact, find_contact, get_contact
from core.accounts.events import Invited, ResetRequested
from core.accounts.grants import check_grant, grant_role
from core.accounts.models import OneTimeLink, UserAccount, link_is_open
from core.accounts.passwords import check_strength, hash_password
from core.accounts.permissions import can_give, describe
from core.accounts.queries import actor_of, find_by_contact, get_user
from core.accounts.refusals import GrantTooHigh, LinkSpent
from core.accounts.service import begin_session, close_links, create_account, set_password
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.events import publish
from core.ids import digest, secret_token

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
#: A printed code is handed over in person; it may be used some days later, at home.
SIGN_IN_LASTS = timedelta(days=3)


@dataclass(frozen=True)
class Issued:
    """A fresh link: its secret, known only now, and its row."""

    secret: str
    link: OneTimeLink


def find_open(purpose: str, secret: str) -> OneTimeLink | None:
    """The link behind a secret while it still works."""
    link = db.session.scalar(
        select(OneTimeLink).where(OneTimeLink.digest == digest(secret), OneTimeLink.purpose == purpose)
    )
    return link if link and link_is_open(link, now()) else None


def get_open(purpose: str, secret: str) -> OneTimeLink:
    """As ``find_open``; raises LinkSpent."""
    link = find_open(purpose, secret)
    if link is None:
        raise LinkSpent
    return link


def invite(contact: str, name: str, role: str, scope: Scope | None, by: Actor) -> Issued:
    """Invite somebody to a role; by mail when the contact is an e-mail, else by the link itself.

    Raises Invalid for a contact that is none, UnknownRole, ScopeMismatch, GrantTooHigh.
    """
    known = get_contact(contact)
    wanted = check_grant(role, scope)
    if not can_give(by, wanted):
        raise GrantTooHigh
    data: dict[str, Any] = {"name": name, "role": role, "scope": [scope.kind, scope.code] if scope else None}
    with transaction():
        issued = _issue("invitation", None, known.text, data, by, INVITATION_LASTS)
        record("invitation.issued", f"invitation:{issued.link.id}", by, role=role, scope=data["scope"])
        publish(Invited(issued.link.id, known.text))
    return issued


def invite_again(link_id: int) -> Issued | None:
    """Another secret for an open invitation, to be mailed; None when it was used or has ended meanwhile."""
    with transaction() as session:
        first = session.get(OneTimeLink, link_id)
        if first is None or not link_is_open(first, now()):
            return None
        return _issue("invitation", None, first.contact, first.data, None, INVITATION_LASTS, first.created_by)


def accept_invitation(secret: str, name: str, password: str, user_agent: str = "") -> str:
    """Take an invitation up: an account with this password and the invited role; answers a session's secret.

    An account that the contact already has is taken over by whoever holds the link: the new
    password ends whatever was opened with the old one. The role is given in the inviter's name, with
    the inviter's power of this moment. Raises LinkSpent, Invalid, GrantTooHigh.
    """
    link = get_open("invitation", secret)
    contact = get_contact(link.contact or "")
    check_strength(password, name, contact.text)
    password_hash = hash_password(password)
    with transaction():
        _spend(link)
        user = _welcome(contact, name, password_hash)
        grant = _invited_grant(link)
        grant_role(user.id, grant.role, grant.scope, _inviter(link))
        _close_twins(link)
        record("invitation.accepted", f"invitation:{link.id}", actor_of(user))
        return begin_session(user.id, user_agent, "invitation")


def withdraw_invitation(link_id: int, by: Actor) -> None:
    """Take an open invitation back, its mailed twins included. Raises LinkSpent, GrantTooHigh."""
    with transaction() as session:
        link = session.get(OneTimeLink, link_id)
        if link is None or link.purpose != "invitation" or not link_is_open(link, now()):
            raise LinkSpent
        if not can_give(by, _invited_grant(link)):
            raise GrantTooHigh
        _spend(link)
        _close_twins(link)
        record("invitation.withdrawn", f"invitation:{link.id}", by)


def list_invitations() -> list[OneTimeLink]:
    """Open invitations, newest first, one for each contact and role (a mailed twin is the same invitation)."""
    query = select(OneTimeLink).where(OneTimeLink.purpose == "invitation", OneTimeLink.used_at.is_(None))
    rows = db.session.scalars(query.where(OneTimeLink.expires_at > now()).order_by(OneTimeLink.id))
    first: dict[str, OneTimeLink] = {}
    for link in rows:
        first.setdefault(f"{link.contact} {link.data.get('role')} {link.data.get('scope')}", link)
    return sorted(first.values(), key=lambda link: -link.id)


def role_text(link: OneTimeLink) -> str:
    """The invited role in words."""
    grant = _invited_grant(link)
    return describe(grant.role, grant.scope.kind, grant.scope.code) if grant.scope else describe(grant.role)


def request_reset(contact: str) -> None:
    """Ask for a new password. The same answer, in the same time, whether or not there is such an account."""
    known = find_contact(contact)
    with transaction():
        publish(ResetRequested(known.text if known else ""))


def issue_reset(user: UserAccount) -> Issued:
    """Make a reset link, to be mailed; it ends earlier ones."""
    with transaction():
        close_links(user.id, "reset")
        return _issue("reset", user.id, None, {}, None, RESET_LASTS)


def reset(secret: str, password: str) -> UserAccount:
    """Set a password by a mailed link; all sessions and tokens end. Raises LinkSpent, Invalid."""
    link = get_open("reset", secret)
    user = get_user(link.user_id or 0)
    check_strength(password, user.name, user.phone, user.email)
    password_hash = hash_password(password)
    with transaction():
        _spend(link)
        set_password(user.id, password_hash, actor_of(user))
    return user


def issue_sign_in_link(user_id: int, by: Actor) -> Issued:
    """Make a printable code that signs a person in once, without a password; it ends earlier ones.

    Raises GrantTooHigh unless the issuer could give every role that the person holds: otherwise
    the code would lend the issuer powers from above.
    """
    user = get_user(user_id)
    if by.user_id != user_id and not all(can_give(by, grant) for grant in actor_of(user).grants):
        raise GrantTooHigh
    with transaction():
        close_links(user_id, "sign_in")
        issued = _issue("sign_in", user_id, None, {}, by, SIGN_IN_LASTS)
        record("sign_in_link.issued", f"account:{user_id}", by)
    return issued


def use_sign_in_link(secret: str, user_agent: str = "") -> str:
    """Sign in by a printed code; answers a session's secret. Raises LinkSpent, BadCredentials."""
    link = get_open("sign_in", secret)
    with transaction():
        _spend(link)
        return begin_session(link.user_id or 0, user_agent, "link")


def _issue(
    purpose: str, user_id: int | None, contact: str | None, data: dict[str, Any], by: Actor | None,
    lasts: timedelta, created_by: int | None = None,
) -> Issued:  # fmt: skip
    secret, at = secret_token(), now()
    link = OneTimeLink(
        purpose=purpose, digest=digest(secret), user_id=user_id, contact=contact, data=data,
        created_by=by.user_id if by else created_by, created_at=at, expires_at=at + lasts,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    return Issued(secret, link)


def _spend(link: OneTimeLink) -> None:
    """Use it up by compare-and-set: of two at once, one wins. Raises LinkSpent for the other."""
    unused = OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now()
    if not db.session.execute(update(OneTimeLink).where(*unused).values(used_at=now())).rowcount:  # type: ignore[attr-defined]
        raise LinkSpent


def _close_twins(link: OneTimeLink) -> None:
    """End the other links of the same invitation (the mailed one, or the one shown to the inviter)."""
    rows = select(OneTimeLink).where(OneTimeLink.purpose == "invitation", OneTimeLink.used_at.is_(None))
    for twin in db.session.scalars(rows.where(OneTimeLink.contact == link.contact)):
        if twin.data == link.data:
            twin.used_at = now()


def _welcome(contact: Contact, name: str, password_hash: str) -> UserAccount:
    user = find_by_contact(contact)
    if user is None:
        return create_account(name, contact, password_hash)
    set_password(user.id, password_hash, actor_of(user))
    return user


def _invited_grant(link: OneTimeLink) -> Grant:
    where = link.data.get("scope")
    return Grant(str(link.data["role"]), Scope(*where) if where else None)


def _inviter(link: OneTimeLink) -> Actor:
    if link.created_by is None:
        return SYSTEM
    user = get_user(link.created_by)
    return actor_of(user) if user.is_active else ANONYMOUS
