"""Clock work on stops: tells of those that have begun or run out. The doors have already turned by date."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select, update

from catalog.stops.models import ProductStop
from catalog.stops.queries import stop_of
from catalog.stops.service import tell_freed, tell_stopped
from core.accounts.actor import SYSTEM
from core.audit import record
from core.clock import now
from core.db import db, end_reading, transaction
from core.schedule import nightly


@nightly
def turn_stops(today: date) -> int:
    """Tell of stops that begin or end by their own days; safe to repeat, no lower bound in time; answers how many."""
    begun = (
        ProductStop.from_on <= today,
        ProductStop.begun_recorded_at.is_(None),
        or_(ProductStop.lifted_on.is_(None), ProductStop.lifted_on > ProductStop.from_on),
    )
    over = (
        or_(ProductStop.until_on < today, ProductStop.lifted_on <= today),
        ProductStop.ended_recorded_at.is_(None),
    )
    started = sum(_turn(stop_id, "begun_recorded_at", today) for stop_id in _ids(*begun))
    return started + sum(_turn(stop_id, "ended_recorded_at", today) for stop_id in _ids(*over))


def _turn(stop_id: int, field: str, today: date) -> bool:
    """Record one turn in its own transaction, claimed by compare-and-set."""
    with transaction():
        unset = getattr(ProductStop, field).is_(None)
        claimed = update(ProductStop).where(ProductStop.id == stop_id, unset).values({field: now()})
        if db.session.scalar(claimed.returning(ProductStop.id)) is None:
            return False
        stop = db.session.get_one(ProductStop, stop_id)
        if field == "begun_recorded_at":
            record("stop.begun", f"stop:{stop.code}", SYSTEM, number=stop.number, on=stop.from_on)
            if stop_of(stop).contains(today):
                tell_stopped(stop)
        else:
            record("stop.over", f"stop:{stop.code}", SYSTEM, number=stop.number, on=today)
            tell_freed(stop, today)
    return True


def _ids(*conditions: ColumnElement[bool]) -> Sequence[int]:
    found = db.session.scalars(select(ProductStop.id).where(*conditions).order_by(ProductStop.id)).all()
    end_reading()
    return found
