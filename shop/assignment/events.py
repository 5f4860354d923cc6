"""What the assignment tells: codes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AssignmentAsked:
    """A question waits for its answer."""

    assignment: str
    fair: str


@dataclass(frozen=True)
class AssignmentApplied:
    """The booths of an answer are offered."""

    assignment: str
    fair: str
    offers: int
