"""Pure decisions on changes and prices."""

import hashlib
import json
from collections.abc import Collection
from datetime import date
from typing import Any, Final

#: From this change on a price asks to be confirmed, and is listed for the moderators; from `WARN` the desk marks it.
BIG_PERCENT: Final = 50
WARN_PERCENT: Final = 30
#: How far ahead a price may be planned, and how many plans a pack may have: enough for a year of seasons.
MOST_DAYS_AHEAD: Final = 366
MOST_PLANNED: Final = 24
SHORTEST_REASON: Final = 5


def percent(before: int, after: int) -> int:
    """The change in whole percent, away from zero: 100 -> 150 is 50, 100 -> 49 is -51."""
    exact = (after - before) * 100
    return exact // before if exact >= 0 else -(-exact // before)


def is_big(before: int, after: int) -> bool:
    """More than `BIG_PERCENT` up or down, exactly."""
    return abs(after - before) * 100 > BIG_PERCENT * before


def is_marked(before: int, after: int) -> bool:
    """More than `WARN_PERCENT` up or down."""
    return abs(after - before) * 100 > WARN_PERCENT * before


def tag(value: Any) -> str:
    """A short mark of a value: whoever answers with it has seen exactly that value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def days_waiting(since: date, on: date) -> int:
    """Whole days for which a request has waited."""
    return max(0, (on - since).days)


def state_of(states: Collection[str]) -> str:
    """What became of a request, from its fields' states: open while one is; withdrawn ones count only when alone."""
    if "open" in states:
        return "open"
    decided = {state for state in states if state != "withdrawn"}
    if not decided:
        return "withdrawn"
    return next(iter(decided)) if len(decided) == 1 else "partly"
