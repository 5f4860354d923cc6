"""Out of one house and into another: nothing is lost, a second person is needed, and again does nothing."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.certificates.invariants import one_governs, two_persons, versions_agree
from catalog.certificates.models import Certificate
from catalog.registry.export import collect
from catalog.registry.files import FORMS, write
from catalog.registry.models import RegistryImport
from catalog.registry.service import confirm, import_registry
from core.clock import travel
from core.db import db
from tests import make
from tests.catalog.registry.makers import epochs, fill
from tests.support.databases import Database, rolled_back

#: The seeds of the houses, and the form in which each travels.
SEEDS = {"json": 3, "csv": 5, "xlsx": 8}
Houses = dict[str, dict[str, bytes]]


def in_house(database: Database, work: Callable[[], Any]) -> Any:
    """Run `work` in an empty house of one day, which is forgotten afterwards."""
    with travel(datetime(2026, 11, 22, 3, tzinfo=UTC)), rolled_back(database.app), database.app.app_context():
        done = work()
        db.session.remove()
    return done


@pytest.fixture(scope="module")
def houses(database: Database) -> Houses:
    """What each random house writes, in every form."""

    def build(seed: int) -> dict[str, bytes]:
        fill(make, random.Random(seed), products=4)
        return written()

    return {form: in_house(database, lambda seed=seed: build(seed)) for form, seed in SEEDS.items()}


def written() -> dict[str, bytes]:
    tables = collect()
    return {form: write(tables, form) for form in FORMS}


def settle(data: bytes, name: str) -> dict[str, bytes]:
    """Bring a file in, confirm it, and write what stands then."""
    epochs()
    first, second = make.actor("certifier"), make.actor("certifier")
    done = import_registry(first, data, name)
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0, "nothing before the second person"
    batch = db.session.scalars(select(RegistryImport)).one()
    confirm(second, batch.code, fingerprint=batch.sha256[:8].upper())
    assert done.code == batch.code
    stands = written()
    for again in (data, stands["json"], stands["csv"] + b"\0"):
        assert import_registry(first, again, "lai").is_repeat, "what stands here is no news"
    for breach in (one_governs, two_persons, versions_agree):
        assert list(breach()) == []
    return stands


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_lost_on_the_way(database: Database, houses: Houses, form: str) -> None:
    there = houses[form]
    assert in_house(database, lambda: settle(there[form], f"so.{form}")) == there


def test_the_random_houses_hold_every_kind_of_life(houses: Houses) -> None:
    """The property above says nothing of what never occurs in it."""
    bodies = [json.loads(one["json"]) for one in houses.values()]
    rows = [row for body in bodies for row in body["certificates"]]
    for column in ("extended_until", "governs_until", "revoked_on", "score", "note", "document", "exception_reason"):
        assert {bool(row[column]) for row in rows} == {True, False}, column
    assert {row["until_on"] is None for body in bodies for row in body["suspensions"]} == {True, False}
    epochs_named = {row["area_from"] for body in bodies for row in body["producers"]}
    assert len(epochs_named) > 1
    names = "".join(row["name"] for body in bodies for row in body["products"])
    assert len(set(names) & set(',;"=')) > 1
