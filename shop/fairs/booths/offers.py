"""Booths offered to exhibitors, and what they answer. Each verb is one transaction.

An offer is a booking from the start: nobody else can have the booth while its answer is awaited. A yes gives time to
pay; no answer, or a no, frees the booth for the waiting list (`queueing`). Lock order: payment, booths by id, bookings,
applications by id, certificates.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from core.accounts.actor import Actor
from core.accounts.permissions import authorize, is_allowed
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid
from core.events import publish
from shop.fairs import permissions, queries
from shop.fairs.booths import deadlines
from shop.fairs.booths.fees import call_off, fee_end, mark_paid, share_of
from shop.fairs.booths.giving import Taking, areas_of, write
from shop.fairs.booths.rows import free_due, keep_certificates, let_go, lock_booking, lock_booths
from shop.fairs.booths.steps import note
from shop.fairs.events import BoothOffered, OfferAccepted
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.refusals import (
    ApplicationNotFound,
    ApplicationNotReady,
    BookingExists,
    BookingExpired,
    BookingNotReady,
    BookingUncovered,
    BoothNotFound,
    BoothNotLet,
    ConditionTooLate,
    FairNotFound,
    FairNotOpen,
)
from shop.fairs.rulebook import may_wait_for_renewal, rules_of
from shop.fairs.rules import (
    LIVE_BOOKING,
    LIVE_DAY,
    ApplicationState,
    BookingState,
    DayState,
    FairState,
    Term,
    eligible,
    fair_days,
)

#: Who may be offered a booth: an offer to somebody on the waiting list accepts the application.
OFFERABLE = (ApplicationState.ACCEPTED, ApplicationState.WAITLISTED)
_PAID = (BookingState.PAID, BookingState.CHECKED_IN)


@dataclass(frozen=True)
class Given:
    """A booth for an application, by their codes; ``days`` None: all that are left."""

    application: str
    booth: str
    days: Sequence[date] | None = None
    is_conditional: bool = False


def offer(slug: str, given: Sequence[Given], by: Actor) -> list[Booking]:
    """Offer booths, all of them or none; answers the bookings in the same order.

    Repeated for the same application, booth and days it answers the booking that stands. Raises BoothTaken,
    BookingUncovered, ConditionTooLate, BookingExists, ApplicationNotReady, ApplicationNotFound, BoothNotFound,
    FairNotOpen, FairNotFound.
    """
    with transaction():
        fair = queries.find_fair(slug)
        if fair is None:
            raise FairNotFound
        authorize(by, "bookings.manage", permissions.scope_of(fair))
        return give(fair, given, by, now())


def give(fair: Fair, given: Sequence[Given], by: Actor, at: datetime, *, is_promoted: bool = False) -> list[Booking]:
    """As `offer`, for verbs that have looked whether they may, in their transaction."""
    booths = lock_booths(fair.id, {one.booth for one in given})
    for booth in booths.values():
        if booth.use != "exhibitor":
            raise BoothNotLet(booth=booth.code, use=booth.use)
    free_due([one.id for one in booths.values()], at)
    sheet = _Sheet(
        fair, at, booths, lock_applications(fair, {one.application for one in given}), _standing(booths.values())
    )
    product_ids = sorted({shown.product_id for one in sheet.applications.values() for shown in one.products})
    keep_certificates(product_ids)
    for term in queries.terms_of(product_ids):
        sheet.terms.setdefault(term.product_id, []).append(term)
    sheet.areas.update(areas_of(fair, {one.producer_id for one in sheet.applications.values()}))
    return [_give_one(sheet, one, by, is_promoted=is_promoted) for one in given]


def accept(code: str, by: Actor) -> Booking:
    """The exhibitor says yes, herself or through the organizer. Twice has the effect of once.

    She has until `deadlines.pay_end` to pay, or until the renewal deadline while days wait for a certificate; where
    nothing is due the booth is hers at once. Raises BookingExpired, BookingNotReady, BookingNotFound.
    """
    with transaction():
        booking = answerable(code, by)
        if booking.accepted_at is not None and booking.state in LIVE_BOOKING:
            return booking
        at = now()
        if booking.state != BookingState.OFFERED:
            raise BookingNotReady(state=booking.state)
        if booking.expires_at is not None and booking.expires_at <= at:
            raise BookingExpired(expired_at=booking.expires_at.isoformat())
        say_yes(booking, at, by)
        return booking


def decline(code: str, by: Actor, *, stays: bool = False) -> Booking:
    """The exhibitor says no to an offer, or gives up a booth that is not paid yet. Twice has the effect of once.

    With ``stays`` she goes back to the end of the waiting list, else her application is withdrawn. Raises
    BookingNotReady for a booth that is paid (see `leaving.leave`), BookingNotFound.
    """
    with transaction():
        booking = answerable(code, by)
        if booking.state not in LIVE_BOOKING and booking.ended_because == "declined":
            return booking
        if booking.state not in (BookingState.OFFERED, BookingState.ACCEPTED):
            raise BookingNotReady(state=booking.state)
        call_off(booking, by, "declined")
        let_go(booking, queries.days_of(booking.id, *LIVE_DAY), "declined", by, stays=stays)
        return booking


def answerable(code: str, by: Actor) -> Booking:
    """A booking, locked, for its exhibitor or an organizer of its fair. Raises BookingNotFound, or NotFound for
    another's.
    """
    seen = queries.get_booking(code)
    fair, producer = db.session.get_one(Fair, seen.fair_id), db.session.get_one(Producer, seen.producer_id)
    authorize(by, "bookings.read", permissions.scope_of(fair), scope_of(producer))
    if not is_allowed(by, "bookings.manage", permissions.scope_of(fair)):
        authorize(by, "bookings.answer", scope_of(producer))
    return lock_booking(code)


def lock_applications(fair: Fair, codes: Collection[str]) -> dict[str, FairApplication]:
    """Applications of a fair that may be offered a booth, by code, locked in the order of their ids.

    Raises ApplicationNotFound, ApplicationNotReady.
    """
    query = select(FairApplication).where(FairApplication.fair_id == fair.id, FairApplication.code.in_(set(codes)))
    locked = query.order_by(FairApplication.id).with_for_update().options(selectinload(FairApplication.products))
    found = {one.code: one for one in db.session.scalars(locked.execution_options(populate_existing=True))}
    if set(codes) - set(found):
        raise ApplicationNotFound
    for one in found.values():
        if one.state not in OFFERABLE:
            raise ApplicationNotReady(state=one.state, application=one.code)
    return found


def days_left(fair: Fair, wanted: Sequence[date] | None, on: date) -> list[date]:
    """The days to book, in order. Raises FairNotOpen, Invalid for days outside the fair or past."""
    if fair.state not in (FairState.OPEN, FairState.RUNNING) or fair.closes_on < on:
        raise FairNotOpen(state=fair.state)
    left = [day for day in fair_days(fair.opens_on, fair.closes_on) if day >= on]
    if wanted is None:
        return left
    if not wanted or not set(wanted) <= set(left):
        raise Invalid({"days": [_("Chỉ chọn những ngày còn lại của hội chợ.")]})
    return sorted(set(wanted))


def check_covered(fair: Fair, missing: Sequence[date], on: date, *, is_conditional: bool) -> None:
    """Whether days that nothing covers may be given. Raises BookingUncovered, ConditionTooLate."""
    if not missing:
        return
    if not is_conditional:
        raise BookingUncovered(days=missing)
    if not may_wait_for_renewal(fair, on):
        raise ConditionTooLate(days=missing)


class _Sheet:
    """What offers of one fair are written from, read once for all of them."""

    def __init__(
        self, fair: Fair, at: datetime, booths: dict[str, Booth], applications: dict[str, FairApplication],
        standing: dict[int, list[Booking]],
    ) -> None:  # fmt: skip
        self.fair, self.at, self.booths, self.applications, self.standing = fair, at, booths, applications, standing
        self.terms: dict[int, list[Term]] = {}
        self.areas: dict[int, set[str]] = {}

    def terms_of(self, application: FairApplication) -> list[Term]:
        """The terms of what an application shows."""
        return [term for shown in application.products for term in self.terms.get(shown.product_id, ())]


def _give_one(sheet: _Sheet, one: Given, by: Actor, *, is_promoted: bool) -> Booking:
    fair, application = sheet.fair, sheet.applications[one.application]
    booth = sheet.booths.get(one.booth)
    if booth is None:
        raise BoothNotFound(booth=one.booth)
    on = local_day(sheet.at)
    days = days_left(fair, one.days, on)
    standing = _same(sheet.standing.get(booth.id, ()), application, days)
    if standing is not None:
        return standing
    terms = sheet.terms_of(application)
    covering = eligible(terms, days, rules_of(fair).stars_min)
    covered = {day: found[0] for day, found in covering.items()}
    check_covered(fair, [day for day in days if day not in covered], on, is_conditional=one.is_conditional)
    ends_at = deadlines.offer_end(fair, sheet.at, days[0])
    areas = sheet.areas.get(application.producer_id, ())
    booking = write(
        Taking(fair, booth, application, days, covered, terms, sheet.at, BookingState.OFFERED, ends_at, areas), by
    )
    if application.state != ApplicationState.ACCEPTED:
        application.state, application.decided_at = ApplicationState.ACCEPTED, sheet.at
    publish(BoothOffered(booking.code, fair.slug, booth.code, is_promoted))
    return booking


def _standing(booths: Collection[Booth]) -> dict[int, list[Booking]]:
    """The live bookings of these booths."""
    live = Booking.booth_id.in_([one.id for one in booths]), Booking.state.in_(LIVE_BOOKING)
    found: dict[int, list[Booking]] = {}
    for booking in db.session.scalars(select(Booking).where(*live).options(selectinload(Booking.days))):
        found.setdefault(booking.booth_id, []).append(booking)
    return found


def _same(bookings: Sequence[Booking], application: FairApplication, days: Sequence[date]) -> Booking | None:
    """The live booking that an offer repeats. Raises BookingExists when it was for other days."""
    for booking in bookings:
        if booking.application_id == application.id:
            held = [one.day for one in booking.days if one.state in LIVE_DAY]
            if held != list(days):
                raise BookingExists(booking=booking.code, days=held)
            return booking
    return None


def say_yes(booking: Booking, at: datetime, by: Actor) -> None:
    """An offer (locked, and not over) becomes the exhibitor's booth, to be paid next."""
    fair, booth = db.session.get_one(Fair, booking.fair_id), db.session.get_one(Booth, booking.booth_id)
    days = queries.days_of(booking.id, *LIVE_DAY)
    waits = any(one.state == DayState.CONDITIONAL for one in days)
    booking.state, booking.accepted_at = BookingState.ACCEPTED, at
    booking.expires_at = None if waits else fee_end(booking, fair, at, days[0].day)
    note(booking, "accepted", by, booth=booth.code, until=booking.expires_at)
    publish(OfferAccepted(booking.code, fair.slug, booth.code))
    if not waits and not sum(share_of(one) for one in days):
        mark_paid(booking, days, 0, by)
