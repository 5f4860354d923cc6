"""What is told of exhibitors: codes only, never an address."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InvitationSent:
    """Somebody is invited by a link; sent where a contact is known."""

    invitation: str
    serial: int


@dataclass(frozen=True)
class PartnerAsked:
    """A household is asked to share the booth of an application."""

    application: str
    serial: int


@dataclass(frozen=True)
class PartnerAnswered:
    """It agreed, declined, or one of both went back on it."""

    application: str
    state: str


@dataclass(frozen=True)
class OutsiderSent:
    """Papers of an exhibitor from outside came."""

    outsider: str


@dataclass(frozen=True)
class OutsiderDecided:
    """They became an application, were refused, or could not become one."""

    outsider: str
    state: str


@dataclass(frozen=True)
class ConditionEnded:
    """A conditional application: its missing certificate came (`is_met`), or the deadline passed without it."""

    application: str
    is_met: bool


@dataclass(frozen=True)
class FairTold:
    """One application is to get one message."""

    message: str
    application: str
