"""Rules of baskets and of the charges that carts carry, on plain values."""

from datetime import date

from shop.baskets.rules import can_be_made, is_in_season, short, sums
from shop.carts.rules import Wrap, made_up

DAY = date(2026, 11, 22)


def wrap(quantity: int = 1, parts: dict[int, int] | None = None, amount: int = 30_000) -> Wrap:
    return Wrap(1, "Giỏ", "basket:1", 1, amount, quantity, parts or {1: 2, 2: 1})


def test_a_pack_that_comes_twice_is_needed_twice() -> None:
    assert sums([(1, 2), (2, 1), (1, 1)]) == {1: 3, 2: 1}
    assert sums([(1, 2)], 3) == {1: 6}
    assert can_be_made([(1, 2), (1, 1)], {1: 5}) == 1
    assert can_be_made([(1, 2), (2, 1)], {1: 9, 2: 3}) == 3
    assert can_be_made([(1, 2), (2, 1)], {1: 9}) == 0
    assert can_be_made([], {1: 9}) == 0


def test_what_is_short_says_what_is_there() -> None:
    assert short({1: 3, 2: 1}, {1: 2, 2: 1}) == {1: 2}
    assert short({1: 3}, {}) == {1: 0}
    assert short({1: 3}, {1: 3}) == {}


def test_both_days_of_a_season_count() -> None:
    assert is_in_season(DAY, DAY, DAY) and is_in_season(None, None, DAY)
    assert not is_in_season(date(2026, 11, 23), None, DAY)
    assert not is_in_season(None, date(2026, 11, 21), DAY)


def test_wrapping_is_charged_for_whole_baskets_only() -> None:
    assert [c.whole for c in made_up([wrap(2)], {1: 4, 2: 2})] == [2]
    assert [c.whole for c in made_up([wrap(2)], {1: 3, 2: 2})] == [1]
    assert [c.whole for c in made_up([wrap()], {1: 9})] == [0]
    assert [c.total_vnd for c in made_up([wrap(2)], {1: 4, 2: 2})] == [60_000]


def test_one_unit_serves_one_basket() -> None:
    both = made_up([wrap(), wrap(parts={1: 1})], {1: 2, 2: 1})
    assert [c.whole for c in both] == [1, 0]
