"""What a certificate is worth on a day: pure decisions on values.

Days are days in Việt Nam, first and last inclusive. The same gate in SQL is the view `certificate_span`
(migration 0002) less the view `certificate_pause` (migration 0011: suspensions and stops); a test compares the two
on random histories.
Source: decisions 1 and 2, Decision 26/2026/QĐ-TTg Articles 3, 4, 8 and 12.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from catalog.stops.rules import Stop, stop_on

#: Months from issue to the proposed last day (Article 4.3).
MONTHS = 36
#: The longest extension while a late re-evaluation is pending, in days (Article 12.3).
EXTENSION_DAYS = 180
#: Fewer stars bring no certificate (Article 4.1.a).
LEAST_STARS = 3
_ONE_DAY = timedelta(days=1)


class Status(StrEnum):
    """What a certificate is on a day (the words of the contract), or that there is none."""

    VALID = "valid"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    #: Of a product, never of a certificate: an order or a blocking paper holds it, its certificate would not.
    STOPPED = "stopped"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    NOT_YET_VALID = "not_yet_valid"
    MISSING = "missing"

    @property
    def is_open(self) -> bool:
        """Whether things may be sold under it."""
        return self in (Status.VALID, Status.EXTENDED)


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension: from_on to until_on, both inclusive; no until_on: still open."""

    from_on: date
    until_on: date | None = None

    def contains(self, day: date) -> bool:
        """Whether the day is suspended."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class Term:
    """The days of one certificate, and all that shortened or lengthened them."""

    certificate_id: int
    stars: int
    valid_from: date
    valid_until: date
    #: Day of the second certifier's verification; None: worth nothing.
    verified_on: date | None
    extended_until: date | None = None
    governs_until: date | None = None
    revoked_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    decided_on: date | None = None

    @property
    def starts_on(self) -> date:
        """First day it governs: the later of valid_from and the day of verification."""
        return max(self.valid_from, self.verified_on or self.valid_from)

    @property
    def lasts_until(self) -> date:
        """Last day by its own decision and extension."""
        return self.extended_until or self.valid_until

    @property
    def ends_on(self) -> date:
        """Last day it governs: also ended by a successor or a revocation."""
        ends = [self.lasts_until]
        if self.governs_until is not None:
            ends.append(self.governs_until)
        if self.revoked_on is not None:
            ends.append(self.revoked_on - _ONE_DAY)
        return min(ends)

    @property
    def rank(self) -> tuple[date, date, int]:
        """Which certificate is the newer one: the later first day, then the later decision."""
        return self.valid_from, self.decided_on or self.valid_from, self.certificate_id


@dataclass(frozen=True, slots=True)
class Standing:
    """What a product is allowed on a day, and why.

    governing: the certificate to sell under, only when the status is open.
    about: the certificate that the answer speaks of; None when there is none at all.
    since: first day of this status, where there is one.
    """

    status: Status
    governing: Term | None
    about: Term | None
    since: date | None
    reason: str
    #: What stops the product, when its status is STOPPED.
    stop: Stop | None = None


def covers(term: Term, day: date) -> bool:
    """The gate (decision 1): verified, three stars or more, within its days, not suspended, not revoked."""
    if term.verified_on is None or term.stars < LEAST_STARS:
        return False
    within = term.starts_on <= day <= term.ends_on
    return within and not any(pause.contains(day) for pause in term.pauses)


def status_of(term: Term, day: date) -> Status:
    """What one certificate is on that day; MISSING while it is not verified."""
    if term.verified_on is None or term.stars < LEAST_STARS:
        return Status.MISSING
    if term.revoked_on is not None and term.revoked_on <= day:
        return Status.REVOKED
    if day < term.starts_on:
        return Status.NOT_YET_VALID
    if term.governs_until is not None and term.governs_until < day:
        return Status.SUPERSEDED
    if term.lasts_until < day:
        return Status.LAPSED
    if any(pause.contains(day) for pause in term.pauses):
        return Status.SUSPENDED
    return Status.EXTENDED if term.valid_until < day else Status.VALID


def since(term: Term, day: date) -> date | None:
    """The first day of the status that the certificate has on that day."""
    match status_of(term, day):
        case Status.REVOKED:
            return term.revoked_on
        case Status.LAPSED:
            return term.lasts_until + _ONE_DAY
        case Status.SUPERSEDED:
            return term.governs_until + _ONE_DAY if term.governs_until else None
        case Status.SUSPENDED:
            return max(pause.from_on for pause in term.pauses if pause.contains(day))
        case Status.EXTENDED:
            return term.valid_until + _ONE_DAY
        case Status.VALID:
            return term.starts_on
        case _:
            return None


def standing(terms: Iterable[Term], day: date, stops: Iterable[Stop] = ()) -> Standing:
    """What a product's certificates together allow on that day, less its stops.

    At most one covers a day. When none does, the answer speaks of the newest that has begun,
    or else of the first to begin. A stop is told where it alone stands in the way.
    """
    found = _by_certificates(terms, day)
    stop = stop_on(stops, day) if found.governing else None
    if stop is None:
        return found
    return replace(
        found,
        status=Status.STOPPED,
        governing=None,
        since=stop.from_on,
        reason="stopped by order or by a paper",
        stop=stop,
    )


def _by_certificates(terms: Iterable[Term], day: date) -> Standing:
    verified = [term for term in terms if status_of(term, day) is not Status.MISSING]
    if not verified:
        return Standing(Status.MISSING, None, None, None, "no verified certificate")
    covering = [term for term in verified if covers(term, day)]
    if covering:
        return _stand(max(covering, key=lambda term: term.rank), day, is_governing=True)
    begun = [term for term in verified if term.starts_on <= day]
    if begun:
        return _stand(max(begun, key=lambda term: (term.starts_on, term.rank)), day)
    return _stand(min(verified, key=lambda term: term.starts_on), day)


def _stand(term: Term, day: date, is_governing: bool = False) -> Standing:
    status = status_of(term, day)
    return Standing(status, term if is_governing else None, term, since(term, day), _REASONS[status])


_REASONS = {
    Status.VALID: "verified and within its days",
    Status.EXTENDED: "past its last day, extended while re-evaluation is pending",
    Status.SUSPENDED: "suspended by decision",
    Status.REVOKED: "revoked by decision",
    Status.LAPSED: "past its last day",
    Status.SUPERSEDED: "replaced by a newer certificate",
    Status.NOT_YET_VALID: "its first day is still to come",
}


def cuts(new: Term, others: Sequence[Term]) -> dict[int, date]:
    """Last governing days to set when `new` is verified or lengthened, by certificate id (decision 2).

    Where governing days would overlap, the newer certificate (by valid_from) takes over on its first day
    and the older one governs to the day before. Days already past a cut are never given back.
    """
    found: dict[int, date] = {}
    for other in others:
        current = replace(new, governs_until=found.get(new.certificate_id, new.governs_until))
        if other.verified_on is None or not overlap(current, other):
            continue
        older, newer = sorted((current, other), key=lambda term: term.rank)
        found[older.certificate_id] = newer.starts_on - _ONE_DAY
    return found


def overlap(one: Term, two: Term) -> bool:
    """Whether the governing days of two verified certificates share a day."""
    first, last = max(one.starts_on, two.starts_on), min(one.ends_on, two.ends_on)
    return first <= last


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where there is none (Civil Code Art. 148)."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def proposed_last_day(decided_on: date) -> date:
    """The last day that a form proposes: 36 months from the decision, inclusive. Never used on import."""
    return add_months(decided_on, MONTHS)


def other_count(decided_on: date) -> date:
    """The last day as some provinces count it: the day before (Nghệ An 2020: "hết hiệu lực kể từ ngày")."""
    return proposed_last_day(decided_on) - _ONE_DAY
