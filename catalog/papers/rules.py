"""The second clocks: what a paper is on a day. Days are days in Việt Nam, the last one inclusive (decision 22).

Source: Decree 46/2026 on food safety (declarations of products), and the certificate of food-safety conditions of
their makers, which runs three years.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

#: Days before the last one on which the desks begin to remind.
REMIND = 30
_ONE_DAY = timedelta(days=1)


class State(StrEnum):
    """What a paper is on a day."""

    WAITING = "waiting"  #: entered, not confirmed by a certifier: counts for nothing
    VALID = "valid"
    ENDING = "ending"  #: thirty days or fewer are left
    OVER = "over"
    RENEWED = "renewed"  #: another one follows it
    WITHDRAWN = "withdrawn"


#: Most pressing first.
PRESSING = (State.OVER, State.ENDING, State.WAITING, State.VALID, State.RENEWED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Clock:
    """What the state of a paper depends on."""

    valid_until: date | None
    is_confirmed: bool = True
    is_renewed: bool = False
    is_withdrawn: bool = False


def state_on(clock: Clock, day: date) -> State:
    """What the paper is on that day; one that names no last day never runs out."""
    if clock.is_withdrawn:
        return State.WITHDRAWN
    if not clock.is_confirmed:
        return State.WAITING
    if clock.is_renewed:
        return State.RENEWED
    if clock.valid_until is None:
        return State.VALID
    if clock.valid_until < day:
        return State.OVER
    return State.ENDING if (clock.valid_until - day).days <= REMIND else State.VALID


def reminder_due(valid_until: date, day: date) -> date | None:
    """The latest day of its clock that is to be told of by that day: thirty days before, or the day after its last."""
    days = (valid_until - timedelta(days=REMIND), valid_until + _ONE_DAY)
    return max((one for one in days if one <= day), default=None)


def blocks_from(valid_until: date, today: date) -> date:
    """First day on which a blocking paper holds its products: after its last day, and never in the past."""
    return max(valid_until + _ONE_DAY, today)
