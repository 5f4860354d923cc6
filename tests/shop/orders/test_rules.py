"""The table of order states and the small sums of an order."""

from datetime import date
from itertools import product

import pytest

from shop.orders.rules import (
    GONE,
    MOVES,
    OFF,
    WITH_MONEY,
    Action,
    Facts,
    State,
    collect_by,
    delivery_fee,
    find_target,
    is_confirmed,
    working_days_after,
)

FACTS = [Facts(a, b, c) for a, b, c in product((True, False), repeat=3)]
EVERY = list(product(State, Action, FACTS))


def test_at_most_one_row_fits() -> None:
    for state, action, facts in EVERY:
        fitting = [m for m in MOVES if m.action == action and state in m.sources and all(g(facts) for g in m.guards)]
        assert len(fitting) <= 1, (state, action, facts)


def test_every_row_can_be_reached() -> None:
    reached = {State.PLACED}
    while True:
        more = {t for s, a, f in EVERY if s in reached and (t := find_target(s, a, f))} - reached
        if not more:
            break
        reached |= more
    assert reached == set(State)


@pytest.mark.parametrize("state", sorted(OFF))
def test_what_was_called_off_never_goes_out(state: State) -> None:
    targets = {find_target(state, action, facts) for action in Action for facts in FACTS} - {None}
    assert targets <= OFF


def test_undecided_goods_never_leave() -> None:
    for state, action, facts in EVERY:
        if not facts.is_decided:
            assert find_target(state, action, facts) not in GONE


def test_money_is_never_left_in_a_cancelled_order() -> None:
    for state, action, facts in EVERY:
        if facts.has_money and (after := find_target(state, action, facts)) is not None:
            assert after in WITH_MONEY | {State.PLACED}


def test_a_buyer_cannot_cancel_what_is_packed() -> None:
    facts = Facts(is_decided=True, has_money=False, is_delivery=True)
    assert find_target(State.PLACED, Action.CANCEL, facts) == State.CANCELLED
    assert find_target(State.PACKING, Action.CANCEL, facts) is None


def test_a_decided_order_ships_after_a_lapse_and_is_held_after_a_revocation() -> None:
    facts = Facts(is_decided=True, has_money=False, is_delivery=True)
    assert find_target(State.PLACED, Action.LAPSE, facts) is None
    assert find_target(State.PLACED, Action.HOLD, facts) == State.HELD
    assert find_target(State.SHIPPED, Action.HOLD, facts) is None


@pytest.mark.parametrize(
    ("lines", "near", "fee"),
    [(100_000, True, 20_000), (100_000, False, 35_000), (500_000, False, 0), (499_999, True, 20_000)],
)
def test_delivery(lines: int, near: bool, fee: int) -> None:
    assert delivery_fee(lines, near) == fee


def test_a_rise_must_be_confirmed_and_a_fall_is_passed_on() -> None:
    assert not is_confirmed(100_000, 100_001)
    assert is_confirmed(100_000, 100_000)
    assert is_confirmed(100_000, 90_000)


def test_days() -> None:
    assert collect_by(date(2026, 11, 22)) == date(2026, 11, 27)
    assert working_days_after(date(2026, 11, 20), 3) == date(2026, 11, 25)  # Friday to Wednesday
    assert working_days_after(date(2026, 11, 21), 1) == date(2026, 11, 23)
