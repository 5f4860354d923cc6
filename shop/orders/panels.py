"""Pieces of the order page that parts above orders bring: transfer, card, invoice, returns, vouchers.

A part registers a panel once; the page asks each for its facts and draws the template of those that have any.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from core.accounts.actor import Actor
from shop.orders.models import Order
from shop.payments.models import Payment

Where = Literal["now", "more"]


@dataclass(frozen=True)
class Viewer:
    """Who looks at an order: its buyer, by ``token`` or account, or staff of its store."""

    actor: Actor
    token: str | None
    is_buyer: bool
    is_staff: bool


#: The facts of a panel for one order and its payment, or None when it has nothing to say.
Build = Callable[[Order, Payment, Viewer], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """One piece of the page: where it stands (``now``: what to do first; ``more``: below the goods), and its place."""

    order: int
    name: str
    build: Build
    template: str
    where: Where


@dataclass(frozen=True)
class Drawn:
    """A panel that has something to say: its template sees ``panel.facts``."""

    name: str
    template: str
    facts: dict[str, Any]


_panels: dict[str, Panel] = {}


def panel(order: int, name: str, build: Build, template: str, where: Where = "more") -> None:
    """Add a piece to the order page; the same name twice is one piece.

    ``template`` is included with ``panel`` (`Drawn`), ``order``, ``payment`` and ``viewer`` in sight.
    """
    _panels[name] = Panel(order, name, build, template, where)


def panels_of(order: Order, payment: Payment, viewer: Viewer) -> dict[Where, list[Drawn]]:
    """The panels to draw for an order, by where they stand, in their order."""
    found: dict[Where, list[Drawn]] = {"now": [], "more": []}
    for one in sorted(_panels.values(), key=lambda panel: (panel.order, panel.name)):
        facts = one.build(order, payment, viewer)
        if facts is not None:
            found[one.where].append(Drawn(one.name, one.template, facts))
    return found
