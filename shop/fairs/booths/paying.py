"""The exhibitor pays her fee herself: by card, or by a transfer that her bank's code fills in."""

from collections.abc import Sequence

from core.accounts.actor import Actor
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from core.web.links import path_of
from shop.fairs.booths.fees import ask, fee_due
from shop.fairs.booths.offers import answerable, say_yes
from shop.fairs.models import Booking, Fair
from shop.fairs.refusals import BookingExpired
from shop.fairs.rules import BookingState
from shop.payments.providers.port import Payee, offered
from shop.stores.models import Seller

#: What an exhibitor may choose; cash is the organizer's to take.
WAYS = ("stripe", "vietqr")
_PAID = (BookingState.PAID, BookingState.CHECKED_IN)


def ways_of(booking: Booking) -> Sequence[str]:
    """The ways in which the organizer of its fair can be paid from afar; none when nothing is due."""
    seller = db.session.get_one(Seller, db.session.get_one(Fair, booking.fair_id).seller_id)
    open_to = {one.name for one in offered(Payee(seller.id, seller.name, seller.bank_bin, seller.bank_account))}
    return [way for way in WAYS if way in open_to] if fee_due(booking) else []


def pay(code: str, way: str, by: Actor) -> Booking:
    """Ask for the fee by card or by transfer; an offer is accepted by it. Paid, it answers as it is.

    The same way again answers the same open payment. Raises Invalid for another way, BookingExpired, BookingNotReady,
    BookingConditional, ProviderUnavailable, BookingNotFound, NotFound for another's.
    """
    if way not in WAYS:
        raise Invalid({"provider": [way]})
    with transaction():
        booking = answerable(code, by)
        if booking.state in _PAID:
            return booking
        if booking.state == BookingState.OFFERED:
            at = now()
            if booking.expires_at is not None and booking.expires_at <= at:
                raise BookingExpired(expired_at=booking.expires_at.isoformat())
            say_yes(booking, at, by)
        if booking.state not in _PAID:
            ask(booking, way, by, path_of("fair_bookings.show", code=code))
        return booking
