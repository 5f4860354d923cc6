"""When data is still needed, and by when a request is answered: without an application."""

from datetime import date

import pytest

from shop.orders.rules import RETURN_DAYS, State
from shop.privacy.rules import OVER, Needed, due_on, latest, papers_until, why_needed

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "asked, due",
    [(date(2026, 11, 18), date(2026, 11, 20)), (date(2026, 11, 19), date(2026, 11, 23)),
     (date(2026, 11, 20), date(2026, 11, 24)), (SUNDAY, date(2026, 11, 24))],
)  # fmt: skip
def test_two_working_days(asked: date, due: date) -> None:
    assert due_on(asked) == due


@pytest.mark.parametrize("state", State)
def test_every_state_says_whether_its_data_is_needed(state: State) -> None:
    why = why_needed(state, SUNDAY, SUNDAY)
    assert (why is None) == (state in OVER)


def test_the_days_to_give_back_end() -> None:
    last = date(2026, 11, 22 + RETURN_DAYS)
    assert why_needed(State.HANDED_OVER, SUNDAY, last) == ("returns", last)
    assert why_needed(State.HANDED_OVER, SUNDAY, date(2026, 11, 23 + RETURN_DAYS)) is None
    assert why_needed(State.TO_REFUND, None, SUNDAY) == ("money", None)


def test_from_when_on_everything_could_go() -> None:
    known = Needed("DH-1", "returns", SUNDAY)
    assert latest([known]) == date(2026, 11, 23)
    assert latest([known, Needed("DH-2", "open", None)]) is None
    assert latest([]) is None


def test_papers_are_kept_ten_years() -> None:
    assert papers_until(SUNDAY) == date(2036, 12, 31)
