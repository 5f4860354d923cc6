"""When a stop stops: pure decisions on days. Source: Law 122/2025/QH15 (taking down on order), decision 22."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of one product, as the gate sees it: days inclusive, and what people are told of it."""

    from_on: date
    until_on: date | None = None
    #: First day on which it stops nothing any more.
    lifted_on: date | None = None
    id: int = 0
    code: str = ""
    kind: str = "takedown"
    number: str = ""
    authority: str = ""
    ground: str = ""

    @property
    def last_on(self) -> date | None:
        """Its last day; None while it is open. A day before from_on: it never stopped anything."""
        ends = [day for day in (self.until_on, self.lifted_on and self.lifted_on - _ONE_DAY) if day]
        return min(ends) if ends else None

    def contains(self, day: date) -> bool:
        """Whether the product stands still on that day."""
        return self.from_on <= day and (self.last_on is None or day <= self.last_on)


def stop_on(stops: Iterable[Stop], day: date) -> Stop | None:
    """The stop that people are told of on that day: the oldest in force; None when the product may move."""
    found = [stop for stop in stops if stop.contains(day)]
    return min(found, key=lambda stop: (stop.from_on, stop.code)) if found else None
