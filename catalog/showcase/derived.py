"""Things made of what never changes, kept beside it: they go when it goes."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Derived:
    """At most so many things by key; one too many, and all are made anew when they are asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of a key, made when it is first asked for."""
        found = self._things.get(key)
        if found is None:
            if len(self._things) >= self._most:
                self._things.clear()
            found = self._things[key] = make()
        return found

    def known(self, key: Hashable) -> Any:
        """The thing of a key, if it has been made; else None."""
        return self._things.get(key)
