"""The gate in SQL and in Python agree, and the database itself holds what it must."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from catalog.certificates.models import Certificate
from catalog.certificates.queries import governing
from core.clock import local_day, now, travel
from core.db import db, transaction
from tests.support import twins
from tests.support.twins import compare

pytestmark = pytest.mark.daily  # what the database itself decides


@pytest.mark.parametrize("products", [pytest.param(500, marks=pytest.mark.long), 100])
def test_the_gate_told_four_times_agrees_on_thousands_of_cases(app: Flask, make: ModuleType, products: int) -> None:
    persons = make.user().id, make.user().id
    cases, sold = compare(20261122, products=products, each=20, persons=persons, first_id=10_000_000)
    assert cases == 20 * products
    assert 0.15 < sold / cases < 0.6, "a world in which everything or nothing may be sold compares little"


def test_the_comparison_notices_a_gate_that_forgets_the_stops(
    app: Flask, make: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    persons = make.user().id, make.user().id
    monkeypatch.setattr(twins, "stops_of", lambda _: {})
    with pytest.raises(AssertionError, match="rules and rows differ"):
        compare(7, products=200, each=10, persons=persons, first_id=20_000_000)


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Ho_Chi_Minh"])
def test_the_last_day_ends_at_local_midnight(
    zone: str, app: Flask, make: ModuleType, monkeypatch: pytest.MonkeyPatch, set_zone: Callable[[str], None]
) -> None:
    set_zone(zone)
    product = make.product()
    make.certificate(product, valid_from=date(2025, 1, 1), valid_until=date(2026, 11, 22))
    instants = {
        datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC): True,
        datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC): False,
        datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC): False,
        datetime(2026, 11, 23, 0, 0, 0, tzinfo=UTC): False,
        datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC): True,
    }
    for instant, is_open in instants.items():
        with travel(instant):
            assert bool(governing([product.id], local_day(now()))) is is_open, instant


def test_the_database_refuses_two_that_govern_one_day(app: Flask, make: ModuleType) -> None:
    product = make.product()
    make.certificate(product, valid_from=date(2025, 1, 1), valid_until=date(2027, 1, 1))
    with pytest.raises(DBAPIError, match="certificate_one_governs"), transaction():
        make.certificate(product, valid_from=date(2027, 1, 1), valid_until=date(2029, 1, 1))


def test_days_apart_are_no_overlap(app: Flask, make: ModuleType) -> None:
    product = make.product()
    make.certificate(product, valid_from=date(2025, 1, 1), valid_until=date(2027, 1, 1))
    make.certificate(product, valid_from=date(2027, 1, 2), valid_until=date(2029, 1, 1))
    make.certificate(product, valid_from=date(2026, 1, 2), valid_until=date(2029, 1, 1), verified=False)
    make.certificate(valid_from=date(2025, 1, 1))


def test_lengthening_into_another_is_refused(app: Flask, make: ModuleType) -> None:
    product = make.product()
    first = make.certificate(product, valid_from=date(2025, 1, 1), valid_until=date(2027, 1, 1))
    make.certificate(product, valid_from=date(2027, 1, 2), valid_until=date(2029, 1, 1))
    with pytest.raises(DBAPIError, match="certificate_one_governs"), transaction():
        first.extended_until, first.extension_receipt = date(2027, 2, 1), "12"
        db.session.flush()


@pytest.mark.parametrize(
    "change",
    [
        {"stars": 5},
        {"valid_until": date(2031, 1, 1)},
        {"valid_from": date(2025, 6, 1)},
        {"decision_number": "1/QĐ"},
        {"verified_on": date(2026, 1, 1)},
        {"verified_by": None, "verified_at": None, "verified_on": None},
    ],
)
def test_verified_facts_do_not_change(change: dict[str, object], app: Flask, make: ModuleType) -> None:
    one = make.certificate(valid_from=date(2025, 1, 1), stars=4)
    with pytest.raises(DBAPIError, match="certificate_verified_fixed"), transaction():
        db.session.execute(update(Certificate).where(Certificate.id == one.id).values(**change))


def test_unverified_facts_may_change(app: Flask, make: ModuleType) -> None:
    one = make.certificate(valid_from=date(2025, 1, 1), stars=4, verified=False)
    with transaction():
        db.session.execute(update(Certificate).where(Certificate.id == one.id).values(stars=5))


def test_history_is_kept(app: Flask, make: ModuleType) -> None:
    one = make.certificate()
    with pytest.raises(DBAPIError, match="certificate_verified_kept"), transaction():
        db.session.execute(text("DELETE FROM certificate WHERE id = :id"), {"id": one.id})


def test_governing_days_are_never_given_back(app: Flask, make: ModuleType) -> None:
    one = make.certificate(valid_from=date(2025, 1, 1))
    with transaction():
        one.governs_until = date(2026, 1, 1)
    with pytest.raises(DBAPIError, match="certificate_never_longer"), transaction():
        db.session.execute(update(Certificate).where(Certificate.id == one.id).values(governs_until=None))


def test_one_person_cannot_be_two(app: Flask, make: ModuleType) -> None:
    one = make.certificate(verified=False)
    same = {"verified_by": one.entered_by, "verified_at": now(), "verified_on": local_day(now())}
    with pytest.raises(DBAPIError, match="two_persons"), transaction():
        db.session.execute(update(Certificate).where(Certificate.id == one.id).values(**same))


@pytest.mark.parametrize("stars", [2, 6])
def test_stars_that_certify_nothing_are_refused(stars: int, app: Flask, make: ModuleType) -> None:
    product = make.product()
    with pytest.raises(DBAPIError, match="stars_certify"), transaction():
        make.certificate(product, stars=stars)
