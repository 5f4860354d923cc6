"""Pure rules of stores: kinds, VAT methods and opening hours."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from core.clock import ZONE

STORE_KINDS = ("mart", "centre", "stall")
VAT_METHODS = ("credit", "direct", "household")
#: To what cash may be rounded at the till, in đồng; 0: not at all.
CASH_ROUNDINGS = (0, 500, 1000)
#: Every store has these three places.
PLACES = ("shelf", "back", "transit")
#: Goods here can be sold; goods in transit cannot.
SELLABLE_PLACES = ("shelf", "back")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")

Hours = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class Doors:
    """Whether a store is open at an instant, and until or from when (``HH:MM``; None: not today)."""

    is_open: bool
    next_change: str | None


def check_hours(hours: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with opening hours, by weekday; empty when they can be kept.

    Each day holds intervals ``[opens, closes]`` of ``HH:MM``, each after the one before.
    """
    unknown = {day: "không có ngày này" for day in hours if day not in WEEKDAYS}
    wrong = {day: "giờ chưa đúng" for day in WEEKDAYS if day in hours and not _is_ordered(hours[day])}
    return unknown | wrong


def doors(hours: Hours, at: datetime) -> Doors:
    """Open or closed at an aware instant, by the clock of Việt Nam; closing time itself is closed."""
    local = at.astimezone(ZONE)
    clock = f"{local:%H:%M}"
    for opens, closes in hours.get(WEEKDAYS[local.weekday()], ()):
        if clock < opens:
            return Doors(False, opens)
        if clock < closes:
            return Doors(True, closes)
    return Doors(False, None)


def week(hours: Hours) -> list[tuple[str, str]]:
    """``(weekday, "07:30–11:30, 13:30–19:00")`` for the seven days; "" on a closed day."""
    return [(day, ", ".join(f"{a}–{b}" for a, b in hours.get(day, ()))) for day in WEEKDAYS]


def _is_ordered(intervals: Any) -> bool:
    """Intervals of valid clock times that rise strictly."""
    if not isinstance(intervals, list | tuple):
        return False
    flat: list[str] = []
    for interval in intervals:
        if not isinstance(interval, list | tuple) or len(interval) != 2:
            return False
        flat.extend(str(moment) for moment in interval)
    return all(_CLOCK.fullmatch(m) for m in flat) and all(a < b for a, b in pairwise(flat))
