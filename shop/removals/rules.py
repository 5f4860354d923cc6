"""Pure rules of goods that leave a store unsold: who must look at it, and what they are worth.

Quantities are integers: pieces, or grams for goods sold by weight; money is whole đồng.
"""

from enum import StrEnum
from typing import Final

from shop.inventory.rules import Reason


class Kind(StrEnum):
    """Written off for good, or given back to the producer."""

    WRITE_OFF = "write_off"
    PRODUCER_RETURN = "producer_return"


class State(StrEnum):
    """``waiting``: set aside, for a second person or for the producer's hand; the others are ends."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


#: Why goods are written off.
WRITE_OFF_REASONS: Final = (Reason.DAMAGE, Reason.TASTING, Reason.EXPIRY)
#: Why goods go back to their producer.
RETURN_REASONS: Final = (Reason.PRODUCER_RETURN, Reason.RECALL)
#: What one person may write off alone in a store on a day, at selling prices, where the store has no limit of its own.
STANDARD_LIMIT_VND: Final = 500_000
MOST_LIMIT_VND: Final = 100_000_000
MOST_LINES: Final = 200
#: The movement behind every paper of this feature.
DOCUMENT: Final = "removal"


def reasons_of(kind: Kind) -> tuple[Reason, ...]:
    """The reasons that fit a kind."""
    return WRITE_OFF_REASONS if kind is Kind.WRITE_OFF else RETURN_REASONS


def worth(quantity: int, unit: str, price_vnd: int) -> int:
    """What units are worth at a price of one piece, or of one kilogram of goods by weight; fractions are dropped."""
    return quantity * price_vnd // 1000 if unit == "gram" else quantity * price_vnd


def needs_second(value_vnd: int, alone_today_vnd: int, limit_vnd: int) -> bool:
    """Whether a second person must look: this and what the same person wrote off alone today pass the store's limit.

    The day's sum counts, so that a large loss cannot be cut into small ones.
    """
    return alone_today_vnd + value_vnd > limit_vnd
