"""Clock work: jobs by day and by hour. Jobs only tidy up; every door judges by date for itself.

A job takes what is due and unprocessed, with no lower bound in time, so that a machine that
slept for a week catches up. Running one twice does no harm.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import local_day, now
from core.db import Base, Instant, db, transaction

log = structlog.get_logger()

NightlyJob = Callable[[date], int]
HourlyJob = Callable[[datetime], int]

_nightly: dict[str, NightlyJob] = {}
_frequent: dict[str, tuple[HourlyJob, timedelta]] = {}


class ScheduleRun(Base):
    """When a job last ran to its end."""

    __tablename__ = "schedule_run"

    #: ``module.function``.
    job: Mapped[str] = mapped_column(Text, primary_key=True)
    #: The end of its last good run.
    ran_at: Mapped[Instant]


def nightly(job: NightlyJob) -> NightlyJob:
    """Register a job of the day: takes today's date, answers how many things it changed."""
    _nightly[_name(job)] = job
    return job


def hourly(job: HourlyJob) -> HourlyJob:
    """Register a job of the hour: takes the present instant, answers how many things it changed."""
    return _every(timedelta(hours=1))(job)


def minutely(job: HourlyJob) -> HourlyJob:
    """Register a job of the minute: takes the present instant, answers how many things it changed."""
    return _every(timedelta(minutes=1))(job)


def run_nightly(today: date) -> dict[str, int]:
    """Run every nightly job for ``today``; answers changes per job. One that fails does not stop the others.

    Raises ExceptionGroup at the end when any job failed.
    """
    results: dict[str, int] = {}
    failures: list[Exception] = []
    for name, job in _nightly.items():
        try:
            results[name] = job(today)
            _note(name)
        except Exception as error:
            log.exception("job.failed", job=name)
            failures.append(error)
    if failures:
        raise ExceptionGroup("nightly jobs failed", failures)
    return results


def run_due() -> dict[str, int]:
    """What the worker calls each round: nightly jobs once a local day, the others at their interval."""
    at = now()
    last = {run.job: run.ran_at for run in db.session.query(ScheduleRun)}
    results: dict[str, int] = {}
    for name, job in _nightly.items():
        if name not in last or local_day(last[name]) < local_day(at):
            results[name] = _attempt(name, lambda job=job: job(local_day(at)))
    for name, (job, interval) in _frequent.items():
        if name not in last or last[name] + interval <= at:
            results[name] = _attempt(name, lambda job=job: job(at))
    return results


def jobs() -> list[str]:
    """The names of all registered jobs."""
    return sorted([*_nightly, *_frequent])


def _every(interval: timedelta) -> Callable[[HourlyJob], HourlyJob]:
    def register(job: HourlyJob) -> HourlyJob:
        _frequent[_name(job)] = (job, interval)
        return job

    return register


def _name(job: Callable[..., int]) -> str:
    return f"{job.__module__}.{job.__qualname__}"


def _attempt(name: str, job: Callable[[], int]) -> int:
    try:
        changed = job()
    except Exception:
        log.exception("job.failed", job=name)
        changed = 0
    _note(name)
    return changed


def _note(name: str) -> None:
    with transaction() as session:
        run = session.get(ScheduleRun, name) or ScheduleRun(job=name)
        run.ran_at = now()
        session.add(run)
