"""What stands in the way of closing a store. Whoever keeps something of a store says so once:

@hinders
def goods(store: Store, at: datetime) -> Iterable[Hindrance]: ...

``service.close_store`` asks all of them inside its transaction, and refuses while any answers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString

from shop.stores.models import Store


@dataclass(frozen=True)
class Hindrance:
    """So many of something that must go first. ``key`` is for programs, ``label`` for people."""

    key: str
    count: int
    label: str | LazyString


Asks = Callable[[Store, datetime], Iterable[Hindrance]]
_asked: list[Asks] = []


def hinders(ask: Asks) -> Asks:
    """Register something that may stand in the way."""
    if ask not in _asked:
        _asked.append(ask)
    return ask


def hindrances(store: Store, at: datetime) -> list[Hindrance]:
    """Everything that stands in the way at an instant."""
    return [one for ask in _asked for one in ask(store, at) if one.count]
