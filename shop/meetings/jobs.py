"""Clock work of meetings. No lower bound in time; safe to repeat."""

from datetime import date, datetime

from core.schedule import hourly, nightly
from shop.meetings import watching


@hourly
def look_at_meetings(at: datetime) -> int:
    """Call off what cannot take place any more, where no event told it."""
    return watching.look_at_all()


@nightly
def forget_buyers(today: date) -> int:
    """Forget the people of buyers a year after their fair."""
    return watching.forget_people()
