"""What stock tells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StockCame:
    """Units of these packs may have become free in a store: a delivery, a return, a count, an order called off."""

    store_id: int
    sku_ids: tuple[int, ...]
