"""When an offer must be answered, a booth be paid, and the waiting list rests: pure, from the fair's rules and days."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from core.clock import day_end, local_day

#: What holds where the fair's rules say nothing.
OFFER_HOURS = 72
PAY_HOURS = 120
#: No booth is offered to the waiting list later than so many days before the opening.
CUT_OFF_DAYS = 3


def hours_of(rules: Mapping[str, Any], key: str, default: int) -> int:
    """A number of hours of the fair's rules."""
    return int(rules.get(key) or default)


def offer_end(rules: Mapping[str, Any], at: datetime, first_day: date) -> datetime:
    """The last instant for a yes: after its hours, never past the first booked day."""
    return min(at + timedelta(hours=hours_of(rules, "offer_hours", OFFER_HOURS)), day_end(first_day))


def pay_end(rules: Mapping[str, Any], at: datetime, first_day: date, pay_by: date | None = None) -> datetime:
    """The last instant for the fee: its hours, not past the fair's day of payment (while that is ahead) or the
    first booked day.
    """
    ends = [at + timedelta(hours=hours_of(rules, "pay_hours", PAY_HOURS)), day_end(first_day)]
    if pay_by is not None and pay_by >= local_day(at):
        ends.append(day_end(pay_by))
    return min(ends)


def last_promotion(rules: Mapping[str, Any], opens_on: date) -> date:
    """The last day on which the waiting list moves up by itself."""
    days = rules.get("cut_off_days")
    return opens_on - timedelta(days=CUT_OFF_DAYS if days is None else int(days))
