"""ETag and If-Match: an edit names the version it edits, or is refused (428 without, 412 stale)."""

from flask import Response, request

from core.db import Versioned
from core.errors import EditConflict, VersionRequired


def etag_of(obj: Versioned) -> str:
    """The strong ETag of an object's version, quoted."""
    return f'"{obj.version}"'


def with_version(response: Response, obj: Versioned) -> Response:
    """Put the object's ETag on an answer."""
    response.headers["ETag"] = etag_of(obj)
    return response


def expected_version() -> int:
    """The version in ``If-Match``. Raises VersionRequired without one, EditConflict when it is no version of ours."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise VersionRequired
    text = header.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise EditConflict(yours=header[:40])
    return int(text)
