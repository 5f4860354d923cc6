"""The doctor: every promise that the data must keep, as a question that must find nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Check = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Invariant:
    """A named promise; ``check`` yields one line per breach."""

    code: str
    text: str
    check: Check


@dataclass(frozen=True)
class Finding:
    """What one invariant found: no breaches means it holds."""

    invariant: Invariant
    breaches: list[str]


_invariants: dict[str, Invariant] = {}


def invariant(code: str, text: str) -> Callable[[Check], Check]:
    """Register a promise under its code (``I1`` …)."""

    def register(check: Check) -> Check:
        _invariants[code] = Invariant(code, text, check)
        return check

    return register


def invariants() -> list[Invariant]:
    """All of them, by code."""
    return sorted(_invariants.values(), key=lambda i: (len(i.code), i.code))


def examine() -> list[Finding]:
    """Ask every question once."""
    return [Finding(one, list(one.check())) for one in invariants()]
