"""A plain map of stores: true directions and distances, no tiles from anybody's server.

Dots that would lie on each other are pushed apart by a few pixels, so that each can be pressed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shop.stores.models import Store

#: About as wide, in pixels, before dots are pushed apart.
WIDTH = 640
#: Space around the outermost dots.
MARGIN = 36
#: Space for the bar of kilometres below.
BAR = 24
#: Dots stay this far apart, in pixels.
APART = 34
#: Kilometres in one degree of latitude.
KM = 111.2


@dataclass
class Dot:
    """A store on the map, in pixels."""

    store: Store
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """A drawn map: its size, dots in the order of the list, and a bar of ``bar_km`` kilometres."""

    width: int
    height: int
    dots: list[Dot]
    bar: float
    bar_km: int


def draw(stores: Sequence[Store]) -> Map | None:
    """Lay out the stores that have been measured; None when fewer than two have."""
    located = [(store, store.lat, store.lng) for store in stores if store.lat is not None and store.lng is not None]
    if len(located) < 2:
        return None
    middle = math.radians(sum(lat for _, lat, _ in located) / len(located))
    flat = [(store, lng * math.cos(middle), -lat) for store, lat, lng in located]
    left, top = min(x for _, x, _ in flat), min(y for _, _, y in flat)
    wide = max(max(x for _, x, _ in flat) - left, 0.01)
    high = max(y for _, _, y in flat) - top
    scale = (WIDTH - 2 * MARGIN) / max(wide, high, 0.01)
    dots = [Dot(store, (x - left) * scale, (y - top) * scale) for store, x, y in flat]
    _push_apart(dots)
    width, height = _frame(dots)
    bar_km = _round_bar((WIDTH / 5) / scale * KM)
    return Map(width, height, dots, bar_km / KM * scale, bar_km)


def _push_apart(dots: list[Dot]) -> None:
    for _ in range(60):
        for i, one in enumerate(dots):
            for other in dots[i + 1 :]:
                _part(one, other)


def _frame(dots: list[Dot]) -> tuple[int, int]:
    """Move the dots so that a margin surrounds them, and the bar fits below; answers width and height."""
    left, top = min(dot.x for dot in dots) - MARGIN, min(dot.y for dot in dots) - MARGIN
    for dot in dots:
        dot.x, dot.y = dot.x - left, dot.y - top
    return round(max(dot.x for dot in dots) + MARGIN), round(max(dot.y for dot in dots) + MARGIN + BAR)


def _part(one: Dot, other: Dot) -> None:
    dx, dy = other.x - one.x, other.y - one.y
    distance = math.hypot(dx, dy)
    if distance >= APART:
        return
    if distance < 0.01:
        dx, dy, distance = 1.0, 0.0, 1.0
    step = (APART - distance) / 2
    one.x, one.y = one.x - dx / distance * step, one.y - dy / distance * step
    other.x, other.y = other.x + dx / distance * step, other.y + dy / distance * step


def _round_bar(km: float) -> int:
    """The largest of 1, 2, 5, 10, 20, 50 … that fits."""
    return max((n for power in (1, 10, 100, 1000) for n in (power, 2 * power, 5 * power) if n <= km), default=1)
