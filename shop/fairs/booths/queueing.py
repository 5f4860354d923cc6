"""The waiting list of a fair: its order and its reasons, and booths offered to it the moment they fall free.

On the list is who is put there by the organizer's decision, or comes back to it. The order is the organizer's where she
says one, then the hour: of sending, or of coming back. Who lets an offer go is not offered another until she, or the
organizer, says so. Nobody moves up after the fair's cut-off. Two booths that fall free at once cannot go to one
exhibitor: the application is locked and looked at again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize, is_allowed
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from shop.fairs import permissions, queries
from shop.fairs.booths import offers
from shop.fairs.booths.barriers import Reasons, barriers_of
from shop.fairs.booths.models import FairWait
from shop.fairs.booths.rows import free_due, lock_booths
from shop.fairs.booths.steps import note
from shop.fairs.models import Booking, Booth, BoothDay, Fair, FairApplication
from shop.fairs.refusals import ApplicationNotFound, ApplicationNotReady, FairNotFound
from shop.fairs.rulebook import last_promotion_day, may_wait_for_renewal, rules_of
from shop.fairs.rules import (
    LIVE_BOOKING,
    LIVE_DAY,
    ApplicationState,
    FairState,
    Term,
    eligible,
    fair_days,
)

WAITING, OFFERED, PASSED = "waiting", "offered", "passed"
#: Ends of a booking after which the same booth is not offered to the same exhibitor again.
_LEFT = ("expired", "declined")


@dataclass(frozen=True)
class Waiting:
    """A line of the list: its number (None while it is not offered anything), and why it stands there."""

    number: int | None
    application: FairApplication
    state: str
    place: int | None
    reason: str | None
    since: datetime | None


@dataclass
class Sight:
    """Who waits, and what each could show: read once for all booths that are to be offered."""

    fair: Fair
    applications: list[FairApplication]
    terms: dict[int, list[Term]] = field(default_factory=dict[int, list[Term]])
    #: (booth id, application id) of bookings that came to nothing.
    left: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])


def list_waiting(fair: Fair) -> list[Waiting]:
    """The whole list in its order; who let a booth go stands below it. Two statements."""
    found: list[Waiting] = []
    number = 0
    for application, wait in db.session.execute(_line(fair.id)):
        state = wait.state if wait else WAITING
        number += state == WAITING
        since = wait.changed_at if wait else application.submitted_at
        found.append(Waiting(
            number if state == WAITING else None, application, state, wait.place if wait else None,
            wait.reason if wait else None, since,
        ))  # fmt: skip
    return sorted(found, key=lambda one: one.state != WAITING)


def promote(fair_id: int, booth_code: str, at: datetime) -> Booking | None:
    """Offer what is free of a booth to the first on the list who may have it; None when nobody may, or it is too late.

    The whole decision is one transaction; twice offers once.
    """
    with transaction():
        fair = db.session.get_one(Fair, fair_id)
        if not _moves_up(fair, local_day(at)):
            return None
        return _offer_next(fair, booth_code, at, SYSTEM)


def promote_all(slug: str, by: Actor) -> list[Booking]:
    """The organizer lets the list move up now: each free booth, in the plan's order, to the first who may have it.

    Raises FairNotFound; FairNotOpen when the fair takes no exhibitors any more.
    """
    with transaction():
        fair = fair_of(slug, by, "bookings.manage")
        at = now()
        offers.days_left(fair, None, local_day(at))
        taken = select(BoothDay.booth_id).where(BoothDay.state.in_(LIVE_DAY))
        free = Booth.fair_id == fair.id, Booth.is_on_plan, Booth.use == "exhibitor", Booth.id.not_in(taken)
        codes = list(db.session.scalars(select(Booth.code).where(*free).order_by(Booth.id)))
        lock_booths(fair.id, codes)
        return [booking for code in codes if (booking := _offer_next(fair, code, at, by)) is not None]


def set_order(slug: str, codes: Sequence[str], by: Actor) -> None:
    """Put applications of the list in this order, the first first; who is not named comes after them.

    Raises ApplicationNotFound for one that is not on the list, FairNotFound.
    """
    with transaction():
        fair = fair_of(slug, by, "applications.decide")
        on_list = {one.application.code: one.application for one in list_waiting(fair)}
        if set(codes) - set(on_list):
            raise ApplicationNotFound
        for place, code in enumerate(dict.fromkeys(codes), 1):
            _wait_of(on_list[code]).place = place
        record("fair.line_ordered", f"fair:{slug}", by, first=list(codes)[:20], count=len(codes))


def explain(slug: str, code: str, reason: str | None, by: Actor) -> None:
    """The organizer says why an application stands where it does. Raises ApplicationNotFound, FairNotFound."""
    with transaction():
        fair = fair_of(slug, by, "applications.decide")
        wait = _wait_of(_on_list(fair, code))
        wait.reason = reason
        record("fair.line_explained", f"application:{code}", by, reason=reason)


def wait_again(code: str, by: Actor) -> FairApplication:
    """Who let a booth go waits again, at the end of the list: by her own wish or the organizer's.

    Twice has the effect of once. Raises ApplicationNotReady when it is not on the list, ApplicationNotFound, NotFound
    for another's.
    """
    with transaction():
        application = queries.get_application(code)
        fair, producer = (
            db.session.get_one(Fair, application.fair_id),
            db.session.get_one(Producer, application.producer_id),
        )
        if not is_allowed(by, "applications.decide", permissions.scope_of(fair)):
            authorize(by, "applications.submit", scope_of(producer))
        if application.state != ApplicationState.WAITLISTED:
            raise ApplicationNotReady(state=application.state)
        wait = db.session.get(FairWait, application.id)
        if wait is not None and wait.state != WAITING:
            wait.state, wait.place, wait.changed_at = WAITING, None, now()
            record("application.waits_again", f"application:{code}", by)
        return application


def fall_back(booking_code: str, reason: str, *, stays: bool) -> None:
    """An offer came to nothing: the exhibitor goes to the end of the list, or, having said no, leaves the fair.

    Twice has the effect of once; who has another booth meanwhile keeps her place.
    """
    with transaction():
        application = _locked(queries.get_booking(booking_code).application_id)
        if application.state != ApplicationState.ACCEPTED or queries.holds_booth(application.id):
            return
        if reason == "declined" and not stays:
            application.state = ApplicationState.WITHDRAWN
            record("application.withdrawn", f"application:{application.code}", SYSTEM, booking=booking_code)
            return
        application.state = ApplicationState.WAITLISTED
        wait = _wait_of(application)
        wait.state, wait.place, wait.reason = WAITING if stays else PASSED, None, None
        wait.changed_at = now()
        record(
            "application.waitlisted", f"application:{application.code}", SYSTEM, booking=booking_code, because=reason
        )


def fair_of(slug: str, by: Actor, action: str) -> Fair:
    """A fair for who may do that at it. Raises FairNotFound, Forbidden, NotFound for another organizer's."""
    fair = queries.find_fair(slug)
    if fair is None:
        raise FairNotFound
    authorize(by, action, permissions.scope_of(fair))
    return fair


def _moves_up(fair: Fair, on: date) -> bool:
    return fair.state == FairState.OPEN and on <= last_promotion_day(fair)


def _line(fair_id: int) -> Select[FairApplication, FairWait]:
    """Who waits, with her row where there is one, in order."""
    query = select(FairApplication, FairWait).outerjoin(FairWait, FairWait.application_id == FairApplication.id)
    waits = FairApplication.fair_id == fair_id, FairApplication.state == ApplicationState.WAITLISTED
    since = func.coalesce(FairWait.changed_at, FairApplication.submitted_at)
    ordered = query.where(*waits).order_by(FairWait.place.is_(None), FairWait.place, since, FairApplication.id)
    return ordered.options(selectinload(FairApplication.products))


def _sight(fair: Fair) -> Sight:
    placed = select(Booking.application_id).where(Booking.fair_id == fair.id, Booking.state.in_(LIVE_BOOKING))
    may = or_(FairWait.state.is_(None), FairWait.state == WAITING)
    query = _line(fair.id).where(may, FairApplication.id.not_in(placed))
    sight = Sight(fair, [row[0] for row in db.session.execute(query)])
    for term in queries.terms_of({shown.product_id for one in sight.applications for shown in one.products}):
        sight.terms.setdefault(term.product_id, []).append(term)
    ended = select(Booking.booth_id, Booking.application_id).where(
        Booking.fair_id == fair.id, Booking.ended_because.in_(_LEFT)
    )
    sight.left.update((row[0], row[1]) for row in db.session.execute(ended))
    return sight


def _offer_next(fair: Fair, booth_code: str, at: datetime, by: Actor) -> Booking | None:
    booth = lock_booths(fair.id, [booth_code]).get(booth_code)
    if booth is None or booth.use != "exhibitor":
        return None
    free_due([booth.id], at)
    days = _free_days(fair, booth, local_day(at))
    if not days:
        return None
    sight = _sight(fair)
    barred = barriers_of([booth], sight.applications)
    skipped: list[dict[str, str]] = []
    for application in sight.applications:
        why, is_conditional = _why_not(sight, booth, application, days, barred, local_day(at))
        if why is None and _is_first(application):
            return _promoted(fair, offers.Given(application.code, booth_code, days, is_conditional), at, by, skipped)
        if why is not None:
            skipped.append({"application": application.code, "why": why})
    return None


def _promoted(fair: Fair, given: offers.Given, at: datetime, by: Actor, skipped: list[dict[str, str]]) -> Booking:
    booking = offers.give(fair, [given], by, at, is_promoted=True)[0]
    wait = _wait_of(db.session.get_one(FairApplication, booking.application_id))
    wait.state, wait.place, wait.changed_at = OFFERED, None, at
    note(booking, "promoted", by, booth=given.booth, skipped=skipped[:20])
    return booking


def _is_first(application: FairApplication) -> bool:
    """Whether she still waits, now that her application is locked: another booth may have come to her meanwhile."""
    again = _locked(application.id)
    return again.state == ApplicationState.WAITLISTED and not queries.holds_booth(again.id)


def _locked(application_id: int) -> FairApplication:
    query = select(FairApplication).where(FairApplication.id == application_id).with_for_update()
    with_products = query.options(selectinload(FairApplication.products))
    return db.session.scalars(with_products.execution_options(populate_existing=True)).one()


def _free_days(fair: Fair, booth: Booth, on: date) -> list[date]:
    live = select(BoothDay.day).where(BoothDay.booth_id == booth.id, BoothDay.state.in_(LIVE_DAY))
    taken = set(db.session.scalars(live))
    return [day for day in fair_days(fair.opens_on, fair.closes_on) if day >= on and day not in taken]


def _why_not(
    sight: Sight, booth: Booth, application: FairApplication, days: Sequence[date], barred: Reasons, on: date
) -> tuple[str | None, bool]:
    """Why an application is passed over (None: it is not), and whether it could have the booth only on condition."""
    if (booth.id, application.id) in sight.left:
        return "left", False
    if (booth.id, application.id) in barred:
        return barred[booth.id, application.id], False
    terms = [term for shown in application.products for term in sight.terms.get(shown.product_id, ())]
    covered = eligible(terms, days, rules_of(sight.fair).stars_min)
    if len(covered) == len(days):
        return None, False
    if covered and application.renew_by is not None and may_wait_for_renewal(sight.fair, on):
        return None, True
    return "uncovered", False


def _on_list(fair: Fair, code: str) -> FairApplication:
    application = queries.get_application(code)
    if application.fair_id != fair.id or application.state != ApplicationState.WAITLISTED:
        raise ApplicationNotFound
    return application


def _wait_of(application: FairApplication) -> FairWait:
    """The row of an application on the list, made where there is none yet."""
    wait = db.session.get(FairWait, application.id)
    if wait is None:
        wait = FairWait(
            application_id=application.id, fair_id=application.fair_id, state=WAITING, place=None, reason=None,
            changed_at=application.submitted_at or now(),
        )  # fmt: skip
        db.session.add(wait)
        db.session.flush()
    return wait
