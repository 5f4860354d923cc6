"""Whole đồng, split without losing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import allocate, dong, share_bp


def test_written_as_people_read_it() -> None:
    assert dong(125_000) == "125.000\N{NO-BREAK SPACE}₫"
    assert dong(0) == "0\N{NO-BREAK SPACE}₫"
    assert dong(-1_234_567) == "\N{MINUS SIGN}1.234.567\N{NO-BREAK SPACE}₫"


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_parts_add_up_and_stay_within_one_dong_of_their_share(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    shares = weights if any(weights) else [1] * len(weights)
    assert sum(parts) == total
    assert all(abs(part * sum(shares) - total * share) < sum(shares) for part, share in zip(parts, shares, strict=True))


def test_ties_go_to_the_earlier_part() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_impossible_weights_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(10, weights)


def test_basis_points_round_half_up() -> None:
    assert share_bp(125, 1_000) == 13
    assert share_bp(100_000, 800) == 8_000
