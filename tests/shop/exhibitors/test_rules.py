"""Scores as pure values."""

import pytest

from shop.exhibitors.rules import score_of


def test_nobody_scored() -> None:
    assert score_of({1: 50}, []) is None
    assert score_of({1: 50}, [(9, 7, 10)]) is None


@pytest.mark.parametrize(
    "points, expected",
    [
        ([(1, 7, 10), (2, 7, 10)], 10_000),
        ([(1, 7, 0)], 0),
        ([(1, 7, 10), (2, 7, 0)], 7_500),
        ([(1, 7, 10), (2, 7, 0), (1, 8, 0), (2, 8, 0)], 3_750),
        ([(1, 7, 10), (1, 8, 0), (2, 8, 0)], 5_000),
    ],
)
def test_each_reviewer_counts_once(points: list[tuple[int, int, int]], expected: int) -> None:
    assert score_of({1: 75, 2: 25}, points) == expected


def test_the_order_of_points_never_matters() -> None:
    points = [(1, 7, 3), (2, 7, 8), (1, 8, 5), (2, 9, 1)]
    assert score_of({1: 40, 2: 60}, points) == score_of({2: 60, 1: 40}, points[::-1])
