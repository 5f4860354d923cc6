"""Rules of waiting on plain values: whose turn it is when goods come.

A restock of few units calls few people, in the order in which they asked: at most three for each unit that is free.
Whom it did not reach is called a day later if goods are still there, and with the next restock otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

UNCONFIRMED: Final = "unconfirmed"
WAITING: Final = "waiting"
TELLING: Final = "telling"
TO_CALL: Final = "to_call"
TOLD: Final = "told"
WITHDRAWN: Final = "withdrawn"
EXPIRED: Final = "expired"
#: States in which a contact is kept.
OPEN = (UNCONFIRMED, WAITING, TELLING, TO_CALL)

SOLD_OUT: Final = "sold_out"
CLOSED: Final = "closed"

#: Law 91/2025: kept for the purpose, and no longer.
KEPT = timedelta(days=180)
#: A mail to confirm that nobody answers is forgotten.
CONFIRM_WITHIN = timedelta(days=3)
#: People called for each unit: of three who are told, about one buys.
PER_UNIT = 3
#: Who was called so long ago has had the time to come: then the next may.
BREATH = timedelta(hours=24)
#: What counts as one unit of goods sold by weight, in grams: what one press puts into a cart.
PORTION_GRAMS = 500
#: The wording of the consent, kept with each wish.
CONSENT = "waiting-1"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for: a pack and a store, None for any; ``reason`` as in SOLD_OUT and CLOSED."""

    id: int
    sku_id: int | None
    store_id: int | None
    reason: str


#: Portions free by (SKU id, store id).
Free = Mapping[tuple[int, int], int]


def portions(units: int, unit: str) -> int:
    """How many buyers that may serve: pieces, or halves of a kilogram."""
    return units if unit == "piece" else units // PORTION_GRAMS


def reach(wish: Wish, free: Free) -> int:
    """Portions free of what is wished for."""
    return sum(
        count
        for (sku_id, store_id), count in free.items()
        if wish.sku_id in (None, sku_id) and wish.store_id in (None, store_id)
    )


def turns(waiting: Sequence[Wish], called: Sequence[Wish], free: Free) -> list[int]:
    """Ids of those whose turn it is, for a product that may be sold now.

    ``waiting`` in the order of asking; ``called`` those of the last day, who may still come for the same goods.
    Who asked because the star was gone hears of its return even while the shelves are empty.
    """
    before, chosen = list(called), list[int]()
    anything = any(free.values())
    for wish in waiting:
        reached = reach(wish, free)
        rivals = sum(_meets(wish, one) for one in before)
        if (reached and rivals < PER_UNIT * reached) or (wish.reason == CLOSED and not anything):
            chosen.append(wish.id)
            before.append(wish)
    return chosen


def _meets(one: Wish, other: Wish) -> bool:
    """Whether both may come for the same goods."""
    same_sku = one.sku_id is None or other.sku_id is None or one.sku_id == other.sku_id
    return same_sku and (one.store_id is None or other.store_id is None or one.store_id == other.store_id)
