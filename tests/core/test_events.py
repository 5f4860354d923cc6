"""Events: now in the same transaction, later through the outbox, each safe to run twice."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import events
from core.clock import travel
from core.db import db, transaction
from core.events import later, on, publish
from core.outbox import OutboxRow
from core.worker import run_pending, waiting

pytestmark = pytest.mark.daily  # what the database itself decides

START = datetime(2026, 11, 22, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Happened:
    """Something to tell."""

    number: int
    day: date
    note: str | None = None


@pytest.fixture
def told() -> Generator[list[object]]:
    """What reactions have heard; registrations are forgotten afterwards."""
    heard: list[object] = []
    yield heard
    events._now.pop(Happened, None)
    for kept in events._later.pop(Happened, []):
        events._by_name.pop(kept.name)


def test_a_reaction_now_shares_the_transaction(app: Flask, told: list[object]) -> None:
    def refuse(event: Happened) -> None:
        raise ValueError("no")

    on(Happened)(refuse)
    later(Happened)(told.append)
    with pytest.raises(ValueError, match="no"), transaction():
        publish(Happened(1, date(2026, 1, 2)))
    assert waiting() == 0


def test_a_later_reaction_gets_the_same_event(app: Flask, told: list[object]) -> None:
    later(Happened)(told.append)
    with transaction():
        publish(Happened(1, date(2026, 1, 2), "x"))
    assert told == []
    assert run_pending() == 1
    assert told == [Happened(1, date(2026, 1, 2), "x")]
    assert run_pending() == 0


def test_one_failing_reaction_does_not_hold_the_others(app: Flask, told: list[object]) -> None:
    def fail(event: Happened) -> None:
        raise OSError("the mail server is away")

    later(Happened)(fail)
    later(Happened)(told.append)
    with travel(START):
        with transaction():
            publish(Happened(7, date(2026, 1, 2)))
        assert run_pending() == 2
        assert told == [Happened(7, date(2026, 1, 2))]
        row = db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).one()
        assert row.attempts == 1
        assert row.last_error is not None
        assert "away" in row.last_error
        assert run_pending() == 0
    with travel(START + timedelta(minutes=1)):
        assert run_pending() == 1
        assert waiting() == 1


def test_publishing_outside_a_transaction_is_a_mistake(app: Flask, told: list[object]) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        publish(Happened(1, date(2026, 1, 2)))


def test_a_claimed_row_is_left_alone_until_its_lease_ends(app: Flask, told: list[object]) -> None:
    later(Happened)(told.append)
    with travel(START), transaction() as session:
        publish(Happened(1, date(2026, 1, 2)))
        session.flush()
        row = session.scalars(select(OutboxRow)).one()
        row.leased_until = START + timedelta(minutes=1)
    with travel(START):
        assert run_pending() == 0
    with travel(START + timedelta(minutes=2)):
        assert run_pending() == 1
    assert db.session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.done_at.is_not(None))) == 1
