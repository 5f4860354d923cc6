"""Clock work of prices."""

from datetime import date

from catalog.changes.prices import apply_due
from core.schedule import nightly


@nightly
def take_over_prices(today: date) -> int:
    """Write prices that have begun into their packs; every door has charged them since midnight."""
    return apply_due(today)
