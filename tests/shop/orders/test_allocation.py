"""Which stores send what: the rule against every possible sharing."""

from itertools import combinations
from random import Random

import pytest

from shop.orders.allocation import MOST_PARCELS, Candidate, plan


def test_the_fewest_parcels_of_one_seller() -> None:
    for seed in range(1_000):
        compare(Random(seed))


@pytest.mark.long
def test_the_fewest_parcels_of_one_seller_twenty_thousand_times() -> None:
    for seed in range(1_000, 21_000):
        compare(Random(seed))


def compare(dice: Random) -> None:
    """One made-up shop and one basket."""
    stores = [
        Candidate(n, dice.randint(1, 2), dice.randint(0, 3), dice.random() < 0.2) for n in range(dice.randint(1, 6))
    ]
    free = {one.store_id: {sku: dice.randint(0, 5) for sku in range(1, 5)} for one in stores}
    wants = {sku: dice.randint(1, 8) for sku in dice.sample(range(1, 5), dice.randint(1, 4))}
    found = plan(wants, free, stores)
    fewest = brute(wants, free, stores)
    if found is None:
        assert fewest is None or fewest > MOST_PARCELS
        return
    assert len(found) == fewest
    assert len({stores[store].seller_id for store, _some in found}) == 1
    for sku, wanted in wants.items():
        assert sum(some.get(sku, 0) for _store, some in found) == wanted
    assert all(0 < units <= free[store].get(sku, 0) for store, some in found for sku, units in some.items())
    if fewest == 1:
        whole = [one for one in stores if all(free[one.store_id].get(sku, 0) >= n for sku, n in wants.items())]
        assert found[0][0] == min(whole, key=lambda one: one.rank).store_id


def brute(wants: dict[int, int], free: dict[int, dict[int, int]], stores: list[Candidate]) -> int | None:
    """The size of the smallest set of one seller's stores that together have everything."""
    for number in range(1, len(stores) + 1):
        for chosen in combinations(stores, number):
            has_all = all(sum(free[one.store_id].get(sku, 0) for one in chosen) >= n for sku, n in wants.items())
            if has_all and len({one.seller_id for one in chosen}) == 1:
                return number
    return None


def test_a_line_is_parted_only_where_nobody_has_it_whole() -> None:
    stores = [Candidate(1, 1, 0), Candidate(2, 1, 1)]
    assert plan({7: 4, 8: 1}, {1: {7: 3}, 2: {7: 4, 8: 1}}, stores) == [(2, {7: 4, 8: 1})]
    assert plan({7: 5, 8: 1}, {1: {7: 3}, 2: {7: 4, 8: 1}}, stores) == [(1, {7: 3}), (2, {7: 2, 8: 1})]
    assert plan({7: 2, 8: 1}, {1: {7: 2}, 2: {7: 1, 8: 1}}, stores) == [(1, {7: 2}), (2, {8: 1})]


def test_the_nearest_with_everything_and_who_wraps_first() -> None:
    both = {1: {7: 1}, 2: {7: 1}}
    assert plan({7: 1}, both, [Candidate(1, 1, 2), Candidate(2, 2, 0)]) == [(2, {7: 1})]
    assert plan({7: 1}, both, [Candidate(1, 1, 2, is_wrapping=True), Candidate(2, 2, 0)]) == [(1, {7: 1})]


def test_never_two_sellers_in_one_order() -> None:
    assert plan({7: 1, 8: 1}, {1: {7: 1}, 2: {8: 1}}, [Candidate(1, 1), Candidate(2, 2)]) is None
