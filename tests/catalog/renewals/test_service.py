from dataclasses import dataclass
from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from catalog.certificates.models import Certificate
from catalog.certificates.queries import status_on
from catalog.certificates.refusals import AlreadyRevoked, NotVerified
from catalog.certificates.rules import Status
from catalog.certificates.service import enter, revoke, verify
from catalog.renewals.invariants import extensions_have_dossiers
from catalog.renewals.models import RenewalDossier
from catalog.renewals.queries import renewal_of
from catalog.renewals.refusals import (
    AlreadyConfirmed,
    DossierClosed,
    NotSuccessor,
    ReceiptTwice,
    ReceiptUnconfirmed,
    ReceiptUnknown,
    ReceivedAfterEnd,
)
from catalog.renewals.rules import Stage
from catalog.renewals.service import close, confirm, extend, file_dossier, take_back
from core.accounts.actor import Actor
from core.audit import AuditEntry
from core.db import transaction
from core.errors import Forbidden, Invalid, NotFound
from tests.support.clock import Clock

DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)
LAST = TODAY + 100 * DAY


@dataclass
class World:
    certificate: Certificate
    first: Actor
    second: Actor
    producer: Actor
    make: ModuleType

    def renewed(self, stars: int = 4) -> Certificate:
        one = enter(
            self.first, product=self.certificate.product.code, decision_number="99/QĐ", decided_on=TODAY,
            issuer_level="province", issuer="UBND thành phố Hải Phòng", stars=stars, valid_from=TODAY,
            valid_until=TODAY + 1000 * DAY,
        )  # fmt: skip
        return verify(self.second, one.code, stars=stars, valid_until=one.valid_until)


@pytest.fixture
def world(make: ModuleType, clock: Clock) -> World:
    clock.on(TODAY)
    one = make.certificate(make.product(), valid_from=LAST - 1000 * DAY, valid_until=LAST)
    code = one.product.producer.code
    return World(
        one, make.actor("certifier"), make.actor("certifier"), make.actor("producer", ("producer", code)), make
    )


def test_a_certifiers_receipt_is_confirmed_and_a_producers_waits(world: World, session: Session) -> None:
    code = world.certificate.code
    sure = file_dossier(world.first, code, receipt_number="TN-1", received_on=TODAY)
    told = file_dossier(world.producer, code, receipt_number="TN-2", received_on=TODAY)
    assert (sure.confirmed_by, told.confirmed_by) == (world.first.user_id, None)
    assert renewal_of(world.certificate, TODAY).stage is Stage.FILED
    with pytest.raises(ReceiptUnconfirmed):
        extend(world.first, code, receipt_number="TN-2", until=LAST + DAY)
    confirm(world.first, told.code, complete_on=TODAY)
    assert (told.confirmed_by, told.complete_on) == (world.first.user_id, TODAY)
    with pytest.raises(AlreadyConfirmed):
        confirm(world.first, told.code)
    entries = session.query(AuditEntry).filter(AuditEntry.subject == f"certificate:{code}")
    assert [one.action for one in entries if one.action.startswith("renewal")] == [
        "renewal.filed", "renewal.filed", "renewal.confirmed",
    ]  # fmt: skip


def test_who_may_file(world: World) -> None:
    stranger = world.make.actor("producer", ("producer", world.make.producer().code))
    with pytest.raises(NotFound):
        file_dossier(stranger, world.certificate.code, receipt_number="1", received_on=TODAY)
    for role in ("auditor", "admin", "reporter"):
        with pytest.raises(Forbidden):
            file_dossier(world.make.actor(role), world.certificate.code, receipt_number="1", received_on=TODAY)
    dossier = file_dossier(world.first, world.certificate.code, receipt_number="1", received_on=TODAY)
    with pytest.raises(Forbidden):
        confirm(world.producer, dossier.code)
    with pytest.raises(NotFound):
        take_back(stranger, dossier.code)


def test_bad_receipts(world: World) -> None:
    code = world.certificate.code
    file_dossier(world.first, code, receipt_number="TN-1", received_on=TODAY)
    with pytest.raises(ReceiptTwice):
        file_dossier(world.producer, code, receipt_number="TN-1", received_on=TODAY)
    for bad in ({"received_on": TODAY + DAY}, {"received_on": LAST - 2000 * DAY},
                {"received_on": TODAY, "complete_on": TODAY - DAY}):  # fmt: skip
        with pytest.raises(Invalid):
            file_dossier(world.first, code, receipt_number="TN-2", **bad)  # type: ignore[arg-type]
    with pytest.raises(NotVerified):
        file_dossier(world.first, world.make.certificate(verified=False).code, receipt_number="1", received_on=TODAY)
    gone = world.make.certificate()
    revoke(world.first, gone.code, decision_number="1", ground="other")
    with pytest.raises(AlreadyRevoked):
        file_dossier(world.first, gone.code, receipt_number="1", received_on=TODAY)


def test_an_extension_rests_on_a_recorded_receipt(world: World, clock: Clock) -> None:
    code = world.certificate.code
    with pytest.raises(ReceiptUnknown):
        extend(world.first, code, receipt_number="TN-9", until=LAST + 90 * DAY)
    with pytest.raises(Forbidden):
        extend(world.producer, code, receipt_number="TN-9", until=LAST + 90 * DAY)
    other = world.make.certificate()
    file_dossier(world.first, other.code, receipt_number="TN-9", received_on=TODAY)
    with pytest.raises(ReceiptUnknown):
        extend(world.first, code, receipt_number="TN-9", until=LAST + 90 * DAY)
    file_dossier(world.first, code, receipt_number="TN-9", received_on=TODAY)
    extend(world.first, code, receipt_number="TN-9", until=LAST + 180 * DAY)
    assert renewal_of(world.certificate, TODAY).stage is Stage.EXTENDED
    assert list(extensions_have_dossiers()) == []
    clock.on(LAST + 180 * DAY)
    assert status_on(world.certificate, LAST + 180 * DAY) is Status.EXTENDED


def test_a_receipt_may_come_with_the_extension_but_not_from_after_the_end(world: World, clock: Clock) -> None:
    clock.on(LAST + 5 * DAY)
    code = world.certificate.code
    with pytest.raises(ReceivedAfterEnd):
        extend(world.first, code, receipt_number="TN-3", until=LAST + 90 * DAY, received_on=LAST + DAY)
    extend(world.first, code, receipt_number="TN-4", until=LAST + 90 * DAY, received_on=LAST)
    dossier = renewal_of(world.certificate, LAST + 5 * DAY).dossiers[0]
    assert (dossier.receipt_number, dossier.extends_until) == ("TN-4", LAST + 90 * DAY)


def test_the_doctor_finds_an_extension_out_of_thin_air(world: World, session: Session) -> None:
    values = {"extended_until": LAST + DAY, "extension_receipt": "TN-0"}
    with transaction():
        session.execute(update(Certificate).where(Certificate.id == world.certificate.id).values(**values))
    assert list(extensions_have_dossiers()) == [f"certificate {world.certificate.code}"]


@pytest.mark.daily
def test_the_database_lets_an_extension_become_shorter_but_never_longer(world: World, session: Session) -> None:
    file_dossier(world.first, world.certificate.code, receipt_number="TN-9", received_on=TODAY)
    extend(world.first, world.certificate.code, receipt_number="TN-9", until=LAST + 90 * DAY)
    mine = update(Certificate).where(Certificate.id == world.certificate.id)
    for worse in ({"extended_until": LAST + 91 * DAY}, {"extension_receipt": "TN-10"}):
        with pytest.raises(DBAPIError), transaction(), session.begin_nested():
            session.execute(mine.values(**worse))
    with transaction():
        session.execute(mine.values(extended_until=LAST + 89 * DAY))


def test_a_refusal_ends_the_extension_on_the_day_of_the_result(world: World, clock: Clock) -> None:
    code = world.certificate.code
    dossier = file_dossier(world.first, code, receipt_number="TN-9", received_on=TODAY)
    extend(world.first, code, receipt_number="TN-9", until=LAST + 180 * DAY)
    clock.on(LAST + 30 * DAY)
    close(world.first, dossier.code, outcome="refused", decided_on=LAST + 30 * DAY)
    assert status_on(world.certificate, LAST + 30 * DAY) is Status.EXTENDED
    assert status_on(world.certificate, LAST + 31 * DAY) is Status.LAPSED
    assert list(extensions_have_dossiers()) == []
    with pytest.raises(DossierClosed):
        close(world.first, dossier.code, outcome="withdrawn", decided_on=LAST + 30 * DAY)


def test_a_refusal_within_the_term_leaves_the_term_alone(world: World) -> None:
    code = world.certificate.code
    dossier = file_dossier(world.first, code, receipt_number="TN-9", received_on=TODAY)
    extend(world.first, code, receipt_number="TN-9", until=LAST + 180 * DAY)
    close(world.first, dossier.code, outcome="withdrawn", decided_on=TODAY)
    assert (world.certificate.extended_until, world.certificate.extension_receipt) == (None, None)
    assert status_on(world.certificate, LAST) is Status.VALID
    assert renewal_of(world.certificate, TODAY).stage is Stage.LATE


def test_a_verified_successor_answers_the_dossier_by_itself(world: World) -> None:
    dossier = file_dossier(world.first, world.certificate.code, receipt_number="TN-9", received_on=TODAY)
    newer = world.renewed(stars=3)
    assert (dossier.outcome, dossier.successor_id) == ("renewed", newer.id)
    renewal = renewal_of(world.certificate, TODAY)
    assert (renewal.stage, renewal.stars_after) == (Stage.RENEWED, 3)


def test_a_result_names_a_newer_certificate_of_the_product(world: World) -> None:
    newer = world.renewed()
    dossier = file_dossier(world.first, world.certificate.code, receipt_number="TN-9", received_on=TODAY)
    for wrong in (world.certificate.code, world.make.certificate().code):
        with pytest.raises(NotSuccessor):
            close(world.first, dossier.code, outcome="renewed", decided_on=TODAY, successor=wrong)
    for nothing in (None, "CN-NOTHERE"):
        with pytest.raises(Invalid):
            close(world.first, dossier.code, outcome="renewed", decided_on=TODAY, successor=nothing)
    with pytest.raises(Invalid):
        close(world.first, dossier.code, outcome="refused", decided_on=TODAY + DAY)
    close(world.first, dossier.code, outcome="renewed", decided_on=TODAY, successor=newer.code)
    assert dossier.successor_id == newer.id


def test_a_producer_takes_back_only_what_nobody_confirmed(world: World, session: Session) -> None:
    told = file_dossier(world.producer, world.certificate.code, receipt_number="TN-2", received_on=TODAY)
    take_back(world.producer, told.code)
    assert session.query(RenewalDossier).count() == 0
    sure = file_dossier(world.first, world.certificate.code, receipt_number="TN-2", received_on=TODAY)
    with pytest.raises(AlreadyConfirmed):
        take_back(world.producer, sure.code)


@pytest.mark.daily
def test_the_database_keeps_one_extension_a_certificate_and_results_whole(world: World, session: Session) -> None:
    dossier = file_dossier(world.first, world.certificate.code, receipt_number="TN-2", received_on=TODAY)
    bad = (
        {"outcome": "renewed", "decided_on": TODAY},
        {"outcome": "refused"},
        {"outcome": "lost", "decided_on": TODAY},
    )
    for values in bad:
        with pytest.raises(IntegrityError), transaction(), session.begin_nested():
            session.execute(update(RenewalDossier).where(RenewalDossier.id == dossier.id).values(**values))
