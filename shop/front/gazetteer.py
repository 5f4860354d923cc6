"""Places under all the names that they ever had: what a name of old is today, and what lies where.

A page of an area is one code under one name without title, in however many epochs: "huyện An Dương" to 2024 and "quận
An Dương" of early 2025 are one page, "xã Đại Hà" (11728 to 2024) and "xã Kiến Hưng" (11728 since 2025) are two. Read
at once: a few hundred rows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from catalog.areas.models import Area, AreaChange
from catalog.areas.rules import bare_name
from catalog.listings.places import Places
from catalog.showcase.kept import showcase
from core.db import db
from core.text import fold, slugify
from shop.front.addresses import area_slug, parted


@dataclass(frozen=True, slots=True)
class Unit:
    """One administrative unit during one epoch."""

    id: int
    code: str
    kind: str
    name: str
    parent_id: int | None
    valid_from: date
    valid_until: date | None
    sort_key: str

    @property
    def is_standing(self) -> bool:
        """Whether it is a unit of today."""
        return self.valid_until is None

    @property
    def gone_on(self) -> str:
        """The first day on which it was no more, as people write it; empty while it stands."""
        day = self.valid_until + timedelta(days=1) if self.valid_until else None
        return f"{day.day}/{day.month}/{day.year}" if day else ""

    @property
    def slug(self) -> str:
        """What its page is called."""
        is_plain = self.kind == "province" and self.is_standing
        return area_slug(self.code, self.name, is_plain=is_plain)

    @property
    def words(self) -> str:
        """Its name without title, as it stands in addresses."""
        return slugify(bare_name(self.name))


@dataclass(frozen=True, slots=True)
class Successor:
    """A unit of today that took an area over. is_whole: it holds nothing of another area of the same kind."""

    unit: Unit
    is_whole: bool
    #: The one proposed where the area was divided.
    is_default: bool


class Gazetteer:
    """Every area in all its epochs (two statements)."""

    def __init__(self) -> None:
        columns = (
            Area.id, Area.code, Area.kind, Area.name, Area.parent_id, Area.valid_from, Area.valid_until, Area.sort_key,
        )  # fmt: skip
        rows = db.session.execute(select(*columns).order_by(Area.valid_from, Area.id))
        self._units = {row.id: Unit(*row) for row in rows}
        self._children: dict[int, list[Unit]] = defaultdict(list)
        for unit in self._units.values():
            if unit.parent_id is not None:
                self._children[unit.parent_id].append(unit)
        self._next: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        self._before: dict[int, list[int]] = defaultdict(list)
        changes = select(AreaChange.old_id, AreaChange.new_id, AreaChange.is_default)
        for old, new, is_default in db.session.execute(changes.order_by(AreaChange.is_default.desc())):
            self._next[old].append((new, is_default))
            self._before[new].append(old)

    def find(self, slug: str) -> list[Unit]:
        """The units that a slug, a code or a bare name may mean: one per page, each in its last epoch."""
        words, code = parted(slug)
        if code:
            same = [unit for unit in self._units.values() if unit.code == code]
            named = [unit for unit in same if words in (unit.words, slugify(unit.name))]
            if same:
                return [(named or same)[-1]]
        return self.named(slug.replace("-", " "))

    def named(self, words: str) -> list[Unit]:
        """The units of this name, with or without title and marks: one per page, those of today first."""
        wanted = slugify(words)
        if not wanted:
            return []
        hits = [one for one in self._units.values() if wanted in (one.words, slugify(one.name))]
        return self._pages(hits)

    def holding(self, words: str, most: int = 30) -> list[Unit]:
        """The units whose name holds these words: one per page, those of today first."""
        wanted = f" {fold(words)} "
        return self._pages(one for one in self._units.values() if wanted in f" {fold(one.name)} ")[:most]

    def all(self) -> Iterable[Unit]:
        """Every unit of every epoch."""
        return self._units.values()

    def epochs(self, unit: Unit) -> list[Unit]:
        """The same unit under the same name in all its epochs, oldest first."""
        same = (one for one in self._units.values() if one.code == unit.code)
        return [one for one in same if one.words == unit.words]

    def above(self, unit: Unit) -> list[Unit]:
        """The units above it in its epoch, nearest first."""
        found: list[Unit] = []
        while unit.parent_id is not None:
            unit = self._units[unit.parent_id]
            found.append(unit)
        return found

    def provinces(self) -> list[Unit]:
        """The provinces of today."""
        standing = (one for one in self._units.values() if one.kind == "province" and one.is_standing)
        return sorted(standing, key=lambda one: one.sort_key)

    def communes(self, province: Unit) -> list[Unit]:
        """The communes of today in a province of today."""
        inside = (one for one in self._children[province.id] if one.kind == "commune" and one.is_standing)
        return sorted(inside, key=lambda one: one.sort_key)

    def old_districts(self, province: Unit) -> list[Unit]:
        """The districts that a province of today had, or that the provinces joined in it had; one per page."""
        found = [one for old in self._ancestry(province) for one in self._children[old.id] if one.kind == "district"]
        return sorted(self._pages(found), key=lambda one: one.sort_key)

    def became(self, unit: Unit) -> list[Successor]:
        """The units of today that hold what was this one; itself when it stands."""
        if unit.is_standing:
            return [Successor(unit, is_whole=True, is_default=True)]
        own = {one.id for one in self._below(unit)}
        found: dict[int, bool] = {}
        for part in own:
            for ended, is_default in self._ends(part).items():
                found[ended] = found.get(ended, False) or is_default
        made = [Successor(self._units[one], self._is_whole(one, own), is_default) for one, is_default in found.items()]
        return sorted(made, key=lambda one: (not one.is_whole, one.unit.sort_key))

    def was(self, unit: Unit) -> list[Unit]:
        """The units of old, of other names, that (or parts of which) this unit of today holds; one per page."""
        found = [one for one in self._ancestry(unit) if (one.code, one.words) != (unit.code, unit.words)]
        return sorted(self._pages(found), key=lambda one: one.sort_key)

    def is_divided(self, unit: Unit) -> bool:
        """Whether this commune of old went to several of today."""
        return len(self._ends(unit.id)) > 1

    def counted(self, listings: Mapping[int | None, int]) -> Counter[int]:
        """Listings by area in any epoch, summed up for each unit above, of its epoch and of today."""
        total: Counter[int] = Counter()
        for area_id, count in listings.items():
            for one in self._answers(area_id):
                total[one] += count
        return total

    def _answers(self, area_id: int | None) -> set[int]:
        """Ids of every unit that holds an area: above it, what those became, and above that."""
        if area_id not in self._units:
            return set()
        own = self._units[area_id]
        chain = [own, *self.above(own)]
        for one in list(chain):
            now = self._present(one.id)
            if now is not None and (one is own or self._units[now].kind == "province"):
                chain += [self._units[now], *self.above(self._units[now])]
        return {one.id for one in chain}

    def _present(self, area_id: int) -> int | None:
        """The unit of today that is proposed for an area; None for a district."""
        while not self._units[area_id].is_standing:
            if not self._next[area_id]:
                return None
            area_id = self._next[area_id][0][0]
        return area_id

    def _ends(self, area_id: int) -> dict[int, bool]:
        """Every unit of today that an area went to, and whether it is the one proposed at each step."""
        if self._units[area_id].is_standing:
            return {area_id: True}
        found: dict[int, bool] = {}
        for new, is_default in self._next[area_id]:
            for end, is_proposed in self._ends(new).items():
                found[end] = found.get(end, False) or (is_default and is_proposed)
        return found

    def _below(self, unit: Unit) -> list[Unit]:
        """The communes of a unit in all the epochs of its name; itself when it is one."""
        if unit.kind == "commune":
            return [unit]
        inside = [child for one in self.epochs(unit) for child in self._children[one.id]]
        return [commune for child in inside for commune in ([child] if child.kind == "commune" else self._below(child))]

    def _is_whole(self, area_id: int, own: set[int]) -> bool:
        """Whether everything of the epoch before that went into this one is among these."""
        return all(one in own for one in self._before[area_id])

    def _ancestry(self, unit: Unit) -> list[Unit]:
        """The unit and everything of old that went into it."""
        found, waiting = [unit], list(self._before[unit.id])
        while waiting:
            one = waiting.pop()
            if self._units[one] not in found:
                found.append(self._units[one])
                waiting += self._before[one]
        return found

    def _pages(self, units: Iterable[Unit]) -> list[Unit]:
        """One unit for each page, in its last epoch; those of today first, then in the order of a dictionary."""
        last: dict[tuple[str, str], Unit] = {}
        for unit in units:
            key = (unit.code, unit.words)
            if key not in last or last[key].valid_from < unit.valid_from:
                last[key] = unit
        return sorted(last.values(), key=lambda one: (not one.is_standing, one.sort_key, one.code))


#: The last one that was read, beside the tree of the showcase that it belongs to.
_last: list[tuple[Places, Gazetteer]] = []


def gazetteer(on: date) -> Gazetteer:
    """The gazetteer, read again whenever the showcase has read the areas again."""
    tree = showcase(on).tree
    kept = _last[-1] if _last else None
    if kept is None or kept[0] is not tree:
        kept = (tree, Gazetteer())
        _last[:] = [kept]
    return kept[1]
