"""Consequences happen once for each (certificate, consequence, occasion), however often, late or not at all told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from catalog.certificates import service as certificates
from catalog.certificates.events import CertificateEnded
from catalog.certificates.jobs import lapse_due, turn_suspensions
from catalog.consequences import service
from catalog.consequences.jobs import catch_up
from catalog.consequences.models import CertificateConsequence
from catalog.consequences.rules import Happening
from core.audit import AuditEntry
from core.clock import today
from core.db import db, transaction
from core.events import publish
from core.outbox import OutboxRow
from core.schedule import run_nightly
from tests import make
from tests.cases.conftest import DAY, LAST, NEXT, World
from tests.support.queries import counted


def rows() -> list[tuple[str, str]]:
    """Consequence and occasion of every row, in the order in which they were done."""
    query = select(CertificateConsequence).order_by(CertificateConsequence.id)
    return [(one.consequence, one.occasion) for one in db.session.scalars(query)]


def test_told_twice_is_done_once_and_leaves_one_entry_each(world: World) -> None:
    waiting = world.order("vietqr")
    world.clock.on(NEXT)
    lapse_due(NEXT)
    for _ in range(2):
        with transaction():
            publish(CertificateEnded(world.certificate.id, world.product.id, NEXT, "lapsed"))
        world.worker()
    assert sorted(rows()) == [(key, "lapse:2026-12-01") for key in ("booking", "fair", "listing", "lot", "payment")]
    told = {one["consequence"]: one for one in world.trail("consequence.done")}
    assert len(world.trail("consequence.done")) == 5
    assert (told["payment"]["cancelled"], told["lot"]["units"], told["lot"]["on"]) == (1, 10, "2026-12-01")
    assert world.state(waiting) == "cancelled_lapsed"


def test_news_that_was_lost_is_caught_up_weeks_later(world: World) -> None:
    """The outbox was emptied, the worker was dead for forty days: the certificate itself tells what is due."""
    decided, waiting = world.order(), world.order("vietqr")
    world.revoke()
    with transaction():
        db.session.execute(delete(OutboxRow))
    assert (world.state(decided), world.state(waiting), world.lot_state()) == ("placed", "placed", ("ok", None))
    world.clock.on(DAY + timedelta(days=40))
    assert catch_up(today()) >= 4
    assert (world.state(decided), world.state(waiting)) == ("held", "cancelled_lapsed")
    assert world.lot_state() == ("blocked", "certificate")
    assert catch_up(today()) == 0
    assert len(rows()) == len(set(rows()))


def test_suspended_lifted_suspended_again_extended_then_lapsed(world: World) -> None:
    """Each turn is an occasion of its own, and each is done."""
    for number in (1, 2):
        certificates.suspend(world.certifier, world.certificate.code, decision_number=f"{number}/QĐ", ground="Kiểm tra")
        world.worker()
        assert world.lot_state() == ("blocked", "certificate")
        certificates.lift(world.certifier, world.certificate.code)
        world.worker()
        assert world.lot_state() == ("ok", None)
    world.clock.on(NEXT)
    lapse_due(NEXT)
    world.worker()
    assert world.lot_state() == ("blocked", "certificate")
    until = LAST + timedelta(days=60)
    certificates.extend(world.certifier, world.certificate.code, receipt_number="77/BN", until=until)
    world.worker()
    assert world.lot_state() == ("ok", None)
    world.clock.on(until + timedelta(days=1))
    lapse_due(today())
    world.worker()
    assert world.lot_state() == ("blocked", "certificate")
    lots = [occasion.split(":")[0] for key, occasion in rows() if key == "lot"]
    assert lots == ["suspension", "resumption", "suspension", "resumption", "lapse", "extension", "lapse"]


def test_a_suspension_that_is_over_by_the_time_it_is_heard_of_harms_no_order(world: World) -> None:
    decided = world.order()
    certificates.suspend(world.certifier, world.certificate.code, decision_number="1/QĐ", ground="Kiểm tra")
    certificates.lift(world.certifier, world.certificate.code)
    world.worker()
    assert world.state(decided) == "placed"
    world.clock.forward(days=1)
    turn_suspensions(today())
    world.night()
    assert world.state(decided) == "placed"


def test_a_consequence_that_fails_does_not_hold_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.revoke()
    with transaction():
        db.session.execute(delete(OutboxRow))
    broken = next(one for one in service.consequences() if one.key == "lot" and "revocation" in one.happenings)

    def fail(case: service.Case) -> dict[str, int]:
        raise OSError("the disk is full")

    others = [one for one in service.consequences() if one is not broken]
    bad = service.Consequence(broken.key, broken.happenings, fail, broken.timing, broken.is_ahead)
    monkeypatch.setattr(service, "_consequences", [bad, *others])
    with pytest.raises(ExceptionGroup):
        catch_up(today())
    drawn = sorted(key for key, _occasion in rows())
    assert drawn == ["booking", "fair", "listing", "order", "payment", "sold", "voucher"]
    monkeypatch.undo()
    assert catch_up(today()) == 1
    assert world.lot_state() == ("blocked", "certificate")


def test_the_nightly_round_costs_the_same_for_two_certificates_and_for_twenty(world: World) -> None:
    for _ in range(2):
        world.make.certificate(valid_until=DAY - timedelta(days=3))
    catch_up(today())
    few = counted(lambda: catch_up(today()))
    for _ in range(18):
        world.make.certificate(valid_until=DAY - timedelta(days=3))
    catch_up(today())
    assert counted(lambda: catch_up(today())) == few


def idle(number: int) -> list[service.Consequence]:
    """Consequences of an end, drawn at once, that look at nothing themselves."""
    ends = frozenset({Happening.LAPSE, Happening.REVOCATION})
    return [
        service.Consequence(f"idle{one}", ends, lambda case: {"seen": 1}, service.Timing.NOW, False)
        for one in range(number)
    ]


def test_one_revocation_looks_once_however_many_consequences_it_has(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A budget: each consequence writes its own row, none of them looks at the certificate again."""
    first, second, third = (world.make.certificate() for _ in range(3))
    few = counted(lambda: world.revoke(certificate=first), "SELECT")
    registered = list(service.consequences())
    monkeypatch.setattr(service, "_consequences", [*registered, *idle(20)])
    assert counted(lambda: world.revoke(certificate=second), "SELECT") == few
    assert sum(key.startswith("idle") for key, _occasion in rows()) == 20

    curious = replace(idle(1)[0], run=lambda case: {"rows": len(rows())})
    monkeypatch.setattr(service, "_consequences", [*registered, curious])
    assert counted(lambda: world.revoke(certificate=third), "SELECT") == few + 1


def test_one_event_leaves_two_rows_for_all_consequences(world: World) -> None:
    """One for what the worker draws each in one transaction, one for what runs in transactions of its own.

    Programs elsewhere are told by a third.
    """
    with transaction():
        publish(CertificateEnded(world.certificate.id, world.product.id, DAY, "lapsed"))
    waiting = db.session.scalars(select(OutboxRow.reaction).where(OutboxRow.reaction.contains("CertificateEnded")))
    assert [one.rsplit(".", 1)[1] for one in waiting] == [
        "draw_later:CertificateEnded",
        "draw_outside:CertificateEnded",
        "tell_certificate:CertificateEnded",
    ]


def test_what_failed_is_tried_again_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker draws the others, and the row stays until the last of them is drawn."""
    registered = list(service.consequences())
    broken = next(one for one in registered if one.key == "lot" and "revocation" in one.happenings)

    def fail(case: service.Case) -> dict[str, int]:
        raise OSError("the disk is full")

    failing = [replace(one, run=fail) if one is broken else one for one in registered]
    monkeypatch.setattr(service, "_consequences", failing)
    world.revoke()
    world.worker()
    drawn = sorted(key for key, _occasion in rows())
    assert drawn == ["booking", "fair", "listing", "order", "payment", "sold", "voucher"]
    kept = db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).all()
    assert {row.reaction.split(".")[-1].split(":")[0] for row in kept} == {"draw_later"}
    assert all("the disk is full" in (row.last_error or "") for row in kept)
    monkeypatch.undo()
    world.clock.forward(hours=1)
    world.worker()
    assert world.lot_state() == ("blocked", "certificate")
    assert len(rows()) == len(set(rows())) == 8


def test_rows_are_never_taken_away(world: World) -> None:
    world.revoke()
    world.worker()
    before = db.session.scalar(select(func.count()).select_from(CertificateConsequence))
    assert before
    with pytest.raises(Exception, match=r"consequence_kept|fixed"), transaction():
        db.session.execute(delete(CertificateConsequence))
    assert db.session.scalar(select(func.count()).select_from(CertificateConsequence)) == before


def test_the_whole_nightly_round_may_run_twice(world: World) -> None:
    world.order("vietqr")
    world.clock.on(NEXT)
    run_nightly(NEXT)
    world.worker()
    done = rows()
    run_nightly(NEXT)
    world.worker()
    assert rows() == done


def test_four_nightly_rounds_at_once_draw_each_consequence_once(live) -> None:
    """Two machines, a worker and a person at the terminal: one row and one entry each, and no order twice."""
    built = [live.run(lambda: make.certificate(valid_until=today() - timedelta(days=1)).id) for _ in range(3)]
    answers = live.together(4, lambda _number: catch_up(today()))
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert sum(answers) == live.run(lambda: len(rows())) == 5 * len(built)
    done = live.run(lambda: db.session.query(AuditEntry).filter_by(action="consequence.done").count())
    assert done == 5 * len(built)
