"""An exhibitor gives up a booth that she has paid: what comes back follows the fair's steps of refund."""

from dataclasses import dataclass

from core.accounts.actor import Actor
from core.clock import today
from core.db import db, transaction
from shop.fairs import queries
from shop.fairs.applying.applications import lock_application
from shop.fairs.booths.deadlines import refund_share
from shop.fairs.booths.fees import back_for, give_back
from shop.fairs.booths.offers import answerable
from shop.fairs.booths.rows import let_go
from shop.fairs.models import Booking, Fair, FairApplication
from shop.fairs.refusals import BookingNotReady
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, ApplicationState, BookingState


@dataclass(frozen=True)
class Loss:
    """What leaving would mean today: days that fall free, đồng that were paid for them, and what of it comes back."""

    days: int
    paid_vnd: int
    back_vnd: int
    share_bp: int


def foresee(booking: Booking) -> Loss:
    """Before it is done."""
    days = queries.days_of(booking.id, *LIVE_DAY)
    share = refund_share(db.session.get_one(Fair, booking.fair_id), today())
    return Loss(len(days), back_for(booking, days, today()), back_for(booking, days, today(), share), share)


def leave(code: str, by: Actor) -> Booking:
    """Give a paid booth back before it is used; the waiting list moves up. Twice has the effect of once.

    Raises BookingNotReady once the exhibitor has arrived, or while nothing is paid (see `offers.decline`);
    BookingNotFound, NotFound for another's.
    """
    with transaction():
        booking = answerable(code, by)
        if booking.state not in LIVE_BOOKING and booking.ended_because == "withdrawn":
            return booking
        if booking.state not in (BookingState.PAID, BookingState.HOLD):
            raise BookingNotReady(state=booking.state)
        days = queries.days_of(booking.id, *LIVE_DAY)
        give_back(booking, days, today(), by, refund_share(db.session.get_one(Fair, booking.fair_id), today()))
        let_go(booking, days, "withdrawn", by)
        application = lock_application(db.session.get_one(FairApplication, booking.application_id).code)
        if application.state == ApplicationState.ACCEPTED and not queries.holds_booth(application.id):
            application.state = ApplicationState.WITHDRAWN
        return booking
