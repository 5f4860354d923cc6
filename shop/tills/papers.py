"""Papers that parts above tills offer on a receipt's page: its electronic invoice."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.tills.models import TillSale


@dataclass(frozen=True)
class Paper:
    """A link on the receipt: what it says, and where it leads."""

    label: str
    url: str


#: The paper of a receipt, or None while there is none.
Find = Callable[[TillSale], Paper | None]

_finders: dict[str, Find] = {}


def offer_paper(name: str, find: Find) -> None:
    """Add a kind of paper to the receipt's page; the same name twice is one kind."""
    _finders[name] = find


def papers_of(sale: TillSale) -> list[Paper]:
    """What this receipt has, in the order in which the kinds were added."""
    return [paper for paper in (find(sale) for find in _finders.values()) if paper is not None]
