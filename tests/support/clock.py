"""The clock in a test's hand."""

from contextlib import ExitStack
from datetime import date, datetime, time, timedelta

from core.clock import ZONE, now, travel


class Clock:
    """Stands still at the instant it was last set to; runs on by itself until it is first set."""

    def __init__(self) -> None:
        self._travel = ExitStack()

    def set(self, instant: datetime) -> datetime:
        """Live at an aware instant."""
        self._travel.close()
        self._travel.enter_context(travel(instant))
        return now()

    def on(self, day: date, at: time = time(9)) -> datetime:
        """Live on a day in Việt Nam, at nine in the morning unless told."""
        return self.set(datetime.combine(day, at, tzinfo=ZONE))

    def forward(self, **step: float) -> datetime:
        """Go on by ``days=``, ``hours=``, ``seconds=`` …"""
        return self.set(now() + timedelta(**step))

    def close(self) -> None:
        """Let time run again."""
        self._travel.close()


def shifted_to(at: str) -> timedelta:
    """What to add to this machine's clock so that Việt Nam's shows ``23:57`` of today, or ``2027-03-01T23:57``."""
    present = datetime.now(ZONE)
    wanted = datetime.fromisoformat(at if "T" in at else f"{present.date()}T{at}")
    return wanted.replace(tzinfo=ZONE) - present
