"""What a page says of itself to machines: its one address, its languages, its neighbours, its picture.

Addresses are built on ``OCOP_BASE_URL``, never on a Host header: a page asked for under another name still names the
one under which it should be known. Filters and sorting are no part of it; the page of a list is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request

from core.config import Config
from core.web.links import address_of


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one page. Template: macros/head.html."""

    title: str
    description: str
    #: The address that this page should be known by, in Vietnamese.
    address: str
    #: Where it differs from the Vietnamese: ``?lang=en`` or ``&lang=en``.
    english: str
    #: The one of the two that was asked for.
    canonical: str
    #: Whether search engines may list it.
    is_listed: bool = True
    #: og:type.
    kind: str = "website"
    #: Address and words of its picture, when it has one.
    picture: str | None = None
    #: Whether the picture is a card drawn for social networks (1200 × 630).
    is_card: bool = False
    picture_words: str = ""
    #: The page before and the page after, of a list.
    before: str | None = None
    after: str | None = None
    #: schema.org's words (JSON-LD), one block each.
    data: Sequence[dict[str, Any]] = ()


def head_of(
    endpoint: str, values: dict[str, Any], title: str, description: str, *, page: int = 1, pages: int = 1, **rest: Any
) -> Head:
    """The head of a page by its endpoint; of a list also which of how many pages it is."""
    address = _paged(endpoint, values, page)
    english = _paged(endpoint, {**values, "lang": "en"}, page)
    before = _paged(endpoint, values, page - 1) if 1 < page <= pages else None
    after = _paged(endpoint, values, page + 1) if page < pages else None
    canonical = english if request.args.get("lang") == "en" else address
    return Head(title, description, address, english, canonical, before=before, after=after, **rest)


def _paged(endpoint: str, values: dict[str, Any], page: int) -> str:
    return address_of(endpoint, **values, **({"page": page} if page > 1 else {}))


def site_name() -> str:
    """What the site is called."""
    config: Config = current_app.extensions["config"]
    return config.site_name


def site_root() -> str:
    """Scheme and host of the public address."""
    config: Config = current_app.extensions["config"]
    parts = urlsplit(config.base_url)
    return f"{parts.scheme}://{parts.netloc}"
