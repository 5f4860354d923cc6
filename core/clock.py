"""The one clock. Instants are aware UTC; days are days in Asia/Ho_Chi_Minh.

Every decision reads the clock once and hands the value down, so that nothing inside one
decision can fall on two sides of midnight. No other module may ask for the time.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def _zone() -> ZoneInfo:
    """Việt Nam's zone: one, without summer time (UTC+7). Exits when the machine's zone data lack it or differ.

    A day that begins at another hour would sell for hours what has lapsed: better not to start (case H1).
    """
    try:
        zone = ZoneInfo("Asia/Ho_Chi_Minh")
    except ZoneInfoNotFoundError as error:
        raise SystemExit("Cannot start: no time zone data for Asia/Ho_Chi_Minh; install tzdata") from error
    offsets = {datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)}
    if offsets != {timedelta(hours=7)}:
        raise SystemExit("Cannot start: the time zone data say that Asia/Ho_Chi_Minh is not UTC+7")
    return zone


ZONE = _zone()

#: A file with a number of seconds to add: lets several test processes jump together.
#: Read only under ``OCOP_TESTING=1``; nobody can turn a production clock with it.
_OFFSET_FILE = os.environ.get("OCOP_CLOCK_FILE") if os.environ.get("OCOP_TESTING") == "1" else None

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    frozen = _frozen.get()
    if frozen is not None:
        return frozen
    present = datetime.now(UTC)
    return present + _offset() if _OFFSET_FILE else present


def machine_now() -> datetime:
    """What this machine's clock says, whatever instant a test lives at: to judge the clock itself."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Việt Nam."""
    return local_day(now())


def local_day(instant: datetime) -> date:
    """The day in Việt Nam on which an aware instant falls."""
    return instant.astimezone(ZONE).date()


def day_start(day: date) -> datetime:
    """The first instant of a day in Việt Nam, in UTC."""
    return datetime.combine(day, time.min, tzinfo=ZONE).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The first instant after a day in Việt Nam: the local midnight that ends it, in UTC."""
    return day_start(day + timedelta(days=1))


def seconds_to_midnight(instant: datetime) -> int:
    """Whole seconds until the next local midnight; at least 0."""
    return max(0, int((day_end(local_day(instant)) - instant).total_seconds()))


@contextmanager
def travel(instant: datetime) -> Generator[None]:
    """Let this context live at ``instant``: for tests, and for demonstration data of the past."""
    if instant.tzinfo is None:
        raise ValueError("travel() needs an aware instant")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def _offset() -> timedelta:
    path = Path(_OFFSET_FILE or "")
    text = path.read_text().strip() if path.exists() else ""
    return timedelta(seconds=float(text)) if text else timedelta()
