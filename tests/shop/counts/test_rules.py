"""What entries come to, what an approval moves, what a label says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.counts.rules import Entry, Mode, Tally, change, read_label, tally, worth

FIRST, ADD, REPLACE = Mode.FIRST, Mode.ADD, Mode.REPLACE


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([], None),
        ([(FIRST, 5, 8)], Tally(5, 8, False)),
        ([(FIRST, 5, 8), (ADD, 3, 8)], Tally(8, 8, False)),
        ([(FIRST, 5, 8), (ADD, 3, 7)], Tally(8, 7, True)),
        ([(FIRST, 5, 8), (ADD, 3, 7), (REPLACE, 7, 7)], Tally(7, 7, False)),
        ([(FIRST, 0, 4)], Tally(0, 4, False)),
    ],
)
def test_entries_add_up(entries: list[tuple[Mode, int, int]], found: Tally | None) -> None:
    assert tally([Entry(*one) for one in entries]) == found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), st.integers(-50, 50), st.integers(-9, 9), st.integers(-9, 9), st.integers(-50, 50))
def test_the_books_end_at_what_is_there(shelf: int, lost: int, before: int, after: int, by_hand: int) -> None:
    """Whatever moves before and after the counting, and whatever was put right by hand: ledger = shelf at the end."""
    expected = shelf + before
    counted = real = expected - lost
    books, real = expected + after + by_hand, real + after
    assert books + change(counted, expected, by_hand) == real


@pytest.mark.parametrize(
    ("units", "unit", "price", "value"),
    [(-3, "piece", 120_000, 360_000), (250, "gram", 90_000, 22_500), (-999, "gram", 1_000, 999), (0, "piece", 5, 0)],
)
def test_differences_are_worth_their_selling_price(units: int, unit: str, price: int, value: int) -> None:
    assert worth(units, unit, price) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("LO-7K3M9QXT", "LO-7K3M9QXT"),
        (" lo-7k3m9qxt ", "LO-7K3M9QXT"),
        ("https://ocopmart.example.vn/truy-xuat/LO-7K3M9QXT", "LO-7K3M9QXT"),
        ("http://x/truy-xuat/LO-7K3M9QXT/?a=1", "LO-7K3M9QXT"),
        ("8936012345678", "8936012345678"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", ""),
    ],
)
def test_labels_are_read(text: str, said: str) -> None:
    assert read_label(text) == said
