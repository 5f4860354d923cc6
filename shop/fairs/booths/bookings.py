"""Verbs of booths: hold one for an exhibitor on some days, and let it go. Each is one transaction.

The unique index over (booth, day) of live rows decides who of two gets a booth; see `rows`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.clock import local_day, now, today
from core.db import db, transaction
from core.events import publish
from shop.fairs import permissions, queries
from shop.fairs.applying.applications import lock_application
from shop.fairs.booths.fees import give_back
from shop.fairs.booths.giving import Taking, areas_of, write
from shop.fairs.booths.offers import check_covered, days_left
from shop.fairs.booths.rows import covering, free_due, keep_fair, let_go, lock_booking
from shop.fairs.events import BoothBooked
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.refusals import (
    ApplicationNotFound,
    ApplicationNotReady,
    BookingExists,
    BookingNotFound,
    BookingSeveral,
    BoothNotFound,
    BoothNotLet,
    FairNotFound,
)
from shop.fairs.rulebook import rules_of
from shop.fairs.rules import (
    LIVE_BOOKING,
    LIVE_DAY,
    ApplicationState,
    BookingState,
    hold_end,
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
        at = now()
        days = days_left(fair, claim.days, local_day(at))
        free_due([booth.id], at)
        application = lock_application(claim.application)
        _check_application(application, fair)
        standing = _standing(booth, application, days)
        if standing is not None:
            return standing, False
        booking = write(_taking(fair, booth, application, days, claim, at), by)
        publish(BoothBooked(booking.code, fair.slug, booth.code))
        return booking, True


def release(slug: str, booth_code: str, application_code: str | None, by: Actor, *, is_kept: bool = False) -> Booking:
    """Take a booth back from its holder; what was paid for whole unused days is owed back.

    The waiting list moves up, unless the booth ``is_kept`` for somebody. Raises BookingNotFound when nobody holds it,
    BookingSeveral when it must be said whose.
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
        let_go(booking, days, "kept" if is_kept else "withdrawn", by)
        return booking


def expire_holds(at: datetime) -> int:
    """Let go of every hold whose time is over, each in its own transaction; answers how many."""
    with transaction() as session:
        due = Booking.state.in_(LIVE_BOOKING), Booking.expires_at <= at
        codes = session.scalars(select(Booking.code).where(*due).order_by(Booking.id)).all()
    return sum(_expire(code, at) for code in codes)


def _taking(
    fair: Fair, booth: Booth, application: FairApplication, days: list[date], claim: Claim, at: datetime
) -> Taking:
    """What a hold is written from. Raises BookingUncovered, ConditionTooLate."""
    product_ids = [one.product_id for one in application.products]
    covered = covering(fair, product_ids, days)
    missing = [day for day in days if day not in covered]
    check_covered(fair, missing, local_day(at), is_conditional=claim.is_conditional)
    ends_at = None if missing else hold_end(at, days[0], rules_of(fair).hold_hours)
    areas = areas_of(fair, [application.producer_id]).get(application.producer_id, ())
    terms = queries.terms_of(product_ids)
    return Taking(fair, booth, application, days, covered, terms, at, BookingState.HOLD, ends_at, areas)


def _fair_for(slug: str, by: Actor) -> Fair:
    fair = queries.find_fair(slug)
    if fair is None:
        raise FairNotFound
    authorize(by, "bookings.manage", permissions.scope_of(fair))
    return fair


def _lock_booth(fair: Fair, code: str) -> Booth:
    keep_fair(fair.id)
    on_plan = Booth.fair_id == fair.id, Booth.code == code, Booth.is_on_plan
    booth = db.session.scalar(select(Booth).where(*on_plan).with_for_update())
    if booth is None:
        raise BoothNotFound
    if booth.use != "exhibitor":
        raise BoothNotLet(booth=code, use=booth.use)
    return booth


def _check_application(application: FairApplication, fair: Fair) -> None:
    if application.fair_id != fair.id:
        raise ApplicationNotFound
    if application.state != ApplicationState.ACCEPTED:
        raise ApplicationNotReady(state=application.state)


def _standing(booth: Booth, application: FairApplication, days: Sequence[date]) -> Booking | None:
    """The live booking that this claim repeats. Raises BookingExists when it was for other days."""
    for booking in queries.live_bookings_of_booth(booth.id):
        if booking.application_id == application.id:
            held = [one.day for one in queries.days_of(booking.id, *LIVE_DAY)]
            if held != list(days):
                raise BookingExists(booking=booking.code, days=held)
            return booking
    return None


def _expire(code: str, at: datetime) -> bool:
    with transaction():
        booking = lock_booking(code)
        if booking.state not in LIVE_BOOKING or booking.expires_at is None or booking.expires_at > at:
            return False
        let_go(booking, queries.days_of(booking.id, *LIVE_DAY), "expired", SYSTEM)
        return True
