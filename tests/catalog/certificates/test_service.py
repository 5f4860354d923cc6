"""Certificates through their verbs: two persons, one governs, endings tell the house once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.certificates.events import CertificateEnded, CertificateResumed, CertificateVerified
from catalog.certificates.jobs import begin_due, lapse_due, turn_suspensions
from catalog.certificates.models import Certificate
from catalog.certificates.queries import find_public, get_public, governing, history, standings, status_on
from catalog.certificates.refusals import (
    AlreadyExtended,
    AlreadyRevoked,
    AlreadySuspended,
    AlreadyVerified,
    CertificateNotFound,
    DecisionTwice,
    NotSuspended,
    NotVerified,
    SamePerson,
    VerificationDiffers,
)
from catalog.certificates.rules import Status
from catalog.certificates.service import discard, enter, extend, lift, revoke, suspend, verify
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.audit import AuditEntry
from core.clock import local_day, now
from core.db import db
from core.errors import Forbidden, Invalid
from core.events import _now as reactions  # the registry: what these tests listen on
from tests.support.clock import Clock

DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)
DECIDED, LAST = date(2025, 6, 16), date(2028, 6, 16)


@dataclass
class World:
    """A product, two certifiers, and what was told."""

    product: Product
    first: Actor
    second: Actor
    told: list[object]

    def entered(self, **changes: object) -> Certificate:
        facts: dict[str, object] = {
            "product": self.product.code, "decision_number": "1887/QĐ-UBND", "decided_on": DECIDED, "stars": 4,
            "issuer_level": "province", "issuer": "UBND tỉnh", "valid_from": DECIDED, "valid_until": LAST,
        }  # fmt: skip
        return enter(self.first, **{**facts, **changes})  # type: ignore[arg-type]

    def verified(self, **changes: object) -> Certificate:
        one = self.entered(**changes)
        return verify(self.second, one.code, stars=one.stars, valid_until=one.valid_until)

    def governs(self, on: date) -> str | None:
        found = governing([self.product.id], on).get(self.product.id)
        return found.code if found else None

    def endings(self) -> list[tuple[str, date]]:
        return [(e.kind, e.on) for e in self.told if isinstance(e, CertificateEnded)]


@pytest.fixture
def world(app: Flask, make: ModuleType, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> World:
    clock.on(TODAY)
    told: list[object] = []
    for event in (CertificateVerified, CertificateResumed, CertificateEnded):
        monkeypatch.setitem(reactions, event, [*reactions.get(event, []), told.append])
    return World(make.product(), make.actor("certifier"), make.actor("certifier"), told)


def test_an_entry_is_worth_nothing_until_a_second_person_verifies(world: World) -> None:
    one = world.entered()
    assert world.governs(TODAY) is None
    with pytest.raises(CertificateNotFound):
        get_public(one.code)
    verify(world.second, one.code, stars=4, valid_until=LAST)
    assert world.governs(TODAY) == one.code
    assert get_public(one.code).verified_on == TODAY
    assert world.told == [CertificateVerified(one.id, world.product.id, TODAY)]


def test_it_governs_from_its_verification_and_not_before(world: World) -> None:
    one = world.verified()
    assert world.governs(TODAY - DAY) is None
    assert (world.governs(TODAY), world.governs(LAST), world.governs(LAST + DAY)) == (one.code, one.code, None)


def test_who_entered_cannot_verify(world: World) -> None:
    one = world.entered()
    with pytest.raises(SamePerson):
        verify(world.first, one.code, stars=4, valid_until=LAST)


@pytest.mark.parametrize(
    ("stars", "last", "fields"),
    [(5, LAST, ["stars"]), (4, LAST - DAY, ["valid_until"]), (3, LAST + DAY, ["stars", "valid_until"])],
)
def test_a_second_reading_that_differs_is_refused(stars: int, last: date, fields: list[str], world: World) -> None:
    one = world.entered()
    with pytest.raises(VerificationDiffers) as refusal:
        verify(world.second, one.code, stars=stars, valid_until=last)
    assert refusal.value.facts["fields"] == fields
    assert world.governs(TODAY) is None


def test_verified_once_only(world: World) -> None:
    one = world.verified()
    with pytest.raises(AlreadyVerified):
        verify(world.second, one.code, stars=4, valid_until=LAST)
    with pytest.raises(AlreadyVerified):
        discard(world.first, one.code)


def test_only_certifiers(world: World, make: ModuleType) -> None:
    one = world.entered()
    for role, scope in (("admin", None), ("auditor", None), ("producer", ("producer", "CT-1"))):
        with pytest.raises(Forbidden):
            verify(make.actor(role, scope), one.code, stars=4, valid_until=LAST)


def test_the_same_product_twice_in_one_decision(world: World) -> None:
    world.entered()
    with pytest.raises(DecisionTwice):
        world.entered()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"score": 6925}, "score"),
        ({"valid_from": DECIDED - DAY}, "valid_from"),
        ({"valid_until": DECIDED - DAY}, "valid_until"),
        ({"valid_until": date(2030, 1, 1)}, "valid_until"),
    ],
)
def test_what_no_decision_could_say_is_refused(changes: dict[str, object], field: str, world: World) -> None:
    with pytest.raises(Invalid) as refusal:
        world.entered(**changes)
    assert field in refusal.value.facts["errors"]


def test_a_discarded_entry_can_be_entered_again(world: World) -> None:
    discard(world.second, world.entered().code)
    world.entered()


def test_a_successor_takes_over_on_its_first_day(world: World) -> None:
    old = world.verified()
    new = world.verified(
        decision_number="9/QĐ", decided_on=TODAY, valid_from=TODAY + 30 * DAY, valid_until=TODAY + 900 * DAY, stars=5,
        issuer_level="central",
    )  # fmt: skip
    assert old.governs_until == TODAY + 29 * DAY
    assert [world.governs(TODAY + n * DAY) for n in (29, 30)] == [old.code, new.code]
    assert status_on(old, TODAY + 30 * DAY) is Status.SUPERSEDED
    assert [c.code for c in history(world.product.id)] == [new.code, old.code]


def test_a_successor_of_the_past_never_reaches_back(world: World, clock: Clock) -> None:
    clock.on(TODAY - 100 * DAY)
    old = world.verified()
    clock.on(TODAY)
    new = world.verified(
        decision_number="9/QĐ", decided_on=TODAY - 50 * DAY, valid_from=TODAY - 50 * DAY, valid_until=TODAY + 900 * DAY
    )
    assert [world.governs(TODAY - n * DAY) for n in (50, 1, 0)] == [old.code, old.code, new.code]


def test_a_revocation_takes_effect_at_once(world: World) -> None:
    one = world.verified()
    revoke(world.first, one.code, decision_number="3/QĐ-UBND", ground="breach")
    assert world.governs(TODAY) is None
    assert standings([world.product.id], TODAY)[world.product.id].status is Status.REVOKED
    assert world.endings() == [("revoked", TODAY)]
    assert one.revocation_authority == one.issuer
    assert lapse_due(TODAY + 5000 * DAY) == 0
    with pytest.raises(AlreadyRevoked):
        revoke(world.first, one.code, decision_number="3/QĐ-UBND", ground="breach")


def test_a_revocation_to_come_is_told_on_its_day(world: World, clock: Clock) -> None:
    one = world.verified()
    revoke(world.first, one.code, decision_number="3/QĐ", ground="other", effective_on=TODAY + 3 * DAY)
    assert (world.governs(TODAY + 2 * DAY), world.governs(TODAY + 3 * DAY)) == (one.code, None)
    assert world.endings() == []
    clock.on(TODAY + 3 * DAY)
    assert lapse_due(TODAY + 3 * DAY) == 1
    assert world.endings() == [("revoked", TODAY + 3 * DAY)]


def test_a_revocation_in_the_past_is_recorded_with_its_instant(world: World, clock: Clock) -> None:
    clock.on(TODAY - 100 * DAY)
    one = world.verified()
    clock.on(TODAY)
    revoke(world.first, one.code, decision_number="3/QĐ", ground="forged", effective_on=TODAY - 40 * DAY)
    assert world.governs(TODAY - 40 * DAY) is None
    assert one.revocation_recorded_at == now()
    assert world.endings() == [("revoked", TODAY - 40 * DAY)]
    with pytest.raises(Invalid):
        other = world.verified(decision_number="77/QĐ")
        revoke(world.first, other.code, decision_number="3/QĐ", ground="forged", effective_on=DECIDED - DAY)


def test_suspended_and_lifted(world: World) -> None:
    one = world.verified()
    suspend(world.first, one.code, decision_number="5/QĐ", ground="kiểm tra nhãn")
    assert world.governs(TODAY) is None
    assert world.endings() == [("suspended", TODAY)]
    with pytest.raises(AlreadySuspended):
        suspend(world.first, one.code, decision_number="5/QĐ", ground="kiểm tra nhãn")
    lift(world.second, one.code)
    assert world.governs(TODAY) == one.code
    assert world.told[-1] == CertificateResumed(one.id, world.product.id, TODAY)
    with pytest.raises(NotSuspended):
        lift(world.second, one.code)


def test_a_suspension_of_days_to_come_turns_by_the_clock(world: World, clock: Clock) -> None:
    one = world.verified()
    first, last = TODAY + 2 * DAY, TODAY + 5 * DAY
    suspend(world.first, one.code, decision_number="5/QĐ", ground="kiểm tra", from_on=first, until_on=last)
    assert [world.governs(TODAY + n * DAY) for n in (1, 2, 5, 6)] == [one.code, None, None, one.code]
    assert (turn_suspensions(TODAY + DAY), world.endings()) == (0, [])
    clock.on(first)
    assert turn_suspensions(first) == 1
    assert world.endings() == [("suspended", first)]
    clock.on(last + DAY)
    assert (turn_suspensions(last + DAY), turn_suspensions(last + DAY)) == (1, 0)
    assert world.told[-1] == CertificateResumed(one.id, world.product.id, last + DAY)


def test_extended_once_and_with_a_receipt(world: World, clock: Clock) -> None:
    one = world.verified()
    with pytest.raises(Invalid):
        extend(world.first, one.code, receipt_number="77", until=LAST + 181 * DAY)
    clock.on(LAST + 10 * DAY)
    assert lapse_due(LAST + 10 * DAY) == 1
    extend(world.first, one.code, receipt_number="77", until=LAST + 180 * DAY)
    assert status_on(one, LAST + 10 * DAY) is Status.EXTENDED
    assert world.told[-1] == CertificateResumed(one.id, world.product.id, LAST + 10 * DAY)
    with pytest.raises(AlreadyExtended):
        extend(world.first, one.code, receipt_number="77", until=LAST + 20 * DAY)
    clock.on(LAST + 181 * DAY)
    assert lapse_due(LAST + 181 * DAY) == 1
    assert world.endings()[-1] == ("lapsed", LAST + 181 * DAY)


def test_an_extension_gives_way_to_a_successor(world: World, clock: Clock) -> None:
    one = world.verified()
    early = LAST - 30 * DAY
    clock.on(early)
    world.verified(decision_number="9/QĐ", decided_on=early, valid_from=LAST + 30 * DAY, valid_until=LAST + 900 * DAY)
    extend(world.first, one.code, receipt_number="77", until=LAST + 100 * DAY)
    assert one.governs_until == LAST + 29 * DAY


def test_only_what_is_verified_can_end(world: World) -> None:
    one = world.entered()
    with pytest.raises(NotVerified):
        revoke(world.first, one.code, decision_number="3/QĐ", ground="breach")
    with pytest.raises(NotVerified):
        suspend(world.first, one.code, decision_number="3/QĐ", ground="breach")
    with pytest.raises(NotVerified):
        extend(world.first, one.code, receipt_number="3", until=LAST + DAY)


def test_a_lapse_is_told_once_however_late_and_however_often(world: World, clock: Clock) -> None:
    one = world.verified()
    clock.on(LAST)
    assert (lapse_due(LAST), world.endings()) == (0, [])
    clock.on(LAST + 400 * DAY)
    assert (lapse_due(LAST + 400 * DAY), lapse_due(LAST + 400 * DAY)) == (1, 0)
    assert world.endings() == [("lapsed", LAST + DAY)]
    mine = AuditEntry.subject == f"certificate:{one.code}", AuditEntry.action != "consequence.done"
    deeds = db.session.scalars(select(AuditEntry.action).where(*mine))
    assert list(deeds) == ["certificate.entered", "certificate.verified", "certificate.lapsed"]


def test_a_renewed_certificate_lapses_in_silence(world: World, clock: Clock) -> None:
    world.verified()
    new = world.verified(
        decision_number="9/QĐ", decided_on=TODAY, valid_from=TODAY + DAY, valid_until=TODAY + 900 * DAY
    )
    clock.on(TODAY + 2 * DAY)
    assert lapse_due(TODAY + 2 * DAY) == 1
    assert world.endings() == []
    assert world.governs(TODAY + 2 * DAY) == new.code


def test_a_beginning_to_come_is_told_on_its_day(world: World, clock: Clock) -> None:
    one = world.verified(decided_on=TODAY, valid_from=TODAY + 10 * DAY, valid_until=TODAY + 500 * DAY)
    assert status_on(one, TODAY) is Status.NOT_YET_VALID
    assert begin_due(TODAY + 9 * DAY) == 0
    clock.on(TODAY + 10 * DAY)
    assert (begin_due(TODAY + 10 * DAY), begin_due(TODAY + 10 * DAY)) == (1, 0)
    assert world.told[-1] == CertificateResumed(one.id, world.product.id, TODAY + 10 * DAY)


def test_found_by_number_by_code_or_by_name(world: World) -> None:
    one = world.verified()
    for typed in (one.code, one.code.lower(), "1887/QĐ-UBND", " 1887/qđ-ubnd ", "1887", "mat ong"):
        assert one.code in [c.code for c in find_public(typed)], typed
    assert find_public("1886") == []
    assert find_public("%") == []
    world.entered(decision_number="5555/QĐ")
    assert find_public("5555/QĐ") == []


def test_a_number_is_found_without_the_remark_behind_it(world: World) -> None:
    one = world.verified(decision_number="MH-010-2024/QĐ-UBND (minh hoạ)")
    for typed in ("MH-010-2024/QĐ-UBND", "mh-010-2024", "MH-010-2024/QĐ-UBND (minh hoạ)"):
        assert [found.code for found in find_public(typed)] == [one.code], typed
    assert find_public("MH-010-2024/QĐ") == []


def test_the_day_is_viet_nams(world: World, clock: Clock) -> None:
    clock.set(datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    assert world.verified().verified_on == local_day(now()) == date(2026, 11, 23)
