"""Rules of vouchers without an app: codes, days, values, obstacles."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import ALPHABET
from shop.vouchers.rules import (
    DEFAULT_DAYS,
    Obstacle,
    Season,
    State,
    clean_code,
    last_days,
    obstacle,
    shown_code,
    values,
)

DAY = date(2026, 11, 22)
CODE = "PV-7K3M9QXT4TG8"


@pytest.mark.parametrize(
    "typed",
    [CODE, "pv-7k3m9qxt4tg8", "PV 7K3M 9QXT 4TG8", "7K3M9QXT4TG8", "7k3m-9qxt-4tg8", "PV-7K3M 9QXT 4TG8 ",
     f"https://shop.example.vn/phieu/{CODE}", f"https://shop.example.vn/phieu/{CODE}/?x=1"],
)  # fmt: skip
def test_a_code_however_it_is_typed_or_scanned(typed: str) -> None:
    assert clean_code(typed) == CODE


def test_letters_that_look_like_digits_are_read_as_them() -> None:
    assert clean_code("PV-O1LI00000000") == "PV-011100000000"


@pytest.mark.parametrize(
    "typed", ["", "PV-", "PV-7K3M9QXT4TG", CODE + "X", "PV-7K3M9QXT4TGU", "DH-7K3M9QXT4TG8", "\0", "phiếu"]
)
def test_no_code(typed: str) -> None:
    assert clean_code(typed) is None


@given(st.text(alphabet=ALPHABET, min_size=12, max_size=12))
def test_every_code_survives_being_shown(body: str) -> None:
    assert clean_code(shown_code(f"PV-{body}")) == f"PV-{body}"


def test_never_beyond_the_season_nor_the_pack() -> None:
    soon, late = DAY + timedelta(days=20), DAY + timedelta(days=400)
    assert last_days(DAY, 3, [Season(2, soon), Season(1, late)], 60) == [soon, soon, DAY + timedelta(days=60)]
    assert last_days(DAY, 2, [], None) == [DAY + timedelta(days=DEFAULT_DAYS)] * 2
    assert last_days(DAY, 2, [Season(1, None), Season(1, soon)], 90) == [DAY + timedelta(days=90), soon]
    assert last_days(DAY, 3, [Season(1, soon)], 90) == [soon] * 3


@given(st.integers(0, 10**9), st.integers(1, 99))
def test_pieces_are_worth_the_line_exactly(paid: int, pieces: int) -> None:
    worth = values(paid, pieces)
    assert sum(worth) == paid
    assert max(worth) - min(worth) <= 1


def test_why_it_cannot_be_used() -> None:
    last = DAY + timedelta(days=1)
    assert obstacle(State.LIVE, DAY, last, DAY) is None
    assert obstacle(State.LIVE, DAY, last, last) is None
    assert obstacle(State.LIVE, DAY, last, last + timedelta(days=1)) is Obstacle.LATE
    assert obstacle(State.LIVE, DAY, last, DAY - timedelta(days=1)) is Obstacle.EARLY
    for state in (State.REDEEMED, State.RETURNED, State.VOID):
        assert obstacle(state, DAY, last, DAY) == state.value
