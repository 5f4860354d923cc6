"""Counting what was reached: pure functions on the certificates of products.

A product is recognised in the year of the decision on its first certificate, evaluated again in the year of a later
one, brought to five stars by its first certificate of five, upgraded by one of more stars than the one before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.targets.models import FIVE_STARS, RE_EVALUATED, RECOGNISED, UPGRADED


@dataclass(frozen=True, slots=True)
class Recognition:
    """One verified certificate of a product."""

    product_id: int
    decided_on: date
    stars: int
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """Products counted, by stars, and how many of them rest on demonstration entries."""

    by_stars: dict[int, int]
    demo: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_stars.values())


def count(measure: str, chains: Iterable[Sequence[Recognition]], years: range, stars: int | None = None) -> Count:
    """How many products fulfil a measure within some years; each chain is a product's certificates, oldest first."""
    reached = [one for chain in chains if (one := _reached(measure, chain, years)) is not None]
    counted = [one for one in reached if stars is None or one.stars == stars]
    by_stars = {number: sum(one.stars == number for one in counted) for number in (3, 4, 5)}
    return Count(by_stars, sum(one.is_demo for one in counted))


def _reached(measure: str, chain: Sequence[Recognition], years: range) -> Recognition | None:
    """The certificate by which a product fulfils the measure in those years, if it does."""
    pairs = list(zip([None, *chain], chain, strict=False))
    for before, one in pairs:
        if one.decided_on.year in years and _counts(measure, before, one, chain):
            return one
    return None


def _counts(measure: str, before: Recognition | None, one: Recognition, chain: Sequence[Recognition]) -> bool:
    if measure == RECOGNISED:
        return before is None
    if measure == RE_EVALUATED:
        return before is not None
    if measure == FIVE_STARS:
        return one.stars == 5 and one is next(other for other in chain if other.stars == 5)
    return measure == UPGRADED and before is not None and one.stars > before.stars
