"""Which certificates the demonstration gives to which row: pure, repeatable, marked where anything is invented."""

from datetime import date, timedelta

import pytest

from admin.demo.chance import dice_of
from admin.demo.plan import EXCUSED, Planned, certificates_of
from admin.demo.sample import rows
from catalog.certificates.law import Claim, Gravity, judge

TODAY = date(2026, 11, 22)


def plans(*, seed: int = 1, all_certified: bool = False) -> dict[str, list[Planned]]:
    dice = dice_of(seed, "goods")
    return {row.id: certificates_of(row, TODAY, dice, all_certified=all_certified) for row in rows()}


def governing(planned: list[Planned]) -> Planned | None:
    covering = [p for p in planned if p.verified_on <= TODAY <= p.valid_until and p.revoked_on is None]
    assert len(covering) <= 1
    return covering[0] if covering else None


def test_exactly_the_proven_rows_have_unmarked_governing_certificates() -> None:
    proven = {one for one, planned in plans().items() if (g := governing(planned)) and not g.is_demo}
    assert proven == {f"P{n:03}" for n in [*range(13, 37), 113]}


def test_what_is_invented_says_so() -> None:
    for planned in plans(all_certified=True).values():
        for one in planned:
            assert ("minh hoạ" in one.note) == one.is_demo
            assert one.is_demo or "minh hoạ" not in one.decision_number


def test_hai_phongs_first_twelve_lapsed_and_are_on_sale_again() -> None:
    for n in range(1, 13):
        old, new = plans()[f"P{n:03}"]
        assert old.valid_until < date(2024, 1, 1)
        assert old.decision_number == "144/QĐ-UBND"
        assert governing([old, new]) == new


def test_lapsed_and_revoked_rows_stay_so() -> None:
    found = plans()
    for n in range(92, 113):
        assert found[f"P{n:03}"], n
        assert governing(found[f"P{n:03}"]) is None, n
    assert all(found[f"P{n:03}"][0].revoked_on for n in range(103, 108))
    assert found["P092"][0].valid_until == date(2023, 2, 3), "Nghệ An lapses FROM the day"


def test_some_forty_marked_ones_two_of_them_ending_tonight() -> None:
    marked = {one: g for one, p in plans().items() if (g := governing(p)) and g.is_demo and one > "P012"}
    assert 38 <= len(marked) <= 46
    assert sum(g.valid_until == TODAY for g in marked.values()) == 2
    assert all(TODAY - g.decided_on >= timedelta(days=60) for g in marked.values())


def test_the_others_are_candidates_and_with_all_certified_none_is() -> None:
    assert sum(not planned for planned in plans().values()) >= 15
    assert all(governing(planned) for planned in plans(all_certified=True).values())


def test_every_planned_certificate_could_be_entered() -> None:
    for one, planned in plans(all_certified=True).items():
        for p in planned:
            claim = Claim(p.stars, p.issuer_level, p.decided_on, p.decided_on, p.valid_until, TODAY, p.score)
            contradicted = [fault.code for fault in judge(claim) if fault.gravity is not Gravity.REVIEW]
            assert contradicted == (["law.level"] if p.exception_reason else []), (one, p)


def test_one_marked_certificate_stands_as_an_exception_and_says_why() -> None:
    excused = {one: p for one, planned in plans().items() for p in planned if p.exception_reason}
    assert list(excused) == [f"P{EXCUSED:03}"]
    assert all(p.is_demo and len(p.exception_reason or "") >= 20 for p in excused.values())


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2027, 2, 28), date(2026, 12, 31), date(2027, 5, 31)])
def test_the_plan_stands_on_any_day(day: date) -> None:
    dice = dice_of(1, "goods")
    for row in rows():
        for p in certificates_of(row, day, dice):
            claim = Claim(p.stars, p.issuer_level, p.decided_on, p.decided_on, p.valid_until, day, p.score)
            assert p.exception_reason or all(f.gravity is Gravity.REVIEW for f in judge(claim)), (row.id, p)


def test_the_same_seed_plans_the_same() -> None:
    assert plans(seed=7) == plans(seed=7)
    assert plans(seed=7) != plans(seed=8)
