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


def menu_item(
    menu: str, label: LazyString | str, endpoint: str, *, order: int = 10, action: str | None = None,
    badge: Callable[[], int | None] | None = None, icon: str | None = None, group: LazyString | str | None = None,
    known: bool = False,
) -> None:  # fmt: skip
    """Add a line to a menu; the same endpoint twice is one line."""
    _menus[menu][endpoint] = Item(label, endpoint, order, action, badge, icon, group, known)


def menu(name: str) -> list[Line]:
    """The lines of a menu for this caller."""
    items = sorted(_menus[name].values(), key=lambda item: item.order)
    actor = current_actor()
    shown = [(item, url_for(item.endpoint)) for item in items if _is_for(item, actor)]
    here = max((url for _item, url in shown if _is_within(url)), key=len, default=None)
    return [_line(item, url, is_active=url == here) for item, url in shown]


def _is_for(item: Item, actor: Actor) -> bool:
    return actor.is_known if item.known else item.action is None or may(actor, item.action)


def _is_within(url: str) -> bool:
    """Whether this page lies at or below an address; of several the longest is where one is."""
    return request.path == url or (url != "/" and request.path.startswith(url + "/"))


def _line(item: Item, url: str, *, is_active: bool) -> Line:
    group: Any = str(item.group) if item.group else None
    return Line(str(item.label), url, is_active, item.badge() if item.badge else None, item.icon, group)
