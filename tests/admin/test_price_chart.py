"""The drawing of prices over time: steps, words that do not run into each other; no database."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from admin.producing.price_chart import draw

ON = date(2026, 11, 22)


def test_one_price_needs_no_drawing() -> None:
    assert draw([(ON, 5000)], [], ON) is None
    assert draw([], [(ON, 5000)], ON) is None


def test_a_plan_runs_on_after_today() -> None:
    chart = draw([(date(2020, 1, 1), 100_000), (date(2026, 10, 1), 120_000)], [(date(2026, 12, 1), 90_000)], ON)
    assert chart is not None
    assert chart.planned.startswith(f"M{chart.now} ")
    assert [mark.is_planned for mark in chart.marks][-1]
    assert chart.first > date(2026, 8, 1)  # six quiet years take no room
    assert chart.marks[1].y < chart.marks[0].y < chart.marks[2].y  # dearer stands higher


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 10**10)), min_size=2, max_size=40), st.booleans())
@settings(max_examples=60, deadline=None)
def test_everything_stays_in_the_field(steps: list[tuple[int, int]], ahead: bool) -> None:
    past = sorted((ON - timedelta(days=days), price) for days, price in steps)
    chart = draw(past, [(ON + timedelta(days=9), 5000)] if ahead else [], ON)
    assert chart is not None
    assert all(20 <= mark.x <= 620 and 40 <= mark.y <= 160 for mark in chart.marks)
    places = [mark.x for mark in chart.marks]
    assert all(abs(a - b) >= 92 for i, a in enumerate(places) for b in places[:i])
    assert 20 <= chart.now <= 620
