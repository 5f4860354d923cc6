"""Verbs of what contractors build: the name over a booth, electricity, furniture."""

from dataclasses import asdict, dataclass

from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.errors import EditConflict
from shop.fairdays.models import BoothNeed
from shop.fairdays.queries import Holder, live_booking_for, runs_fair
from shop.fairdays.refusals import NeedsClosed
from shop.fairdays.rules import needs_until
from shop.fairs.booths.rows import lock_booking
from shop.fairs.models import Fair

#: What a fascia has room for.
FASCIA = 60


@dataclass(frozen=True)
class Needs:
    """What one booth needs; watts and pieces."""

    fascia: str
    power_w: int = 0
    needs_night_power: bool = False
    tables: int = 1
    chairs: int = 2
    shelves: int = 0
    fridges: int = 0
    note: str = ""


def standing_needs(held: Holder) -> tuple[Needs, int]:
    """What stands for a booking, and its version: 0 where nobody has said anything and the usual holds."""
    row = db.session.get(BoothNeed, held.booking.id)
    if row is None:
        return usual(held), 0
    return needs_of_row(row), row.version


def usual(held: Holder) -> Needs:
    """Where nobody has said anything: the exhibitor's name, a table, two chairs."""
    return Needs(" ".join(held.name.upper().split())[:FASCIA].strip())


def needs_of_row(row: BoothNeed) -> Needs:
    """A row as the values that forms and lists show."""
    return Needs(**{name: getattr(row, name) for name in Needs.__dataclass_fields__})


def set_needs(booking_code: str, needs: Needs, version: int, by: Actor) -> BoothNeed:
    """Say what a booth needs; ``version`` 0 for the first time. Exhibitors until a week before the opening.

    Raises EditConflict, NeedsClosed, BookingNotLive, BookingNotFound, NotFound for another's.
    """
    with transaction() as session:
        live_booking_for(booking_code, by, "fairdays.prepare")
        booking = lock_booking(booking_code)
        fair, at = db.session.get_one(Fair, booking.fair_id), now()
        if local_day(at) > needs_until(fair.opens_on) and not runs_fair(fair, by):
            raise NeedsClosed(until=needs_until(fair.opens_on))
        row = session.get(BoothNeed, booking.id, with_for_update=True, populate_existing=True)
        if row is None:
            if version:
                raise EditConflict
            row = BoothNeed(booking_id=booking.id, changed_at=at, changed_by=by.label, **asdict(needs))
            session.add(row)
        else:
            check_version(row, version)
            for name, value in asdict(needs).items():
                setattr(row, name, value)
            row.changed_at, row.changed_by = at, by.label
        session.flush()
        record("booth.needs_set", f"booking:{booking_code}", by, **asdict(needs))
        return row
