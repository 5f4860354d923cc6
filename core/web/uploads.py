"""How much a request may carry: little by default, more where a route says so.

Before anything reads the body (the guard of forms does, for its token), the route's own measure is set.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

F = TypeVar("F", bound=Callable[..., Any])
_ATTRIBUTE = "_ocop_takes"


def takes(most_bytes: int) -> Callable[[F], F]:
    """Let requests to this route carry up to that many bytes."""

    def mark(view: F) -> F:
        setattr(view, _ATTRIBUTE, most_bytes)
        return view

    return mark


def measure() -> None:
    """Before each request: the measure of its route."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, _ATTRIBUTE, None)
    if most is not None:
        request.max_content_length = most
