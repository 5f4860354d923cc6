"""Invariant of transfers: what lies in transit is what was sent and nobody has yet."""

from collections.abc import Iterable

from core.doctor import invariant
from shop.transfers.queries import moving


@invariant("I35", "goods in transit are what transfers sent, less what was received and what was settled")
def transit_equals_papers() -> Iterable[str]:
    """A line for each lot of a store of which more or less is in transit than its open transfers say."""
    for store_id, lot_id, there, owed in moving():
        if there != owed:
            yield f"lot {lot_id} of store {store_id}: {there} in transit, open transfers say {owed}"
