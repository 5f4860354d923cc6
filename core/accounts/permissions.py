"""May this actor do this, here? One table of roles and actions, filled by the parts; deny by default.

``role("keeper", scope="branch")`` names a role and the kind of scope it is held in (None: everywhere).
``permit("goods.receive", "keeper", "admin")`` allows an action to roles.
``authorize(actor, "goods.receive", Scope("branch", "north"))`` is the one question.
``scope("branch", label, find)`` tells how a scope's object is found, so that a grant never names thin air.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import LazyString

from core.accounts.actor import ANONYMOUS, Actor, Grant, Scope
from core.errors import Forbidden, NotFound, Unauthenticated

#: The name of a scope's object for people, or None when there is no such object.
FindScope = Callable[[str], str | None]
#: The objects a grant may name: (code, name) in the order of a list to choose from.
ListScopes = Callable[[], Sequence[tuple[str, str]]]
#: In ``gives``: every role there is.
EVERY = "*"


@dataclass(frozen=True)
class Role:
    """A registered role: where it is held, what people call it, which roles it may give within its scope."""

    name: str
    scope: str | None
    label: str | LazyString
    gives: frozenset[str]
    #: Whether its holders work at a desk: their sessions are short.
    is_staff: bool
    #: Whether its holders must have a second factor where the shop demands one (``core/accounts/factors.py``).
    asks_code: bool = False


@dataclass(frozen=True)
class ScopeKind:
    """A kind of scope that a part registers, such as a branch."""

    kind: str
    label: str | LazyString
    find: FindScope
    list: ListScopes


_roles: dict[str, Role] = {}
_kinds: dict[str, ScopeKind] = {}
_allowed: dict[str, set[str]] = defaultdict(set)

__all__ = [
    "EVERY", "Role", "Scope", "ScopeKind", "actions", "authorize", "can_give", "describe", "find_role",
    "find_scope_kind", "is_allowed", "may", "permit", "role", "roles", "roles_given_by", "scope",
    "scope_kind", "scope_kinds",
]  # fmt: skip


def role(
    name: str,
    scope: str | None = None,
    *,
    label: str | LazyString = "",
    gives: Sequence[str] = (),
    is_staff: bool = True,
    asks_code: bool = False,
) -> None:
    """Register a role, the kind of scope in which it is held, and the roles its holders may give there."""
    _roles[name] = Role(name, scope, label or name, frozenset(gives), is_staff, asks_code)


def scope(kind: str, label: str | LazyString, find: FindScope, list: ListScopes) -> None:
    """Register a kind of scope with the way to find and to list its objects."""
    _kinds[kind] = ScopeKind(kind, label, find, list)


def permit(action: str, *names: str) -> None:
    """Allow an action to roles, which must be registered by the time anybody asks."""
    _allowed[action].update(names)


def roles() -> dict[str, str | None]:
    """Every role with the kind of its scope."""
    return {name: one.scope for name, one in _roles.items()}


def find_role(name: str) -> Role | None:
    """A registered role, or None."""
    return _roles.get(name)


def scope_kind(name: str) -> str | None:
    """The kind of scope a role is held in. Raises KeyError for an unknown role."""
    return _roles[name].scope


def scope_kinds() -> list[ScopeKind]:
    """Every registered kind of scope."""
    return list(_kinds.values())


def find_scope_kind(kind: str) -> ScopeKind | None:
    """A registered kind of scope, or None."""
    return _kinds.get(kind)


def actions() -> dict[str, frozenset[str]]:
    """The whole table: action to roles."""
    return {action: frozenset(names) for action, names in _allowed.items()}


def may(actor: Actor, action: str) -> bool:
    """Whether the actor holds, anywhere, a role that allows the action (and the token's scope does too)."""
    return actor.via == "system" or (_token_allows(actor, action) and bool(actor.roles & _of(action)))


def is_allowed(actor: Actor, action: str, *scopes: Scope) -> bool:
    """Whether the actor may do it to an object that belongs to all of ``scopes`` (any of them suffices)."""
    if actor.via == "system":
        return True
    if not _token_allows(actor, action):
        return False
    held = [g for g in actor.grants if g.role in _of(action)]
    return any(g.scope is None or not scopes or g.scope in scopes for g in held)


def authorize(actor: Actor, action: str, *scopes: Scope) -> None:
    """Refuse unless allowed.

    Raises Unauthenticated (401) for nobody, Forbidden (403) without such a role, NotFound (404)
    when the role is held but the object is another's.
    """
    if actor == ANONYMOUS:
        raise Unauthenticated
    if not may(actor, action):
        raise Forbidden(action=action)
    if not is_allowed(actor, action, *scopes):
        raise NotFound


def describe(name: str, kind: str = "", code: str = "") -> str:
    """A role in words, with the name of its scope's object: "Keeper · North branch"."""
    known, place = _roles.get(name), _kinds.get(kind)
    label = str(known.label) if known else name
    return f"{label} · {place.find(code) or code if place else code}" if kind else label


def can_give(actor: Actor, wanted: Grant) -> bool:
    """Whether the actor may give or take this role: some role held here or everywhere says it gives it."""
    if actor.via == "system":
        return True
    if actor.behalf is not None:  # what was lent is not handed on
        return False
    return any(
        _gives(held.role, wanted.role) and (held.scope is None or held.scope == wanted.scope) for held in actor.grants
    )


def roles_given_by(actor: Actor) -> list[Role]:
    """The roles that the actor may give somewhere."""
    return [one for one in _roles.values() if any(_gives(name, one.name) for name in actor.roles)]


def _gives(giver: str, wanted: str) -> bool:
    held = _roles.get(giver)
    return held is not None and (wanted in held.gives or EVERY in held.gives)


def _of(action: str) -> set[str]:
    return _allowed.get(action, set())


def _token_allows(actor: Actor, action: str) -> bool:
    """Whether neither a token nor what another lent is narrower than this action."""
    wanted = actor.token_scopes
    if actor.behalf is not None and action not in actor.behalf.actions:
        return False
    return wanted is None or "*" in wanted or action in wanted or action.split(".")[0] in wanted
