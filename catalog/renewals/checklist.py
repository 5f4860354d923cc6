"""What belongs into a dossier for re-evaluation: data with the article that asks for each line."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask_babel import get_locale

_FILE = Path(__file__).parent / "data" / "dossier_checklist.csv"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the checklist. who: producer, ledger (our books tell it) or advice (no article asks for it)."""

    code: str
    who: str
    article: str
    text: str
    text_en: str
    #: Product groups to which it applies; empty: all.
    groups: frozenset[str]

    @property
    def label(self) -> str:
        """The text in the reader's language."""
        return self.text_en if str(get_locale()) == "en" else self.text


def checklist_for(group: str) -> list[Item]:
    """The lines for a product of this group (I to VI)."""
    return [one for one in _items() if not one.groups or group in one.groups]


@lru_cache(maxsize=1)
def _items() -> tuple[Item, ...]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_item(line) for line in csv.DictReader(file))


def _item(line: dict[str, str]) -> Item:
    groups = frozenset(line["for_groups"].split())
    return Item(line["code"], line["who"], line["article"], line["text"], line["text_en"], groups)
