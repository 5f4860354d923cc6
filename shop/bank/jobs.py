"""Clock work of bank lines: what was stored and not read, because something stood still just then."""

from datetime import datetime

from core.schedule import minutely
from shop.bank import service


@minutely
def match_left_over(at: datetime) -> int:
    """Match the lines that nobody has read yet."""
    return service.match_new(at)
