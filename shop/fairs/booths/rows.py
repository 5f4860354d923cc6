"""The rows of bookings and their locks, for the verbs of `bookings`, `fees` and `coverage`.

Locks are taken in one order: payment, booth, booking. The booth's lock puts claims on one booth in a row; the
unique index over (booth, day) of live rows has the last word whatever the code does. A booth-day is never
rewritten: it is released and another row takes its place, so what was decided stays readable.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from catalog.certificates.models import Certificate
from core.accounts.actor import SYSTEM, Actor
from core.db import db, dialect_name
from core.errors import Busy
from core.events import publish
from shop.fairs import queries
from shop.fairs.booths.steps import note
from shop.fairs.events import BoothReleased, OfferEnded
from shop.fairs.models import Booking, Booth, BoothDay, Fair
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, BookingState, DayState, Term, eligible
from shop.fairs.service import insert_once
from shop.payments.service import lock_payment

#: An answer or the fee is awaited.
ASKED = (BookingState.OFFERED, BookingState.ACCEPTED)


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


@dataclass(frozen=True)
class NewDay:
    """A booth-day to write: its part of the fee, what of it the fair pays, and what covers it."""

    day: date
    state: DayState
    price_vnd: int
    subsidy_vnd: int
    term: Term | None


def put_day(
    booking: Booking, day: date, state: DayState, price_vnd: int, term: Term | None, subsidy_vnd: int = 0
) -> bool:
    """Write one booth-day; answers False when somebody else has the booth on that day: the unique key decides."""
    return insert_once(BoothDay, _values(booking, NewDay(day, state, price_vnd, subsidy_vnd, term)))


def put_days(booking: Booking, days: Sequence[NewDay]) -> list[date]:
    """Write booth-days in one statement; answers the days on which somebody else has the booth."""
    dialect = postgresql if dialect_name() == "postgresql" else sqlite
    statement = dialect.insert(BoothDay).values([_values(booking, one) for one in days]).on_conflict_do_nothing()
    written = set(db.session.scalars(statement.returning(BoothDay.day)))
    return [one.day for one in days if one.day not in written]


def _values(booking: Booking, one: NewDay) -> dict[str, object]:
    term = one.term
    return {
        "booking_id": booking.id, "booth_id": booking.booth_id, "day": one.day, "state": one.state,
        "price_vnd": one.price_vnd, "subsidy_vnd": one.subsidy_vnd,
        "certificate_id": term.certificate_id if term else None,
        "certificate_number": term.certificate_number if term else None, "stars": term.stars if term else None,
    }  # fmt: skip


def keep_fair(fair_id: int) -> None:
    """Let the fair stay as it is until the transaction ends, read anew: a postponement or its end waits, or was before
    us. Taken before booths.
    """
    query = select(Fair).where(Fair.id == fair_id).with_for_update(read=True)
    db.session.scalars(query.execution_options(populate_existing=True)).one()


def lock_booths(fair_id: int, codes: Collection[str]) -> dict[str, Booth]:
    """Booths of the present plan by their codes, locked in the order of their ids. A code without one is missing."""
    keep_fair(fair_id)
    on_plan = Booth.fair_id == fair_id, Booth.code.in_(set(codes)), Booth.is_on_plan
    locked = select(Booth).where(*on_plan).order_by(Booth.id).with_for_update()
    return {one.code: one for one in db.session.scalars(locked)}


def free_due(booth_ids: Collection[int], at: datetime) -> None:
    """Let go of what is held on these booths and whose time is over; the caller holds the booths' locks.

    Availability never waits for a job (promise P4). The payment is left alone: its own window ends with the
    hold, and money that still comes finds the booking released and goes back.
    """
    due = Booking.booth_id.in_(booth_ids), Booking.state.in_(LIVE_BOOKING), Booking.expires_at <= at
    for booking in db.session.scalars(select(Booking).where(*due).order_by(Booking.id).with_for_update()):
        let_go(booking, queries.days_of(booking.id, *LIVE_DAY), "expired", SYSTEM)


def let_go(booking: Booking, days: Sequence[BoothDay], reason: str, by: Actor, *, stays: bool = False) -> None:
    """Free days of a locked booking, and the booking itself with its last live day. Money: see `fees`."""
    if not days:
        return
    release_rows(days)
    was_asked = booking.state in ASKED
    is_over = not queries.days_of(booking.id, *LIVE_DAY)
    if is_over:
        booking.state, booking.expires_at, booking.renew_by = BookingState.RELEASED, None, None
        booking.ended_because = reason
    fair, booth = db.session.get_one(Fair, booking.fair_id), db.session.get_one(Booth, booking.booth_id)
    first, last = days[0].day, days[-1].day
    note(booking, "released", by, reason=reason, booth=booth.code, first_on=first, last_on=last)
    if is_over and was_asked and reason in ("expired", "declined"):
        publish(OfferEnded(booking.code, fair.slug, booth.code, reason, stays))
    publish(BoothReleased(booking.code, fair.slug, booth.code, reason, first, last))


def release_rows(days: Iterable[BoothDay]) -> None:
    """Give up these booth-days; nothing else changes."""
    ids = [one.id for one in days]
    db.session.execute(update(BoothDay).where(BoothDay.id.in_(ids)).values(state=DayState.RELEASED))
