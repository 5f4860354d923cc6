"""Days of stops."""

from datetime import date, timedelta

import pytest

from catalog.certificates.rules import Status, Term, standing
from catalog.stops.rules import Stop, stop_on

DAY = timedelta(days=1)
FIRST = date(2026, 11, 10)
TERM = Term(1, 4, FIRST - 100 * DAY, FIRST + 100 * DAY, FIRST - 100 * DAY)


@pytest.mark.parametrize(
    "stop, held",
    [
        (Stop(FIRST), range(31)),
        (Stop(FIRST, FIRST), range(1)),
        (Stop(FIRST, FIRST + 3 * DAY), range(4)),
        (Stop(FIRST, lifted_on=FIRST + 2 * DAY), range(2)),
        (Stop(FIRST, FIRST + 9 * DAY, FIRST + 2 * DAY), range(2)),
        (Stop(FIRST, FIRST + 1 * DAY, FIRST + 9 * DAY), range(2)),
        (Stop(FIRST, lifted_on=FIRST), range(0)),
        (Stop(FIRST, lifted_on=FIRST - 5 * DAY), range(0)),
    ],
)
def test_which_days_a_stop_holds(stop: Stop, held: range) -> None:
    days = [n for n in range(-10, 31) if stop.contains(FIRST + n * DAY)]
    assert days == list(held)
    for n in range(-10, 31):
        found = standing([TERM], FIRST + n * DAY, [stop])
        assert (found.status, found.governing) == ((Status.STOPPED, None) if n in held else (Status.VALID, TERM))


def test_the_oldest_in_force_is_told() -> None:
    old, new = Stop(FIRST, code="LG-2"), Stop(FIRST + DAY, code="LG-1")
    assert stop_on([new, old], FIRST + 5 * DAY) == old
    assert stop_on([new, old], FIRST - DAY) is None
    assert standing([TERM], FIRST + 5 * DAY, [new, old]).since == FIRST


def test_a_stop_never_makes_anything_sellable() -> None:
    lapsed, stop = TERM.valid_until + DAY, Stop(FIRST)
    assert standing([TERM], lapsed, [stop]).status is Status.LAPSED
    assert standing([], FIRST, [stop]).status is Status.MISSING
    assert standing([], FIRST, [stop]).stop is None
