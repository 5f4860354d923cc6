"""The desks under ``/quan-ly``: one blueprint that every desk module fills, and what they share."""

from math import ceil
from typing import Any

from flask import Response, g, redirect, request, url_for

from core.accounts.permissions import may
from core.web.access import current_actor
from core.web.pages import Pages

desk = Pages("desk", __name__, url_prefix="/quan-ly")

PER_PAGE = 30


@desk.context_processor
def what_may_be_done() -> dict[str, Any]:
    """Let templates ask ``may('users.keep')`` before they draw a link."""
    return {"may": lambda action: may(current_actor(), action)}


def go(endpoint: str, **values: Any) -> Response:
    """Send the browser on after an act, so that a reload repeats nothing."""
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]


def page_number() -> int:
    """The page asked for; anything but a plain number from 1 is the first. A file of the list begins with the first."""
    if "desk_page" in g or request.args.get("tai"):
        return g.get("desk_page", 1)
    text = request.args.get("page", "1")
    return max(1, min(int(text), 100_000)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def pages_of(total: int, per_page: int = PER_PAGE) -> int:
    """How many pages that makes; noted for the list's file (`admin/tables.py`)."""
    g.desk_pages = ceil(total / per_page)
    return g.desk_pages


def asked_text(name: str, most: int = 100) -> str:
    """A filter as typed, trimmed and cut; '' when not given."""
    return request.args.get(name, "").replace("\x00", "").strip()[:most]
