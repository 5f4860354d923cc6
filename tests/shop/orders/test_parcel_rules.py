"""The small table of a parcel, which parcel is meant, and what each of them costs."""

from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.orders.parcel_rules import STEPS, WHILE_HELD, Act, Share, find_step, next_fitting, shares
from shop.orders.rules import INSIDE, OUTSIDE, Parcel

P = Parcel


def test_at_most_one_row_fits() -> None:
    for parcel, act, delivery in product(Parcel, Act, (True, False)):
        fitting = [s for s in STEPS if s.act == act and parcel in s.sources and s.only in (None, delivery)]
        assert len(fitting) <= 1, (parcel, act)


def test_every_state_can_be_reached_and_the_end_is_the_end() -> None:
    reached = {P.WAITING}
    for _round in Parcel:
        reached |= {t for parcel, act in product(reached, Act) if (t := find_step(parcel, act, True)) is not None}
    assert reached == set(Parcel)
    ends = (P.DELIVERED, P.CANCELLED)
    assert not any(find_step(end, act, is_delivery) for end in ends for act in Act for is_delivery in (True, False))


def test_what_is_collected_never_meets_a_carrier() -> None:
    reached = {P.WAITING}
    for _round in Parcel:
        reached |= {t for parcel, act in product(reached, Act) if (t := find_step(parcel, act, False)) is not None}
    assert reached == {P.WAITING, P.PACKED, P.DELIVERED, P.CANCELLED}


def test_a_stopped_order_gives_nothing_out_but_hears_of_what_is_under_way() -> None:
    for parcel, act in product(Parcel, Act):
        held, free = find_step(parcel, act, True, is_held=True), find_step(parcel, act, True)
        assert held in (None, free)
        if parcel in INSIDE:
            assert held in (None, P.CANCELLED)
        if parcel in OUTSIDE and act in WHILE_HELD:
            assert held == free


@pytest.mark.parametrize(
    ("parcels", "act", "found"),
    [
        ([P.WAITING, P.WAITING], Act.PACK, 0),
        ([P.PACKED, P.WAITING], Act.PACK, 1),
        ([P.WAITING, P.SHIPPED], Act.HAND_OVER, 1),
        ([P.SHIPPED, P.FAILED], Act.HAND_OVER, 1),
        ([P.DELIVERED, P.CANCELLED], Act.HAND_OVER, None),
        ([], Act.PACK, None),
    ],
)
def test_which_parcel_is_meant(parcels: list[Parcel], act: Act, found: int | None) -> None:
    assert next_fitting(parcels, act, True) == found


def test_the_one_that_is_meant_always_fits() -> None:
    for n, act, delivery, held in product(range(1, 4), Act, (True, False), (True, False)):
        for parcels in combinations_with_replacement(Parcel, n):
            at = next_fitting(parcels, act, delivery, is_held=held)
            fits = [find_step(one, act, delivery, is_held=held) is not None for one in parcels]
            assert (at is not None) == any(fits)
            assert at is None or fits[at]


def test_a_line_over_two_parcels_is_shared_by_its_units() -> None:
    lines = {1: Share(3, 100_000), 2: Share(1, 50_000)}
    assert shares(lines, [{1: 1}, {1: 2, 2: 1}], 20_000, 0) == [53_333, 116_667]
    assert shares(lines, [{1: 1}, {1: 2, 2: 1}], 20_000, 1) == [33_333, 136_667]
    assert shares(lines, [{1: 1}, {1: 2, 2: 1}], 20_000, None) == [33_333, 116_667]


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 5_000_000)), min_size=1, max_size=5),
    st.integers(0, 100_000),
)
def test_shares_come_to_the_total(lines: list[tuple[int, int, int]], charges: int) -> None:
    by_id = {at: Share(one + two, paid) for at, (one, two, paid) in enumerate(lines)}
    parts = [{at: one for at, (one, _two, _paid) in enumerate(lines)},
             {at: two for at, (_one, two, _paid) in enumerate(lines)}]  # fmt: skip
    owed = shares(by_id, parts, charges, 1)
    assert sum(owed) == charges + sum(paid for _one, _two, paid in lines)
    assert min(owed) >= 0
