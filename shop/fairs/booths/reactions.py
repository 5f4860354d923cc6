"""What follows when a booth is offered, answered, paid, moved or free: the waiting list, and letters to exhibitors."""

from collections.abc import Mapping
from typing import Any

from catalog.mandates.queries import people_of
from catalog.producers.models import Producer
from core.accounts.actor import SYSTEM
from core.clock import now, today
from core.db import db
from core.events import later, on
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.fairs import queries
from shop.fairs.booths import coverage, fees, queueing, swaps
from shop.fairs.booths import letters as booking_letters
from shop.fairs.events import (
    BookingMoved,
    BookingPaid,
    BoothAtRisk,
    BoothDue,
    BoothOffered,
    BoothReleased,
    OfferAccepted,
    OfferEnded,
    SwapAsked,
    SwapEnded,
)
from shop.fairs.models import Booking, Booth, Fair
from shop.fairs.rules import LIVE_BOOKING, BookingState, DayState
from shop.payments.events import CaptureBegins

#: Registered by import.
LETTERS = (booking_letters.offered, booking_letters.released)
#: Days that fell free for a reason for which nobody is offered them by itself: somebody has other plans with them.
_PLANNED = ("kept", "moved", "called_off")
#: Ends of which other letters tell.
_TOLD = ("expired", "declined", "moved", "called_off")


@later(BoothReleased)
def move_up(event: BoothReleased) -> None:
    """A booth is free: the first on the waiting list who may have it is offered it at once."""
    if event.reason not in _PLANNED:
        queueing.promote(queries.get_fair(event.fair).id, event.booth, now())


@later(OfferEnded)
def fall_back(event: OfferEnded) -> None:
    """Who let a booth go stands at the end of the list, or is not there any more."""
    queueing.fall_back(event.booking, event.reason, stays=event.stays)


@on(CaptureBegins)
def judge_again(event: CaptureBegins) -> None:
    """Before reserved money is taken: the booth must still be hers, with every day covered (case F5)."""
    if not event.reference.startswith(fees.PREFIX):
        return
    booking = queries.find_booking_by_payment(event.reference)
    if booking is not None:
        coverage.look_again(booking.code, today(), SYSTEM)
        days = queries.days_of(booking.id, DayState.CONDITIONAL)
        if days or booking.state not in (BookingState.OFFERED, BookingState.ACCEPTED, BookingState.HOLD):
            fees.call_off(booking, SYSTEM, "the booking cannot use it any more")


@later(BoothOffered, outside=True)
def tell_offered(event: BoothOffered) -> None:
    """While it still waits for an answer."""
    booking = queries.get_booking(event.booking)
    if booking.state == BookingState.OFFERED:
        _tell(booking, "booth.offered", event.booking, {"is_promoted": event.is_promoted})


@later(OfferAccepted, outside=True)
def tell_accepted(event: OfferAccepted) -> None:
    """What comes next; who has paid already hears that instead."""
    booking = queries.get_booking(event.booking)
    if booking.state == BookingState.ACCEPTED:
        _tell(booking, "booth.accepted", event.booking)


@later(OfferEnded, outside=True)
def tell_ended(event: OfferEnded) -> None:
    """Declined, or too late."""
    _tell(queries.get_booking(event.booking), "booth.offer_ended", event.booking,
          {"reason": event.reason, "stays": event.stays, "booth": event.booth})  # fmt: skip


@later(BookingPaid, outside=True)
def tell_paid(event: BookingPaid) -> None:
    """The booth is hers."""
    _tell(queries.get_booking(event.booking), "booth.paid", event.booking)


@later(BoothAtRisk, outside=True)
def tell_at_risk(event: BoothAtRisk) -> None:
    """While it is still so."""
    booking = queries.get_booking(event.booking)
    if booking.renew_by is not None and booking.state in LIVE_BOOKING:
        key = f"{event.booking}:{event.renew_by}"
        _tell(booking, "booth.at_risk", key, {"renew_by": event.renew_by})


@later(BoothReleased, outside=True)
def tell_released(event: BoothReleased) -> None:
    """Days that were hers are gone; what of the fee comes back."""
    if event.reason not in _TOLD:
        booking = queries.get_booking(event.booking)
        more = {
            "reason": event.reason, "booth": event.booth, "first_on": event.first_on, "last_on": event.last_on,
            "back_vnd": booking.refund_due_vnd,
        }  # fmt: skip
        _tell(booking, "booth.released", f"{event.booking}:{event.first_on}:{event.last_on}", more)


@later(BookingMoved, outside=True)
def tell_moved(event: BookingMoved) -> None:
    """Where she stands now."""
    booking = queries.get_booking(event.booking)
    key = f"{event.booking}:{event.before}:{event.booth}:{booking.version}"
    _tell(booking, "booth.moved", key, {"before": event.before, "booth": event.booth})


@later(SwapAsked, outside=True)
def tell_asked(event: SwapAsked) -> None:
    """Whoever has not agreed yet is asked."""
    swap = swaps.get_swap(event.swap)
    sides = db.session.get_one(Booking, swap.first_id), db.session.get_one(Booking, swap.second_id)
    agreed = swap.first_agreed_at, swap.second_agreed_at
    for one, other, has_agreed in zip(sides, reversed(sides), agreed, strict=True):
        if swap.state == "asked" and has_agreed is None:
            _tell(one, "booth.swap_asked", f"{swap.code}:{one.code}",
                  _about(other) | {"note": swap.note, "until": swap.expires_at})  # fmt: skip


@later(SwapEnded, outside=True)
def tell_no_swap(event: SwapEnded) -> None:
    """Of a swap that was done the new booths tell."""
    swap = swaps.get_swap(event.swap)
    sides = db.session.get_one(Booking, swap.first_id), db.session.get_one(Booking, swap.second_id)
    for one, other in zip(sides, reversed(sides), strict=True):
        if event.outcome != "done":
            _tell(one, "booth.swap_ended", f"{swap.code}:{one.code}", _about(other) | {"outcome": event.outcome})


@later(BoothDue, outside=True)
def tell_due(event: BoothDue) -> None:
    """While that end still stands."""
    booking = queries.get_booking(event.booking)
    if booking.expires_at is not None and booking.expires_at.isoformat() == event.until:
        _tell(booking, "booth.reminder", f"{event.booking}:{event.until}")


def _about(other: Booking) -> dict[str, Any]:
    producer, booth = db.session.get_one(Producer, other.producer_id), db.session.get_one(Booth, other.booth_id)
    return {"other": producer.name, "before": booth.code}


def _tell(booking: Booking, kind: str, key: str, more: Mapping[str, Any] | None = None) -> None:
    """The same to each of the exhibitor's own people, once."""
    producer = db.session.get_one(Producer, booking.producer_id)
    context = _context(booking, producer) | dict(more or {})
    for person in people_of(producer):
        to = Recipient(person.email, person.phone, person.name)
        send(Message(to, kind, f"{kind}:{key}:{person.id}", person.locale, context, f"booking:{booking.code}"))


def _context(booking: Booking, producer: Producer) -> dict[str, Any]:
    fair, booth = db.session.get_one(Fair, booking.fair_id), db.session.get_one(Booth, booking.booth_id)
    every = queries.days_of(booking.id, *DayState)
    days = [one for one in every if one.state != DayState.RELEASED]
    said = sorted({one.day for one in days or every})
    return {
        "fair": fair.name, "booth": booth.code, "producer": producer.name, "first_on": said[0], "last_on": said[-1],
        "due_vnd": sum(fees.share_of(one) for one in days), "subsidy_vnd": sum(one.subsidy_vnd for one in days),
        "until": booking.expires_at, "renew_by": booking.renew_by, "is_promoted": False, "reason": "", "before": "",
        "back_vnd": booking.refund_due_vnd, "other": "", "note": None, "outcome": "", "stays": False,
        "url": address_of("fair_bookings.show", code=booking.code),
    }  # fmt: skip
