"""What recalls tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RecallOpened:
    """Goods were called back; whoever bought them is to be found."""

    recall_id: int


@dataclass(frozen=True)
class RecallBuyerFound:
    """A sale of recalled goods was found; its buyer is to be told."""

    buyer_id: int
