"""Some of P12 each day: fairs of two days, lapses, revocations and renewals around them. All of it: tests/prove."""

import pytest

from tests.prove.lapses import Case, Seen, all_cases, play, read_table

pytestmark = pytest.mark.long("postgresql")


@pytest.mark.long
@pytest.mark.usefixtures("app")
def test_lapse_by_happening() -> None:
    assert play(all_cases([2], (-1, 0, 1))) == []


def test_all_cases_are_enough() -> None:
    assert len(set(all_cases())) == 1000


def test_the_table_is_read_as_it_is_written() -> None:
    assert read_table(Case(3, 0, "nothing")) == Seen((0,), "paid", 0)
    assert read_table(Case(3, -1, "nothing")) == Seen((), "released", 0)
    assert read_table(Case(3, 6, "revoked", 1)) == Seen((0,), "paid", 2_000_000)
    assert read_table(Case(3, 0, "renewed", 2)) == Seen((0, 2), "paid", 0)
    assert read_table(Case(3, 0, "renewed late", 1)) == Seen((0,), "paid", 0)


@pytest.mark.long
@pytest.mark.usefixtures("app")
def test_the_comparison_sees_what_the_nights_do_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nights in which nobody looks again leave days that the table takes away."""
    from shop.fairs.booths import coverage

    monkeypatch.setattr(coverage, "look_at_all", lambda _on: 0)
    wrong = play([Case(2, 6, "revoked", 0), Case(2, 0, "nothing")])
    assert [line for line in wrong if line.startswith("Case(length=2, ends=6")]
    assert [line for line in wrong if line.startswith("Case(length=2, ends=0")]
