"""A map to point at: a window around a place, drawn on the server; a press on it is degrees again. Pure.

Over some tens of kilometres a degree of longitude is a degree of latitude times the cosine of the latitude, everywhere.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shop.stores.mapping import KM

#: Side of the drawing, in pixels: it is never scaled, so that a press tells where.
SIDE = 320
NEAREST_KM, WIDEST_KM = 2.0, 400.0
#: Hải Phòng, where nothing is known.
DEFAULT = (20.85, 106.68)


@dataclass(frozen=True)
class Window:
    """What the map shows: its middle, in degrees, and how many kilometres a side is."""

    lat: float
    lng: float
    km: float

    def place(self, lat: float, lng: float) -> tuple[float, float]:
        """Where a position lies, in pixels from the upper left."""
        scale = SIDE / self.km * KM
        return SIDE / 2 + (lng - self.lng) * self._narrow * scale, SIDE / 2 - (lat - self.lat) * scale

    def position(self, x: float, y: float) -> tuple[float, float]:
        """The position at a pixel, in degrees to about a metre."""
        scale = SIDE / self.km * KM
        lat = self.lat + (SIDE / 2 - y) / scale
        lng = self.lng + (x - SIDE / 2) / scale / self._narrow
        return round(max(-90.0, min(90.0, lat)), 5), round(max(-180.0, min(180.0, lng)), 5)

    def zoomed(self, factor: float) -> "Window":
        """Nearer (below one) or wider."""
        return Window(self.lat, self.lng, max(NEAREST_KM, min(WIDEST_KM, self.km * factor)))

    @property
    def _narrow(self) -> float:
        return max(0.05, math.cos(math.radians(self.lat)))


def window_over(places: Sequence[tuple[float, float]]) -> Window:
    """A window that shows all these positions with some room around."""
    if not places:
        return Window(*DEFAULT, 80.0)
    lats, lngs = [lat for lat, _ in places], [lng for _, lng in places]
    lat, lng = (min(lats) + max(lats)) / 2, (min(lngs) + max(lngs)) / 2
    high = (max(lats) - min(lats)) * KM
    wide = (max(lngs) - min(lngs)) * KM * math.cos(math.radians(lat))
    return Window(lat, lng, max(10.0, min(WIDEST_KM, max(high, wide) * 1.15)))
