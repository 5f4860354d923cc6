"""The table of order states and the small sums of an order."""

from datetime import date
from itertools import combinations_with_replacement, product

import pytest

from shop.orders.rules import (
    GONE,
    MOVES,
    OFF,
    OUTSIDE,
    WITH_MONEY,
    Action,
    Facts,
    Parcel,
    State,
    collect_by,
    find_target,
    is_confirmed,
    whole,
    working_days_after,
)

#: Up to three parcels in every mixture of states; the whole table is walked with up to two.
PARCELS = [parcels for n in range(4) for parcels in combinations_with_replacement(Parcel, n)]
FEW = [parcels for parcels in PARCELS if len(parcels) < 3]
FACTS = [Facts(a, b, c, parcels) for a, b, c in product((True, False), repeat=3) for parcels in FEW]
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
            assert find_target(state, action, facts) not in GONE or state in GONE


def test_money_is_never_left_in_a_cancelled_order() -> None:
    for state, action, facts in EVERY:
        if facts.has_money and (after := find_target(state, action, facts)) is not None:
            assert after in WITH_MONEY | {State.PLACED}


def test_a_buyer_cannot_cancel_what_is_packed() -> None:
    facts = Facts(is_decided=True, has_money=False, is_delivery=True)
    assert find_target(State.PLACED, Action.CANCEL, facts) == State.CANCELLED
    assert find_target(State.PACKING, Action.CANCEL, facts) is None


def test_a_decided_order_ships_after_a_lapse_and_is_held_after_a_revocation() -> None:
    facts = Facts(is_decided=True, has_money=False, is_delivery=True, parcels=(Parcel.WAITING,))
    assert find_target(State.PLACED, Action.LAPSE, facts) is None
    assert find_target(State.PLACED, Action.HOLD, facts) == State.HELD
    assert find_target(State.SHIPPED, Action.HOLD, facts) is None


def test_a_rise_must_be_confirmed_and_a_fall_is_passed_on() -> None:
    assert not is_confirmed(100_000, 100_001)
    assert is_confirmed(100_000, 100_000)
    assert is_confirmed(100_000, 90_000)


def test_days() -> None:
    assert collect_by(date(2026, 11, 22)) == date(2026, 11, 27)
    assert working_days_after(date(2026, 11, 20), 3) == date(2026, 11, 25)  # Friday to Wednesday
    assert working_days_after(date(2026, 11, 21), 1) == date(2026, 11, 23)


def test_an_order_stands_where_its_parcels_say() -> None:
    for parcels in PARCELS:
        for is_delivery in (True, False):
            assert whole(parcels, is_delivery) == naive(parcels, is_delivery), parcels


def naive(parcels: tuple[Parcel, ...], is_delivery: bool) -> State | None:
    """The same, told as the store would tell it."""
    live = [one for one in parcels if one is not Parcel.CANCELLED]
    if all(one is Parcel.WAITING for one in live):
        return None
    if Parcel.WAITING in live:
        return State.PACKING
    if Parcel.PACKED in live:
        return State.PACKING if is_delivery else State.READY
    if Parcel.FAILED in live:
        return State.DELIVERY_FAILED
    if Parcel.SHIPPED in live:
        return State.SHIPPED
    return State.RETURNED if Parcel.RETURNED in live else State.HANDED_OVER


def test_an_order_is_gone_only_when_nothing_of_it_is_in_the_store() -> None:
    for parcels in PARCELS:
        if whole(parcels, is_delivery=True) in GONE:
            assert not {Parcel.WAITING, Parcel.PACKED} & set(parcels)


def test_nothing_that_left_is_called_off() -> None:
    for state, action, facts in EVERY:
        if action in (Action.CANCEL, Action.CALL_OFF) and OUTSIDE & set(facts.parcels):
            assert find_target(state, action, facts) is None


def test_every_decided_order_follows_its_parcels_wherever_they_go() -> None:
    """Control of the table: no mixture of parcels that can come about leaves an order without a row."""
    alive = [State.PLACED, State.PAID, State.PACKING, State.READY, State.SHIPPED, State.DELIVERY_FAILED, State.RETURNED]
    for state, facts in product([*alive, State.HELD], FACTS):
        if facts.is_decided and set(facts.parcels) - {Parcel.CANCELLED}:
            assert find_target(state, Action.FOLLOW, facts) is not None, (state, facts)
