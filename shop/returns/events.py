"""What returns tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReturnAsked:
    """A buyer asks to give goods back, or for money."""

    code: str
    number: str


@dataclass(frozen=True)
class ReturnDecided:
    """The store agreed, or refused and said why."""

    code: str
    number: str
    is_accepted: bool
