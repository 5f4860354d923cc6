"""Verbs on synonyms: add, edit, remove a group of the desk's own; switch any group. Each is one transaction.

Nothing has to be rebuilt: synonyms are looked up when a query is understood (`catalog/search/synonyms.py`), by every
process, for both engines.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from catalog.search.wordbook.models import SearchSynonym
from catalog.search.wordbook.queries import Entry, code_of, get_entry, groups_in_force
from catalog.search.wordbook.refusals import SynonymDoubtful, SynonymIsBase, SynonymNotFound, SynonymTooMany
from catalog.search.wordbook.rules import doubts_of, faults_of, spelled
from catalog.search.words import Group, base_groups
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import check_version, db, dialect_name, transaction
from core.errors import Invalid
from core.ids import short_code

#: Own groups at most: the words of all are held in memory and looked at by a person.
MOST_GROUPS = 2_000


def add_synonyms(
    by: Actor, *, writings: Sequence[str], is_one_way: bool = False, note: str = "", confirm: bool = False
) -> Entry:
    """Add a group; in a one-way group the first writing finds the others only.

    Raises Invalid (writings), SynonymDoubtful unless confirmed, SynonymTooMany.
    """
    authorize(by, "synonyms.edit")
    with transaction() as session:
        _check(Group(tuple(writings), is_one_way), "", confirm=confirm)
        count = session.scalar(select(func.count()).where(SearchSynonym.base_key.is_(None))) or 0
        if count >= MOST_GROUPS:
            raise SynonymTooMany(most=MOST_GROUPS)
        row = SearchSynonym(code=short_code("TN"), writings=_kept(writings), is_one_way=is_one_way, note=note)
        _sign(row, by)
        session.add(row)
        session.flush()
        record("synonym.added", _subject(row.code), by, writings=row.writings, is_one_way=is_one_way, note=note)
        return get_entry(row.code)


def edit_synonyms(by: Actor, code: str, version: int, changes: dict[str, Any], *, confirm: bool = False) -> Entry:
    """Change writings, is_one_way, is_active or note of a group of the desk's own.

    Raises SynonymNotFound, SynonymIsBase, EditConflict, Invalid, SynonymDoubtful.
    """
    authorize(by, "synonyms.edit")
    with transaction():
        row = _own(code)
        check_version(row, version)
        values = dict(changes)
        if values.keys() & {"writings", "is_one_way"}:
            writings = tuple(values.get("writings", row.group.writings))
            _check(Group(writings, values.get("is_one_way", row.is_one_way)), code, confirm=confirm)
            values["writings"] = _kept(writings)
        before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        for name in before:
            setattr(row, name, values[name])
        if before:
            _sign(row, by)
            db.session.flush()
            record("synonym.edited", _subject(code), by, before=before, after={name: values[name] for name in before})
        return get_entry(code)


def remove_synonyms(by: Actor, code: str, version: int) -> None:
    """Remove a group of the desk's own; the trail keeps its words. Raises as `edit_synonyms`."""
    authorize(by, "synonyms.edit")
    with transaction() as session:
        row = _own(code)
        check_version(row, version)
        record("synonym.removed", _subject(code), by, writings=row.writings, is_one_way=row.is_one_way, note=row.note)
        session.delete(row)


def switch_synonyms(by: Actor, code: str, version: int, *, is_active: bool) -> Entry:
    """Let searches use a group or not, one of the shop's own too. Raises SynonymNotFound, EditConflict."""
    authorize(by, "synonyms.edit")
    with transaction() as session:
        row = _locked(code) or _first_switch(code)
        check_version(row, version)
        was, row.is_active = row.is_active, is_active
        if was != is_active:
            _sign(row, by)
            session.flush()
            record("synonym.switched", _subject(code), by, writings=row.writings, before=was, after=is_active)
        return get_entry(code)


def _check(group: Group, code: str, *, confirm: bool) -> None:
    faults = faults_of(group.writings)
    if faults:
        raise Invalid({"writings": faults})
    doubts = doubts_of(group, groups_in_force(besides=code))
    if doubts and not confirm:
        raise SynonymDoubtful(doubts=[{"kind": d.kind, "writing": d.writing, "other": d.other} for d in doubts])


def _kept(writings: Sequence[str]) -> str:
    return "|".join(spelled(one) for one in writings)


def _sign(row: SearchSynonym, by: Actor) -> None:
    row.changed_at, row.changed_by, row.changed_by_label = now(), by.user_id, by.label


def _locked(code: str) -> SearchSynonym | None:
    return db.session.scalars(select(SearchSynonym).where(SearchSynonym.code == code).with_for_update()).first()


def _own(code: str) -> SearchSynonym:
    row = _locked(code)
    if row is not None and row.base_key is None:
        return row
    if row is not None or any(code_of(group) == code for group in base_groups()):
        raise SynonymIsBase
    raise SynonymNotFound


def _first_switch(code: str) -> SearchSynonym:
    """The row of a base group that nobody has switched yet, at version 0; two who come at once make one."""
    group = next((one for one in base_groups() if code_of(one) == code), None)
    if group is None:
        raise SynonymNotFound
    insert = (postgresql if dialect_name() == "postgresql" else sqlite).insert(SearchSynonym)
    row = insert.values(
        code=code, base_key=group.key, writings=_kept(group.writings), is_one_way=group.is_one_way, is_active=True,
        note="", changed_at=now(), changed_by_label="", version=0,
    )  # fmt: skip
    db.session.execute(row.on_conflict_do_nothing())
    found = _locked(code)
    if found is None:
        raise SynonymNotFound
    return found


def _subject(code: str) -> str:
    return f"synonym:{code}"
