"""For which lines of an order a refund is: whoever promises one under a key of its own can say so.

    tells("return", lines_of_return)     # refunds whose key is ``return:CODE``

Invoices ask, since an adjustment names lines. Where nobody knows, the sum is shared over what is left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GivenBack:
    """So many units, and so many đồng (VAT included, after the discount), of one line or of one charge."""

    amount_vnd: int
    quantity: int = 0
    line_id: int | None = None
    charge_id: int | None = None


#: Answers for the rest of a refund's key, or None when it does not know.
Tell = Callable[[str], Sequence[GivenBack] | None]

_tellers: dict[str, Tell] = {}


def tells(prefix: str, tell: Tell) -> None:
    """Register who knows the lines of refunds whose key begins with ``prefix:``."""
    _tellers[prefix] = tell


def find_given_back(key: str) -> Sequence[GivenBack] | None:
    """The lines that a refund's key stands for, or None when nobody knows them."""
    prefix, _colon, rest = key.partition(":")
    tell = _tellers.get(prefix)
    return tell(rest) if tell else None
