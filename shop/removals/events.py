"""What removals tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GoodsGivenBack:
    """Goods went back to their producer under this note; nothing is owed for them."""

    code: str
    producer_id: int
