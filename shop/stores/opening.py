"""When a store is open: the week, days with hours of their own (holidays), and the days of a temporary store. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

#: A day with hours of its own lasts at most so long: Tết is a week, a renovation a month.
LONGEST_SPECIAL_DAYS = 62
MOST_SPECIALS = 40
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Intervals = Sequence[Sequence[str]]
Hours = Mapping[str, Intervals]

_RANGE = re.compile(r"(\d{1,2})(?:[:hg.](\d{2})?)?\s*(?:-|–|—|đến)\s*(\d{1,2})(?:[:hg.](\d{2})?)?")
_DASH = re.compile(r"\s*[,;]\s*|\s+(?:và)\s+")


@dataclass(frozen=True)
class Special:
    """Days, both inclusive, on which other hours count; none: closed. ``note`` is what the door says: "Tết"."""

    since: date
    until: date
    hours: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Calendar:
    """Everything that says when a store is open."""

    hours: Hours
    special: Mapping[str, Any] = field(default_factory=dict[str, Any])
    opens_on: date | None = None
    ends_on: date | None = None

    def on(self, day: date) -> Intervals:
        """The intervals ``[opens, closes]`` of a day; empty when the store is shut all day."""
        if (self.opens_on and day < self.opens_on) or (self.ends_on and day > self.ends_on):
            return ()
        found = self.special_on(day)
        return found.hours if found else self.hours.get(WEEKDAYS[day.weekday()], ())

    def special_on(self, day: date) -> Special | None:
        """What is special about a day."""
        return next((one for one in specials(self.special) if one.since <= day <= one.until), None)

    def coming(self, day: date, days: int = 30) -> list[Special]:
        """Special days that last still or begin within so many days, in order: for the door and its page."""
        last = day + timedelta(days=days)
        return [one for one in specials(self.special) if one.until >= day and one.since <= last]


def specials(kept: Mapping[str, Any]) -> list[Special]:
    """The days as the column keeps them, in order."""
    return sorted(
        (
            Special(
                date.fromisoformat(since), date.fromisoformat(one["until"]),
                tuple((a, b) for a, b in one.get("hours", ())), one.get("note", ""),
            )
            for since, one in kept.items()
        ),
        key=lambda one: one.since,
    )  # fmt: skip


def keep(days: Sequence[Special]) -> dict[str, Any]:
    """The days as the column keeps them."""
    return {
        one.since.isoformat(): {
            "until": one.until.isoformat(), "hours": [list(pair) for pair in one.hours], "note": one.note,
        }
        for one in days
    }  # fmt: skip


def check_special(kept: Any) -> str | None:
    """What is wrong with special days as they came from a program, as a word for ``service``; None: nothing."""
    if not isinstance(kept, Mapping) or len(kept) > MOST_SPECIALS:
        return "shape"
    for since, one in kept.items():
        if not _is_day(since) or not isinstance(one, Mapping) or set(one) - {"until", "hours", "note"}:
            return "shape"
        note = one.get("note", "")
        if not _is_day(one.get("until")) or not isinstance(note, str) or len(note) > 100 or not note.isprintable():
            return "shape"
        if not are_ordered(one.get("hours", [])):
            return "hours"
    return _check_days(specials(kept))


def _check_days(days: Sequence[Special]) -> str | None:
    last: date | None = None
    for one in days:
        if one.until < one.since or (one.until - one.since).days >= LONGEST_SPECIAL_DAYS:
            return "length"
        if last is not None and one.since <= last:
            return "overlap"
        last = one.until
    return None


_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


def are_ordered(intervals: Any) -> bool:
    """Whether these are intervals of clock times that rise strictly."""
    if not isinstance(intervals, list | tuple):
        return False
    flat: list[str] = []
    for interval in intervals:
        if not isinstance(interval, list | tuple) or len(interval) != 2:
            return False
        flat.extend(str(moment) for moment in interval)
    rising = all(a < b for a, b in pairwise(flat))
    return all(_CLOCK.fullmatch(m) for m in flat) and rising and "24:00" not in flat[:-1]


def read_hours(text: str) -> list[list[str]] | None:
    """A day's hours as people write them; ``[]`` for nothing or "nghỉ", None for what cannot be read.

    >>> read_hours("7:30-11h30, 13h – 18:30"), read_hours("nghỉ"), read_hours("sáng")
    ([['07:30', '11:30'], ['13:00', '18:30']], [], None)
    """
    plain = text.strip().lower()
    if plain in ("", "nghỉ", "nghi", "đóng cửa", "-"):
        return []
    found: list[list[str]] = []
    for part in _DASH.split(plain):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        found.append([f"{int(match[1]):02}:{match[2] or '00'}", f"{int(match[3]):02}:{match[4] or '00'}"])
    return found if are_ordered(found) else None


def hours_words(intervals: Intervals) -> str:
    """``07:30–11:30, 13:30–19:00``; "" for a day on which the store is shut."""
    return ", ".join(f"{opens}–{closes}" for opens, closes in intervals)


def days_ahead(calendar: Calendar, first: date, days: int) -> Iterator[tuple[date, Intervals]]:
    """Days from ``first`` with their hours."""
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        yield day, calendar.on(day)


def _is_day(text: Any) -> bool:
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return False
    try:
        return 2000 <= date.fromisoformat(text).year <= 2100
    except ValueError:
        return False
