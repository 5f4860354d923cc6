"""The days of a fair as pure decisions: what a scan at the gate means, who owes what until when. Values only.

Sources: issue 6 (lapse and fairs), decision 4 (what was taken without the network is judged when it arrives),
decision page 0065.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shop.fairs.rules import BookingState, DayState

#: Badges of one booth at most, whatever the fair's rules (``badges_per_booth``) say.
MOST_BADGES = 20
#: An exhibitor writes her fascia, power and furniture herself until so many days before the opening.
NEEDS_LEAD_DAYS = 7
#: How far the clock of a phone may be ahead of ours.
CLOCK_AHEAD = timedelta(minutes=10)
#: A scan that was kept without the network is taken so long after it was made.
LATEST = timedelta(days=7)
#: Slots that one form makes at most.
MOST_SLOTS = 200
MOST_SEATS = 20

_BADGE = re.compile(r"TD-[0-9A-HJKMNP-TV-Z]{12}")
_BOOKING = re.compile(r"BK-[0-9A-HJKMNP-TV-Z]{8}")


class Outcome(StrEnum):
    """What became of a scan."""

    ACCEPTED = "accepted"  #: somebody has arrived
    REPEATED = "repeated"  #: she was here already today
    REFUSED = "refused"  #: told to her at once, at the gate
    CONFLICT = "conflict"  #: let in without the network, and should not have been: a person decides


class Trouble(StrEnum):
    """Why a scan is not simply an arrival."""

    UNKNOWN = "unknown"  #: no such badge or booking
    OTHER_FAIR = "other_fair"
    REVOKED = "revoked"  #: the badge was taken back
    RELEASED = "released"  #: the booking is no more
    NOT_TODAY = "not_today"  #: the booth is not hers on that day
    AT_RISK = "at_risk"  #: no certificate covers anything she shows on that day
    UNPAID = "unpaid"
    CLOCK = "clock"  #: the phone's time cannot be
    TURNED_AWAY = "turned_away"  #: without the network the phone said no, and it should have said yes


class Settled(StrEnum):
    """What a person decided about a conflict."""

    COUNTED = "counted"  #: she was there: the day counts
    DROPPED = "dropped"


class IncidentKind(StrEnum):
    """What went wrong. A lapse is written down by the shop itself."""

    LAPSE = "lapse"
    POWER = "power"
    WATER = "water"
    SAFETY = "safety"
    ORDER = "order"
    COMPLAINT = "complaint"
    LOST = "lost"
    OTHER = "other"


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    WORKING = "working"
    CLOSED = "closed"


class Direction(StrEnum):
    """Of a slot at the loading gate."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True)
class Read:
    """What stands in a code: a badge's or a booking's; both None for anything else."""

    badge: str | None = None
    booking: str | None = None


def read_code(text: str) -> Read:
    """A badge's address as its QR has it, its bare code as a hand types it, or a booking's code."""
    wanted = text.strip().upper()
    if found := _BADGE.search(wanted):
        return Read(badge=found[0])
    found = _BOOKING.search(wanted)
    return Read(booking=found[0]) if found else Read()


@dataclass(frozen=True)
class Facts:
    """What is known of a scan behind the locks; ``day_state``: of the booth on the scan's day (None: not hers then)."""

    is_known: bool = False
    is_this_fair: bool = True
    is_badge_live: bool = True
    booking_state: str = BookingState.PAID
    day_state: str | None = None


def judge(facts: Facts) -> Trouble | None:
    """The gravest reason against an arrival, or None."""
    if not facts.is_known:
        return Trouble.UNKNOWN
    if not facts.is_this_fair:
        return Trouble.OTHER_FAIR
    if not facts.is_badge_live:
        return Trouble.REVOKED
    return judge_day(facts.booking_state, facts.day_state)


def judge_day(booking_state: str, day_state: str | None) -> Trouble | None:
    """Why the holder of a booking may not open her booth on a day; None when she may."""
    if booking_state in (BookingState.RELEASED, BookingState.CANCELLED):
        return Trouble.RELEASED
    if day_state is None:
        return Trouble.NOT_TODAY
    if day_state == DayState.CONDITIONAL:
        return Trouble.AT_RISK
    return None if day_state == DayState.PAID else Trouble.UNPAID


def is_possible(scanned_at: datetime, at: datetime, *, is_offline: bool) -> bool:
    """Whether a phone's time can be right: not ahead of ours; without the network up to a week old."""
    oldest = at - (LATEST if is_offline else CLOCK_AHEAD)
    return oldest <= scanned_at <= at + CLOCK_AHEAD


def needs_until(opens_on: date) -> date:
    """The last day on which an exhibitor changes what contractors build for her."""
    return opens_on - timedelta(days=NEEDS_LEAD_DAYS)


def free_number(taken: Sequence[int], most: int) -> int | None:
    """The lowest of 1 … ``most`` that is not taken."""
    return next((number for number in range(1, most + 1) if number not in set(taken)), None)


@dataclass(frozen=True)
class Span:
    """One slot: from, to (aware instants)."""

    starts_at: datetime
    ends_at: datetime


def slots_between(first: datetime, last: datetime, minutes: int) -> list[Span]:
    """Slots of so many minutes, one after the other; a rest too short for one is left out."""
    step, spans = timedelta(minutes=minutes), list[Span]()
    while first + step <= last and len(spans) <= MOST_SLOTS:
        spans.append(Span(first, first + step))
        first += step
    return spans
