"""How far the database's clock is from ours. Nothing is ever dated by it; it is only asked whether ours can be trusted.

A machine whose clock runs wrong closes its doors at the wrong midnight. Two machines seldom err alike, so the two
clocks are compared: beyond two seconds the doctor, ``/readyz`` and ``/metrics`` say so; beyond a minute nothing new
is decided (``ClockWrong``). SQLite runs inside our own process and has no clock of its own: nothing to compare.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask_babel import lazy_gettext as _l
from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.clock import machine_now
from core.db import db, dialect_name, run
from core.doctor import invariant
from core.errors import Refusal

log = structlog.get_logger()

#: Beyond this people are told.
ALARM = timedelta(seconds=2)
#: Beyond this nothing new is decided.
LIMIT = timedelta(seconds=60)

#: Seconds for which clocks that agreed are taken to agree still, as long as ours has not jumped; and what is a jump.
_AGREED_FOR, _JUMP = 15.0, 0.5

_NOW = text("SELECT clock_timestamp()")
_SECONDS = Gauge("clock_skew_seconds", "The database's clock less this machine's; NaN while it does not answer")


@dataclass(frozen=True, slots=True)
class _Agreed:
    """When the clocks agreed last: on the machine's steady clock, and by how much ours was ahead of that one."""

    steady: float
    lead: float


_agreed: _Agreed | None = None


class ClockWrong(Refusal):
    """Our clock and the database's are more than a minute apart: nothing is decided by either."""

    code = "clock.wrong"
    status = 503
    text = _l("Đồng hồ của hệ thống đang sai, nên chưa ghi gì. Hãy thử lại sau ít phút.")


def measure() -> timedelta:
    """The database's clock less ours, by the middle of one question."""
    before = machine_now()
    there = database_now()
    after = machine_now()
    return there - (before + (after - before) / 2)


def database_now() -> datetime:
    """What the database's machine says; ours, where it has no clock of its own."""
    if dialect_name() != "postgresql":
        return machine_now()
    answer: datetime = run(_NOW).scalar_one()
    return answer


def check_clocks() -> None:
    """Refuse with ClockWrong when the clocks are too far apart to decide anything.

    They are compared anew every quarter of a minute, and at once when ours has jumped against the machine's steady one.
    """
    global _agreed  # noqa: PLW0603 one for each process
    steady = time.monotonic()
    lead = machine_now().timestamp() - steady
    if _agreed is not None and steady - _agreed.steady < _AGREED_FOR and abs(lead - _agreed.lead) < _JUMP:
        return
    if abs(measure()) > LIMIT:
        raise ClockWrong
    _agreed = _Agreed(steady, lead)


def warning() -> str | None:
    """What to tell the people who run it; None when the clocks agree."""
    found = measure()
    return f"the database's clock is {found.total_seconds():+.1f} s from ours" if abs(found) > ALARM else None


def too_far() -> str | None:
    """Why this machine is not ready; None while it may decide, or while no database answers (told elsewhere)."""
    try:
        found = abs(measure())
    except SQLAlchemyError as error:
        log.warning("clock.unmeasured", error=type(error).__name__)
        db.session.rollback()
        return None
    return f"the clocks are {found.total_seconds():.0f} s apart" if found > LIMIT else None


@invariant("I19", "this machine's clock and the database's agree within two seconds")
def clocks_agree() -> Iterable[str]:
    """One line when they do not."""
    found = warning()
    if found:
        yield found


def _seconds() -> float:
    try:
        return measure().total_seconds()
    except (SQLAlchemyError, RuntimeError):  # the database is away, or nobody's request is being served
        return float("nan")


_SECONDS.set_function(_seconds)
