"""The rows of bookings and their locks, for the verbs of `bookings`, `fees` and `coverage`.

Locks are taken in one order: payment, booth, booking. The booth's lock puts claims on one booth in a row; the
unique index over (booth, day) of live rows has the last word whatever the code does. A booth-day is never
rewritten: it is released and another row takes its place, so what was decided stays readable.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from catalog.certificates.models import Certificate
from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.db import db
from core.errors import Busy
from core.events import publish
from shop.fairs import queries
from shop.fairs.events import BoothReleased
from shop.fairs.models import Booking, Booth, BoothDay, Fair
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, BookingState, DayState, Term, eligible
from shop.fairs.service import insert_once
from shop.payments.service import lock_payment


def lock_booking(code: str) -> Booking:
    """The booking, locked until the transaction ends, after its payment and its booth.

    Raises BookingNotFound, Busy when its payment changed in between.
    """
    seen = queries.get_booking(code)
    reference = seen.payment_reference
    if reference is not None:
        lock_payment(reference)
    db.session.scalars(select(Booth).where(Booth.id == seen.booth_id).with_for_update()).one()
    query = select(Booking).where(Booking.id == seen.id).with_for_update()
    booking = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if booking.payment_reference != reference:
        raise Busy
    return booking


def keep_certificates(product_ids: Sequence[int]) -> None:
    """Keep the certificates of these products as they are until the transaction ends: a revocation waits, or
    was before us. Taken in id order.
    """
    ids = select(Certificate.id).where(Certificate.product_id.in_(product_ids)).order_by(Certificate.id)
    db.session.scalars(ids.with_for_update(read=True)).all()


def covering(fair: Fair, product_ids: Sequence[int], days: Sequence[date]) -> dict[date, Term]:
    """The best certificate for each of these days; a day without any is missing."""
    keep_certificates(product_ids)
    found = eligible(queries.terms_of(product_ids), days, queries.admission_of(fair).stars_min)
    return {day: terms[0] for day, terms in found.items()}


def put_day(booking: Booking, day: date, state: DayState, price_vnd: int, term: Term | None) -> bool:
    """Write one booth-day; answers False when somebody else has the booth on that day: the unique key decides."""
    values = {
        "booking_id": booking.id, "booth_id": booking.booth_id, "day": day, "state": state, "price_vnd": price_vnd,
        "certificate_id": term.certificate_id if term else None,
        "certificate_number": term.certificate_number if term else None, "stars": term.stars if term else None,
    }  # fmt: skip
    return insert_once(BoothDay, values)


def free_due(booth_id: int, at: datetime) -> None:
    """Let go of holds on this booth whose time is over; the caller holds the booth's lock.

    Availability never waits for a job (promise P4). The payment is left alone: its own window ends with the
    hold, and money that still comes finds the booking released and goes back.
    """
    due = Booking.booth_id == booth_id, Booking.state.in_(LIVE_BOOKING), Booking.expires_at <= at
    for booking in db.session.scalars(select(Booking).where(*due).order_by(Booking.id).with_for_update()):
        let_go(booking, queries.days_of(booking.id, *LIVE_DAY), "expired", SYSTEM)


def let_go(booking: Booking, days: Sequence[BoothDay], reason: str, by: Actor) -> None:
    """Free days of a locked booking, and the booking itself with its last live day. Money: see `fees`."""
    if not days:
        return
    release_rows(days)
    if not queries.days_of(booking.id, *LIVE_DAY):
        booking.state, booking.expires_at, booking.renew_by = BookingState.RELEASED, None, None
    fair, booth = db.session.get_one(Fair, booking.fair_id), db.session.get_one(Booth, booking.booth_id)
    first, last = days[0].day, days[-1].day
    record("booking.released", f"booking:{booking.code}", by, reason=reason, first_on=first, last_on=last)
    publish(BoothReleased(booking.code, fair.slug, booth.code, reason, first, last))


def release_rows(days: Iterable[BoothDay]) -> None:
    """Give up these booth-days; nothing else changes."""
    ids = [one.id for one in days]
    db.session.execute(update(BoothDay).where(BoothDay.id.in_(ids)).values(state=DayState.RELEASED))
