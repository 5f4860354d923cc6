"""The table: every kind of object against every happening, what becomes of it, and what holds it.

Kept as data (`data/consequences.csv`), so that the documents, the tests and the people who decide read the same.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "consequences.csv"


class Held(StrEnum):
    """How a cell is held."""

    DOOR = "door"  #: judged by date whenever it is asked; ``by`` is the test that shows it
    REACTION = "reaction"  #: done once; ``by`` is the registered reaction
    TOLD = "told"  #: shown to somebody; ``by`` is the test that shows it
    NOTHING = "nothing"


@dataclass(frozen=True)
class Cell:
    """What one happening does to one kind of object."""

    object: str
    happening: str
    act: str
    held: Held
    by: str
    source: str


@cache
def cells() -> tuple[Cell, ...]:
    """Every cell, object by object. Raises ValueError for a way of holding that is unknown."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Cell(row["object"], row["happening"], row["act"], Held(row["held"]), row["by"], row["source"])
            for row in csv.DictReader(file)
        )
