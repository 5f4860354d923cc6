"""Periods, sums, rates, and the table of papers."""

from datetime import date, timedelta

import pytest

from catalog.producers.models import KINDS
from core.money import allocate
from shop.sales.rules import due
from shop.settlements.rules import (
    METHODS_BY_KIND,
    RULES,
    STEPS,
    Amount,
    Paper,
    State,
    add_up,
    before,
    by_rate,
    days_of,
    is_over,
    is_period,
    paper_of,
    period_of,
)
from shop.stores.rules import VAT_METHODS


@pytest.mark.parametrize(
    ("revenue", "bp", "hers"),
    [(100_000, 2_000, 80_000), (100_001, 2_000, 80_000), (99_999, 1_333, 86_669), (1, 1, 0), (1, 0, 1),
     (5, 10_000, 0), (0, 2_000, 0)],
)  # fmt: skip
def test_a_fraction_of_a_dong_stays_with_the_seller(revenue: int, bp: int, hers: int) -> None:
    assert due(revenue, bp) == hers
    assert due(-revenue, bp) == -hers  # what comes back whole leaves nothing
    assert 0 <= revenue - due(revenue, bp) <= revenue


def test_rows_of_a_line_never_give_more_than_the_line() -> None:
    for total in (1, 99_999, 700_007):
        parts = allocate(total, [2, 2, 3])
        assert sum(parts) == total
        assert due(total, 1_333) - 2 <= sum(due(one, 1_333) for one in parts) <= due(total, 1_333)


def test_periods_are_months() -> None:
    assert days_of("2028-02") == (date(2028, 2, 1), date(2028, 2, 29))
    assert [before("2026-01"), before("2026-12"), period_of(date(2026, 3, 31))] == ["2025-12", "2026-11", "2026-03"]
    assert [is_over("2026-10", date(2026, 10, 31)), is_over("2026-10", date(2026, 11, 1))] == [False, True]
    for wrong in ("2026-00", "2026-1", "26-01", "2026-01\n", "2026-13", "", "２０２６-01"):
        assert not is_period(wrong)
        with pytest.raises(ValueError, match="period"):
            days_of(wrong)


def test_sums_are_their_parts() -> None:
    sums = add_up([Amount(100, 80), Amount(-50, -40), Amount(7, 5)], [-3, 1], [-10])
    assert (sums.sales_vnd, sums.returns_vnd, sums.commission_vnd, sums.due_vnd, sums.total_vnd) == (
        107,
        50,
        12,
        45,
        33,
    )
    assert add_up([], [], []).total_vnd == 0


def test_tax_is_inside_and_reckoned_once_a_rate() -> None:
    found = by_rate([(108_000, 800, None), (1, 800, None), (50, 0, "KCT"), (-20, 500, "KCT"), (-108, 800, None)])
    assert [(one.rate_bp, one.kind, one.gross_vnd, one.tax_vnd, one.net_vnd) for one in found] == [
        (800, None, 107_893, 7_992, 99_901), (0, "KCT", 30, 0, 30),
    ]  # fmt: skip
    assert by_rate([(-1_080, 800, None)])[0].tax_vnd == -80


def test_one_paper_fits_each_method_on_each_day() -> None:
    edges = {one.from_on for one in RULES} | {one.until_on for one in RULES if one.until_on}
    days = {edge + timedelta(days=step) for edge in edges for step in (-1, 0, 1)} | {date(2026, 11, 22)}
    for method in VAT_METHODS:
        for day in days:
            fitting = [
                one for one in RULES
                if one.method == method and one.from_on <= day and (one.until_on is None or day <= one.until_on)
            ]  # fmt: skip
            assert len(fitting) <= 1
            assert paper_of(method, day) == (fitting[0] if fitting else None)
        assert paper_of(method, date(2026, 11, 30)) is not None
    assert paper_of("household", date(2026, 11, 30)).paper is Paper.PURCHASE_LIST  # type: ignore[union-attr]


def test_every_kind_of_producer_has_a_method() -> None:
    assert set(METHODS_BY_KIND) == set(KINDS)
    assert set(METHODS_BY_KIND.values()) <= set(VAT_METHODS)


def test_nothing_leads_out_of_paid_or_to_paid_without_approval() -> None:
    assert {old for old, new in STEPS if new is State.PAID} == {State.APPROVED, State.LISTED}
    assert not {new for old, new in STEPS if old in (State.PAID, State.CARRIED)}
    assert {new for old, new in STEPS if old is State.CLOSED} == {State.APPROVED, State.CARRIED}
