"""Out of one house and into another: nothing is lost, a second person is needed, and again does nothing."""

import random
from collections.abc import Callable
from datetime import date
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.certificates.invariants import one_governs, two_persons, versions_agree
from catalog.certificates.models import Certificate
from catalog.registry.export import collect
from catalog.registry.files import write
from catalog.registry.models import RegistryImport
from catalog.registry.reading import read
from catalog.registry.service import confirm, import_registry
from core.db import db
from tests.catalog.registry.makers import epochs, fill
from tests.support.clock import Clock
from tests.support.databases import Database, rolled_back

#: The seeds, and the form in which each house travels.
FORMS = {3: "json", 5: "csv", 8: "xlsx"}


def house(database: Database, clock: Clock, work: Callable[[ModuleType], object]) -> object:
    """Run `work` in an empty house of today, which is forgotten afterwards."""
    from tests import make

    clock.on(date(2026, 11, 22))
    with rolled_back(database.app), database.app.app_context():
        done = work(make)
        db.session.remove()
    return done


def settled(make: ModuleType, data: bytes, name: str) -> tuple[bytes, ...]:
    """Bring a file in, confirm it, and write what stands then in every form."""
    epochs()
    first, second = make.actor("certifier"), make.actor("certifier")
    done = import_registry(first, data, name)
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0, "nothing before the second person"
    batch = db.session.scalars(select(RegistryImport)).one()
    if batch.state == "waiting":
        confirm(second, batch.code, fingerprint=batch.sha256[:8].upper())
    assert import_registry(first, data, name).is_repeat
    for form in ("json", "csv", "xlsx"):
        again = import_registry(first, write(collect(), form), "lai")
        assert again.is_repeat, (form, again, "what stands here is no news")
    assert db.session.scalar(select(func.count()).select_from(RegistryImport)) == 1
    assert done.code == batch.code
    for breach in (one_governs, two_persons, versions_agree):
        assert list(breach()) == []
    return tuple(write(collect(), form) for form in ("json", "csv", "xlsx"))


@pytest.mark.parametrize("seed", FORMS)
def test_nothing_is_lost_on_the_way(database: Database, clock: Clock, seed: int) -> None:
    def build(make: ModuleType) -> dict[str, bytes]:
        fill(make, random.Random(seed), products=4)
        return {form: write(collect(), form) for form in ("json", "csv", "xlsx")}

    there = house(database, clock, build)
    assert isinstance(there, dict)
    form = FORMS[seed]
    here = house(database, clock, lambda make: settled(make, there[form], f"so.{form}"))
    assert here == (there["json"], there["csv"], there["xlsx"])


def test_the_random_houses_hold_every_kind_of_life(app: Flask, make: ModuleType, clock: Clock) -> None:
    """The property above says nothing of what never occurs in it."""
    clock.on(date(2026, 11, 22))
    for seed in FORMS:
        fill(make, random.Random(seed), products=4)
    rows = collect()["certificates"]
    for column in ("extended_until", "governs_until", "revoked_on", "score", "note", "document"):
        assert any(row[column] for row in rows), column
        assert any(not row[column] for row in rows), column
    pauses = collect()["suspensions"]
    assert {row["until_on"] is None for row in pauses} == {True, False}
    assert {row["area_from"] for row in collect()["producers"]} == {None, date(1900, 1, 1), date(2025, 7, 1)}
    lines = read(write(collect(), "csv"))
    assert len(lines["certificates"]) == len(rows)
