"""The live board of a fair's day: who came, who is missing, which booths are at risk, what went wrong, what was taken.

A fixed number of statements, whatever the number of booths; read as of one instant.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.clock import local_day
from shop.fairdays.models import FairIncident, FairScan
from shop.fairdays.queries import (
    Holder,
    badges_in,
    conflicts_of,
    day_states,
    holders_of,
    incidents_of,
    visits_by_day,
    visits_on,
)
from shop.fairdays.rules import Trouble, judge_day
from shop.fairdays.stalls import stalls_of
from shop.fairdays.takings import takings_of
from shop.fairs.models import Fair


class Standing(StrEnum):
    """Where a booth stands on a day."""

    ARRIVED = "arrived"
    MISSING = "missing"
    AT_RISK = "at_risk"
    UNPAID = "unpaid"


@dataclass(frozen=True)
class Row:
    """One booth on one day."""

    held: Holder
    standing: Standing
    came_at: datetime | None
    people: int
    incidents: int


@dataclass(frozen=True)
class Board:
    """The board of one day. ``is_fair_day``: today is a day of the fair; else the nearest one is shown."""

    fair: Fair
    day: date
    at: datetime
    is_fair_day: bool
    rows: Sequence[Row]
    incidents: Sequence[FairIncident]
    conflicts: Sequence[FairScan]
    taken_vnd: int
    by_day: Counter[date]

    @property
    def counts(self) -> Counter[str]:
        """How many booths stand where."""
        return Counter(row.standing.value for row in self.rows)

    @property
    def people(self) -> int:
        """Badges that came in."""
        return sum(row.people for row in self.rows)

    def shown(self, standing: str | None = None, hall: str | None = None) -> list[Row]:
        """The rows of one standing, of one hall."""
        return [
            row for row in self.rows if standing in (None, row.standing) and hall in (None, row.held.booth.hall)
        ]  # fmt: skip


def day_shown(fair: Fair, on: date) -> date:
    """Today while the fair lasts; before it the first day, after it the last."""
    return min(max(on, fair.opens_on), fair.closes_on)


def board_of(fair: Fair, at: datetime, day: date | None = None) -> Board:
    """Read the board as of an instant, of today or of another day of the fair."""
    on = local_day(at)
    day = day or day_shown(fair, on)
    states, came, people = day_states(fair.id, day), visits_on(fair.id, day), badges_in(fair.id, day)
    incidents = incidents_of(fair.id, is_open=True)
    troubles = Counter(one.booking_id for one in incidents if one.booking_id is not None)
    rows = [
        Row(
            held, standing_of(states[held.booking.id], held, came.get(held.booking.id)), came.get(held.booking.id),
            people[held.booking.id], troubles[held.booking.id],
        )
        for held in holders_of(fair.id)
        if held.booking.id in states
    ]  # fmt: skip
    taken = takings_of([one.store.id for one in stalls_of(fair.id)], day).total_vnd
    is_fair_day = fair.opens_on <= on <= fair.closes_on
    return Board(fair, day, at, is_fair_day, rows, incidents, conflicts_of(fair.id), taken, visits_by_day(fair.id))


def standing_of(day_state: str, held: Holder, came_at: datetime | None) -> Standing:
    """Where a booth stands: a risk or an open fee comes before an arrival that was counted by hand."""
    trouble = judge_day(held.booking.state, day_state)
    if trouble == Trouble.AT_RISK:
        return Standing.AT_RISK
    if came_at is not None:
        return Standing.ARRIVED
    return Standing.UNPAID if trouble is not None else Standing.MISSING
