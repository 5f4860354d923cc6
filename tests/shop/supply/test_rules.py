"""When to bring more and what a sale leaves the producer: rules without an app."""

import pytest

from shop.supply.rules import COVER_DAYS, SHORT_DAYS, WINDOW_DAYS, Shelf, a_week, lasts, to_bring


@pytest.mark.parametrize(
    ("shelf", "wanted"),
    [
        (Shelf(3, 8), 12),  # 2 a week, 3 left: six weeks are 12, less 3 is 9, in sixes 12
        (Shelf(0, 4), 6),
        (Shelf(0, 1), 2),
        (Shelf(100, 8), 0),  # lasts for months
        (Shelf(3, 0), 0),  # nothing sells
        (Shelf(0, 28, shelf_days=14), 12),  # 1 a day, keeps 14 days: a week's worth, in sixes
        (Shelf(0, 28, star_days=10), 12),
        (Shelf(0, 28, star_days=7), 0),  # the star ends within a week
        (Shelf(500, 14_000, is_weighed=True), 21_000),
        (Shelf(0, 100, is_weighed=True), 1000),
    ],
)
def test_what_to_bring(shelf: Shelf, wanted: int) -> None:
    assert to_bring(shelf) == wanted


def test_a_shelf_of_two_weeks_is_left_alone_and_a_day_less_is_not() -> None:
    a_day = 2
    sold = a_day * WINDOW_DAYS
    assert to_bring(Shelf(a_day * SHORT_DAYS, sold)) == 0
    short = Shelf(a_day * SHORT_DAYS - 1, sold)
    assert (lasts(short), to_bring(short) >= a_day * COVER_DAYS - short.free) == (SHORT_DAYS - 1, True)


def test_a_week_of_sales() -> None:
    assert [a_week(sold) for sold in (1, 4, 8, 10, 28)] == [1, 1, 2, 3, 7]
