"""Every route says who may call it: ``@public`` or ``@needs("action")``. One that says nothing is refused.

The check here is the first door (does the caller hold any such role?). The verb behind it
asks again with the object's scope through ``authorize``.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, g, request

from core.accounts.actor import ANONYMOUS, Actor
from core.accounts.permissions import authorize
from core.errors import Forbidden, Unauthenticated

log = structlog.get_logger()

F = TypeVar("F", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
_ATTRIBUTE = "_ocop_access"

_loader: Callable[[], Actor] = lambda: ANONYMOUS  # noqa: E731 replaced by core.accounts at start
_declared: dict[str, str] = {"static": PUBLIC}
_conditions: list[Callable[[Actor], None]] = []


def public(view: F) -> F:
    """Anybody may call this."""
    setattr(view, _ATTRIBUTE, PUBLIC)
    return view


def signed_in(view: F) -> F:
    """Anybody with an account may call this; the verb looks at the caller's own things only."""
    setattr(view, _ATTRIBUTE, SIGNED_IN)
    return view


def needs(action: str) -> Callable[[F], F]:
    """Only callers with a role that allows ``action`` may call this."""

    def mark(view: F) -> F:
        setattr(view, _ATTRIBUTE, action)
        return view

    return mark


def declare(endpoint: str, access: str) -> None:
    """Say it for an endpoint whose function is not ours (static files, the API's description)."""
    _declared[endpoint] = access


def access_of(app: Flask, endpoint: str) -> str | None:
    """``public``, ``signed_in``, an action, or None when nobody said."""
    if endpoint.endswith(".static"):
        return PUBLIC
    if endpoint in _declared:
        return _declared[endpoint]
    return getattr(app.view_functions[endpoint], _ATTRIBUTE, None)


def demand_also(condition: Callable[[Actor], None]) -> None:
    """Ask something more of whoever calls a route that needs an action; it refuses by raising."""
    if condition not in _conditions:
        _conditions.append(condition)


def load_actor_with(loader: Callable[[], Actor]) -> None:
    """Tell how the caller is found: from a session cookie or a bearer token."""
    global _loader  # noqa: PLW0603 set once, when the application is built
    _loader = loader


def current_actor() -> Actor:
    """Who is calling, read once per request."""
    if "actor" not in g:
        g.actor = _loader()
    return g.actor


def forget_actor() -> None:
    """Read the caller again: after signing in or out."""
    g.pop("actor", None)


def guard_request() -> None:
    """Before each request: refuse what no rule allows."""
    if request.endpoint is None:
        return
    access = access_of(current_app, request.endpoint)
    if access == PUBLIC:
        return
    if access is None:
        _complain(request.endpoint)
        raise Forbidden
    if access == SIGNED_IN:
        if not current_actor().is_known:
            raise Unauthenticated
        if current_actor().is_narrow_session:
            raise Forbidden
        return
    authorize(current_actor(), access)
    for condition in _conditions:
        condition(current_actor())


@lru_cache
def _complain(endpoint: str) -> None:
    log.error("access.undeclared", endpoint=endpoint)
