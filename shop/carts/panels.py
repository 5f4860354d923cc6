"""Pieces of the cart's page that parts above carts bring: which store sends what.

A part registers a panel once; the page asks each for its facts and draws those that have any.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop.carts.queries import CartView

#: The facts of a panel for a cart as it stands at an instant, or None when it has nothing to say.
Build = Callable[[CartView, datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Drawn:
    """A panel that has something to say: its template sees ``panel.facts``."""

    template: str
    facts: dict[str, Any]


_panels: dict[str, Build] = {}


def cart_panel(template: str, build: Build) -> None:
    """Add a piece to the cart's page, above its sum; the same template twice is one piece."""
    _panels[template] = build


def panels_of(view: CartView, at: datetime) -> list[Drawn]:
    """The panels to draw for a cart, in the order in which they were added."""
    found = [(template, build(view, at)) for template, build in _panels.items()]
    return [Drawn(template, facts) for template, facts in found if facts is not None]
