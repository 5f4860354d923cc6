"""Clock work of bookings: swaps that nobody answered, and a word a day before an offer or the time to pay is over."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from core.accounts.actor import SYSTEM
from core.db import transaction
from core.events import publish
from core.schedule import hourly, minutely
from shop.fairs.booths import swaps
from shop.fairs.booths.models import BookingStep
from shop.fairs.booths.rows import ASKED
from shop.fairs.booths.steps import note
from shop.fairs.events import BoothDue
from shop.fairs.models import Booking

#: Who has had less time than that from the beginning needs no reminder.
AHEAD = timedelta(days=1)


@minutely
def end_swaps(at: datetime) -> int:
    """End proposals that nobody answered, or that became impossible."""
    return swaps.end_swaps(at)


@hourly
def remind_due(at: datetime) -> int:
    """Tell who has a day left, once for each answer or fee that is awaited; answers how many."""
    began = func.coalesce(Booking.accepted_at, Booking.offered_at)
    told = select(BookingStep.id).where(
        BookingStep.booking_id == Booking.id, BookingStep.action == "reminded", BookingStep.state == Booking.state
    )
    due = Booking.state.in_(ASKED), Booking.expires_at > at, Booking.expires_at <= at + AHEAD, began <= at - AHEAD
    with transaction() as session:
        found = session.scalars(select(Booking).where(*due, ~told.exists()).order_by(Booking.id).with_for_update())
        count = 0
        for booking in found.all():
            if booking.expires_at is not None:
                note(booking, "reminded", SYSTEM, until=booking.expires_at)
                publish(BoothDue(booking.code, booking.expires_at.isoformat()))
                count += 1
        return count
