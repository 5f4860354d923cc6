"""Certificates end, begin and come back: what that does to booths. Doors judge by date; this keeps the rows true.

Every verb here may run any number of times with the effect of once.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from core.accounts.actor import SYSTEM, Actor
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Busy
from core.events import publish
from shop.fairs import queries
from shop.fairs.booths.fees import call_off, fee_end, give_back, locked_for
from shop.fairs.booths.rows import keep_certificates, let_go, lock_booking, put_day, release_rows
from shop.fairs.booths.steps import note
from shop.fairs.events import BoothAtRisk
from shop.fairs.models import Booking, Booth, BoothDay, Fair
from shop.fairs.refusals import BookingNotReady, NotPaid, NotToday
from shop.fairs.rulebook import last_renewal_day
from shop.fairs.rules import (
    LIVE_BOOKING,
    LIVE_DAY,
    BookingState,
    DayState,
    Fate,
    HeldDay,
    Term,
    after_lapse,
)

_PAID = (BookingState.PAID, BookingState.CHECKED_IN)
Fates = Mapping[date, tuple[Fate, Term | None]]


def look_again(code: str, on: date, by: Actor = SYSTEM) -> bool:
    """Judge every coming day of a booking by the certificates as they stand; answers whether anything changed.

    Another covering certificate takes over; a day that nothing covers is at risk until the renewal deadline, or
    released at once after a revocation; a conditional day that is covered now is restored.
    """
    with transaction():
        booking = lock_booking(code)
        if booking.state not in LIVE_BOOKING:
            return False
        fair = db.session.get_one(Fair, booking.fair_id)
        rows = {one.day: one for one in queries.days_of(booking.id, *LIVE_DAY)}
        fates = {
            day: fate for day, fate in _fates(booking, fair, list(rows.values()), on).items() if fate[0] != Fate.KEEP
        }
        if not fates:
            return False
        _swap(booking, rows, fates, by)
        lost = [rows[day] for day, (fate, _term) in sorted(fates.items()) if fate == Fate.RELEASE]
        if lost:
            give_back(booking, lost, on, by)
            let_go(booking, lost, "lapsed", by)
        if booking.state in LIVE_BOOKING:
            _settle(booking, fair, fates, on, by)
        db.session.flush()
        return True


def look_at_product(product_id: int, on: date) -> int:
    """Every booking that shows this product, each in a transaction (or the caller's); answers how many changed."""
    return sum(look_again(code, on) for code in queries.bookings_to_look_at(on, product_id))


def look_at_all(on: date) -> int:
    """Every booking with days to come, or still conditional; answers how many changed."""
    return sum(look_again(code, on) for code in queries.bookings_to_look_at(on))


def check_in(code: str, by: Actor, on: date | None = None) -> Booking:
    """The exhibitor has arrived, today or, told late (a scan without the network), ``on`` an earlier day.

    Twice has the effect of once. Judged on the instant: that day's booth must be paid and covered (decision 18).
    Raises NotToday, NotPaid, BookingNotReady, BookingNotFound.
    """
    with transaction():
        booking = locked_for(code, by, "bookings.check_in")
        if booking.state == BookingState.CHECKED_IN:
            return booking
        this_day = local_day(now())
        day = min(on, this_day) if on else this_day
        look_again(code, this_day, by)
        rows = {one.day: one for one in queries.days_of(booking.id, *LIVE_DAY)}
        if day not in rows:
            raise NotToday(days=sorted(rows))
        if rows[day].state != DayState.PAID:
            raise NotPaid(state=rows[day].state)
        if booking.state != BookingState.PAID:
            raise BookingNotReady(state=booking.state)
        booking.state, booking.checked_in_on = BookingState.CHECKED_IN, day
        note(booking, "checked_in", by, day=day)
        return booking


def _fates(booking: Booking, fair: Fair, rows: Sequence[BoothDay], on: date) -> Fates:
    product_ids = queries.product_ids_of(booking.id)
    keep_certificates(product_ids)
    revoked = queries.revoked_among([one.certificate_id for one in rows if one.certificate_id is not None])
    held = [HeldDay(one.day, DayState(one.state), one.certificate_id, one.certificate_id in revoked) for one in rows]
    renew_by = booking.renew_by or last_renewal_day(fair, on)
    return after_lapse(held, queries.terms_of(product_ids), queries.admission_of(fair).stars_min, renew_by, on)


def _swap(booking: Booking, rows: Mapping[date, BoothDay], fates: Fates, by: Actor) -> None:
    """Put new rows in the place of those that get another certificate, or none for now."""
    for day, (fate, term) in sorted(fates.items()):
        if fate == Fate.RELEASE:
            continue
        old = rows[day]
        state = _state_after(booking, fate, DayState(old.state))
        release_rows([old])
        if not put_day(booking, day, state, old.price_vnd, term, old.subsidy_vnd):
            raise Busy
        number = term.certificate_number if term else None
        note(booking, f"day_{fate}", by, day=day, certificate=number, day_state=state)


def _state_after(booking: Booking, fate: Fate, before: DayState) -> DayState:
    if fate == Fate.RISK:
        return DayState.CONDITIONAL
    if fate == Fate.RESTORE:
        return DayState.PAID if booking.state in _PAID else DayState.HOLD
    return before


def _settle(booking: Booking, fair: Fair, fates: Fates, on: date, by: Actor) -> None:
    """Deadlines and the fee asked for, after days have changed."""
    days = queries.days_of(booking.id, *LIVE_DAY)
    waits = any(one.state == DayState.CONDITIONAL for one in days)
    renew_by = booking.renew_by or last_renewal_day(fair, on)
    booking.renew_by = renew_by if waits else None
    kinds = {fate for fate, _term in fates.values()}
    if booking.state not in _PAID:
        if kinds & {Fate.RISK, Fate.RELEASE}:
            call_off(booking, by, "its days have changed")
        if booking.state != BookingState.OFFERED:  # the answer to an offer is awaited all the same
            booking.expires_at = None if waits else booking.expires_at or fee_end(booking, fair, now(), days[0].day)
    if Fate.RISK in kinds:
        booth = db.session.get_one(Booth, booking.booth_id)
        publish(BoothAtRisk(booking.code, fair.slug, booth.code, renew_by))
