"""Menus that the parts fill: ``main`` for shoppers, ``account``, ``desk`` for staff."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import LazyString

from core.accounts.actor import Actor
from core.accounts.permissions import may
from core.web.access import current_actor


@dataclass(frozen=True)
class Item:
    """A line of a menu. ``action``: shown only to callers who may; ``known``: only to callers with an account."""

    label: LazyString | str
    endpoint: str
    order: int
    action: str | None
    badge: Callable[[], int | None] | None
    icon: str | None
    group: LazyString | str | None
    known: bool


@dataclass(frozen=True)
class Line:
    """An item as drawn for this request."""

    label: str
    url: str
    active: bool
    badge: int | None
    icon: str | None
    group: str | None


_menus: dict[str, dict[str, Item]] = defaultdict(dict)
#: Addresses that belong to a line though they stand elsewhere, by its endpoint.
_more: dict[str, set[str]] = defaultdict(set)


def menu_item(
    menu: str, label: LazyString | str, endpoint: str, *, order: int = 10, action: str | None = None,
    badge: Callable[[], int | None] | None = None, icon: str | None = None, group: LazyString | str | None = None,
    known: bool = False,
) -> None:  # fmt: skip
    """Add a line to a menu; the same endpoint twice is one line."""
    _menus[menu][endpoint] = Item(label, endpoint, order, action, badge, icon, group, known)


def belongs(endpoint: str, *paths: str) -> None:
    """Whoever is at or below these addresses is at this endpoint's line too, where no line is nearer.

    ``*`` in an address stands for one part of it, as in ``/places/*/history``.
    """
    _more[endpoint].update(paths)


def menu(name: str) -> list[Line]:
    """The lines of a menu for this caller."""
    items = sorted(_menus[name].values(), key=lambda item: item.order)
    actor = current_actor()
    shown = [(item, url_for(item.endpoint)) for item in items if _is_for(item, actor)]
    near = [_nearness(item, url) for item, url in shown]
    best = max(near, default=0)
    return [_line(item, url, is_active=0 < best == here) for (item, url), here in zip(shown, near, strict=True)]


def _is_for(item: Item, actor: Actor) -> bool:
    return actor.is_known if item.known else item.action is None or may(actor, item.action)


def _nearness(item: Item, url: str) -> int:
    """How much of this page's address a line has: the longest of several is where one is; 0: it is elsewhere."""
    return max((len(path) for path in (url, *_more[item.endpoint]) if _is_within(path)), default=0)


def _is_within(url: str) -> bool:
    """Whether this page lies at or below an address."""
    if "*" in url:
        asked, here = url.split("/"), request.path.split("/")
        return len(here) >= len(asked) and all(one in ("*", part) for one, part in zip(asked, here, strict=False))
    return request.path == url or (url != "/" and request.path.startswith(url + "/"))


def _line(item: Item, url: str, *, is_active: bool) -> Line:
    group: Any = str(item.group) if item.group else None
    return Line(str(item.label), url, is_active, item.badge() if item.badge else None, item.icon, group)
