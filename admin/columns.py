"""Columns over time beside the time before, drawn on the server: one idea, direct labels. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

#: The field of the drawing, in units of its view box: 640 by 230.
_LEFT: Final = 4
_RIGHT: Final = 636
_TOP: Final = 30
_BOTTOM: Final = 190
#: Labels below closer than this would run into each other.
_ROOM: Final = 46

PERIODS: Final = {"day": 14, "week": 12, "month": 12}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of days, both inclusive."""

    first: date
    last: date
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One stretch: its column, and a line where the time before stood."""

    label: str
    now: int
    before: int
    x: float
    width: float
    y: float
    height: float
    before_y: float
    #: Whether its label is written below, and its figure above.
    has_label: bool
    is_top: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The columns and their sums."""

    columns: list[Column]
    total: int
    before: int

    @property
    def change(self) -> int | None:
        """The change against the time before, in per cent; None without anything before."""
        return change(self.total, self.before)


def change(now: int, before: int) -> int | None:
    """Per cent more (or less) than before, to the nearest; None where there was nothing to compare with."""
    return None if before <= 0 else (200 * (now - before) + before) // (2 * before)


def buckets(period: str, until: date) -> list[Bucket]:
    """The stretches of a period that end with the one in which ``until`` lies: days, weeks from Monday, months."""
    count = PERIODS[period]
    if period == "day":
        days = [until - timedelta(days=count - 1 - n) for n in range(count)]
        return [Bucket(day, day, f"{day:%d/%m}") for day in days]
    if period == "week":
        monday = until - timedelta(days=until.weekday())
        begins = [monday - timedelta(weeks=count - 1 - n) for n in range(count)]
        return [Bucket(day, day + timedelta(days=6), f"{day:%d/%m}") for day in begins]
    months = [_month(until, n - count + 1) for n in range(count)]
    return [Bucket(day, _month(day, 1) - timedelta(days=1), f"{day:%m/%Y}") for day in months]


def before_of(stretches: Sequence[Bucket], period: str) -> list[Bucket]:
    """The same number of stretches right before these: what they are compared with, in their order."""
    return buckets(period, stretches[0].first - timedelta(days=1))


def draw(labels: Sequence[str], now: Sequence[int], before: Sequence[int]) -> Chart:
    """Lay the columns out. What came back may outweigh what was sold: such a column has no height."""
    top = max([*now, *before, 1])
    step = (_RIGHT - _LEFT) / max(len(labels), 1)
    every = max(1, -(-_ROOM // int(step)))
    highest = max(range(len(now)), key=lambda n: now[n], default=0)
    columns = [
        Column(
            label, now[n], before[n], round(_LEFT + n * step + step * 0.15, 1), round(step * 0.7, 1),
            _y(now[n], top), round(_BOTTOM - _y(now[n], top), 1), _y(before[n], top),
            (len(labels) - 1 - n) % every == 0, now[n] > 0 and n in (highest, len(now) - 1),
        )
        for n, label in enumerate(labels)
    ]  # fmt: skip
    return Chart(columns, sum(now), sum(before))


def _y(value: int, top: int) -> float:
    return round(_BOTTOM - max(value, 0) / top * (_BOTTOM - _TOP), 1)


def _month(day: date, ahead: int) -> date:
    """The first day of the month that is so many months ahead."""
    number = day.year * 12 + day.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)
