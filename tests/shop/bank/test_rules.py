"""Memos as banks and people mangle them, and what a line is worth to the payment it names."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import ALPHABET
from shop.bank import rules
from shop.bank.rules import Named, Reason
from shop.payments.rules import Status

AT = datetime(2026, 11, 22, 3, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
bodies = st.text(ALPHABET, min_size=8, max_size=8)
#: What banks put around and between: never a sign that could belong to a number.
noise = st.text("abc ưđ.,-/:;_+*\n", max_size=20)
gaps = st.lists(st.sampled_from(["", " ", ".", "-", "  ", "/"]), min_size=10, max_size=10)


@given(bodies, noise, noise, gaps, st.booleans())
def test_a_number_is_found_however_a_bank_writes_it(
    body: str, before: str, after: str, gap: list[str], low: bool
) -> None:
    spread = "".join(sign + space for sign, space in zip("DH" + body, gap, strict=True))
    memo = f"{before} {spread.lower() if low else spread} {after}"
    assert f"ord:DH-{body}" in rules.read_memo(memo)


@given(bodies)
def test_without_its_prefix_it_still_counts(body: str) -> None:
    assert f"ord:DH-{body}" in rules.read_memo(f"CK {body} cam on")


@given(bodies)
def test_signs_that_the_alphabet_leaves_out_are_read_as_meant(body: str) -> None:
    typed = body.replace("0", "O").replace("1", "I")
    assert f"ord:DH-{body}" in rules.read_memo(f"OCOP DH {typed}")


@given(st.text(max_size=400))
def test_any_memo_is_read(memo: str) -> None:
    found = rules.read_memo(memo)
    assert len(set(found)) == len(found) < 1_500
    assert all(one.startswith(("ord:DH-", "bkg:BK-", "til:TQ-")) for one in found)


@pytest.mark.parametrize(
    "memo",
    [
        "MBVCB.7123456789.021457.OCOP DH 7K3M9QXT.CT tu 0011223344 NGUYEN VAN A toi 0200 HTX",
        "ocopdh7k3m9qxt-221126-10:05:22 021457",
        "Chuyển tiền đơn hàng DH-7K3M 9QXT",
        "DH 7 K 3 M 9 Q X T",
        "OCOP DH7K3M9QXT FT26326123456",
    ],
)
def test_memos_as_banks_write_them(memo: str) -> None:
    assert "ord:DH-7K3M9QXT" in rules.read_memo(memo)


def test_a_booking_is_named_with_its_later_payments() -> None:
    found = rules.read_memo("BK 7K3M9QXT")
    assert found[:3] == ("bkg:BK-7K3M9QXT", "bkg:BK-7K3M9QXT/2", "bkg:BK-7K3M9QXT/3")


@pytest.mark.parametrize("memo", ["", "Chuyen tien mua mat ong", "DH 7K3M9QX", "ĐH", "0912345678"])
def test_other_memos_name_no_such_order(memo: str) -> None:
    assert "ord:DH-7K3M9QXT" not in rules.read_memo(memo)


@pytest.mark.parametrize(
    ("memo", "found"),
    [
        ("OCOP DH 7K3M9Q", "ord:DH-7K3M9Q"),
        ("MBVCB.1.ocop dh 7k3m9qx", "ord:DH-7K3M9QX"),
        ("OCOP DH 7K3M9", None),
        ("OCOP DH 7K3M9Q cam on", None),
        ("OCOP DH 7K3M9U", None),
        ("", None),
    ],
)
def test_a_cut_number_counts_at_the_very_end_only(memo: str, found: str | None) -> None:
    assert rules.cut_number(memo) == found


def test_likeness_orders_what_a_person_is_shown() -> None:
    near, far = rules.likeness("OCOP DH 7K3M8QXT", "ord:DH-7K3M9QXT"), rules.likeness("mua hang", "ord:DH-7K3M9QXT")
    assert near >= rules.ALIKE > far
    assert rules.likeness("x", "") == 0


def named(status: str = "pending", waiting: int = 0, *, own: bool = True, transfer: bool = True) -> Named:
    return Named(own, transfer, Status(status), 100, waiting, AT)


@pytest.mark.parametrize(
    ("amount", "known", "pays", "reason"),
    [
        (100, named(), True, Reason.NEW),
        (40, named(), False, Reason.PARTIAL),
        (60, named(waiting=40), True, Reason.NEW),
        (50, named(waiting=40), False, Reason.PARTIAL),
        (61, named(waiting=40), False, Reason.TOO_MUCH),
        (101, named(), False, Reason.TOO_MUCH),
        (100, named("captured"), False, Reason.DOUBLE),
        (100, named("to_refund"), False, Reason.DOUBLE),
        (100, named("refunded"), False, Reason.DOUBLE),
        (100, named("expired"), True, Reason.LATE),
        (100, named("cancelled"), True, Reason.LATE),
        (99, named("expired"), False, Reason.LATE),
        (101, named("cancelled"), False, Reason.LATE),
        (100, named(own=False), False, Reason.OTHER_SELLER),
        (100, named(transfer=False), False, Reason.OTHER_WAY),
    ],
)
def test_what_a_line_is_worth(amount: int, known: Named, pays: bool, reason: Reason) -> None:
    verdict = rules.judge(amount, AT + MINUTE, known, AT + 2 * MINUTE)
    assert (verdict.pays, verdict.reason) == (pays, reason)


def test_a_booking_before_the_order_or_in_the_future_waits() -> None:
    assert rules.judge(100, AT.replace(second=0), named(), AT).pays  # statements show minutes
    assert rules.judge(100, AT - MINUTE, named(), AT).reason == Reason.EARLY
    assert rules.judge(100, AT + MINUTE, named(), AT).reason == Reason.EARLY


def test_a_banks_clock_may_be_a_little_ahead() -> None:
    assert rules.booking_time(AT + 4 * MINUTE, AT) == AT
    assert rules.booking_time(AT + 6 * MINUTE, AT) == AT + 6 * MINUTE
    assert rules.booking_time(AT - MINUTE, AT) == AT - MINUTE


def test_a_line_counts_between_its_order_and_now() -> None:
    opened, later = AT.replace(second=0), AT + 9 * MINUTE
    assert rules.counted_time(AT - 44 * MINUTE, AT, later) == opened
    assert rules.counted_time(AT + 3 * MINUTE, AT, later) == AT + 3 * MINUTE
    assert rules.counted_time(AT + 99 * MINUTE, AT, later) == later


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=5), st.data())
def test_shares_are_the_sum_first_come_first_counted(amounts: list[int], data: st.DataObject) -> None:
    due = data.draw(st.integers(1, sum(amounts)))
    parts = rules.shares(due, amounts)
    assert sum(parts) == due
    assert all(0 <= part <= amount for part, amount in zip(parts, amounts, strict=True))
    with pytest.raises(ValueError, match="reach"):
        rules.shares(sum(amounts) + 1, amounts)


def test_references_and_accounts_are_compared_bare() -> None:
    assert rules.plain_ref(" ft 26326\\ab ") == "FT26326\\AB"
    assert rules.plain_account("0011-0000 a") == "00110000A"
