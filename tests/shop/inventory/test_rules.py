"""FEFO against brute force, and the other pure rules of stock."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.inventory.rules import (
    ADDS,
    TAKES,
    LevelView,
    Reason,
    fits,
    is_sellable,
    may_leave,
    pick_lots,
    receipt_warnings,
    total,
)

TODAY = date(2026, 11, 22)
DAYS = st.one_of(st.none(), st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n)))


@st.composite
def shelves(draw: st.DrawFn) -> list[LevelView]:
    count = draw(st.integers(0, 5))
    return [
        LevelView(
            level_id=100 + number,
            lot_id=draw(st.integers(1, 4)),
            state=draw(st.sampled_from(["ok", "ok", "ok", "blocked", "recalled"])),
            expires_on=draw(DAYS),
            free=draw(st.integers(0, 4)),
        )
        for number in range(count)
    ]


def brute_force(levels: list[LevelView], quantity: int) -> dict[int, int]:
    """The FEFO split found the slow way: of every possible split, the one that a shopkeeper would call right."""
    fit = [v for v in levels if v.state == "ok" and (v.expires_on is None or v.expires_on >= TODAY)]
    goal = min(quantity, sum(v.free for v in fit))
    splits = [s for s in product(*[range(v.free + 1) for v in fit]) if sum(s) == goal]

    def lateness(split: tuple[int, ...]) -> list[tuple[date, int, int]]:
        units = [((v.expires_on or date.max, v.lot_id, v.level_id), n) for v, n in zip(fit, split, strict=True)]
        return sorted(key for key, n in units for _ in range(n))

    best = min(splits, key=lateness)
    return {v.level_id: n for v, n in zip(fit, best, strict=True) if n}


@settings(max_examples=400, deadline=None)
@given(shelves(), st.integers(1, 12))
def test_picks_what_brute_force_picks(levels: list[LevelView], quantity: int) -> None:
    picks = pick_lots(levels, quantity, TODAY)
    assert {pick.level_id: pick.quantity for pick in picks} == brute_force(levels, quantity)


@given(shelves(), st.integers(1, 12))
def test_never_from_an_unfit_lot_and_never_more_than_is_free(levels: list[LevelView], quantity: int) -> None:
    by_id = {view.level_id: view for view in levels}
    picks = pick_lots(levels, quantity, TODAY)
    assert total(picks) <= quantity
    for pick in picks:
        view = by_id[pick.level_id]
        assert view.state == "ok"
        assert view.expires_on is None or view.expires_on >= TODAY
        assert 0 < pick.quantity <= view.free


@given(st.permutations([LevelView(n, n, "ok", TODAY + timedelta(days=n % 3), 2) for n in range(1, 6)]))
def test_the_order_of_reading_does_not_matter(levels: list[LevelView]) -> None:
    assert [pick.level_id for pick in pick_lots(levels, 7, TODAY)] == [3, 1, 4, 2]


def test_the_hsd_is_the_last_day_of_sale() -> None:
    assert is_sellable("ok", TODAY, TODAY)
    assert not is_sellable("ok", TODAY - timedelta(days=1), TODAY)
    assert is_sellable("ok", None, TODAY)
    assert not is_sellable("blocked", None, TODAY)


@pytest.mark.parametrize(
    ("state", "ground", "leaves"),
    [
        ("ok", None, True),
        ("blocked", "certificate", True),
        ("blocked", "quality", False),
        ("blocked", "expired", False),
        ("recalled", "recall", False),
    ],
)
def test_what_was_promised_leaves_unless_it_could_harm(state: str, ground: str | None, leaves: bool) -> None:
    assert may_leave(state, ground, None, TODAY) is leaves


def test_goods_past_their_day_never_leave() -> None:
    assert not may_leave("ok", None, TODAY - timedelta(days=1), TODAY)


def test_every_reason_has_one_direction_but_a_count() -> None:
    assert ADDS | TAKES | {Reason.COUNT} == set(Reason)
    assert not ADDS & TAKES
    for reason in Reason:
        assert fits(reason, 1) is (reason in ADDS or reason is Reason.COUNT)
        assert fits(reason, -1) is (reason in TAKES or reason is Reason.COUNT)
        assert not fits(reason, 0)


def test_a_keeper_is_warned_of_short_lives() -> None:
    def after(days: int) -> date:
        return TODAY + timedelta(days=days)

    assert receipt_warnings(TODAY, after(365), after(400), TODAY) == []
    assert receipt_warnings(None, None, after(29), TODAY) == ["certificate.ends_soon"]
    assert receipt_warnings(None, after(13), None, TODAY) == ["shelf_life.short"]
    assert receipt_warnings(after(-70), after(30), None, TODAY) == ["shelf_life.short"]
    assert receipt_warnings(after(-50), after(50), None, TODAY) == []
