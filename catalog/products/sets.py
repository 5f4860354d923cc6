"""The 26 product sets of Decision 26/2026/QĐ-TTg (annexes I and II), read once from data/product_sets.csv.

Tea and coffee (11 to 13) are food, not drinks. Alcohol is sets 14 and 15. Set 26 is a service: it has no
stock and is booked, never shipped.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core.text import fold

ALCOHOL = frozenset({14, 15})
SERVICE = 26


@dataclass(frozen=True, slots=True)
class ProductSet:
    """One product set ("bộ sản phẩm")."""

    #: 1 to 26.
    number: int
    #: Roman number of its group, I to VI.
    group: str
    #: Its class ("nhóm" under the group).
    class_vi: str
    name_vi: str
    name_en: str

    @property
    def is_alcohol(self) -> bool:
        """Whether only adults may see and buy it."""
        return self.number in ALCOHOL

    @property
    def is_service(self) -> bool:
        """Whether it is booked instead of shipped (community tourism)."""
        return self.number == SERVICE


@dataclass(frozen=True, slots=True)
class Group:
    """One of the six groups ("ngành")."""

    number: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class OldGroup:
    """One of the six groups of Decision 1048/QĐ-TTg of 2019, and where its products belong today."""

    name_vi: str
    #: Words, folded, by which papers name it.
    known_by: tuple[str, ...]
    #: Roman number of the group of today.
    group: str
    #: The sets of today that its products may be in.
    sets: frozenset[int]


def _read() -> tuple[dict[int, ProductSet], dict[str, Group]]:
    sets: dict[int, ProductSet] = {}
    groups: dict[str, Group] = {}
    with (Path(__file__).parent / "data" / "product_sets.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            group = row["group_no"]
            number = int(row["set_no"])
            groups[group] = Group(group, row["group_vi"], row["group_en"])
            sets[number] = ProductSet(number, group, row["class_vi"], row["set_vi"], row["set_en"])
    return sets, groups


def _read_old() -> tuple[OldGroup, ...]:
    with (Path(__file__).parent / "data" / "groups_2019.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            OldGroup(
                name_vi=row["group_vi"],
                known_by=tuple(row["known_by"].split("|")),
                group=row["group"],
                sets=frozenset(int(number) for number in row["sets"].split()),
            )
            for row in csv.DictReader(lines)
        )


_sets, _groups = _read()
#: Every product set by number.
SETS: Mapping[int, ProductSet] = MappingProxyType(_sets)
#: Every group by Roman number.
GROUPS: Mapping[str, Group] = MappingProxyType(_groups)
#: The groups of 2019, none of them ornamental plants or animals.
GROUPS_2019: tuple[OldGroup, ...] = _read_old()


def get_set(number: int) -> ProductSet:
    """The set of that number. Raises KeyError: the database holds 1 to 26 only."""
    return SETS[number]


def find_old_group(name: str) -> OldGroup | None:
    """The group of 2019 that a paper names in words of its own; None when there was no such group.

    >>> find_old_group("Ngành thảo dược").group
    'III'
    """
    words = fold(name)
    return next((old for old in GROUPS_2019 if any(word in words for word in old.known_by)), None)
