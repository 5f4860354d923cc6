"""Rules of invoices without an app: amounts in words, series, states, and what an adjustment takes back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.invoices.rules import (
    NEXT,
    NUMBERED,
    TAX_CODE,
    Action,
    Owed,
    State,
    is_series,
    kept_until,
    next_state,
    number_words,
    remaining,
    series_of,
    share_out,
    tax_left,
    within,
)
from shop.invoices.spelling import amount_words
from shop.invoices.spelling import number_words as spell

WORDS = {
    0: "không", 1: "một", 4: "bốn", 5: "năm", 10: "mười", 11: "mười một", 14: "mười bốn", 15: "mười lăm",
    20: "hai mươi", 21: "hai mươi mốt", 24: "hai mươi tư", 25: "hai mươi lăm", 31: "ba mươi mốt", 44: "bốn mươi tư",
    55: "năm mươi lăm", 91: "chín mươi mốt", 100: "một trăm", 101: "một trăm linh một", 104: "một trăm linh bốn",
    105: "một trăm linh năm", 110: "một trăm mười", 111: "một trăm mười một", 115: "một trăm mười lăm",
    121: "một trăm hai mươi mốt", 999: "chín trăm chín mươi chín", 1_000: "một nghìn",
    1_001: "một nghìn không trăm linh một", 1_010: "một nghìn không trăm mười",
    1_015: "một nghìn không trăm mười lăm", 21_000: "hai mươi mốt nghìn", 100_000: "một trăm nghìn",
    105_000: "một trăm linh năm nghìn", 1_000_000: "một triệu", 1_000_005: "một triệu không trăm linh năm",
    1_050_000: "một triệu không trăm năm mươi nghìn",
    24_681_315: "hai mươi tư triệu sáu trăm tám mươi mốt nghìn ba trăm mười lăm",
    1_000_000_000: "một tỷ", 1_000_000_001: "một tỷ không trăm linh một",
    1_005_000_000: "một tỷ không trăm linh năm triệu", 12_000_000_000: "mười hai tỷ",
    1_000_000_000_000: "một nghìn tỷ", 10**18: "một tỷ tỷ",
}  # fmt: skip

KNOWN = {word for words in WORDS.values() for word in words.split()} | {"hai", "ba", "sáu", "bảy", "tám"}


@pytest.mark.parametrize(("number", "words"), WORDS.items())
def test_numbers_in_words(number: int, words: str) -> None:
    assert spell(number) == words


def test_amounts_begin_with_a_capital_and_end_in_dong() -> None:
    assert amount_words(21_000) == "Hai mươi mốt nghìn đồng"
    assert amount_words(-54_000) == "Âm năm mươi tư nghìn đồng"
    assert amount_words(0) == "Không đồng"
    with pytest.raises(ValueError, match="negative"):
        spell(-1)


@given(st.integers(0, 10**15))
def test_no_two_numbers_sound_alike_and_every_word_is_known(number: int) -> None:
    words = spell(number)
    assert set(words.split()) <= KNOWN
    assert words != spell(number + 1)
    assert "  " not in words
    assert words == words.strip()


@pytest.mark.parametrize("series", ["C26MKT", "K25TAA"])
def test_a_series(series: str) -> None:
    assert is_series(series)


@pytest.mark.parametrize("series", ["C26MK", "c26mkt", "X26MKT", "C26ZKT", "", "C26MKT1", "C26MKT\n"])
def test_no_series(series: str) -> None:
    assert not is_series(series)


def test_the_series_of_a_day_carries_form_and_year() -> None:
    assert series_of("C26MKT", "credit", date(2026, 12, 31)) == "1C26MKT"
    assert series_of("C26MKT", "credit", date(2027, 1, 1)) == "1C27MKT"
    assert series_of("C26MKT", "household", date(2026, 1, 1)) == "2C26MKT"
    assert number_words(42) == "00000042"
    with pytest.raises(ValueError, match="no series"):
        series_of("ABC", "credit", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("code", "fits"),
    [("0201234567", True), ("0201234567-001", True), ("0201234567001", True), ("031234567890", True),
     ("020123456", False), ("02012345ab", False)],
)  # fmt: skip
def test_tax_codes(code: str, fits: bool) -> None:
    assert (TAX_CODE.fullmatch(code) is not None) is fits


def test_nothing_that_has_a_number_becomes_a_draft_or_nothing_again() -> None:
    for (state, _action), target in NEXT.items():
        assert state not in NUMBERED or target in NUMBERED
    assert next_state(State.DISCARDED, Action.ISSUE) is None
    assert next_state(State.ACCEPTED, Action.REJECT) is None
    assert next_state(State.DRAFT, Action.ACCEPT) is None


def test_invoices_are_kept_for_ten_years_from_the_end_of_theirs() -> None:
    assert kept_until(date(2026, 1, 1)) == kept_until(date(2026, 12, 31)) == date(2036, 12, 31)


def test_what_is_told_is_taken_there_and_the_rest_from_all() -> None:
    left = {"l:1": Owed(2, 200_000), "l:2": Owed(1, 100_000), "c:1": Owed(1, 20_000)}
    assert within(100_000, {"l:1": Owed(1, 100_000)}, left) == {"l:1": Owed(1, 100_000)}
    assert within(200_000, {"l:1": Owed(1, 200_000)}, left) == {"l:1": Owed(2, 200_000)}
    assert within(320_000, {}, left) == left
    more = within(130_000, {"l:2": Owed(1, 100_000)}, left)
    assert more == {"l:2": Owed(1, 100_000), "c:1": Owed(1, 20_000), "l:1": Owed(0, 10_000)}
    less = within(60_000, {"l:1": Owed(1, 100_000)}, left)
    assert less == {"l:1": Owed(1, 60_000)}
    with pytest.raises(ValueError, match="more"):
        within(320_001, {}, left)


def test_sharing_out_gives_nothing_to_what_is_used_up() -> None:
    assert share_out(10, {"a": Owed(0, 0), "b": Owed(1, 10)}) == {"b": 10}
    assert share_out(0, {"a": Owed(1, 5)}) == {}


LEFT = st.dictionaries(st.sampled_from("abcdef"), st.builds(Owed, st.integers(1, 9), st.integers(0, 10**7)), min_size=1)


@given(LEFT, st.data())
def test_taking_back_step_by_step_ends_at_nothing(first: dict[str, Owed], data: st.DataObject) -> None:
    left, taxes = dict(first), {key: one.gross_vnd * 800 // 10_800 for key, one in first.items()}
    printed = dict(taxes)
    for _step in range(4):
        total = sum(one.gross_vnd for one in left.values())
        amount = data.draw(st.integers(0, total)) if _step < 3 else total
        taken = within(amount, {}, left)
        assert sum(one.gross_vnd for one in taken.values()) == amount
        for key, one in taken.items():
            after = left[key].gross_vnd - one.gross_vnd
            step = tax_left(taxes[key], first[key].gross_vnd, left[key].gross_vnd) - tax_left(
                taxes[key], first[key].gross_vnd, after
            )
            assert 0 <= step <= one.gross_vnd
            printed[key] -= step
        left = remaining(left, [taken])
        assert all(one.gross_vnd >= 0 and one.quantity >= 0 for one in left.values())
    assert set(printed.values()) <= {0}
    assert {one.gross_vnd for one in left.values()} == {0}
