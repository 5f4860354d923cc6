"""What the days of a fair tell: codes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ExhibitorArrived:
    """An exhibitor came for the first time on a day of the fair."""

    booking: str
    fair: str
    day: str


@dataclass(frozen=True)
class IncidentOpened:
    """Something went wrong at a fair."""

    code: str
    fair: str
    kind: str
