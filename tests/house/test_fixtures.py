"""The fixtures keep their own promises: what a test writes is gone after it; nobody leaves the machine."""

import socket
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.clock import now, today
from core.db import db, transaction
from core.schedule import ScheduleRun
from tests.support.clock import Clock
from tests.support.live import Live
from tests.support.network import Unreachable

pytestmark = pytest.mark.daily  # what the database itself decides


def write(job: str) -> None:
    with transaction() as session:
        session.add(ScheduleRun(job=job, ran_at=now()))


def written() -> list[str]:
    return sorted(db.session.scalars(select(ScheduleRun.job)))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_finds_the_database_as_it_was(app: Flask, turn: str) -> None:
    assert written() == []
    write(turn)
    assert written() == [turn]


def test_a_failed_transaction_leaves_the_one_before_it(app: Flask) -> None:
    write("kept")
    with pytest.raises(ZeroDivisionError), transaction():
        write("lost")
        raise ZeroDivisionError
    assert written() == ["kept"]


def test_a_request_sees_the_test_and_the_test_sees_the_request(app: Flask, client: FlaskClient) -> None:
    write("before")
    assert written() == ["before"]
    assert client.get("/healthz").status_code == 200
    write("after")
    assert written() == ["after", "before"]


def test_live_threads_have_connections_of_their_own(live: Live) -> None:
    answers = live.together(6, lambda number: write(f"thread {number}"))
    assert answers == [None] * 6
    assert live.run(written) == [f"thread {number}" for number in range(6)]


def test_the_clock_stands_where_it_was_set(clock: Clock) -> None:
    clock.on(date(2026, 2, 28))
    assert today() == date(2026, 2, 28)
    clock.forward(hours=15)
    assert today() == date(2026, 3, 1)


def test_the_network_ends_at_this_machine() -> None:
    with pytest.raises(Unreachable):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(Unreachable):
        socket.getaddrinfo("example.com", 80)
