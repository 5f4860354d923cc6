"""What a line costs, and what stands in its way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.carts.rules import Problem, find_problem, line_total, merge, sum_without_problems

GOOD: dict[str, Any] = {
    "refusal": None, "unit": "piece", "quantity": 2, "available": 5, "is_alcohol": False, "is_adult": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"quantity": 5}, None),
        ({"quantity": 6}, Problem("stock.short", available=5)),
        ({"available": 0}, Problem("stock.short", available=0)),
        ({"quantity": 100, "available": 500}, Problem("quantity.limit", limit=99)),
        ({"unit": "gram", "quantity": 100_000, "available": 500_000}, None),
        ({"unit": "gram", "quantity": 100_001, "available": 500_000}, Problem("quantity.limit", limit=100_000)),
        ({"is_alcohol": True}, Problem("adult.required")),
        ({"is_alcohol": True, "is_adult": True}, None),
        ({"refusal": "certificate.lapsed", "available": 0, "is_alcohol": True}, Problem("certificate.lapsed")),
    ],
)
def test_the_first_thing_in_the_way_is_named(changes: dict[str, Any], problem: Problem | None) -> None:
    assert find_problem(**(GOOD | changes)) == problem


@pytest.mark.parametrize(
    ("price", "quantity", "unit", "costs"),
    [(125_000, 3, "piece", 375_000), (89_999, 500, "gram", 45_000), (89_000, 333, "gram", 29_637), (1, 499, "gram", 0)],
)
def test_grams_are_paid_by_the_kilogram_half_up(price: int, quantity: int, unit: str, costs: int) -> None:
    assert line_total(price, quantity, unit) == costs


@given(st.integers(1, 10**7), st.integers(1, 10**6))
def test_a_total_is_the_exact_price_within_half_a_dong(price: int, grams: int) -> None:
    assert abs(line_total(price, grams, "gram") * 1000 - price * grams) <= 500


def test_lines_with_a_problem_cost_nothing() -> None:
    assert sum_without_problems([(100, None), (50, Problem("stock.short", available=0)), (7, None)]) == 107


def test_two_carts_of_one_person_lose_no_line_and_double_none() -> None:
    merged = merge({1: 2, 2: 1}, {2: 5, 3: 1})
    assert merged == {1: 2, 2: 5, 3: 1}
    assert merge(merged, {2: 5, 3: 1}) == merged
