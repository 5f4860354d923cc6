"""Clock work of waiting: turns that no event called, and contacts whose time is over."""

from datetime import date, datetime

from core.schedule import minutely, nightly
from shop.waiting import service


@minutely
def call_those_who_wait(at: datetime) -> int:
    """A hold ran out, a day came, an event got lost: look at every product for which somebody waits."""
    return service.call_all(at)


@nightly
def forget_old_waits(today: date) -> int:
    """Erase the contacts of wishes that are older than they may be; answers how many."""
    return service.forget_expired(today)
