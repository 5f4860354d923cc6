"""Clock work of payments. Doors judge by date themselves; this only tidies."""

from datetime import datetime

from core.schedule import minutely
from shop.payments import service


@minutely
def end_windows(at: datetime) -> int:
    """Expire payments whose window is over."""
    return service.expire_due(at)
