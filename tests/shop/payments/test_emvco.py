"""The VietQR text against published vectors, a second implementation, and bad input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vietnam_qr_pay import QRPay

from shop.payments.banks import bank_name, list_banks, list_by_bin
from shop.payments.providers.emvco import BadVietQr, VietQr, crc16, encode, memo_text, parse

#: PyPI vietnam-qr-pay 1.0.0 wrote this text (docs: VietQR, NAPAS IBFT 1.5.2).
VECTOR = (
    "00020101021238540010A00000072701240006970405011012345678900208QRIBFTTA530370454061250005802VN"
    "62170813OCOP DH0001236304ED4F"
)


def test_the_vector_is_written_and_read() -> None:
    qr = VietQr("970405", "1234567890", 125_000, "OCOP DH000123")
    assert encode(qr) == VECTOR
    assert parse(VECTOR) == qr


def test_crc_is_ccitt_false() -> None:
    assert crc16("123456789") == "29B1"


accounts = st.text("0123456789ABCXYZ", min_size=6, max_size=19)
memos = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", max_size=25)


@given(st.from_regex(r"970[0-9]{3}", fullmatch=True), accounts, st.integers(1, 9_999_999_999_999), memos)
def test_a_second_implementation_writes_the_same_text(bank: str, account: str, amount: int, memo: str) -> None:
    oracle = QRPay.init_viet_qr(bank_bin=bank, bank_number=account, amount=str(amount), purpose=memo or None)
    text = encode(VietQr(bank, account, amount, memo))
    assert text == oracle.build()
    read = QRPay(text)
    assert (read.is_valid, read.amount, read.consumer.bank_number) == (True, str(amount), account)
    assert parse(text) == VietQr(bank, account, amount, memo)


def test_without_an_amount_the_code_is_static() -> None:
    text = encode(VietQr("970436", "0011001234567"))
    assert text.startswith("000201010211")
    assert parse(text).amount_vnd is None


@pytest.mark.parametrize("amount", [0, -1, True, 125000.0, 10**13])
def test_an_amount_is_a_positive_whole_number(amount: int) -> None:
    with pytest.raises(BadVietQr):
        encode(VietQr("970436", "0011001234567", amount))


@pytest.mark.parametrize(
    ("bank", "account", "memo"),
    [
        ("97043", "1", ""),
        ("970436", "", ""),
        ("970436", "1" * 20, ""),
        ("970436", "1", "đơn"),
        ("970436", "1", "x" * 26),
    ],
)
def test_parts_that_do_not_fit_are_refused(bank: str, account: str, memo: str) -> None:
    with pytest.raises(BadVietQr):
        encode(VietQr(bank, account, 1000, memo))


@pytest.mark.parametrize("at", range(0, len(VECTOR), 7))
def test_a_changed_sign_is_noticed(at: int) -> None:
    other = "1" if VECTOR[at] != "1" else "2"
    with pytest.raises(BadVietQr):
        parse(VECTOR[:at] + other + VECTOR[at + 1 :])


@pytest.mark.parametrize("text", ["", "6304", "00", "0099", "đ" * 20])
def test_what_is_no_vietqr_is_refused(text: str) -> None:
    with pytest.raises(BadVietQr):
        parse(text)


def test_another_currency_is_refused() -> None:
    body = VECTOR[:-4].replace("5303704", "5303840")
    with pytest.raises(BadVietQr):
        parse(body + crc16(body))


@given(st.text(max_size=80))
def test_a_memo_is_what_every_bank_keeps(words: str) -> None:
    memo = memo_text(words)
    assert memo.isascii() and len(memo) <= 25 and memo == memo.strip()
    assert all(sign.isalnum() or sign == " " for sign in memo)
    assert memo_text(memo) == memo


def test_a_memo_loses_its_diacritics() -> None:
    assert memo_text("Đơn hàng DH-7K3M9QXT của chị Bưởi") == "DON HANG DH 7K3M9QXT CUA"


def test_a_bin_is_not_a_key() -> None:
    assert len(list_by_bin("970406")) == 2
    assert list_by_bin("") == []
    assert len(list_banks()) == 62
    assert bank_name("970436") and bank_name("000000") == "000000"
