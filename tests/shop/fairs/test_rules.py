"""Which days are covered and by what, and what becomes of a booth-day when certificates change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shop.fairs.rules import (
    Admission,
    DayState,
    Fate,
    HeldDay,
    Term,
    after_lapse,
    booking_price,
    day_prices,
    eligible,
    fair_days,
    hold_end,
    may_be_conditional,
    renewal_due,
    uncovered,
    unused,
)

OPENS = date(2026, 12, 10)
DAYS = fair_days(OPENS, date(2026, 12, 14))


def on(offset: int) -> date:
    return OPENS + timedelta(offset)


def term(first: int = -300, last: int = 300, *, id: int = 1, product: int = 1, stars: int = 4, **more) -> Term:
    return Term(id, f"{id}/QĐ", product, stars, on(first), on(last), **more)


def test_a_fair_has_both_its_ends() -> None:
    assert tuple(on(n) for n in range(5)) == DAYS


def test_the_last_day_counts_and_the_next_does_not() -> None:
    assert uncovered([term(last=2)], DAYS) == [on(3), on(4)]


def test_a_suspension_takes_its_days_out() -> None:
    assert uncovered([term(suspensions=((on(1), on(2)),))], DAYS) == [on(1), on(2)]
    assert uncovered([term(suspensions=((on(3), None),))], DAYS) == [on(3), on(4)]


def test_a_suspension_lifted_on_its_first_day_takes_none() -> None:
    assert uncovered([term(suspensions=((on(1), on(0)),))], DAYS) == []


def test_the_most_stars_cover_first_and_the_answer_never_wavers() -> None:
    three, four, longer = term(id=1, stars=3), term(id=2, product=2), term(id=3, product=3, last=400)
    covering = eligible([three, four, longer], DAYS)[OPENS]
    assert [one.certificate_id for one in covering] == [3, 2, 1]
    assert eligible([longer, three, four], DAYS)[OPENS] == covering


def test_a_fair_of_four_stars_counts_no_three() -> None:
    assert uncovered([term(stars=3)], DAYS, stars_min=4) == list(DAYS)


def test_admission_by_stars_and_group() -> None:
    assert Admission(4, frozenset({"I"})).admits(4, "I")
    assert not Admission(4).admits(3, "I")
    assert not Admission(3, frozenset({"I"})).admits(5, "II")


def test_a_price_is_spread_to_the_last_dong() -> None:
    prices = day_prices(10_000_000, DAYS[:3])
    assert list(prices.values()) == [3_333_334, 3_333_333, 3_333_333]
    assert booking_price(10_000_000, DAYS[:3], DAYS[1:3]) == 6_666_666
    assert booking_price(10_000_000, DAYS[:3], DAYS[:3]) == 10_000_000


def test_fifteen_days_to_renew() -> None:
    assert renewal_due(OPENS, on(-40)) == on(-15)
    assert renewal_due(OPENS, on(-3)) == on(-3)
    assert may_be_conditional(OPENS, on(-15))
    assert not may_be_conditional(OPENS, on(-14))


def test_a_hold_never_passes_the_first_day() -> None:
    at = datetime(2026, 12, 10, 3, tzinfo=UTC)
    assert hold_end(at, on(30)) == at + timedelta(hours=72)
    assert hold_end(at, on(0)) == datetime(2026, 12, 10, 17, tzinfo=UTC)


PAID = [HeldDay(day, DayState.PAID, 1) for day in DAYS]


def fates(held, terms, today=-5, renew_by=-15) -> list[Fate]:
    return [fate for fate, _term in after_lapse(held, terms, 3, on(renew_by), on(today)).values()]


def test_nothing_happens_while_the_certificate_covers() -> None:
    assert fates(PAID, [term()]) == [Fate.KEEP] * 5


def test_another_product_takes_over() -> None:
    assert fates(PAID, [term(id=2, product=2)]) == [Fate.REPOINT] * 5


def test_a_booth_is_lost_only_where_nothing_is_left() -> None:
    revoked = [HeldDay(day, DayState.PAID, 1, is_revoked=True) for day in DAYS]
    assert fates(revoked, [term(id=2, last=1)]) == [Fate.REPOINT] * 2 + [Fate.RELEASE] * 3


def test_before_the_deadline_a_day_is_at_risk_and_after_it_released() -> None:
    assert fates(PAID, [], today=-20) == [Fate.RISK] * 5
    assert fates(PAID, [], today=-14) == [Fate.RELEASE] * 5


def test_a_revocation_releases_at_once() -> None:
    revoked = [HeldDay(day, DayState.HOLD, 1, is_revoked=True) for day in DAYS]
    assert fates(revoked, [], today=-40) == [Fate.RELEASE] * 5


def test_a_conditional_day_waits_is_restored_or_released() -> None:
    waiting = [HeldDay(on(0), DayState.CONDITIONAL, None)]
    assert fates(waiting, [], today=-20) == [Fate.KEEP]
    assert fates(waiting, [term()], today=-20) == [Fate.RESTORE]
    assert fates(waiting, [], today=-14) == [Fate.RELEASE]


def test_past_days_are_history_unless_nothing_was_shown() -> None:
    held = [HeldDay(on(0), DayState.PAID, 1), HeldDay(on(1), DayState.CONDITIONAL, None)]
    answer = after_lapse(held, [], 3, on(-15), on(2))
    assert answer == {on(1): (Fate.RELEASE, None)}


@pytest.mark.parametrize("has_begun, expected", [(True, [3, 4]), (False, [2, 3, 4])])
def test_today_is_used_once_goods_are_shown(has_begun: bool, expected: list[int]) -> None:
    assert unused(DAYS, on(2), has_begun=has_begun) == [on(n) for n in expected]
