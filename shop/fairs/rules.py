"""What a fair allows, as pure decisions on values: dates and terms in, answers out; ``today`` is an argument.

Sources: decisions 1 (the gate), 4, 5 and 18 (conditional booth-days), certificate cases F1–F5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.clock import day_end
from core.money import allocate

#: What a fair knows of people is kept so long after its last day (Law 91/2025: no longer than needed).
PEOPLE_KEPT = timedelta(days=365)
#: A conditional booking must show its renewed certificate this many days before the fair opens (case F1).
RENEWAL_LEAD_DAYS = 15
#: How long a booth is held for an exhibitor who has not paid, where the fair says nothing else.
HOLD_HOURS = 72


class FairState(StrEnum):
    """Where a fair stands. A draft is known to its organizer alone."""

    DRAFT = "draft"
    OPEN = "open"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"  #: its fair was called off


class BookingState(StrEnum):
    """Where a booking stands."""

    HOLD = "hold"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PAID = "paid"
    CHECKED_IN = "checked_in"
    RELEASED = "released"
    CANCELLED = "cancelled"


class DayState(StrEnum):
    """What one booth is on one day. All but ``released`` keep others out; ``conditional`` shows no goods yet."""

    HOLD = "hold"
    PAID = "paid"
    CONDITIONAL = "conditional"
    RELEASED = "released"


#: One live application per fair and producer.
LIVE_APPLICATION = (
    ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.ACCEPTED, ApplicationState.WAITLISTED,
)  # fmt: skip
#: One live row per booth and day.
LIVE_DAY = (DayState.HOLD, DayState.PAID, DayState.CONDITIONAL)
LIVE_BOOKING = (
    BookingState.HOLD, BookingState.OFFERED, BookingState.ACCEPTED, BookingState.PAID, BookingState.CHECKED_IN,
)  # fmt: skip
#: What an organizer may decide, from which states.
DECISIONS: Mapping[ApplicationState, tuple[ApplicationState, ...]] = {
    ApplicationState.ACCEPTED: (ApplicationState.SUBMITTED, ApplicationState.WAITLISTED),
    ApplicationState.WAITLISTED: (ApplicationState.SUBMITTED, ApplicationState.ACCEPTED),
    ApplicationState.REJECTED: (ApplicationState.SUBMITTED, ApplicationState.WAITLISTED),
}


@dataclass(frozen=True)
class Term:
    """The days on which one certificate lets one product be shown: all of ``starts_on`` … ``ends_on``,
    less the suspensions (first day, last day or None while open).
    """

    certificate_id: int
    certificate_number: str
    product_id: int
    stars: int
    starts_on: date
    ends_on: date
    suspensions: tuple[tuple[date, date | None], ...] = ()

    def covers(self, day: date) -> bool:
        """Decision 1 for one day."""
        return self.starts_on <= day <= self.ends_on and not any(
            first <= day and (last is None or day <= last) for first, last in self.suspensions
        )


@dataclass(frozen=True)
class Admission:
    """What a fair shows: products of at least ``stars_min`` stars, of the sets in ``groups`` (empty: all)."""

    stars_min: int = 3
    groups: frozenset[str] = frozenset()

    def admits(self, stars: int, group: str) -> bool:
        """Whether a product of that set with that many stars may be shown."""
        return stars >= self.stars_min and (not self.groups or group in self.groups)


def fair_days(opens_on: date, closes_on: date) -> tuple[date, ...]:
    """Every day of a fair, first and last included."""
    return tuple(opens_on + timedelta(n) for n in range((closes_on - opens_on).days + 1))


def eligible(terms: Iterable[Term], days: Sequence[date], stars_min: int = 3) -> dict[date, list[Term]]:
    """Which days are covered, and by what: per covered day every term that covers it, the best first.

    Best: most stars, then the longest still to run, then the lowest ids, so that the answer never wavers.
    A day that is missing from the answer is covered by nothing.
    """
    worthy = sorted(
        (term for term in terms if term.stars >= stars_min),
        key=lambda t: (-t.stars, -t.ends_on.toordinal(), t.product_id, t.certificate_id),
    )
    found = {day: [term for term in worthy if term.covers(day)] for day in days}
    return {day: covering for day, covering in found.items() if covering}


def uncovered(terms: Iterable[Term], days: Sequence[date], stars_min: int = 3) -> list[date]:
    """The days on which nothing could be shown."""
    covered = eligible(terms, days, stars_min)
    return [day for day in days if day not in covered]


def renewal_due(opens_on: date, on: date) -> date:
    """The last day on which a missing certificate may still be shown: 15 days before the opening (case F1);
    for a certificate that ends later than that, the very day ``on`` which it is noticed.
    """
    return max(opens_on - timedelta(RENEWAL_LEAD_DAYS), on)


def may_be_conditional(opens_on: date, today: date) -> bool:
    """Whether there is still time for a conditional booking."""
    return today <= opens_on - timedelta(RENEWAL_LEAD_DAYS)


def day_prices(price_vnd: int, all_days: Sequence[date]) -> dict[date, int]:
    """The booth's price spread over all days of the fair in whole đồng: the parts add up exactly (decision 10)."""
    return dict(zip(all_days, allocate(price_vnd, [1] * len(all_days)), strict=True))


def booking_price(price_vnd: int, all_days: Sequence[date], booked: Iterable[date]) -> int:
    """What the booked days of a fair cost together."""
    prices = day_prices(price_vnd, all_days)
    return sum(prices[day] for day in booked)


def hold_end(at: datetime, first_day: date, hours: int = HOLD_HOURS) -> datetime:
    """When an unpaid hold ends: after its hours, never past the first booked day."""
    return min(at + timedelta(hours=hours), day_end(first_day))


class Fate(StrEnum):
    """What becomes of one booth-day when the certificates have changed."""

    KEEP = "keep"  #: its certificate still covers it
    REPOINT = "repoint"  #: another certificate of the booking covers it now
    RESTORE = "restore"  #: it was conditional and is covered now
    RISK = "risk"  #: nothing covers it: conditional until the renewal deadline
    RELEASE = "release"  #: nothing covers it and nothing will: revoked, or the deadline has passed


@dataclass(frozen=True)
class HeldDay:
    """A live booth-day: its certificate (None while conditional) and whether that one was revoked."""

    day: date
    state: DayState
    certificate_id: int | None
    is_revoked: bool = False


def after_lapse(
    held: Sequence[HeldDay], terms: Iterable[Term], stars_min: int, renew_by: date, today: date
) -> dict[date, tuple[Fate, Term | None]]:
    """What each live day from ``today`` on becomes, and by which certificate it is covered.

    A booth-day is lost only when no product of the booking covers it (peers: "booth lost only if no eligible
    product is left"): at once after a revocation (decision 5), after ``renew_by`` otherwise. Past days stay as
    they were, but a conditional one that has passed is released: nothing was shown on it.
    """
    coming = [one for one in held if one.day >= today or one.state == DayState.CONDITIONAL]
    covered = eligible(terms, [one.day for one in coming], stars_min)
    return {one.day: _fate(one, covered.get(one.day, []), renew_by, today) for one in coming}


def _fate(one: HeldDay, covering: list[Term], renew_by: date, today: date) -> tuple[Fate, Term | None]:
    if one.day < today:
        return Fate.RELEASE, None
    for term in covering:
        if term.certificate_id == one.certificate_id:
            return Fate.KEEP, term
    if covering:
        return (Fate.RESTORE if one.state == DayState.CONDITIONAL else Fate.REPOINT), covering[0]
    if one.is_revoked or today > renew_by:
        return Fate.RELEASE, None
    return (Fate.KEEP if one.state == DayState.CONDITIONAL else Fate.RISK), None


def unused(days: Iterable[date], today: date, *, has_begun: bool) -> list[date]:
    """The whole days that a booth taken away on ``today`` will not be used: today counts as used once it
    ``has_begun`` with goods shown (case F2: released from the next day), else as unused.
    """
    return [day for day in days if day > today or (day == today and not has_begun)]
