"""The 26 product sets of Decision 26/2026/QĐ-TTg (annexes I and II), read once from data/product_sets.csv.

Tea and coffee (11 to 13) are food, not drinks. Alcohol is sets 14 and 15. Set 26 is a service: it has no
stock and is booked, never shipped.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

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


_sets, _groups = _read()
#: Every product set by number.
SETS: Mapping[int, ProductSet] = MappingProxyType(_sets)
#: Every group by Roman number.
GROUPS: Mapping[str, Group] = MappingProxyType(_groups)


def get_set(number: int) -> ProductSet:
    """The set of that number. Raises KeyError: the database holds 1 to 26 only."""
    return SETS[number]
