"""What goods that come back are worth: pieces of a line, in any cut and order, come to the line exactly (P16)."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import allocate
from shop.returns.rules import (
    FAULT_DAYS,
    SECOND_PERSON_FROM_VND,
    Charge,
    Line,
    Problem,
    Reason,
    charges_back,
    find_problem,
    is_fresh,
    last_day,
    needs_second,
    share,
    worth,
)

DAY = date(2026, 11, 22)
PIECE = Line(3, 100_000, 0, False)
CHARGES = (Charge("delivery", 30_000), Charge("gift_wrap", 15_000), Charge("deposit", 5_000))

#: Units, total and discount in per mille: few draws, since a thousand baskets are drawn.
lines = st.tuples(st.integers(1, 12), st.integers(0, 3_000_000), st.integers(0, 1_000))


def give_back(baskets: list[Line], cuts: Random) -> int:
    """Return every unit of every line, in any pieces and order; answers the sum."""
    gone, back = [0] * len(baskets), 0
    while open_lines := [n for n, line in enumerate(baskets) if gone[n] < line.quantity]:
        at = cuts.choice(open_lines)
        units = cuts.randint(1, baskets[at].quantity - gone[at])
        back += worth(replace(baskets[at], gone=gone[at]), units)
        gone[at] += units
    return back


@settings(max_examples=1_000, deadline=None)
@given(st.lists(lines, min_size=1, max_size=4), st.integers(0, 10**9))
def test_all_lines_given_back_are_their_total_exactly(drawn: list[tuple[int, int, int]], seed: int) -> None:
    baskets = [Line(units, total - total * off // 1_000, 0, False) for units, total, off in drawn]
    assert give_back(baskets, Random(seed)) == sum(line.paid_vnd for line in baskets)


@given(st.integers(0, 5_000_000), st.integers(1, 300))
def test_a_share_is_the_allocators(paid: int, units: int) -> None:
    pieces = allocate(paid, [1] * units)
    assert [share(paid, units, n) for n in range(units + 1)] == [sum(pieces[:n]) for n in range(units + 1)]


def test_a_share_rounded_for_itself_would_lose_money() -> None:
    """The control: pieces that are each rounded alone do not come to the total."""
    assert sum(round(100_000 / 3) for _ in range(3)) != 100_000
    assert sum(worth(Line(3, 100_000, gone, False), 1) for gone in range(3)) == 100_000


@pytest.mark.parametrize("units", [-1, 4])
def test_there_are_no_more_pieces_than_were_bought(units: int) -> None:
    with pytest.raises(ValueError, match="no such part"):
        share(100_000, 3, units)


def test_charges_go_back_with_the_last_piece_and_only_for_a_fault() -> None:
    assert charges_back(CHARGES, {Reason.BROKEN}, is_last=False) == 0
    assert charges_back(CHARGES, {Reason.BROKEN, Reason.WRONG}, is_last=True) == 50_000
    assert charges_back(CHARGES, {Reason.BROKEN, Reason.CHANGED_MIND}, is_last=True) == 5_000
    assert charges_back(CHARGES, {Reason.CHANGED_MIND}, is_last=True) == 5_000


@pytest.mark.parametrize(
    ("line", "units", "reason", "days", "problem"),
    [
        (PIECE, 3, Reason.CHANGED_MIND, 7, None),
        (PIECE, 3, Reason.CHANGED_MIND, 8, Problem.LATE),
        (PIECE, 3, Reason.BROKEN, FAULT_DAYS, None),
        (PIECE, 3, Reason.BROKEN, FAULT_DAYS + 1, Problem.LATE),
        (PIECE, 4, Reason.BROKEN, 0, Problem.TOO_MANY),
        (PIECE, 0, Reason.BROKEN, 0, Problem.TOO_MANY),
        (Line(3, 1, 2, False), 2, Reason.BROKEN, 0, Problem.TOO_MANY),
        (Line(3, 1, 0, True), 1, Reason.CHANGED_MIND, 0, Problem.FRESH),
        (Line(3, 1, 0, True), 1, Reason.SPOILED, 0, None),
    ],
)
def test_what_can_be_asked_for_and_until_when(
    line: Line, units: int, reason: Reason, days: int, problem: Problem | None
) -> None:
    assert find_problem(line, units, reason, DAY, DAY + timedelta(days=days)) == problem
    if problem is None:
        assert DAY + timedelta(days=days) <= last_day(DAY, reason)


@pytest.mark.parametrize(
    ("is_cold", "shelf_days", "unit", "fresh"),
    [(False, None, "piece", False), (True, 700, "piece", True), (False, 30, "piece", True),
     (False, 31, "piece", False), (False, None, "gram", True)],
)  # fmt: skip
def test_what_is_fresh(is_cold: bool, shelf_days: int | None, unit: str, fresh: bool) -> None:
    assert is_fresh(is_cold=is_cold, shelf_days=shelf_days, unit=unit) is fresh


def test_many_small_sums_are_a_large_one() -> None:
    assert not needs_second(0, SECOND_PERSON_FROM_VND)
    assert needs_second(0, SECOND_PERSON_FROM_VND + 1)
    assert needs_second(1_500_000, 600_000)
