"""Which stores send what: the nearest that holds everything, else the fewest parcels of one seller. Pure.

Decision 9: every order has one seller, so parcels of one order come from stores of one seller only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: More parcels than this are two orders.
MOST_PARCELS = 4

#: Units by SKU id.
Wants = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A store that could send: whose it is, how far it is (`delivery.rules.distance`), whether it wraps a gift
    that the buyer asked for.
    """

    store_id: int
    seller_id: int
    distance: int = 0
    is_wrapping: bool = False

    @property
    def rank(self) -> tuple[bool, int, int]:
        """A store that wraps first, then the nearest, then the oldest."""
        return (not self.is_wrapping, self.distance, self.store_id)


#: What each store sends, the nearest first.
Plan = list[tuple[int, dict[int, int]]]


def plan(wants: Wants, free: Mapping[int, Wants], candidates: Sequence[Candidate]) -> Plan | None:
    """Share the wants out over stores; None when no seller's stores have it all.

    free: units by store id and SKU id. One store with everything is taken before any two; among equally many the
    nearer together, then the older stores. A line is parted only where no store of the chosen ones has it whole.
    """
    ranked = sorted((one for one in candidates if _gives(wants, free, one)), key=lambda one: one.rank)
    for number in range(1, MOST_PARCELS + 1):
        found = [chosen for sellers in _by_seller(ranked) for chosen in _covers(wants, free, sellers, number)]
        if found:
            best = min(found, key=_cost)
            return _share(wants, free, sorted(best, key=lambda one: one.rank))
    return None


def reachable(wants: Wants, free: Mapping[int, Wants], candidates: Sequence[Candidate]) -> dict[int, int]:
    """The most of each SKU that one seller's stores together have: what a refusal can name."""
    best = dict.fromkeys(wants, 0)
    for sellers in _by_seller(candidates):
        for sku in wants:
            best[sku] = max(best[sku], sum(free.get(one.store_id, {}).get(sku, 0) for one in sellers))
    return best


def _gives(wants: Wants, free: Mapping[int, Wants], one: Candidate) -> bool:
    return any(free.get(one.store_id, {}).get(sku, 0) > 0 for sku in wants)


def _by_seller(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    sellers: dict[int, list[Candidate]] = {}
    for one in candidates:
        sellers.setdefault(one.seller_id, []).append(one)
    return list(sellers.values())


def _covers(
    wants: Wants, free: Mapping[int, Wants], stores: Sequence[Candidate], number: int
) -> list[tuple[Candidate, ...]]:
    """Every set of so many stores that together have everything.

    Branches over the SKU with the fewest stores that have any of it: one of those must be in the set.
    """
    found: dict[frozenset[int], tuple[Candidate, ...]] = {}

    def search(chosen: tuple[Candidate, ...], missing: dict[int, int]) -> None:
        if not missing:
            found[frozenset(one.store_id for one in chosen)] = chosen
            return
        if len(chosen) == number:
            return
        taken = {one.store_id for one in chosen}
        having = {
            sku: [s for s in stores if s.store_id not in taken and free.get(s.store_id, {}).get(sku, 0)]
            for sku in missing
        }
        for one in min(having.values(), key=len):
            stock = free[one.store_id]
            left = {sku: units - stock.get(sku, 0) for sku, units in missing.items() if units > stock.get(sku, 0)}
            search((*chosen, one), left)

    search((), dict(wants))
    return list(found.values())


def _cost(chosen: Sequence[Candidate]) -> tuple[bool, int, tuple[int, ...]]:
    """Less is better: a store that wraps among them, then near, then old."""
    wraps = any(one.is_wrapping for one in chosen)
    return (not wraps, sum(one.distance for one in chosen), tuple(sorted(one.store_id for one in chosen)))


def _share(wants: Wants, free: Mapping[int, Wants], stores: Sequence[Candidate]) -> Plan:
    """Whole lines from the first store that has them whole; what is left from each in turn."""
    shares: dict[int, dict[int, int]] = {one.store_id: {} for one in stores}
    for sku, wanted in wants.items():
        whole = next((one for one in stores if free[one.store_id].get(sku, 0) >= wanted), None)
        missing = wanted
        for one in [whole] if whole else stores:
            units = min(missing, free[one.store_id].get(sku, 0))
            if units:
                shares[one.store_id][sku] = units
                missing -= units
    return [(store, some) for store, some in shares.items() if some]
