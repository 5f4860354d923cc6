"""Clock work of exhibitors."""

from datetime import date

from core.schedule import nightly
from shop.exhibitors.conditions import settle_conditions


@nightly
def end_conditions(today: date) -> int:
    """Conditional applications at their deadline; answers how many changed."""
    return settle_conditions(today)
