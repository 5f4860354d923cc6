"""Being written."""

from typing import Any

from flask import Response

from core.errors import Unavailable


def answer(*args: Any) -> Response:
    """Not yet."""
    raise Unavailable


def quote(*args: Any) -> dict[str, Any]:
    """Not yet."""
    raise Unavailable
