"""A pack's prices over time as steps: what it cost, what it costs, what is planned. Drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

#: The field of the drawing, in units of its view box: 640 by 200, with room for words above and below.
_LEFT: Final = 20
_RIGHT: Final = 620
_TOP: Final = 48
_BOTTOM: Final = 160
#: Words closer than this to the last ones would run into them.
_ROOM: Final = 92


@dataclass(frozen=True, slots=True)
class Mark:
    """A price written at the step that begins it; ``end``: towards which side the words run."""

    x: float
    y: float
    on: date
    price_vnd: int
    is_planned: bool
    end: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Paths and words of the drawing."""

    past: str
    planned: str
    marks: list[Mark]
    #: Where today stands.
    now: float
    first: date
    last: date


def draw(past: Sequence[tuple[date, int]], planned: Sequence[tuple[date, int]], on: date) -> Chart | None:
    """Steps of prices by their first day (oldest first), up to today, and on to what is planned; None for fewer than
    two prices: one figure needs no drawing.
    """
    if len(past) + len(planned) < 2 or not past:
        return None
    last = max([on, *(day for day, _price in planned)])
    first = _first_day(past, planned, last)
    past = [(max(first, day), price) for day, price in past]
    span, top = max((last - first).days, 1), max(price for _day, price in [*past, *planned])
    tail = span * 0.08 if planned else 0  # the last plan goes on a little

    def x(day: date) -> float:
        return round(_LEFT + (day - first).days / (span + tail) * (_RIGHT - _LEFT), 1)

    def y(price: int) -> float:
        return round(_BOTTOM - price / top * (_BOTTOM - _TOP), 1)

    here = x(on)
    steps = [(x(day), y(price)) for day, price in past]
    ahead = [(here, steps[-1][1]), *((x(day), y(price)) for day, price in planned)]
    marks = [_mark(x(day), y(price), day, price, is_planned=False) for day, price in past]
    marks += [_mark(x(day), y(price), day, price, is_planned=True) for day, price in planned]
    return Chart(
        past=_steps(steps, here), planned=_steps(ahead, _RIGHT) if planned else "", marks=_apart(marks), now=here,
        first=first, last=last,
    )  # fmt: skip


def _first_day(past: Sequence[tuple[date, int]], planned: Sequence[tuple[date, int]], last: date) -> date:
    """A price that stood for years needs no more room than a third of what happened since."""
    second = [*past, *planned][1][0]
    lead = max(timedelta(days=14), (last - second) / 3)
    return max(past[0][0], second - lead)


def _steps(points: Sequence[tuple[float, float]], until: float) -> str:
    """A path that keeps each height until the next step."""
    path = f"M{points[0][0]} {points[0][1]}"
    for (_x0, y0), (x1, y1) in pairwise(points):
        path += f"L{x1} {y0}L{x1} {y1}"
    return f"{path}L{until} {points[-1][1]}"


def _mark(x: float, y: float, on: date, price: int, *, is_planned: bool) -> Mark:
    return Mark(x, y, on, price, is_planned, "end" if x > _RIGHT - _ROOM else "start")


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """Leave words out that would lie over others; the newest ones stay, and the table has them all."""
    found: list[Mark] = []
    for mark in reversed(marks):
        if all(abs(mark.x - other.x) >= _ROOM for other in found):
            found.insert(0, mark)
    return found
