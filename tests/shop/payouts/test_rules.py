"""Accounts as banks write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.registry.format import guard
from shop.payouts.rules import account_of, holder_of, is_payable, masked, memo_of, refund_of


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        ("0011 0000 12345", "0011000012345"),
        ("0011.0000-12345", "0011000012345"),
        ("abc123456", "ABC123456"),
        ("12345", None),
        ("1" * 20, None),
        ("ABCDEFG", None),
        ("=cmd|calc", None),
        ("１２３４５６７", None),
        ("", None),
    ],
)
def test_an_account_is_digits_and_letters(typed: str, account: str | None) -> None:
    assert account_of(typed) == account


@pytest.mark.parametrize(
    ("typed", "holder"),
    [
        ("Nguyễn Thị Đào", "NGUYEN THI DAO"),
        ("  trần   văn  ơn ", "TRAN VAN ON"),
        ("HTX Cát Hải", "HTX CAT HAI"),
        ("=HYPERLINK(1)", None),
        ("A", None),
        ("123", None),
        ("李", None),
    ],
)
def test_a_holder_is_written_as_banks_write_names(typed: str, holder: str | None) -> None:
    assert holder_of(typed) == holder


@given(st.text(max_size=90))
def test_nothing_that_is_taken_can_be_a_formula(text: str) -> None:
    for cell in (account_of(text), holder_of(text), memo_of(f"refund:{text}")):
        assert cell is None or (guard(cell) == cell and cell.isascii())


def test_banks_pages_and_sources() -> None:
    assert is_payable("970436") and not is_payable("") and not is_payable("000000")
    assert masked("0011000012345") == "•••• 2345"
    assert memo_of("refund:HT-7K3M9QXT") == "HOAN TIEN HT 7K3M9QXT"
    assert memo_of("bankline:12") == "HOAN TIEN DONG 12"
    assert (refund_of("refund:HT-7K3M9QXT"), refund_of("bankline:12")) == ("HT-7K3M9QXT", None)
