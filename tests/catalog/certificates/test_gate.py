"""The gate in SQL and in Python agree, and the database itself holds what it must."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from catalog.certificates.models import Certificate, CertificateSuspension
from catalog.certificates.queries import governing, open_products, standings
from core.clock import day_start, local_day, now, travel
from core.db import db, transaction

DAY = timedelta(days=1)
START = date(2024, 1, 1)


def random_history(dice: random.Random, product_id: int, persons: tuple[int, int]) -> None:
    """Give a product up to four certificates whose governing days follow each other, ended in all ways."""
    begins = START + dice.randint(0, 60) * DAY
    for _ in range(dice.randint(0, 4)):
        ends = begins + dice.randint(1, 120) * DAY
        verified = begins + dice.randint(-20, 20) * DAY
        extended = ends + dice.randint(1, 30) * DAY if dice.random() < 0.25 else None
        last = extended or ends
        one = Certificate(
            code=f"CN-{dice.random()}", product_id=product_id, stars=dice.choice((3, 4, 5)), issuer="UBND",
            decision_number=f"{dice.random()}", decided_on=begins, issuer_level="province", valid_from=begins,
            valid_until=ends, extended_until=extended, extension_receipt="1" if extended else None,
            entered_by=persons[0], entered_at=now(),
        )  # fmt: skip
        if dice.random() < 0.85:
            one.verified_by, one.verified_at, one.verified_on = persons[1], day_start(verified), verified
        if dice.random() < 0.3:
            last = min(last, begins + dice.randint(0, 130) * DAY)
            one.governs_until = last
        if dice.random() < 0.3:
            one.revoked_on = begins + dice.randint(0, 130) * DAY
            one.revocation_number = one.revocation_authority = "x"
            one.revocation_ground, one.revocation_recorded_at = "breach", now()
        db.session.add(one)
        db.session.flush()
        for _ in range(dice.randint(0, 2)):
            first = begins + dice.randint(-10, 120) * DAY
            until = first + dice.randint(-1, 30) * DAY if dice.random() < 0.7 else None
            db.session.add(
                CertificateSuspension(
                    certificate_id=one.id,
                    from_on=first,
                    until_on=until,
                    decision_number="x",
                    ground="x",
                    recorded_at=now(),
                )
            )
        begins = max(last, begins, verified) + dice.randint(1, 40) * DAY
    db.session.flush()


def test_python_and_sql_agree_on_two_thousand_cases(app: Flask, make: ModuleType) -> None:
    dice = random.Random(20261122)
    persons = make.user().id, make.user().id
    products = [make.product().id for _ in range(100)]
    with transaction():
        for product_id in products:
            random_history(dice, product_id, persons)
    db.session.expire_all()
    for _ in range(20):
        day = START + dice.randint(-10, 500) * DAY
        by_rule = {i: s.governing.certificate_id for i, s in standings(products, day).items() if s.governing}
        by_view = {i: g.certificate_id for i, g in governing(products, day).items()}
        by_list = set(db.session.scalars(open_products(day)))
        assert by_rule == by_view
        assert by_list & set(products) == set(by_rule)


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
