"""Promised times in a store's opening hours, the six digits, and what a counter understands."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import ZONE
from shop.orders.collecting import code_of, plain_code
from shop.orders.promises import is_late, ready_by

#: Closed over noon and on Sundays.
HOURS = {day: [["07:30", "11:30"], ["13:30", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("decided", "method", "ready"),
    [
        ("2026-11-23T08:00", "pickup", "2026-11-23T10:00"),
        ("2026-11-23T10:30", "pickup", "2026-11-23T14:30"),  # over noon
        ("2026-11-23T05:00", "pickup", "2026-11-23T09:30"),  # before the doors open
        ("2026-11-21T18:30", "pickup", "2026-11-23T09:00"),  # Saturday evening, closed on Sunday
        ("2026-11-23T09:30", "pickup", "2026-11-23T11:30"),  # done as the doors close
        ("2026-11-23T07:30", "delivery", "2026-11-23T17:30"),
    ],
)
def test_ready_by(decided: str, method: str, ready: str) -> None:
    assert ready_by(HOURS, at(decided), method) == at(ready)


def test_a_store_without_hours_promises_nothing() -> None:
    assert ready_by({}, at("2026-11-23T08:00"), "pickup") is None
    assert not is_late(None, at("2026-11-23T08:00"))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.sampled_from(["pickup", "delivery"]))  # noqa: DTZ001 local wall clock
def test_a_promise_lies_ahead_and_is_never_earlier_for_a_later_order(wall: datetime, method: str) -> None:
    decided = wall.replace(tzinfo=ZONE)
    ready = ready_by(HOURS, decided, method)
    assert ready is not None
    assert ready > decided
    assert ready.weekday() < 6
    later = ready_by(HOURS, decided + timedelta(minutes=7), method)
    assert later is not None
    assert later >= ready
    assert is_late(ready, ready + timedelta(seconds=1))
    assert not is_late(ready, ready)


def test_the_digits_are_six_and_come_from_the_secret_alone() -> None:
    one = code_of("DH-7K3M9QXT", "secret")
    assert len(one) == 6
    assert one.isdecimal()
    assert one == code_of("DH-7K3M9QXT", "secret")
    assert len({code_of("DH-7K3M9QXT", f"secret {n}") for n in range(200)}) > 190
    assert code_of("DH-7K3M9QXU", "secret") != one


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("482913", "482913"),
        (" 482 913 ", "482913"),
        ("http://127.0.0.1:8000/quan-ly/nhan-hang?q=DH-7K3M9QXT.482913", "DH-7K3M9QXT.482913"),
        ("dh-7k3m9qxt.482913", "DH-7K3M9QXT.482913"),
        ("48291", None),
        ("4829134", None),
        ("DH-7K3M9QXT", None),
        ("４８２９１３", None),
        ("", None),
    ],
)
def test_what_a_counter_understands(said: str, code: str | None) -> None:
    assert plain_code(said) == code
