"""Fill the tree of areas from the files beside this module; a second run changes nothing."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from catalog.areas.models import UNRECORDED, Area, AreaChange
from catalog.areas.rules import bare_name
from core.db import db, transaction
from core.text import fold, sort_key

DATA = Path(__file__).parent / "data"
HAI_PHONG = "31"
PROVINCE_NAME = "Thành phố Hải Phòng"
#: The three epochs of Hải Phòng: first day and last day of each.
TO_2024 = (UNRECORDED, date(2024, 12, 31))
EARLY_2025 = (date(2025, 1, 1), date(2025, 6, 30))
PRESENT = (date(2025, 7, 1), None)

Epoch = tuple[date, date | None]
Key = tuple[str, date]


@dataclass(frozen=True)
class Unit:
    """One line of the lists: an area and the code of its parent in the same epoch."""

    code: str
    name: str
    kind: str
    parent_code: str | None
    epoch: Epoch


@dataclass(frozen=True)
class Change:
    """An area became another; keys are (code, first day)."""

    old: Key
    new: Key
    is_default: bool


def load_areas() -> int:
    """Add every area and change that is not yet there; answers how many rows were added."""
    with transaction() as session:
        known = {(a.code, a.valid_from): a for a in session.scalars(select(Area))}
        added = [_add(unit, known) for unit in units() if (unit.code, unit.epoch[0]) not in known]
        session.flush()
        return len(added) + _add_changes(known)


def units() -> Iterator[Unit]:
    """Every area of the files, parents before children."""
    for epoch in (TO_2024, EARLY_2025, PRESENT):
        yield Unit(HAI_PHONG, PROVINCE_NAME, "province", None, epoch)
    yield from _with_districts("haiphong_units_to_2024.csv", "", TO_2024)
    yield from _with_districts("haiphong_units_2025H1_with_conversion.csv", "old_", EARLY_2025)
    for row in _rows("haiphong_units_2025_07_new.csv"):
        yield Unit(row["commune_code"], row["commune"], "commune", HAI_PHONG, PRESENT)
    for row in _rows("other_units.csv"):
        yield Unit(row["code"], row["name"], row["kind"], row["parent_code"] or None, _epoch(row))


def changes() -> Iterator[Change]:
    """Every change of the files: what each area of one epoch became in the next."""
    for code in (HAI_PHONG, *_district_codes()):
        yield _change(code, TO_2024, code, EARLY_2025)
    yield _change(HAI_PHONG, EARLY_2025, HAI_PHONG, PRESENT)
    for row in _rows("haiphong_2024_to_2025.csv"):
        yield _change(row["old_code"], TO_2024, row["new_code"], EARLY_2025)
    yield from _changes_of_july()
    before: Epoch = (UNRECORDED, None)
    for row in _rows("other_changes.csv"):
        yield _change(row["old_code"], before, row["new_code"], PRESENT, row["is_default"] == "1")


def _changes_of_july() -> Iterator[Change]:
    """1 July 2025 in Hải Phòng: divided communes by their own list, the others by the conversion."""
    split = list(_rows("haiphong_split_2025_07.csv"))
    divided = {row["old_code"] for row in split}
    for row in split:
        yield _change(row["old_code"], EARLY_2025, row["new_code"], PRESENT, row["is_default"] == "1")
    codes = {row["commune"]: row["commune_code"] for row in _rows("haiphong_units_2025_07_new.csv")}
    for row in _rows("haiphong_units_2025H1_with_conversion.csv"):
        old = row["old_commune_code"]
        if old and old not in divided:
            yield _change(old, EARLY_2025, codes[row["new_commune"]], PRESENT)


def _with_districts(file: str, prefix: str, epoch: Epoch) -> Iterator[Unit]:
    """Districts and communes of a list with both; an island district may have no commune."""
    seen: set[str] = set()
    for row in _rows(file):
        code = row[f"{prefix}district_code"]
        if code not in seen:
            seen.add(code)
            yield Unit(code, row[f"{prefix}district"], "district", HAI_PHONG, epoch)
        if row[f"{prefix}commune"]:
            yield Unit(row[f"{prefix}commune_code"], row[f"{prefix}commune"], "commune", code, epoch)


def _district_codes() -> list[str]:
    return sorted({row["district_code"] for row in _rows("haiphong_units_to_2024.csv")})


def _epoch(row: dict[str, str]) -> Epoch:
    first = date.fromisoformat(row["valid_from"]) if row["valid_from"] else UNRECORDED
    return first, date.fromisoformat(row["valid_until"]) if row["valid_until"] else None


def _change(old: str, before: Epoch, new: str, after: Epoch, is_default: bool = True) -> Change:
    return Change((old, before[0]), (new, after[0]), is_default)


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _add(unit: Unit, known: dict[Key, Area]) -> Area:
    """Make the area of a unit, whose parent is already known."""
    first, last = unit.epoch
    parent = known[unit.parent_code, first] if unit.parent_code else None
    plain = bare_name(unit.name)
    area = Area(
        code=unit.code, name=unit.name, kind=unit.kind, parent=parent, valid_from=first, valid_until=last,
        name_folded=fold(plain), sort_key=sort_key(plain),
    )  # fmt: skip
    db.session.add(area)
    known[unit.code, first] = area
    return area


def _add_changes(known: dict[Key, Area]) -> int:
    """Add the missing changes; both ends exist by now."""
    there = {(c.old_id, c.new_id) for c in db.session.scalars(select(AreaChange))}
    missing = {
        (known[c.old].id, known[c.new].id): c.is_default
        for c in changes()
        if (known[c.old].id, known[c.new].id) not in there
    }
    db.session.add_all(AreaChange(old_id=o, new_id=n, is_default=d) for (o, n), d in missing.items())
    return len(missing)
