"""What the till tells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TillSold:
    """A receipt was written: a sale of the till."""

    code: str
    store_id: int


@dataclass(frozen=True)
class ReceiptAsked:
    """The buyer wants her receipt sent to her phone (E.164)."""

    code: str
    phone: str


@dataclass(frozen=True)
class TillReturned:
    """Goods came back against a receipt; ``of`` is the sale."""

    code: str
    of: str
    store_id: int


@dataclass(frozen=True)
class SaleWaits:
    """A sale made without the network needs a person's decision."""

    code: str
    store_id: int
    kind: str


@dataclass(frozen=True)
class SaleDecided:
    """A person decided what becomes of it; ``sale``: the receipt's code, when it is one now."""

    code: str
    store_id: int
    outcome: str
    sale: str | None


@dataclass(frozen=True)
class ShiftClosedEvent:
    """A Z report was written; ``difference_vnd`` is what was counted less what should be there."""

    code: str
    store_id: int
    difference_vnd: int
