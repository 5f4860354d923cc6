"""Verbs of roles: give and take back. No role gives what stands above it, or outside its scope."""

from sqlalchemy import select, update

from core.accounts.actor import Actor, Grant, Scope
from core.accounts.events import GrantGiven, GrantRevoked
from core.accounts.models import UserAccount, UserGrant
from core.accounts.permissions import EVERY, can_give, find_role, find_scope_kind
from core.accounts.queries import get_user
from core.accounts.refusals import GrantTooHigh, LastAdministrator, ScopeMismatch, UnknownRole
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.events import publish


def check_grant(role: str, scope: Scope | None) -> Grant:
    """A grant that makes sense: a known role, in a scope of its kind that exists.

    Raises UnknownRole, ScopeMismatch.
    """
    known = find_role(role)
    if known is None:
        raise UnknownRole(role=role)
    if (scope.kind if scope else None) != known.scope:
        raise ScopeMismatch(role=role, needs=known.scope)
    if scope is not None:
        kind = find_scope_kind(scope.kind)
        if kind is None or kind.find(scope.code) is None:
            raise ScopeMismatch(role=role, needs=known.scope, code=scope.code)
    return Grant(role, scope)


def grant_role(user_id: int, role: str, scope: Scope | None, by: Actor) -> UserGrant:
    """Give a role; giving it twice is giving it once. Raises GrantTooHigh, UnknownRole, ScopeMismatch."""
    with transaction() as session:
        wanted = check_grant(role, scope)
        if not can_give(by, wanted):
            raise GrantTooHigh
        user = get_user(user_id)
        kind, code = (scope.kind, scope.code) if scope else ("", "")
        held = session.scalar(_live(user_id, role, kind, code).with_for_update())
        if held is not None:
            return held
        grant = UserGrant(
            user_id=user.id, role=role, scope_type=kind, scope_id=code, granted_by=by.user_id, granted_at=now()
        )
        session.add(grant)
        session.flush()
        record("grant.given", f"account:{user_id}", by, role=role, scope=_text(kind, code))
        publish(GrantGiven(user_id, role, kind, code))
    return grant


def revoke_role(grant_id: int, by: Actor) -> UserGrant:
    """Take a role back. Raises NotFound, GrantTooHigh, or LastAdministrator for the last that gives every role."""
    with transaction() as session:
        grant = session.get(UserGrant, grant_id)
        if grant is None or grant.revoked_at is not None:
            raise NotFound
        scope = Scope(grant.scope_type, grant.scope_id) if grant.scope_type else None
        if not can_give(by, Grant(grant.role, scope)):
            raise GrantTooHigh
        _keep_one(grant)
        open_grant = UserGrant.id == grant_id, UserGrant.revoked_at.is_(None)
        session.execute(update(UserGrant).where(*open_grant).values(revoked_at=now()))
        where = _text(grant.scope_type, grant.scope_id)
        record("grant.revoked", f"account:{grant.user_id}", by, role=grant.role, scope=where)
        publish(GrantRevoked(grant.user_id, grant.role, grant.scope_type, grant.scope_id))
    return grant


def _keep_one(grant: UserGrant) -> None:
    """Somebody active must be left to give every role; the rows are locked, so two cannot leave together."""
    known = find_role(grant.role)
    if known is None or EVERY not in known.gives:
        return
    holders = select(UserGrant.id).join(UserAccount, UserAccount.id == UserGrant.user_id)
    live = UserGrant.role == grant.role, UserGrant.revoked_at.is_(None), UserAccount.is_active
    left = set(db.session.scalars(holders.where(*live).order_by(UserGrant.id).with_for_update(of=UserGrant)))
    if not left - {grant.id}:
        raise LastAdministrator


def _live(user_id: int, role: str, kind: str, code: str):  # noqa: ANN202 a select of one grant
    same = UserGrant.user_id == user_id, UserGrant.role == role, UserGrant.scope_type == kind
    return select(UserGrant).where(*same, UserGrant.scope_id == code, UserGrant.revoked_at.is_(None))


def _text(kind: str, code: str) -> str:
    return f"{kind}:{code}" if kind else ""
