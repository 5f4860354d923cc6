"""Reading the wordbook: base groups and own groups as one list, and which of them are in force."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from catalog.search.wordbook.models import SearchSynonym
from catalog.search.wordbook.refusals import SynonymNotFound
from catalog.search.wordbook.rules import spelled
from catalog.search.words import Group, base_groups
from core.db import db
from core.text import fold


@dataclass(frozen=True, slots=True)
class Entry:
    """A group as the desk shows it. A base group that nobody switched has version 0 and nobody who changed it."""

    code: str
    writings: tuple[str, ...]
    is_one_way: bool
    is_active: bool
    is_base: bool
    note: str
    version: int
    changed_at: datetime | None
    changed_by: str

    @property
    def group(self) -> Group:
        """As search takes it."""
        return Group(self.writings, self.is_one_way)


def code_of(group: Group) -> str:
    """The code of a base group: made of its line, so that it is the same on every machine."""
    return "GOC-" + hashlib.sha256(group.key.encode()).hexdigest()[:8].upper()


def list_entries(asked: str = "", *, origin: str = "", state: str = "") -> list[Entry]:
    """All groups, the desk's own first, newest first.

    asked: only those with a writing that holds these letters; origin: own or base; state: on or off.
    """
    letters = fold(asked)
    return [
        one
        for one in _entries()
        if (not origin or one.is_base == (origin == "base"))
        and (not state or one.is_active == (state == "on"))
        and (not letters or any(letters in fold(writing) for writing in one.writings))
    ]


def get_entry(code: str) -> Entry:
    """One group. Raises SynonymNotFound."""
    found = next((one for one in _entries() if one.code == code), None)
    if found is None:
        raise SynonymNotFound
    return found


def groups_in_force(besides: str = "") -> dict[str, Group]:
    """The groups that searches use, by code; without the one of code `besides`."""
    return {one.code: one.group for one in _entries() if one.is_active and one.code != besides}


def _entries() -> Iterable[Entry]:
    rows = db.session.scalars(select(SearchSynonym).order_by(SearchSynonym.id.desc())).all()
    yield from (_own(row) for row in rows if row.base_key is None)
    switched = {row.base_key: row for row in rows if row.base_key is not None}
    yield from (_base(group, switched) for group in base_groups())


def _own(row: SearchSynonym) -> Entry:
    return Entry(
        row.code, row.group.writings, row.is_one_way, row.is_active, False, row.note, row.version, row.changed_at,
        row.changed_by_label,
    )  # fmt: skip


def _base(group: Group, switched: Mapping[str, SearchSynonym]) -> Entry:
    row, writings = switched.get(group.key), tuple(spelled(one) for one in group.writings)
    if row is None:
        return Entry(code_of(group), writings, group.is_one_way, True, True, "", 0, None, "")
    return Entry(
        row.code, writings, group.is_one_way, row.is_active, True, row.note, row.version, row.changed_at,
        row.changed_by_label,
    )  # fmt: skip
