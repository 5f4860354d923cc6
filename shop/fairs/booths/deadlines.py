"""When an offer must be answered, a booth be paid, and what comes back to who leaves: by a fair's rules and days."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from core.clock import day_end, local_day
from shop.fairs import rulebook
from shop.fairs.models import Fair
from shop.fairs.rulebook import WHOLE_BP, rules_of


def offer_end(fair: Fair, at: datetime, first_day: date) -> datetime:
    """The last instant for a yes: after the fair's hours, never past the first booked day."""
    return min(rulebook.offer_end(fair, at), day_end(first_day))


def pay_end(fair: Fair, at: datetime, first_day: date) -> datetime:
    """The last instant for the fee: after the fair's hours, not past its day of payment (while that is ahead) or the
    first booked day.
    """
    ends = [at + timedelta(hours=rules_of(fair).pay_hours), day_end(first_day)]
    if fair.pay_by is not None and fair.pay_by >= local_day(at):
        ends.append(day_end(fair.pay_by))
    return min(ends)


def refund_steps(fair: Fair) -> Sequence[tuple[int, int]]:
    """What comes back to who leaves, the earliest first: (at least so many days before the opening, basis points).

    Later than all of them: nothing.
    """
    rules = rules_of(fair)
    return sorted(((rules.refund_all_days, WHOLE_BP), (rules.refund_half_days, WHOLE_BP // 2)), reverse=True)


def refund_share(fair: Fair, on: date) -> int:
    """The basis points that who leaves on a day gets back."""
    ahead = (fair.opens_on - on).days
    return next((share for days, share in refund_steps(fair) if ahead >= days), 0)
