"""Clock work of fairs: holds that ended, certificates and deadlines, fairs that begin and end. No lower bound."""

from datetime import date, datetime

from core.schedule import minutely, nightly
from shop.fairs import service
from shop.fairs.booths import bookings, coverage
from shop.fairs.life import moving


@minutely
def expire_holds(at: datetime) -> int:
    """Let go of unpaid holds whose time is over."""
    return bookings.expire_holds(at)


@nightly
def look_at_bookings(today: date) -> int:
    """Judge all coming booth-days again: lapses, successors, renewal deadlines (invariant I8 allows until then)."""
    return coverage.look_at_all(today)


@nightly
def turn_fairs(today: date) -> int:
    """Begin and end fairs by their days."""
    return service.turn_fairs(today)


@nightly
def close_choices(today: date) -> int:
    """Who said nothing about a postponement in time stays."""
    return moving.close_choices(today)
