"""Re-evaluation before a star ends: pure decisions on values.

Days are days in Việt Nam, both ends inclusive. Source: Decision 26/2026/QĐ-TTg, Article 7.6 (a: "không sớm hơn 180
ngày và không muộn hơn 120 ngày tính đến ngày hết thời hạn"; g: "không quá 45 ngày kể từ ngày nhận đủ hồ sơ") and
Article 12.3 (a dossier outside that window carries the certificate on, at most 180 days past its end).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from catalog.certificates.rules import LEAST_STARS, Term

#: A dossier may be filed from so many days before the last day …
OPENS_DAYS = 180
#: … to so many days before it.
CLOSES_DAYS = 120
#: Days for the evaluation, from the day on which the dossier was complete.
EVALUATION_DAYS = 45
#: Days before the window opens on which the desks begin to say so.
SOON_DAYS = 30
#: Steps of the reminders: days from the last day of the term; END_OF_EXTENSION speaks of the extended day.
END_OF_EXTENSION = 180
STEPS = (-180, -120, -90, -30, -7, 0, END_OF_EXTENSION)


class Timing(StrEnum):
    """When a dossier came, seen from the window."""

    EARLY = "early"
    IN_WINDOW = "in_window"
    LATE = "late"
    #: After the term's last day: it can carry no extension, since there is nothing to carry on.
    AFTER_END = "after_end"


class Outcome(StrEnum):
    """What became of a dossier."""

    RENEWED = "renewed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """Where the renewal of a certificate stands on a day."""

    NOT_DUE = "not_due"
    OPENS_SOON = "opens_soon"
    WINDOW_OPEN = "window_open"
    FILED = "filed"
    LATE = "late"
    EXTENDED = "extended"
    RENEWED = "renewed"
    LAPSED = "lapsed"
    REVOKED = "revoked"

    @property
    def is_settled(self) -> bool:
        """Whether nobody need do anything more about this certificate."""
        return self in (Stage.RENEWED, Stage.LAPSED, Stage.REVOKED)


@dataclass(frozen=True, slots=True)
class Window:
    """Days on which a dossier may be filed."""

    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class Filed:
    """A dossier as these rules see it."""

    received_on: date
    is_confirmed: bool = True
    outcome: str | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the authority has still to answer."""
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class Due:
    """The newest reminder that is due, and the earlier steps that it stands for."""

    step: int
    #: The day on which it fell due.
    on: date
    earlier: tuple[int, ...] = ()


def window_of(valid_until: date) -> Window:
    """The days of filing for a term that ends on this day."""
    return Window(valid_until - timedelta(days=OPENS_DAYS), valid_until - timedelta(days=CLOSES_DAYS))


def timing_of(received_on: date, valid_until: date) -> Timing:
    """How a day of receipt lies to the window."""
    window = window_of(valid_until)
    if received_on > valid_until:
        return Timing.AFTER_END
    if received_on < window.opens_on:
        return Timing.EARLY
    return Timing.IN_WINDOW if received_on <= window.closes_on else Timing.LATE


def evaluation_due(complete_on: date | None) -> date | None:
    """Last day of the evaluation of a dossier that was complete on that day; None while it is not."""
    return complete_on + timedelta(days=EVALUATION_DAYS) if complete_on else None


def is_overdue(dossier: Filed, due: date | None, day: date) -> bool:
    """Whether the authority has let the days of the evaluation pass."""
    return dossier.is_pending and due is not None and due < day


def successor_of(term: Term, others: Iterable[Term]) -> Term | None:
    """The verified certificate of the same product that carries on after this one: the first that begins."""
    later = [
        other
        for other in others
        if other.certificate_id != term.certificate_id
        and other.verified_on is not None
        and other.stars >= LEAST_STARS
        and other.rank > term.rank
        and other.ends_on >= other.starts_on
        and other.ends_on > term.ends_on
    ]
    return min(later, key=lambda other: other.starts_on, default=None)


def stage_of(term: Term, dossiers: Sequence[Filed], successor: Term | None, day: date) -> Stage:
    """Where the renewal stands on that day."""
    if successor is not None:
        return Stage.RENEWED
    if term.revoked_on is not None:
        return Stage.REVOKED
    if term.lasts_until < day:
        return Stage.LAPSED
    if term.extended_until is not None:
        return Stage.EXTENDED
    if any(one.is_pending for one in dossiers):
        return Stage.FILED
    return _by_window(window_of(term.valid_until), day)


def _by_window(window: Window, day: date) -> Stage:
    if day < window.opens_on - timedelta(days=SOON_DAYS):
        return Stage.NOT_DUE
    if day < window.opens_on:
        return Stage.OPENS_SOON
    return Stage.WINDOW_OPEN if day <= window.closes_on else Stage.LATE


def reminder_days(term: Term) -> list[tuple[int, date]]:
    """Each step with its day, oldest first, by the end as it is known now.

    The filing window belongs to the term itself; the last weeks move with an extension.
    """
    days = [
        (step, (term.valid_until if step < -SOON_DAYS else term.lasts_until) + timedelta(days=step))
        for step in STEPS
        if step != END_OF_EXTENSION
    ]
    if term.extended_until is not None:
        days.append((END_OF_EXTENSION, term.extended_until))
    return days


def due_step(term: Term, day: date, since: date) -> Due | None:
    """The newest reminder due on that day for somebody who has had the task since a day; None when there is none.

    There is no lower bound: a machine that slept tells the newest step and lets the earlier ones be. Only an end that
    was past before anybody could act on it is nobody's news: one entered late, or before this person's time.
    """
    if term.verified_on is None or max(term.verified_on, since) > term.lasts_until:
        return None
    passed = [(step, on) for step, on in reminder_days(term) if on <= day]
    if not passed:
        return None
    step, on = passed[-1]
    return Due(step, on, tuple(earlier for earlier, _on in passed[:-1]))


def wants_reminders(term: Term, successor: Term | None) -> bool:
    """Whether the end of this certificate is still somebody's worry: a renewed or revoked one is not."""
    return successor is None and term.revoked_on is None and term.governs_until is None
