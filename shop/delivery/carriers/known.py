"""Carriers known by name, with the page on which a buyer follows her parcel. See `data/SOURCE.md`."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from core.text import fold

_FILE = Path(__file__).parent / "data" / "carriers.csv"


@dataclass(frozen=True)
class Carrier:
    """A carrier: its code in our tables, its name as shown, and its tracking page with ``{tracking}`` (or "")."""

    code: str
    name: str
    aliases: frozenset[str]
    tracking_url: str


@cache
def list_carriers() -> tuple[Carrier, ...]:
    """All of them, in the order of the file."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Carrier(row["code"], row["name"], frozenset(row["aliases"].split("|")), row["tracking_url"])
            for row in csv.DictReader(file)
        )


def find_carrier(words: str | None) -> Carrier | None:
    """The carrier of this code or name, however it is written; None for a courier of whom we know only the name."""
    wanted = fold(words or "").strip()
    for one in list_carriers():
        if wanted and (wanted in one.aliases or wanted in (one.code, fold(one.name))):
            return one
    return None


def tracking_link(carrier: str | None, tracking: str | None) -> str | None:
    """Where to follow a parcel, or None when the carrier has no such page or the parcel no number."""
    known = find_carrier(carrier)
    if known is None or not known.tracking_url or not tracking:
        return None
    return known.tracking_url.replace("{tracking}", quote(tracking, safe=""))
