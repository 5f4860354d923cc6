"""What was promised of a booth before anybody holds it: features above say so, and a plan must not lose it.

    @promise
    def blocks(fair): yield Promised("A01", "delegated", "Sở Công Thương tỉnh Thử")

A promised booth may move, change its number or its price: the page of differences names whom it is for. It is neither
dropped nor given to no exhibitor. A department counts on its block, the next answer of the assignment on a pin; each is
taken back where it was given, and never by drawing: a program that puts a plan sees no page of differences at all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from shop.fairs.models import Fair


@dataclass(frozen=True)
class Promised:
    """A booth of the present plan, by its number, and to whom: a delegation's block, or pinned for an exhibitor."""

    booth: str
    reason: Literal["delegated", "pinned"]
    whom: str


Find = Callable[[Fair], Iterable[Promised]]
_found_by: list[Find] = []


def promise(find: Find) -> Find:
    """Register a reading of promised booths, in one statement."""
    if find not in _found_by:
        _found_by.append(find)
    return find


def promises_of(fair: Fair) -> dict[str, list[Promised]]:
    """Everything that is promised, by the booth's number; a constant number of statements."""
    found: dict[str, list[Promised]] = defaultdict(list)
    for find in _found_by:
        for one in find(fair):
            found[one.booth].append(one)
    return dict(found)
