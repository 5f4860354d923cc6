"""Clock work of switching in: customers of the system before are not kept for ever."""

from datetime import date

from admin.switching import service
from core.schedule import nightly


@nightly
def forget_imported_customers(today: date) -> int:
    """Erase those who came more than a year ago; answers how many."""
    return service.forget_old_customers(today)
