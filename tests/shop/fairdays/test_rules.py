"""What a scan means, and slots: values in, answers out."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from shop.fairdays.rules import (
    Facts,
    Trouble,
    free_number,
    is_possible,
    judge,
    judge_day,
    needs_until,
    read_code,
    slots_between,
)

AT = datetime(2026, 12, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "badge", "booking"),
    [
        ("https://ocop.example.vn/the/TD-7K3M9QXT1234", "TD-7K3M9QXT1234", None),
        ("  td-7k3m9qxt1234\n", "TD-7K3M9QXT1234", None),
        ("BK-7K3M9QXT", None, "BK-7K3M9QXT"),
        ("TD-7K3M9QXT123", None, None),
        ("8936012345674", None, None),
        ("", None, None),
    ],
)
def test_codes_are_read_from_addresses_and_from_hands(text: str, badge: str | None, booking: str | None) -> None:
    found = read_code(text)
    assert (found.badge, found.booking) == (badge, booking)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (Facts(), Trouble.UNKNOWN),
        (Facts(True, False), Trouble.OTHER_FAIR),
        (Facts(True, True, False, "paid", "paid"), Trouble.REVOKED),
        (Facts(True, True, True, "released", None), Trouble.RELEASED),
        (Facts(True, True, True, "paid", None), Trouble.NOT_TODAY),
        (Facts(True, True, True, "paid", "conditional"), Trouble.AT_RISK),
        (Facts(True, True, True, "hold", "hold"), Trouble.UNPAID),
        (Facts(True, True, True, "paid", "paid"), None),
        (Facts(True, True, True, "checked_in", "paid"), None),
    ],
)
def test_the_gravest_reason_is_told(facts: Facts, wanted: Trouble | None) -> None:
    assert judge(facts) == wanted


def test_nobody_opens_a_booth_on_a_day_that_is_not_hers() -> None:
    assert judge_day("paid", None) == Trouble.NOT_TODAY
    assert judge_day("cancelled", "paid") == Trouble.RELEASED


def test_a_phone_may_be_late_only_without_the_network_and_never_early() -> None:
    hour = timedelta(hours=1)
    assert is_possible(AT - 6 * 24 * hour, AT, is_offline=True)
    assert not is_possible(AT - 8 * 24 * hour, AT, is_offline=True)
    assert not is_possible(AT - hour, AT, is_offline=False)
    assert not is_possible(AT + hour, AT, is_offline=True)
    assert is_possible(AT + timedelta(minutes=5), AT, is_offline=False)


def test_slots_fill_the_hours_without_a_rest() -> None:
    spans = slots_between(AT, AT + timedelta(minutes=100), 30)
    assert [(one.starts_at - AT).seconds // 60 for one in spans] == [0, 30, 60]
    assert spans[-1].ends_at == AT + timedelta(minutes=90)
    assert slots_between(AT, AT, 30) == []


def test_the_lowest_free_number_is_given() -> None:
    assert [free_number(taken, 3) for taken in ([], [1, 3], [1, 2, 3])] == [1, 2, None]


def test_contractors_begin_a_week_before() -> None:
    assert needs_until(date(2026, 12, 10)) == date(2026, 12, 3)


def test_takings_know_what_is_left() -> None:
    from shop.fairdays.takings import Goods

    assert Goods("p", "n", "piece", came=20, sold=7, went=5, other=-1).left == 7


def test_a_booth_at_risk_is_not_called_arrived() -> None:
    from shop.fairdays.board import Standing, standing_of

    held = SimpleNamespace(booking=SimpleNamespace(state="checked_in"))
    assert standing_of("conditional", held, AT) == Standing.AT_RISK  # type: ignore[arg-type]
    assert standing_of("paid", held, AT) == Standing.ARRIVED  # type: ignore[arg-type]
    assert standing_of("paid", held, None) == Standing.MISSING  # type: ignore[arg-type]
