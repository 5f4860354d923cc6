"""Pure rules of stores: kinds, VAT methods and opening hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import ZONE
from shop.stores.opening import WEEKDAYS, Calendar, Hours, are_ordered, hours_words

__all__ = [
    "CASH_ROUNDINGS", "PLACES", "RESERVED_CODES", "SELLABLE_PLACES", "STORE_KINDS", "VAT_METHODS", "WEEKDAYS",
    "Calendar", "Doors", "Hours", "check_hours", "doors", "week",
]  # fmt: skip

STORE_KINDS = ("mart", "centre", "stall")
VAT_METHODS = ("credit", "direct", "household")
#: To what cash may be rounded at the till, in đồng; 0: not at all.
CASH_ROUNDINGS = (0, 500, 1000)
#: Every store has these three places.
PLACES = ("shelf", "back", "transit")
#: Goods here can be sold; goods in transit cannot.
SELLABLE_PLACES = ("shelf", "back")
#: Words that stand in addresses where a store's code may stand (``/quan-ly/dia-diem/moi``): no store is called so.
RESERVED_CODES = frozenset({"moi", "phieu"})


@dataclass(frozen=True)
class Doors:
    """Whether a store is open at an instant, and until or from when (``HH:MM``; None: not today)."""

    is_open: bool
    next_change: str | None
    #: What is special about the day: "Tết".
    note: str = ""


def check_hours(hours: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with opening hours, by weekday; empty when they can be kept.

    Each day holds intervals ``[opens, closes]`` of ``HH:MM``, each after the one before.
    """
    unknown = {day: "không có ngày này" for day in hours if day not in WEEKDAYS}
    wrong = {day: "giờ chưa đúng" for day in WEEKDAYS if day in hours and not are_ordered(hours[day])}
    return unknown | wrong


def doors(hours: Hours | Calendar, at: datetime) -> Doors:
    """Open or closed at an aware instant, by the clock of Việt Nam; closing time itself is closed."""
    calendar = hours if isinstance(hours, Calendar) else Calendar(hours)
    local = at.astimezone(ZONE)
    clock, special = f"{local:%H:%M}", calendar.special_on(local.date())
    note = special.note if special else ""
    for opens, closes in calendar.on(local.date()):
        if clock < opens:
            return Doors(False, opens, note)
        if clock < closes:
            return Doors(True, closes, note)
    return Doors(False, None, note)


def week(hours: Hours) -> list[tuple[str, str]]:
    """``(weekday, "07:30–11:30, 13:30–19:00")`` for the seven days; "" on a closed day."""
    return [(day, hours_words(hours.get(day, ()))) for day in WEEKDAYS]
