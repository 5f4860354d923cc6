"""Finding an exhibitor in the directory of a fair: words without marks, hall, group, place, stars, day. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalog.listings.places import Place
from catalog.products.sets import GROUPS, Group
from core.text import fold
from shop.fairs.directory import Directory, Exhibitor


@dataclass(frozen=True, slots=True)
class Sought:
    """What a visitor looks for; what is empty does not ask."""

    words: str = ""
    hall: str = ""
    group: str = ""
    #: Code of a province or of a unit within one.
    area: str = ""
    #: At least so many.
    stars: int = 0
    day: date | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.words or self.hall or self.group or self.area or self.stars or self.day)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter with how many exhibitors it has; ``within``: the province above it."""

    value: str
    label: str
    count: int
    within: str = ""


def find(exhibitors: Sequence[Exhibitor], sought: Sought) -> list[Exhibitor]:
    """Those that fit everything that is asked, in their order on the plan.

    Every word must stand in the number of the booth, the exhibitor's name or place, or a product's name; marks and
    case do not count.
    """
    words = fold(sought.words).split()
    return [one for one in exhibitors if _fits(one, sought) and all(word in _hay(one) for word in words)]


def groups_of(directory: Directory) -> list[Group]:
    """The groups that are shown, in their order."""
    shown = {number for one in directory.exhibitors for number in one.groups}
    return [GROUPS[number] for number in sorted(shown)]


def areas_of(directory: Directory) -> list[Choice]:
    """Provinces that exhibitors come from, the largest first, each followed by its units."""
    provinces: Counter[Place] = Counter(one.province for one in directory.exhibitors if one.province)
    units: Counter[tuple[Place, Place]] = Counter(
        (one.province, one.locality) for one in directory.exhibitors if one.province and one.locality
    )
    found: list[Choice] = []
    for province, count in sorted(provinces.items(), key=lambda pair: (-pair[1], fold(pair[0].name))):
        found.append(Choice(province.code, province.name, count))
        within = [(unit, many) for (above, unit), many in units.items() if above == province]
        found += [
            Choice(unit.code, unit.name, many, province.name)
            for unit, many in sorted(within, key=lambda pair: fold(pair[0].name))
        ]
    return found


def _fits(one: Exhibitor, sought: Sought) -> bool:
    return (
        sought.hall in ("", one.booth.hall)
        and (not sought.group or sought.group in one.groups)
        and (not sought.area or sought.area in {place.code for place in (one.province, one.locality) if place})
        and one.stars >= sought.stars
        and (sought.day is None or sought.day in one.days)
    )


def _hay(one: Exhibitor) -> str:
    """Everything that words are looked for in, folded."""
    names = (shown.product.name_folded for shown in one.products)
    return " ".join((fold(one.booth.code), fold(" ".join(one.names)), fold(one.place), *names))
