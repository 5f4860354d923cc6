"""Verbs of slots at the loading gate. Each vehicle's seat is a row before it is taken, so no slot ever holds more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.accounts.permissions import is_allowed
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from shop.fairdays.models import LoadSeat, LoadSlot
from shop.fairdays.queries import fair_for, live_booking_for
from shop.fairdays.refusals import SlotInUse, SlotNotFound, SlotPast, SlotTaken
from shop.fairdays.rows import insert_once
from shop.fairdays.rules import MOST_SLOTS, Direction, Span, slots_between
from shop.fairs import permissions
from shop.fairs.booths.rows import lock_booking
from shop.fairs.models import Booking, Booth, Fair
from shop.fairs.queries import get_fair
from shop.fairs.refusals import FairNotFound
from shop.fairs.rules import LIVE_BOOKING


@dataclass(frozen=True)
class NewSlots:
    """Slots to make: from, to (aware instants), minutes each, vehicles at a time."""

    direction: Direction
    gate: str
    first: datetime
    last: datetime
    minutes: int
    vehicles: int


@dataclass(frozen=True)
class Seat:
    """A vehicle's seat, with who has taken it."""

    row: LoadSeat
    booking: Booking | None
    booth: Booth | None


@dataclass(frozen=True)
class Slot:
    """A slot with its seats."""

    row: LoadSlot
    seats: tuple[Seat, ...]

    @property
    def free(self) -> int:
        """Vehicles that still fit; a booking that ended keeps its seat no longer."""
        return sum(one.booking is None or one.booking.state not in LIVE_BOOKING for one in self.seats)


def make_slots(slug: str, new: NewSlots, by: Actor) -> int:
    """Make slots one after the other; those that stand already stay. Answers how many are new.

    Raises Invalid for hours that hold none or too many, FairNotFound, NotFound for another's fair.
    """
    spans = slots_between(new.first, new.last, new.minutes)
    if not spans or len(spans) > MOST_SLOTS:
        raise Invalid({"to": [_("Từ 1 đến %(most)d khung giờ một lần.", most=MOST_SLOTS)]})
    with transaction():
        fair = fair_for(slug, by, "fairdays.manage")
        made = sum(_make(fair, new, span) for span in spans)
        record("slots.made", f"fair:{slug}", by, gate=new.gate, direction=new.direction, slots=made)
        return made


def drop_slot(slug: str, slot_id: int, by: Actor) -> None:
    """Take a slot away that nobody has booked. Raises SlotInUse, SlotNotFound, FairNotFound, NotFound."""
    with transaction():
        slot = _locked(fair_for(slug, by, "fairdays.manage"), slot_id)
        if db.session.scalar(select(LoadSeat.id).where(LoadSeat.slot_id == slot.id, LoadSeat.booking_id.is_not(None))):
            raise SlotInUse
        db.session.execute(delete(LoadSeat).where(LoadSeat.slot_id == slot.id))
        db.session.delete(slot)
        record("slots.dropped", f"fair:{slug}", by, gate=slot.gate, starts_at=slot.starts_at)


def take_seat(booking_code: str, slot_id: int, vehicle: tuple[str, str], by: Actor) -> LoadSeat:
    """Book a slot for a booth: ``vehicle`` is its plate and a telephone. Another of the same direction is given up.

    Raises SlotTaken, SlotPast, SlotNotFound, BookingNotLive, BookingNotFound, NotFound for another's.
    """
    with transaction():
        live_booking_for(booking_code, by, "fairdays.prepare")
        booking = lock_booking(booking_code)
        slot = _locked(db.session.get_one(Fair, booking.fair_id), slot_id)
        at = now()
        if slot.starts_at <= at:
            raise SlotPast
        _free_ended(slot)
        had = _seat_of(booking, slot.direction)
        seat = had if had is not None and had.slot_id == slot.id else _first_free(slot)
        if seat is None:
            raise SlotTaken
        if had is not None and had is not seat:
            _give_up(had)
        seat.booking_id, seat.plate, seat.phone, seat.taken_at = booking.id, vehicle[0], vehicle[1], at
        db.session.flush()
        record("slots.taken", f"booking:{booking_code}", by, gate=slot.gate, starts_at=slot.starts_at)
        return seat


def follow(fair_id: int, by: Mapping[Direction, timedelta]) -> None:
    """Move a postponed fair's slots, each direction by so much: vehicles keep their hour and their place in the row.

    Slot by slot, the last one first when they move on, so that no two ever share an instant.
    """
    query = select(LoadSlot).where(LoadSlot.fair_id == fair_id).order_by(LoadSlot.starts_at)
    slots = db.session.scalars(query.with_for_update()).all()
    for direction, step in by.items():
        mine = [one for one in slots if one.direction == direction]
        for slot in reversed(mine) if step > timedelta() else mine:
            slot.starts_at, slot.ends_at = slot.starts_at + step, slot.ends_at + step
            db.session.flush()


def leave_seat(booking_code: str, direction: Direction, by: Actor) -> None:
    """Give a booked slot up. Raises BookingNotLive, BookingNotFound, NotFound for another's."""
    with transaction():
        live_booking_for(booking_code, by, "fairdays.prepare")
        seat = _seat_of(lock_booking(booking_code), direction)
        if seat is not None:
            _give_up(seat)
            record("slots.left", f"booking:{booking_code}", by, direction=direction)


def slots_of(fair_id: int, direction: Direction | None = None) -> list[Slot]:
    """The slots of a fair by time and gate, with their seats; two statements."""
    query = select(LoadSlot).where(LoadSlot.fair_id == fair_id)
    if direction is not None:
        query = query.where(LoadSlot.direction == direction)
    rows = db.session.scalars(query.order_by(LoadSlot.direction, LoadSlot.starts_at, LoadSlot.gate)).all()
    seats = _seats(fair_id)
    return [Slot(row, tuple(one for one in seats if one.row.slot_id == row.id)) for row in rows]


def open_fair(slug: str, by: Actor) -> Fair:
    """The fair whose slots the caller may see: its organizers, or an exhibitor with a live booking there.

    Raises FairNotFound, NotFound for everybody else.
    """
    fair = get_fair(slug)
    if is_allowed(by, "fairdays.read", permissions.scope_of(fair)):
        return fair
    own = (
        select(Booking.id)
        .join(Producer, Producer.id == Booking.producer_id)
        .where(Booking.fair_id == fair.id, Booking.state.in_(LIVE_BOOKING), Producer.code.in_(by.scopes_of("producer")))
    )
    if db.session.scalar(own.limit(1)) is None:
        raise FairNotFound
    return fair


def seats_of(booking: Booking) -> dict[str, tuple[LoadSeat, LoadSlot]]:
    """The slots that a booking has, by direction."""
    query = select(LoadSeat, LoadSlot).join(LoadSlot, LoadSlot.id == LoadSeat.slot_id)
    return {
        seat.direction: (seat, slot)
        for seat, slot in db.session.execute(query.where(LoadSeat.booking_id == booking.id))
    }


def _seats(fair_id: int) -> Sequence[Seat]:
    query = (
        select(LoadSeat, Booking, Booth)
        .join(LoadSlot, LoadSlot.id == LoadSeat.slot_id)
        .outerjoin(Booking, Booking.id == LoadSeat.booking_id)
        .outerjoin(Booth, Booth.id == Booking.booth_id)
        .where(LoadSlot.fair_id == fair_id)
    )
    return [Seat(seat, one, booth) for seat, one, booth in db.session.execute(query.order_by(LoadSeat.number))]


def _make(fair: Fair, new: NewSlots, span: Span) -> bool:
    of_slot = {"fair_id": fair.id, "direction": new.direction, "gate": new.gate, "starts_at": span.starts_at}
    if not insert_once(LoadSlot, {**of_slot, "ends_at": span.ends_at}):
        return False
    slot_id = db.session.scalars(select(LoadSlot.id).filter_by(**of_slot)).one()
    db.session.add_all(
        LoadSeat(slot_id=slot_id, number=number, direction=new.direction) for number in range(1, new.vehicles + 1)
    )
    db.session.flush()
    return True


def _locked(fair: Fair, slot_id: int) -> LoadSlot:
    wanted = LoadSlot.id == slot_id, LoadSlot.fair_id == fair.id
    slot = db.session.scalar(select(LoadSlot).where(*wanted).with_for_update())
    if slot is None:
        raise SlotNotFound
    return slot


def _seat_of(booking: Booking, direction: str) -> LoadSeat | None:
    own = LoadSeat.booking_id == booking.id, LoadSeat.direction == direction
    return db.session.scalar(select(LoadSeat).where(*own).with_for_update())


def _first_free(slot: LoadSlot) -> LoadSeat | None:
    free = LoadSeat.slot_id == slot.id, LoadSeat.booking_id.is_(None)
    return db.session.scalar(select(LoadSeat).where(*free).order_by(LoadSeat.number).limit(1).with_for_update())


def _free_ended(slot: LoadSlot) -> None:
    """Whose booking ended needs no seat any more."""
    ended = select(Booking.id).where(Booking.fair_id == slot.fair_id, Booking.state.not_in(LIVE_BOOKING))
    of_ended = LoadSeat.slot_id == slot.id, LoadSeat.booking_id.in_(ended)
    db.session.execute(update(LoadSeat).where(*of_ended).values(booking_id=None, taken_at=None, plate="", phone=""))


def _give_up(seat: LoadSeat) -> None:
    seat.booking_id, seat.taken_at, seat.plate, seat.phone = None, None, "", ""
    db.session.flush()
