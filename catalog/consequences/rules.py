"""The words of the table: what may happen to a certificate, what it does to which object. Values only.

Source: decisions 4 to 6; the table itself is ``data/consequences.csv``.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.clock import today


class Happening(StrEnum):
    """What may happen to a product's certificate."""

    APPROACHING = "approaching"  #: thirty days or fewer are left
    LAPSE = "lapse"  #: the day after its last one
    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    DOWNRATING = "downrating"  #: a new certificate of the product brings another star, fewer or more
    RENEWAL = "renewal"  #: a certificate begins, or comes back after a suspension or by an extension


#: What closes the doors of a product.
ENDINGS = frozenset({Happening.LAPSE, Happening.REVOCATION, Happening.SUSPENSION})


@dataclass(frozen=True)
class Change:
    """Something that is about to happen to the certificates of these products, from the day ``on``.

    A day that is past takes effect today: nothing that was done is undone (decision 5), but what was sold since
    becomes a case. ``today`` is read once, when the change is made.
    """

    happening: Happening
    product_ids: tuple[int, ...]
    on: date
    today: date = field(default_factory=today)

    @property
    def day(self) -> date:
        """The first day on which it can change anything."""
        return max(self.on, self.today)


@dataclass(frozen=True)
class Effect:
    """So many objects of one kind, and what becomes of them.

    ``units`` are pieces or grams, ``stores`` how many stores they lie in, ``money_vnd`` what they are worth
    in đồng: stock at what it is sold for, orders and bookings at their price.
    """

    object: str
    act: str
    count: int
    units: int = 0
    stores: int = 0
    money_vnd: int = 0
