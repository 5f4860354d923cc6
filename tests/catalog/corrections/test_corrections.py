"""A verified entry changes only by a correction that a second person has confirmed; what was known stays known."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog.certificates.invariants import versions_agree
from catalog.certificates.knowledge import find_known, versions_of
from catalog.certificates.models import Certificate
from catalog.certificates.queries import governing, standings
from catalog.certificates.refusals import DecisionTwice, NotVerified, SamePerson
from catalog.certificates.service import extend, lift, revoke, suspend, verify
from catalog.corrections.refusals import CorrectionSettled, CorrectionStale, CorrectionWaits, NothingToCorrect
from catalog.corrections.service import confirm_correction, decline_correction, propose_correction
from core.accounts.actor import Actor
from core.clock import day_start, now
from core.db import db, transaction
from core.errors import Forbidden, Invalid
from tests.support.clock import Clock

TODAY, DAY = date(2026, 11, 22), timedelta(days=1)
WHY = "Gõ nhầm số sao khi đọc phụ lục của quyết định."


@dataclass
class World:
    """A certificate of four stars, two certifiers."""

    certificate: Certificate
    first: Actor
    second: Actor

    def corrected(self, **changes: object) -> Certificate:
        one = propose_correction(self.first, self.certificate.code, reason=WHY, changes=changes)
        return confirm_correction(self.second, one.code)

    def stars_today(self) -> int | None:
        found = governing([self.certificate.product_id], TODAY).get(self.certificate.product_id)
        return found.stars if found else None


@pytest.fixture
def world(app: Flask, make: ModuleType, clock: Clock) -> World:
    clock.on(TODAY)
    product = make.product()
    make.listing(product, stars=None)
    certificate = make.certificate(product, stars=4, valid_from=date(2025, 7, 16), valid_until=date(2028, 6, 16))
    return World(certificate, make.actor("certifier"), make.actor("certifier"))


def test_two_persons_put_a_wrong_entry_right(world: World) -> None:
    proposed = propose_correction(world.first, world.certificate.code, reason=WHY, changes={"stars": 3})
    assert world.stars_today() == 4, "nothing changes until a second person agrees"
    with pytest.raises(SamePerson):
        confirm_correction(world.first, proposed.code)
    confirm_correction(world.second, proposed.code)
    assert world.stars_today() == 3
    assert list(versions_agree()) == []


@pytest.mark.daily
def test_the_database_asks_for_the_confirmed_correction(world: World) -> None:
    one = propose_correction(world.first, world.certificate.code, reason=WHY, changes={"stars": 3})
    ways = (
        "UPDATE certificate SET stars = 3 WHERE id = :id",
        "UPDATE certificate SET stars = 3, correction_id = :correction WHERE id = :id",
    )
    for way in ways:
        with pytest.raises(DBAPIError, match="certificate_verified_fixed"), transaction():
            db.session.execute(text(way), {"id": world.certificate.id, "correction": one.id})
    confirm_correction(world.second, one.code)
    with pytest.raises(DBAPIError, match="certificate_verified_fixed"), transaction():  # one correction, one change
        again = ways[1].replace("= 3", "= 5")
        db.session.execute(text(again), {"id": world.certificate.id, "correction": one.id})
    with pytest.raises(DBAPIError, match="certificate_verified_fixed"), transaction():  # never whose it is
        db.session.execute(
            text("UPDATE certificate SET verified_by = entered_by WHERE id = :id"), {"id": world.certificate.id}
        )


def test_what_was_known_stays_known(world: World, clock: Clock) -> None:
    before = now()
    clock.forward(hours=1)
    world.corrected(stars=3, valid_until=date(2026, 12, 1))
    known, then = find_known(world.certificate.id, now()), find_known(world.certificate.id, before)
    assert known and then and (then.stars, then.valid_until) == (4, date(2028, 6, 16))
    assert (known.stars, known.valid_until) == (3, date(2026, 12, 1))
    assert [one.act for one in versions_of(world.certificate.id)] == ["verified", "corrected"]
    product = world.certificate.product_id
    later = date(2027, 1, 1)
    assert standings([product], later, before)[product].governing is not None
    assert standings([product], later, now())[product].governing is None


@pytest.mark.daily
def test_every_act_leaves_a_version(world: World, clock: Clock) -> None:
    code = world.certificate.code
    suspend(world.first, code, decision_number="1/QĐ", ground="kiểm tra")
    clock.forward(days=3)
    suspended = now()
    clock.forward(hours=1)
    lift(world.first, code)
    extend(world.first, code, receipt_number="HS-1", until=date(2028, 7, 1))
    clock.forward(hours=1)
    revoke(world.first, code, decision_number="2/QĐ", ground="breach", effective_on=TODAY - 30 * DAY)
    acts = [one.act for one in versions_of(world.certificate.id)]
    assert acts == ["verified", "suspended", "lifted", "extended", "revoked"]
    then = find_known(world.certificate.id, suspended)
    assert then and then.revoked_on is None and then.pauses[0].until_on is None
    assert find_known(world.certificate.id, datetime(2020, 1, 1, tzinfo=UTC)) is None
    assert list(versions_agree()) == []
    with transaction():
        db.session.execute(text("UPDATE certificate SET lapsed_recorded_at = NULL"))
    with pytest.raises(DBAPIError, match="version_fixed"), transaction():
        db.session.execute(text("UPDATE certificate_version SET act = 'x'"))
    with pytest.raises(DBAPIError, match="version_kept"), transaction():
        db.session.execute(text("DELETE FROM certificate_version"))


def test_a_change_by_another_road_is_found(world: World) -> None:
    with transaction():
        db.session.execute(text("UPDATE certificate SET governs_until = '2027-01-01'"))
    db.session.expire_all()
    assert list(versions_agree()) == [f"certificate {world.certificate.code}"]


def test_an_earlier_end_closes_the_product(world: World) -> None:
    certificate = world.corrected(valid_until=TODAY - DAY)
    assert world.stars_today() is None
    assert certificate.lapsed_recorded_at == now()


def test_a_longer_term_never_cuts_into_a_newer_certificate(world: World, make: ModuleType) -> None:
    newer = make.certificate(
        world.certificate.product, valid_from=date(2028, 6, 17), valid_until=date(2030, 1, 1), verified=False
    )
    verify(world.second, newer.code, stars=newer.stars, valid_until=newer.valid_until)
    corrected = world.corrected(valid_until=date(2028, 6, 30))
    assert corrected.governs_until == date(2028, 6, 16)


def test_what_a_correction_refuses(world: World, make: ModuleType) -> None:
    code, first = world.certificate.code, world.first
    for changes in ({"stars": 5, "score_hundredths": 6000}, {"valid_until": date(2024, 1, 1)}):
        with pytest.raises(Invalid):
            propose_correction(first, code, reason=WHY, changes=changes)
    with pytest.raises(NothingToCorrect):
        propose_correction(first, code, reason=WHY, changes={"stars": 4})
    with pytest.raises(Forbidden):
        propose_correction(make.actor("shopper"), code, reason=WHY, changes={"stars": 3})
    with pytest.raises(NotVerified):
        propose_correction(first, make.certificate(verified=False).code, reason=WHY, changes={"stars": 3})
    other = make.certificate(world.certificate.product, valid_from=date(2019, 9, 1), valid_until=date(2022, 9, 1))
    same = {"decision_number": other.decision_number, "decided_on": other.decided_on, "valid_from": other.valid_from}
    with pytest.raises(DecisionTwice):
        propose_correction(first, code, reason=WHY, changes={**same, "valid_until": date(2022, 9, 1)})
    one = propose_correction(first, code, reason=WHY, changes={"stars": 3})
    with pytest.raises(CorrectionWaits):
        propose_correction(world.second, code, reason=WHY, changes={"stars": 5})
    decline_correction(first, one.code)
    with pytest.raises(CorrectionSettled):
        confirm_correction(world.second, one.code)
    assert world.stars_today() == 4


def test_a_correction_of_yesterdays_facts_is_refused(world: World) -> None:
    one = propose_correction(world.first, world.certificate.code, reason=WHY, changes={"stars": 3})
    with transaction():
        db.session.execute(text("UPDATE certificate_correction SET changes = :c WHERE id = :id"),
                           {"c": '{"stars": {"from": 5, "to": 3}}', "id": one.id})  # fmt: skip
    with pytest.raises(CorrectionStale):
        confirm_correction(world.second, one.code)


def test_over_http(world: World, client: FlaskClient, make: ModuleType) -> None:
    first, second = make.headers("certifier"), make.headers("certifier")
    address = f"/api/v1/certificates/{world.certificate.code}/corrections"
    short = client.post(address, json={"reason": "nhầm", "changes": {"stars": 3}}, headers=first)
    assert (short.status_code, list(short.json["errors"])) == (422, ["reason"])
    unknown = client.post(address, json={"reason": WHY, "changes": {"product_id": 1}}, headers=first)
    assert unknown.status_code == 422
    proposed = client.post(address, json={"reason": WHY, "changes": {"stars": 3}}, headers=first)
    assert (proposed.status_code, proposed.json["changes"]) == (201, {"stars": {"from": 4, "to": 3}})
    code = proposed.json["code"]
    assert client.get("/api/v1/corrections", headers=second).json["total"] == 1
    alone = client.post(f"/api/v1/corrections/{code}/confirmation", headers=first)
    assert (alone.status_code, alone.json["code"]) == (409, "verification.same_person")
    agreed = client.post(f"/api/v1/corrections/{code}/confirmation", headers=second)
    assert (agreed.status_code, agreed.json["stars"]) == (200, 3)
    assert client.get(f"/api/v1/corrections/{code}", headers=second).json["confirmed_at"] is not None
    assert client.get("/api/v1/corrections/DC-NONE", headers=second).status_code == 404


def test_versions_begin_with_the_verification(app: Flask, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    one = make.certificate(valid_from=date(2025, 1, 1), valid_until=date(2027, 1, 1), verified=False)
    verify(make.actor("certifier"), one.code, stars=one.stars, valid_until=one.valid_until)
    assert find_known(one.id, day_start(TODAY) - DAY) is None
    known = find_known(one.id, now())
    assert known and known.starts_on == TODAY


def test_a_correction_against_the_law_of_its_day_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        propose_correction(world.first, world.certificate.code, reason=WHY, changes={"stars": 5})
    assert [fault["code"] for fault in refusal.value.facts["faults"]] == ["law.level"]
