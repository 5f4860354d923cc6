"""Clock work of replenishment: requests that nobody answers are called to mind."""

from datetime import date

from core.schedule import nightly
from shop.replenish import service


@nightly
def remind_producers(today: date) -> int:
    """One reminder for each request that waits for two days; answers how many."""
    return service.remind(today)
