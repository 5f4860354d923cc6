"""Touching is no overlap, and nothing is ever rounded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.fairs.plans.geometry import Ring, bounds, is_simple, is_within, overlap


def box(left: int, top: int, width: int = 3, height: int = 3) -> Ring:
    return ((left, top), (left + width, top), (left + width, top + height), (left, top + height))


ELL = ((0, 0), (6, 0), (6, 3), (3, 3), (3, 6), (0, 6))


@pytest.mark.parametrize(
    "a, b, expected",
    [
        (box(0, 0), box(3, 0), False),  # a common wall
        (box(0, 0), box(3, 3), False),  # a common corner
        (box(0, 0), box(2, 0), True),
        (box(0, 0), box(0, 0), True),  # the same place
        (box(0, 0), tuple(reversed(box(0, 0))), True),  # written the other way round
        (((0, 0), (1, 0), (3, 0), (3, 3), (0, 3)), box(0, 0), True),  # a corner that does not bend
        (box(0, 0, 9, 9), box(3, 3), True),  # one inside the other
        (box(0, 3, 9, 2), box(3, 0, 2, 9), True),  # a cross: no corner inside the other
        (ELL, box(3, 3), False),  # in the bend of an L
        (ELL, box(2, 2), True),
        (((0, 0), (4, 4), (0, 4)), ((0, 0), (4, 0), (4, 4)), False),  # two halves of a square
        (((0, 0), (4, 4), (0, 4)), ((0, 0), (5, 0), (4, 5)), True),
    ],
)
def test_overlap(a: Ring, b: Ring, expected: bool) -> None:
    assert overlap(a, b) is expected
    assert overlap(b, a) is expected


@pytest.mark.parametrize(
    "ring, expected",
    [
        (box(0, 0), True),
        (ELL, True),
        (((0, 0), (3, 3)), False),
        (((0, 0), (1, 0), (2, 0)), False),  # no ground
        (((0, 0), (3, 3), (3, 0), (0, 3)), False),  # a bow tie
        (((0, 0), (4, 0), (2, 0), (2, 3)), False),  # an edge upon another
        (((0, 0), (4, 0), (4, 4), (2, 0), (0, 4)), False),  # a corner on an edge
        (((0, 0), (3, 0), (0, 0), (0, 3)), False),  # a corner twice
    ],
)
def test_simple(ring: Ring, expected: bool) -> None:
    assert is_simple(ring) is expected


def test_within_counts_the_walls() -> None:
    assert is_within(box(0, 0), 3, 3)
    assert not is_within(box(1, 0), 3, 3)
    assert not is_within(((-1, 0), (3, 0), (3, 3)), 3, 3)


places = st.integers(0, 8)
sizes = st.integers(1, 5)
boxes = st.builds(box, places, places, sizes, sizes)


@given(boxes, boxes)
@settings(max_examples=300, deadline=None)
def test_boxes_overlap_as_arithmetic_says(a: Ring, b: Ring) -> None:
    (l1, t1, r1, b1), (l2, t2, r2, b2) = bounds(a), bounds(b)
    assert overlap(a, b) is (l1 < r2 and l2 < r1 and t1 < b2 and t2 < b1)


@given(boxes, boxes, st.integers(2, 7), st.integers(-7, 7))
@settings(max_examples=200, deadline=None)
def test_overlap_survives_a_slanted_view(a: Ring, b: Ring, scale: int, shear: int) -> None:
    """A shear keeps who touches whom, and makes every edge slanted."""

    def slant(ring: Ring) -> Ring:
        return tuple((scale * x + shear * y, y + 3 * x) for x, y in ring)

    if scale - 3 * shear:
        assert overlap(slant(a), slant(b)) is overlap(a, b)
