"""When to order, how much, what to mark down: rules alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.replenish.rules import (
    COVER_DAYS,
    LEAST_STAR_DAYS,
    Levels,
    LotLeft,
    Shelf,
    Why,
    days_of_interest,
    forecast,
    left_over,
    marked_down,
    off_bp,
    propose,
    propose_levels,
    sell_through,
    weekly,
)

DAY = date(2026, 11, 22)


def test_levels_follow_the_pace() -> None:
    assert propose_levels(Shelf(sold=28, on_hand=0)) == Levels(7, 30)  # one a day: a week, four weeks in sixes
    assert propose_levels(Shelf(sold=0, on_hand=9)) == Levels(0, 0)
    assert propose_levels(Shelf(sold=28, on_hand=0, shelf_days=10)) == Levels(5, 5)  # half of the shelf life
    assert propose_levels(Shelf(sold=14_000, on_hand=0, is_weighed=True)) == Levels(3_500, 14_000)
    assert propose_levels(Shelf(sold=7, on_hand=0, window=7)).target == 30  # came a week ago


def test_an_order_fills_to_the_target_once_the_minimum_is_reached() -> None:
    levels = Levels(7, 30)
    assert propose(Shelf(sold=28, on_hand=8), levels).why is Why.ENOUGH
    assert propose(Shelf(sold=28, on_hand=7), levels).units == 24
    assert propose(Shelf(sold=28, on_hand=12, promised=6), levels).units == 24  # six are left to sell
    assert propose(Shelf(sold=28, on_hand=2, in_transit=6), levels).why is Why.ENOUGH
    assert propose(Shelf(sold=28, on_hand=2, requested=4), levels).units == 24


@pytest.mark.parametrize(
    ("shelf", "levels", "why"),
    [
        (Shelf(sold=28, on_hand=0, star_days=0), Levels(7, 30), Why.LAPSED),
        (Shelf(sold=28, on_hand=0, star_days=LEAST_STAR_DAYS), Levels(7, 30), Why.STAR_ENDS),
        (Shelf(sold=28, on_hand=0), Levels(0, 0), Why.OFF),
        (Shelf(sold=0, on_hand=0), Levels(0, 0), Why.NOT_SOLD),
        (Shelf(sold=0, on_hand=0), Levels(6, 12), Why.NOT_SOLD),
    ],
)
def test_nothing_is_ordered_and_it_says_why(shelf: Shelf, levels: Levels, why: Why) -> None:
    assert propose(shelf, levels) == propose(shelf, levels).__class__(0, why)


def test_an_order_stops_at_the_last_day_of_the_star_and_at_half_of_the_shelf_life() -> None:
    until_star = propose(Shelf(sold=28, on_hand=0, star_days=10), Levels(7, 60))
    assert (until_star.units, until_star.why) == (10, Why.UNTIL_STAR)
    until_half = propose(Shelf(sold=28, on_hand=0, shelf_days=30), Levels(7, 60))
    assert (until_half.units, until_half.why) == (15, Why.UNTIL_SHELF_LIFE)


SHELVES = st.builds(
    Shelf, sold=st.integers(0, 500), on_hand=st.integers(0, 300), promised=st.integers(0, 50),
    in_transit=st.integers(0, 100), requested=st.integers(0, 100), window=st.integers(7, 28),
    is_weighed=st.booleans(), shelf_days=st.none() | st.integers(1, 700), star_days=st.integers(0, 900),
)  # fmt: skip


@given(SHELVES, st.integers(0, 100), st.integers(0, 400))
def test_never_more_than_is_foretold_to_sell(shelf: Shelf, minimum: int, more: int) -> None:
    found = propose(shelf, Levels(minimum, minimum + more))
    days = min(shelf.star_days, shelf.shelf_days // 2 if shelf.shelf_days else shelf.star_days)
    assert found.units >= 0
    assert found.units == 0 or found.units + max(0, shelf.reach) <= forecast(shelf.sold, days, shelf.window)


@given(SHELVES)
def test_proposed_levels_are_in_order_and_last_no_longer_than_four_weeks(shelf: Shelf) -> None:
    levels = propose_levels(shelf)
    assert 0 <= levels.minimum <= levels.target
    batch = 1000 if shelf.is_weighed else 6
    assert levels.target <= -(-shelf.sold * COVER_DAYS // shelf.window) + batch


def test_pace_and_sell_through_in_words_of_whole_numbers() -> None:
    assert (weekly(28), weekly(1), weekly(0)) == (7, 1, 0)
    assert (sell_through(30, 10), sell_through(0, 5), sell_through(0, 0)) == (75, 0, None)


def test_what_is_left_after_the_last_day_is_foretold_first_expired_first_out() -> None:
    lots = [LotLeft(1, 10, DAY + timedelta(days=4)), LotLeft(2, 10, DAY + timedelta(days=9)), LotLeft(3, 5, None)]
    assert left_over(lots, 28, DAY) == {1: 5, 2: 5}  # one a day: five of the first within five days, five more later
    assert left_over(lots, 0, DAY) == {1: 10, 2: 10}
    assert left_over(lots, 2800, DAY) == {1: 0, 2: 0}


def test_the_deepest_step_that_is_reached_counts() -> None:
    assert [off_bp(days, 20) for days in (8, 7, 3, 0)] == [0, 1500, 3000, 3000]
    assert [off_bp(days, 400) for days in (61, 60, 30, 14)] == [0, 1000, 2000, 3500]
    assert off_bp(20, None) == 1000  # unknown: as goods that keep for months
    assert (days_of_interest(20), days_of_interest(400)) == (7, 60)


def test_a_lower_price_is_round_and_never_under_what_bought_goods_cost() -> None:
    assert marked_down(125_000, 1000) == 112_500
    assert marked_down(12_300, 2000) == 9_500
    assert marked_down(400, 2000) == 320
    assert marked_down(125_000, 3500, least_vnd=90_000) == 90_000
