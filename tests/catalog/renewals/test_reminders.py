import email
from datetime import date, timedelta
from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.certificates.service import revoke
from catalog.renewals.jobs import remind
from catalog.renewals.models import RenewalReminder
from catalog.renewals.service import extend, file_dossier
from core.accounts.models import UserAccount
from core.audit import AuditEntry
from core.clock import day_start, now
from core.db import transaction
from core.worker import run_pending
from tests.support.clock import Clock
from tests.support.mails import text_of

DAY = timedelta(days=1)
LAST = date(2027, 6, 30)
START = LAST - 1000 * DAY


def at(days: int) -> date:
    return LAST + days * DAY


class World:
    def __init__(self, make: ModuleType, clock: Clock, app: Flask) -> None:
        self.make, self.clock = make, clock
        clock.on(START)
        self.product = make.product("Mật ong Cát Bà")
        self.certificate = make.certificate(self.product, valid_from=START, valid_until=LAST)
        self.user: UserAccount = make.user("producer", ("producer", self.product.producer.code))
        self.mails: list[EmailMessage] = []
        app.extensions["mailer"] = self.mails.append

    def night(self, days: int) -> int:
        self.clock.on(at(days))
        made = remind(at(days))
        while run_pending():
            pass
        return made


@pytest.fixture
def world(make: ModuleType, clock: Clock, app: Flask) -> Any:
    before = app.extensions["mailer"]
    yield World(make, clock, app)
    app.extensions["mailer"] = before


def rows(session: Session) -> list[tuple[int, str]]:
    session.expire_all()
    found = session.query(RenewalReminder).order_by(RenewalReminder.made_at, RenewalReminder.id)
    return [(one.step, one.state) for one in found]


def test_every_step_once_however_often_the_job_runs(world: World, session: Session) -> None:
    nights = [step + near for step in (-180, -120, -90, -30, -7, 0) for near in (-1, 0, 1)]
    told = {days: world.night(days) + world.night(days) for days in nights}
    assert {days for days, made in told.items() if made} == {-180, -120, -90, -30, -7, 0}
    assert [state for _step, state in rows(session)] == ["sent"] * 6
    assert len(world.mails) == 6
    assert "ngày cuối 30/06/2027, còn 180 ngày" in text_of(world.mails[0])
    assert f"/quan-ly/gia-han/{world.certificate.code}" in text_of(world.mails[0])
    assert session.query(AuditEntry).filter(AuditEntry.action == "renewal.reminded").count() == 6


def test_a_machine_that_slept_tells_the_newest_step_only(world: World, session: Session) -> None:
    assert world.night(-181) == 0
    assert world.night(20) == 1
    assert rows(session) == [(0, "sent"), *((step, "skipped") for step in (-180, -120, -90, -30, -7))]
    assert len(world.mails) == 1
    assert world.night(21) == 0


@pytest.mark.on("sqlite")
def test_one_mail_tells_all_that_is_due_to_a_person(world: World) -> None:
    for name in ("Trà hoa cúc", "Nước mắm"):
        product = world.make.product(name, producer=world.product.producer)
        world.make.certificate(product, valid_from=START, valid_until=LAST)
    assert world.night(-30) == 3
    (mail,) = world.mails
    assert mail["Subject"] == "3 công nhận OCOP sắp hết hiệu lực"
    assert all(name in text_of(mail) for name in ("Mật ong Cát Bà", "Trà hoa cúc", "Nước mắm"))


def test_an_extension_moves_the_end_and_has_its_own_step(world: World, session: Session) -> None:
    certifier = world.make.actor("certifier")
    assert world.night(-30) == 1
    file_dossier(certifier, world.certificate.code, receipt_number="TN-1", received_on=at(-30))
    extend(certifier, world.certificate.code, receipt_number="TN-1", until=at(100))
    assert [days for days in (-7, 0, 92, 93, 99, 100, 101) if world.night(days)] == [93, 100]
    assert rows(session)[-3:] == [(-7, "sent"), (180, "sent"), (0, "skipped")]
    world.night(105)


def test_what_is_renewed_or_revoked_is_not_told(world: World, session: Session) -> None:
    newer = world.make.certificate(world.make.product(), valid_from=START, valid_until=LAST)
    world.make.user("producer", ("producer", newer.product.producer.code))
    world.clock.on(at(-150))
    world.make.certificate(world.product, valid_from=at(1), valid_until=at(900))
    revoke(world.make.actor("certifier"), newer.code, decision_number="1", ground="other", effective_on=at(-1))
    assert sum(world.night(days) for days in (-120, -30, 0, 30)) == 0


def test_somebody_new_hears_the_newest_step_but_never_of_old_ends(world: World, session: Session) -> None:
    world.night(-90)
    world.clock.on(at(-80))
    world.make.user("producer", ("producer", world.product.producer.code))
    assert world.night(-80) == 1
    world.night(0)
    world.clock.on(at(10))
    world.make.user("producer", ("producer", world.product.producer.code))
    assert world.night(10) == 0


def test_a_person_without_mail_or_with_another_language(world: World, session: Session) -> None:
    with transaction():
        world.user.phone, world.user.email = "+84912345678", None
        english = world.make.user("producer", ("producer", world.product.producer.code))
        english.locale = "en"
    assert world.night(-30) == 2
    assert [mail["To"] for mail in world.mails] == [english.email]
    session.expire_all()
    mailed = {one.user_id: one.mailed_at for one in session.query(RenewalReminder) if one.state == "sent"}
    assert (mailed[world.user.id], mailed[english.id]) == (None, now())


@pytest.mark.on("sqlite")
def test_closed_accounts_and_taken_roles_hear_nothing(world: World, session: Session) -> None:
    with transaction():
        world.user.is_active = False
    assert world.night(-30) == 0


@pytest.mark.daily
def test_the_key_is_the_databases(world: World, session: Session) -> None:
    world.night(-30)
    one = session.query(RenewalReminder).filter(RenewalReminder.state == "sent").one()
    with pytest.raises(IntegrityError), transaction(), session.begin_nested():
        session.add(
            RenewalReminder(
                certificate_id=one.certificate_id, step=one.step, user_id=one.user_id, place="x", ends_on=LAST,
                state="sent", made_at=day_start(LAST),
            )
        )  # fmt: skip


@pytest.mark.on("sqlite")
def test_a_mail_that_fails_is_sent_again_as_the_same_mail(world: World, app: Flask) -> None:
    sent: list[EmailMessage] = []

    def broken(message: EmailMessage) -> None:
        sent.append(message)
        if len(sent) == 1:
            raise OSError("no way out")

    app.extensions["mailer"] = broken
    world.night(-30)
    world.clock.forward(hours=2)
    run_pending()
    assert len(sent) == 2
    assert len({message["Message-ID"] for message in sent}) == 1
    assert email.message_from_bytes(sent[0].as_bytes())["To"] == world.user.email
