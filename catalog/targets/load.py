"""Loading targets from a file; the same file again changes nothing."""

import csv
from pathlib import Path

from sqlalchemy import select

from catalog.targets.models import Target
from core.db import transaction

#: Hải Phòng 2021 to 2025; where from, `data/SOURCE.md` says.
HAI_PHONG = Path(__file__).parent / "data" / "haiphong_2021_2025.csv"
_WORDS = ("area_code", "measure", "source")
_NUMBERS = ("from_year", "to_year", "stars", "cohort_year", "least", "most")


def load_targets(path: Path = HAI_PHONG) -> int:
    """Write every line of the file under its code; answers how many. Raises KeyError, ValueError when malformed."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    with transaction() as session:
        known = {one.code: one for one in session.scalars(select(Target))}
        for line in lines:
            one = known.get(line["code"]) or Target(code=line["code"])
            for name in _WORDS:
                setattr(one, name, line[name])
            for name in _NUMBERS:
                setattr(one, name, int(line[name]) if line[name] else None)
            session.add(one)
    return len(lines)
