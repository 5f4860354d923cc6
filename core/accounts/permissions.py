"""May this actor do this, here? One table of roles and actions, filled by the parts; deny by default.

``role("keeper", scope="branch")`` names a role and the kind of scope it is held in (None: everywhere).
``permit("goods.receive", "keeper", "admin")`` allows an action to roles.
``authorize(actor, "goods.receive", Scope("branch", "north"))`` is the one question.
"""

from collections import defaultdict

from core.accounts.actor import ANONYMOUS, Actor, Scope
from core.errors import Forbidden, NotFound, Unauthenticated

_roles: dict[str, str | None] = {}
_allowed: dict[str, set[str]] = defaultdict(set)

__all__ = ["Scope", "actions", "authorize", "is_allowed", "may", "permit", "role", "roles", "scope_kind"]


def role(name: str, scope: str | None = None) -> None:
    """Register a role and the kind of scope in which it is held."""
    _roles[name] = scope


def permit(action: str, *names: str) -> None:
    """Allow an action to roles, which must be registered by the time anybody asks."""
    _allowed[action].update(names)


def roles() -> dict[str, str | None]:
    """Every role with the kind of its scope."""
    return dict(_roles)


def scope_kind(name: str) -> str | None:
    """The kind of scope a role is held in. Raises KeyError for an unknown role."""
    return _roles[name]


def actions() -> dict[str, frozenset[str]]:
    """The whole table: action to roles."""
    return {action: frozenset(names) for action, names in _allowed.items()}


def may(actor: Actor, action: str) -> bool:
    """Whether the actor holds, anywhere, a role that allows the action (and the token's scope does too)."""
    return actor.via == "system" or (_token_allows(actor, action) and bool(actor.roles & _allowed[action]))


def is_allowed(actor: Actor, action: str, *scopes: Scope) -> bool:
    """Whether the actor may do it to an object that belongs to all of ``scopes`` (any of them suffices)."""
    if actor.via == "system":
        return True
    if not _token_allows(actor, action):
        return False
    held = [g for g in actor.grants if g.role in _allowed[action]]
    return any(g.scope is None or not scopes or g.scope in scopes for g in held)


def authorize(actor: Actor, action: str, *scopes: Scope) -> None:
    """Refuse unless allowed: Unauthenticated (401) for nobody, Forbidden (403) without such a role,
    NotFound (404) when the role is held but the object is another's."""
    if actor == ANONYMOUS:
        raise Unauthenticated
    if not may(actor, action):
        raise Forbidden(action=action)
    if not is_allowed(actor, action, *scopes):
        raise NotFound


def _token_allows(actor: Actor, action: str) -> bool:
    wanted = actor.token_scopes
    return wanted is None or "*" in wanted or action in wanted or action.split(".")[0] in wanted
