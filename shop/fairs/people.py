"""Who holds a role at a fair or in a delegation, and who is invited to it: one reading for every list of people.

Letting somebody go is the verb of whoever lists her; what is the same for all of them stands here.
"""

from sqlalchemy import select

from core.accounts import grants, links
from core.accounts.actor import SYSTEM, Scope
from core.accounts.models import OneTimeLink, UserAccount, UserGrant
from core.db import db
from core.errors import NotFound

#: One person with the role that she holds.
Held = tuple[UserGrant, UserAccount]


def list_holders(role: str, scope: Scope, *, is_locked: bool = False) -> list[Held]:
    """Everybody who holds this role in this scope now, by name; closed accounts too."""
    here = UserGrant.role == role, UserGrant.scope_type == scope.kind, UserGrant.scope_id == scope.code
    query = select(UserGrant, UserAccount).join(UserAccount, UserAccount.id == UserGrant.user_id)
    live = query.where(*here, UserGrant.revoked_at.is_(None)).order_by(UserAccount.name, UserGrant.id)
    if is_locked:
        live = live.with_for_update(of=UserGrant)
    return [(grant, person) for grant, person in db.session.execute(live)]


def list_invited(role: str, scope: Scope) -> list[OneTimeLink]:
    """Open invitations to this role in this scope, newest first."""
    here = [scope.kind, scope.code]
    return [one for one in links.list_invitations() if one.data.get("scope") == here and one.data.get("role") == role]


def end_role(role: str, scope: Scope, grant_id: int) -> UserAccount:
    """Take the role back that was given here, inside the caller's transaction; answers whose it was.

    The caller has judged who asks, and writes down for whom. Raises NotFound for a role that is no such one.
    """
    for grant, person in list_holders(role, scope, is_locked=True):
        if grant.id == grant_id:
            grants.revoke_role(grant.id, SYSTEM)
            return person
    raise NotFound


def withdraw(role: str, scope: Scope, link_id: int) -> str:
    """Take an open invitation back, likewise; answers the invited name. Raises NotFound."""
    for link in list_invited(role, scope):
        if link.id == link_id:
            links.withdraw_invitation(link.id, SYSTEM)
            return str(link.data.get("name", ""))
    raise NotFound
