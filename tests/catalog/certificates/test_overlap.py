"""Two certificates of one product never govern the same day: tried with raw SQL, by every path, on both databases.

Suspensions and stops are no way round: they take days away from selling, not from governing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import db, transaction

pytestmark = pytest.mark.daily  # what the database itself decides

REFUSED = "certificate_one_governs"
_numbers = count(90_000_000)

INSERT = """
INSERT INTO certificate (id, code, product_id, stars, decision_number, decided_on, issuer_level, issuer, valid_from,
    valid_until, is_demo, note, entered_by, entered_at, verified_by, verified_at, verified_on, extended_until,
    extension_receipt, governs_until, revoked_on, revocation_number, revocation_ground, revocation_authority,
    revocation_recorded_at, version)
VALUES (:id, :code, :product, 4, :number, :from, 'province', 'UBND', :from,
    :until, false, '', :first, :at, :second, :verified_at, :verified, :extended,
    :receipt, :governs, :revoked, :rev, :ground, :rev, :rev_at, 1)
"""
VERIFY = """
UPDATE certificate SET verified_by = :who, verified_on = valid_from, verified_at = entered_at WHERE id IN (:one, :two)
"""
CORRECTION = """
INSERT INTO certificate_correction (id, code, certificate_id, changes, reason, proposed_at, proposed_by, confirmed_at,
    settled_at, settled_by)
VALUES (:correction, 'RAW-1', :id, '{}', 'x', :at, :first, :at, :at, :second)
"""


@dataclass
class Paper:
    """A product and two persons; every statement is plain SQL in a transaction of its own."""

    product: int
    first: int
    second: int

    def insert(
        self, begins: str, ends: str, *, verified: str | None = "", extended: str | None = None,
        governs: str | None = None, revoked: str | None = None,
    ) -> int:  # fmt: skip
        """A certificate with these days, verified on its first day unless told otherwise; answers its id."""
        number = next(_numbers)
        seen = begins if verified == "" else verified
        at = "2024-01-01 00:00:00+00:00"
        values: dict[str, Any] = {
            "id": number, "code": f"RAW-{number}", "product": self.product, "number": f"{number}", "from": begins,
            "until": ends, "first": self.first, "at": at, "second": self.second if seen else None,
            "verified_at": at if seen else None, "verified": seen, "extended": extended,
            "receipt": "1" if extended else None, "governs": governs, "revoked": revoked,
            "rev": "1" if revoked else None, "ground": "other" if revoked else None, "rev_at": at if revoked else None,
        }  # fmt: skip
        self.run(INSERT, **values)
        return number

    def change(self, number: int, **columns: str | None) -> None:
        """Set columns of a certificate."""
        setting = ", ".join(f"{name} = :{name}" for name in columns)
        self.run(f"UPDATE certificate SET {setting} WHERE id = :id", id=number, **columns)

    def run(self, sql: str, **values: Any) -> None:
        with transaction():
            db.session.execute(text(sql), values)

    def refuses(self, attempt: Callable[[], object], why: str = REFUSED) -> None:
        """The statement fails for that reason, and afterwards no two certificates govern one day."""
        with pytest.raises(DBAPIError, match=why):
            attempt()
        assert self.shared_days() == []

    def shared_days(self) -> list[Any]:
        """Pairs of certificates whose governing days meet, as the view has them."""
        both = """SELECT a.certificate_id, b.certificate_id FROM certificate_span a
            JOIN certificate_span b ON a.product_id = b.product_id AND a.certificate_id < b.certificate_id
            WHERE a.starts_on <= a.ends_on AND b.starts_on <= b.ends_on
              AND a.starts_on <= b.ends_on AND b.starts_on <= a.ends_on"""
        return list(db.session.execute(text(both)).all())


@pytest.fixture
def paper(app: Flask, make: ModuleType) -> Paper:
    return Paper(make.product().id, make.user().id, make.user().id)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2025-01-01", "2027-12-31"),  # the same days
        ("2024-01-01", "2025-01-01"),  # its last day is the other's first
        ("2027-12-31", "2029-01-01"),  # its first day is the other's last
        ("2026-01-01", "2026-01-01"),  # one day within
        ("2024-01-01", "2030-01-01"),  # around it
    ],
)
def test_01_a_second_one_is_not_inserted(begins: str, ends: str, paper: Paper) -> None:
    paper.insert("2025-01-01", "2027-12-31")
    paper.refuses(lambda: paper.insert(begins, ends))


@pytest.mark.parametrize(("begins", "ends"), [("2024-01-01", "2024-12-31"), ("2028-01-01", "2030-12-31")])
def test_02_the_day_before_and_the_day_after_are_free(begins: str, ends: str, paper: Paper) -> None:
    paper.insert("2025-01-01", "2027-12-31")
    paper.insert(begins, ends)
    assert paper.shared_days() == []


def test_03_not_by_verifying_what_was_entered(paper: Paper) -> None:
    paper.insert("2025-01-01", "2027-12-31")
    entered = paper.insert("2026-01-01", "2028-12-31", verified=None)
    paper.refuses(lambda: paper.run(VERIFY, who=paper.second, one=entered, two=entered))


def test_04_a_late_verification_that_begins_after_the_other_ends_is_none(paper: Paper) -> None:
    paper.insert("2025-01-01", "2025-12-31")
    paper.insert("2025-06-01", "2027-12-31", verified="2026-01-01")
    assert paper.shared_days() == []


def test_05_not_by_extending(paper: Paper) -> None:
    older = paper.insert("2025-01-01", "2027-12-31")
    paper.insert("2028-01-01", "2030-12-31")
    paper.refuses(lambda: paper.change(older, extended_until="2028-01-01", extension_receipt="1"))
    paper.refuses(lambda: paper.insert("2024-01-01", "2024-06-01", extended="2025-01-01"))


def test_06_not_by_raising_or_dropping_governs_until(paper: Paper) -> None:
    older = paper.insert("2025-01-01", "2027-12-31", governs="2026-05-31")
    paper.insert("2026-06-01", "2029-05-31")
    paper.refuses(lambda: paper.change(older, governs_until="2026-06-01"), f"{REFUSED}|certificate_never_longer")
    paper.refuses(lambda: paper.change(older, governs_until=None), f"{REFUSED}|certificate_never_longer")


def test_07_not_by_taking_a_revocation_back(paper: Paper) -> None:
    older = paper.insert("2025-01-01", "2027-12-31", revoked="2026-01-01")
    paper.insert("2026-01-01", "2028-12-31")
    undone: dict[str, str | None] = {
        "revoked_on": None, "revocation_number": None, "revocation_ground": None, "revocation_authority": None,
        "revocation_recorded_at": None,
    }  # fmt: skip
    paper.refuses(lambda: paper.change(older, **undone), f"{REFUSED}|certificate_ended_once")
    paper.refuses(lambda: paper.change(older, revoked_on="2026-02-01"), f"{REFUSED}|certificate_ended_once")


def test_08_not_by_moving_days_product_or_stars(paper: Paper, make: ModuleType) -> None:
    older = paper.insert("2025-01-01", "2027-12-31")
    other = Paper(make.product().id, paper.first, paper.second)
    elsewhere = other.insert("2025-01-01", "2027-12-31")
    newer = paper.insert("2028-01-01", "2030-12-31")
    fixed = f"{REFUSED}|certificate_verified_fixed"
    paper.refuses(lambda: paper.change(newer, valid_from="2027-12-31"), fixed)
    paper.refuses(lambda: paper.change(older, valid_until="2028-01-01"), fixed)
    paper.refuses(lambda: paper.change(newer, verified_on="2027-12-31"), fixed)
    paper.refuses(
        lambda: paper.run("UPDATE certificate SET product_id = :p WHERE id = :id", p=paper.product, id=elsewhere), fixed
    )
    paper.refuses(lambda: paper.run("UPDATE certificate SET stars = 2 WHERE id = :id", id=older), "stars_certify|fixed")


def test_09_not_even_unverified_rows_move_into_it_by_verification_of_both(paper: Paper) -> None:
    first = paper.insert("2025-01-01", "2027-12-31", verified=None)
    second = paper.insert("2026-01-01", "2028-12-31", verified=None)
    paper.refuses(lambda: paper.run(VERIFY, who=paper.second, one=first, two=second))


def test_10_history_cannot_be_deleted_to_make_room(paper: Paper) -> None:
    older = paper.insert("2025-01-01", "2027-12-31")
    paper.refuses(lambda: paper.run("DELETE FROM certificate WHERE id = :id", id=older), "certificate_verified_kept")
    paper.refuses(lambda: paper.insert("2026-01-01", "2028-12-31"))


def test_11_a_suspension_makes_no_room(paper: Paper) -> None:
    older = paper.insert("2025-01-01", "2027-12-31")
    paper.run(
        "INSERT INTO certificate_suspension (id, certificate_id, from_on, decision_number, ground, recorded_at)"
        " VALUES (90000000, :id, '2025-02-01', '1', 'x', '2025-02-01 00:00:00+00:00')",
        id=older,
    )
    paper.refuses(lambda: paper.insert("2026-01-01", "2028-12-31"))


def test_12_not_by_one_statement_of_many_rows(paper: Paper) -> None:
    one = paper.insert("2025-01-01", "2025-12-31")
    two = paper.insert("2026-01-01", "2026-12-31")
    longer = "UPDATE certificate SET extended_until = '2027-01-01', extension_receipt = '1' WHERE id IN (:one, :two)"
    paper.refuses(lambda: paper.run(longer, one=one, two=two))
    assert db.session.scalar(text("SELECT count(*) FROM certificate WHERE extended_until IS NOT NULL")) == 0


def test_13_a_cut_and_a_successor_in_either_order_are_refused_only_while_they_overlap(paper: Paper) -> None:
    older = paper.insert("2025-01-01", "2027-12-31")
    paper.refuses(lambda: paper.insert("2026-01-01", "2028-12-31"))
    paper.change(older, governs_until="2025-12-31")
    paper.insert("2026-01-01", "2028-12-31")
    assert paper.shared_days() == []


def test_14_not_by_a_confirmed_correction(paper: Paper) -> None:
    older = paper.insert("2025-01-01", "2027-12-31")
    paper.insert("2028-01-01", "2030-12-31")
    paper.run(
        CORRECTION, correction=next(_numbers), id=older, at="2026-01-01 00:00:00+00:00", first=paper.first,
        second=paper.second,
    )  # fmt: skip
    longer = """UPDATE certificate SET valid_until = '2028-01-01',
        correction_id = (SELECT max(id) FROM certificate_correction) WHERE id = :id"""
    paper.refuses(lambda: paper.run(longer, id=older))
    paper.run(longer.replace("2028-01-01", "2027-06-30"), id=older)


def test_15_without_the_guard_the_same_statement_is_stored(paper: Paper) -> None:
    """The control: these tests fail for the guard's sake and not for another reason."""
    paper.insert("2025-01-01", "2027-12-31")
    with transaction():
        if db.session.get_bind().dialect.name == "postgresql":
            db.session.execute(text(f"ALTER TABLE certificate DROP CONSTRAINT {REFUSED}"))
        else:
            db.session.execute(text(f"DROP TRIGGER {REFUSED}_insert"))
        paper.insert("2026-01-01", "2028-12-31")
    assert len(paper.shared_days()) == 1
