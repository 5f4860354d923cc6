"""Verbs of booths: hold one for an exhibitor on some days, and let it go. Each is one transaction.

The unique index over (booth, day) of live rows decides who of two gets a booth; see `rows`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now, today
from core.db import db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code
from shop.fairs import permissions, queries
from shop.fairs.applications import lock_application
from shop.fairs.events import BoothBooked
from shop.fairs.fees import give_back
from shop.fairs.models import Booking, BookingProduct, Booth, Fair, FairApplication
from shop.fairs.refusals import (
    ApplicationNotFound,
    ApplicationNotReady,
    BookingExists,
    BookingNotFound,
    BookingSeveral,
    BookingUncovered,
    BoothNotFound,
    BoothTaken,
    ConditionTooLate,
    FairNotFound,
    FairNotOpen,
)
from shop.fairs.rows import covering, free_due, let_go, lock_booking, put_day
from shop.fairs.rules import (
    HOLD_HOURS,
    LIVE_BOOKING,
    LIVE_DAY,
    ApplicationState,
    BookingState,
    DayState,
    FairState,
    Term,
    day_prices,
    fair_days,
    hold_end,
    may_be_conditional,
    renewal_due,
)


@dataclass(frozen=True)
class Claim:
    """What is asked of a booth: an accepted application, its days (None: all that are left), on condition or not."""

    application: str
    days: Sequence[date] | None = None
    is_conditional: bool = False


def book(slug: str, booth_code: str, claim: Claim, by: Actor) -> tuple[Booking, bool]:
    """Hold a booth for an exhibitor: all of the days or none; answers the booking and whether it is new.

    Asked again for the same days it answers the same booking. Each day needs a covered product of the
    application, unless the claim is conditional and there is time for a renewed certificate (decision 18).
    Raises BoothTaken naming the days that somebody else has, BookingUncovered, ConditionTooLate, BookingExists,
    ApplicationNotReady, FairNotOpen, FairNotFound, BoothNotFound, ApplicationNotFound.
    """
    with transaction():
        fair = _fair_for(slug, by)
        booth = _lock_booth(fair, booth_code)
        application = lock_application(claim.application)
        _check_application(application, fair)
        at = now()
        days = _days(fair, claim.days, local_day(at))
        free_due(booth.id, at)
        standing = _standing(booth, application, days)
        if standing is not None:
            return standing, False
        product_ids = [one.product_id for one in application.products]
        covered = covering(fair, product_ids, days)
        _check_covered(fair, claim, [day for day in days if day not in covered], local_day(at))
        return _hold(_Hold(fair, booth, application, days, covered, at), by), True


def release(slug: str, booth_code: str, application_code: str | None, by: Actor) -> Booking:
    """Take a booth back from its holder; what was paid for whole unused days is owed back.

    Raises BookingNotFound when nobody holds it, BookingSeveral when it must be said whose.
    """
    with transaction():
        fair = _fair_for(slug, by)
        booth = queries.find_booth(fair.id, booth_code)
        held = list(queries.live_bookings_of_booth(booth.id)) if booth else []
        codes = {one.id: db.session.get_one(FairApplication, one.application_id).code for one in held}
        chosen = [one for one in held if application_code in (None, codes[one.id])]
        if not chosen:
            raise BookingNotFound
        if len(chosen) > 1:
            raise BookingSeveral(applications=sorted(codes.values()))
        booking = lock_booking(chosen[0].code)
        days = queries.days_of(booking.id, *LIVE_DAY)
        give_back(booking, days, today(), by)
        let_go(booking, days, "withdrawn", by)
        return booking


def expire_holds(at: datetime) -> int:
    """Let go of every hold whose time is over, each in its own transaction; answers how many."""
    with transaction() as session:
        due = Booking.state.in_(LIVE_BOOKING), Booking.expires_at <= at
        codes = session.scalars(select(Booking.code).where(*due).order_by(Booking.id)).all()
    return sum(_expire(code, at) for code in codes)


@dataclass(frozen=True)
class _Hold:
    """Everything a new booking is written from."""

    fair: Fair
    booth: Booth
    application: FairApplication
    days: Sequence[date]
    covered: dict[date, Term]
    at: datetime


def _hold(hold: _Hold, by: Actor) -> Booking:
    fair, booth, days = hold.fair, hold.booth, hold.days
    prices = day_prices(booth.price_vnd, fair_days(fair.opens_on, fair.closes_on))
    is_whole = len(hold.covered) == len(days)
    hours = int(fair.rules.get("hold_hours", HOLD_HOURS))
    booking = Booking(
        code=short_code("BK"), fair_id=fair.id, booth_id=booth.id, application_id=hold.application.id,
        producer_id=hold.application.producer_id, state=BookingState.HOLD, refund_due_vnd=0,
        price_vnd=sum(prices[day] for day in days), created_at=hold.at,
        expires_at=hold_end(hold.at, days[0], hours) if is_whole else None,
        renew_by=None if is_whole else renewal_due(fair.opens_on, local_day(hold.at)),
    )  # fmt: skip
    db.session.add(booking)
    db.session.flush()
    _put_products(booking, hold)
    _put_days(booking, hold, prices)
    record("booking.held", f"booking:{booking.code}", by, fair=fair.slug, booth=booth.code, days=list(days))
    publish(BoothBooked(booking.code, fair.slug, booth.code))
    return booking


def _put_products(booking: Booking, hold: _Hold) -> None:
    """The snapshot: each product with the certificate that covers it on the first booked day it can."""
    product_ids = [one.product_id for one in hold.application.products]
    terms = queries.terms_of(product_ids)
    for product_id in product_ids:
        own = [term for term in terms if term.product_id == product_id]
        term = next((t for day in hold.days for t in own if t.covers(day)), None)
        db.session.add(
            BookingProduct(
                booking_id=booking.id, product_id=product_id,
                certificate_id=term.certificate_id if term else None,
                certificate_number=term.certificate_number if term else None, stars=term.stars if term else None,
            )
        )  # fmt: skip
    db.session.flush()


def _put_days(booking: Booking, hold: _Hold, prices: dict[date, int]) -> None:
    """One guarded insert a day, in the order of days so that two claims never wait for each other in a ring."""
    taken = [
        day
        for day in hold.days
        if not put_day(
            booking, day, DayState.HOLD if day in hold.covered else DayState.CONDITIONAL, prices[day],
            hold.covered.get(day),
        )
    ]  # fmt: skip
    if taken:
        raise BoothTaken(booth=hold.booth.code, days=taken)


def _fair_for(slug: str, by: Actor) -> Fair:
    fair = queries.find_fair(slug)
    if fair is None:
        raise FairNotFound
    authorize(by, "bookings.manage", permissions.scope_of(fair))
    return fair


def _lock_booth(fair: Fair, code: str) -> Booth:
    on_plan = Booth.fair_id == fair.id, Booth.code == code, Booth.is_on_plan
    booth = db.session.scalar(select(Booth).where(*on_plan).with_for_update())
    if booth is None:
        raise BoothNotFound
    return booth


def _check_application(application: FairApplication, fair: Fair) -> None:
    if application.fair_id != fair.id:
        raise ApplicationNotFound
    if application.state != ApplicationState.ACCEPTED:
        raise ApplicationNotReady(state=application.state)


def _days(fair: Fair, wanted: Sequence[date] | None, on: date) -> list[date]:
    """The days to book, in order. Raises FairNotOpen, Invalid for days outside the fair or past."""
    if fair.state not in (FairState.OPEN, FairState.RUNNING) or fair.closes_on < on:
        raise FairNotOpen(state=fair.state)
    left = [day for day in fair_days(fair.opens_on, fair.closes_on) if day >= on]
    if wanted is None:
        return left
    if not wanted or not set(wanted) <= set(left):
        raise Invalid({"days": [_("Chỉ chọn những ngày còn lại của hội chợ.")]})
    return sorted(set(wanted))


def _standing(booth: Booth, application: FairApplication, days: Sequence[date]) -> Booking | None:
    """The live booking that this claim repeats. Raises BookingExists when it was for other days."""
    for booking in queries.live_bookings_of_booth(booth.id):
        if booking.application_id == application.id:
            held = [one.day for one in queries.days_of(booking.id, *LIVE_DAY)]
            if held != list(days):
                raise BookingExists(booking=booking.code, days=held)
            return booking
    return None


def _check_covered(fair: Fair, claim: Claim, missing: Sequence[date], on: date) -> None:
    if not missing:
        return
    if not claim.is_conditional:
        raise BookingUncovered(days=missing)
    if not may_be_conditional(fair.opens_on, on):
        raise ConditionTooLate(days=missing)


def _expire(code: str, at: datetime) -> bool:
    with transaction():
        booking = lock_booking(code)
        if booking.state not in LIVE_BOOKING or booking.expires_at is None or booking.expires_at > at:
            return False
        let_go(booking, queries.days_of(booking.id, *LIVE_DAY), "expired", SYSTEM)
        return True
