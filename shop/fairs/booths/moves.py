"""A booking moves to another booth, or two change places: the same days, the same code, each verb one transaction.

Unpaid, the fee follows the booth. Paid, the exhibitor never pays more: a cheaper booth gives the difference back, a
dearer one costs her nothing. A booking whose first day has begun does not move. Locks: payments by reference, booths by
id, bookings by id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.clock import now, today
from core.db import db, transaction
from core.errors import Busy
from core.events import publish
from shop.fairs import permissions, queries
from shop.fairs.applying.joined import check_block
from shop.fairs.booths import coverage
from shop.fairs.booths.fees import call_off, owe, share_of
from shop.fairs.booths.giving import areas_of
from shop.fairs.booths.rows import NewDay, free_due, put_days, release_rows
from shop.fairs.booths.steps import note
from shop.fairs.booths.subsidies import spread, subsidy_of
from shop.fairs.events import BookingMoved, BoothReleased
from shop.fairs.models import Booking, Booth, BoothDay, Fair, FairApplication
from shop.fairs.refusals import BookingNotReady, BookingUnderWay, BoothNotFound, BoothTaken
from shop.fairs.rulebook import rules_of
from shop.fairs.rules import LIVE_DAY, BookingState, DayState, Term, day_prices, fair_days
from shop.payments.service import lock_payment

_UNPAID = (BookingState.HOLD, BookingState.OFFERED, BookingState.ACCEPTED)
_MOVABLE = (*_UNPAID, BookingState.PAID)


def move(code: str, booth_code: str, by: Actor, reason: str = "moved") -> Booking:
    """The organizer puts an exhibitor on another booth that is free on her days. The same booth changes nothing.

    Raises BoothTaken naming the days, BoothNotFound, BookingNotReady, BookingUnderWay, BookingNotFound, NotFound for
    another organizer's fair.
    """
    with transaction():
        fair = _fair_of(code, by)
        booth = queries.find_booth(fair.id, booth_code)
        if booth is None or booth.use != "exhibitor":
            raise BoothNotFound(booth=booth_code)
        (booking,) = lock_all([code], [booth.id])
        coverage.look_again(code, today(), by)
        if booking.booth_id == booth.id:
            return booking
        free_due([booth.id], now())
        left = db.session.get_one(Booth, booking.booth_id)
        days = _movable_days(booking)
        plan = _plan(booking, days, booth, fair)
        release_rows(days)
        _settle_on(booking, plan, fair, by, reason)
        publish(BoothReleased(booking.code, fair.slug, left.code, "moved", days[0].day, days[-1].day))
        return booking


def exchange(first: str, second: str, by: Actor, reason: str = "swapped") -> tuple[Booking, Booking]:
    """Two exhibitors of one fair change booths, by the organizer. Raises as `move`."""
    with transaction():
        _fair_of(first, by)
        return swap_places(first, second, by, reason)


def swap_places(first: str, second: str, by: Actor, reason: str) -> tuple[Booking, Booking]:
    """As `exchange`, for verbs that have looked whether they may, in their transaction."""
    one, other = lock_all([first, second])
    for code in (first, second):
        coverage.look_again(code, today(), by)
    if one.fair_id != other.fair_id:
        raise BoothNotFound
    fair = db.session.get_one(Fair, one.fair_id)
    mine, hers = _movable_days(one), _movable_days(other)
    my_booth, her_booth = db.session.get_one(Booth, one.booth_id), db.session.get_one(Booth, other.booth_id)
    plans = _plan(one, mine, her_booth, fair), _plan(other, hers, my_booth, fair)
    release_rows([*mine, *hers])
    _settle_on(one, plans[0], fair, by, reason)
    _settle_on(other, plans[1], fair, by, reason)
    return one, other


def lock_all(codes: Sequence[str], booth_ids: Collection[int] = ()) -> list[Booking]:
    """Bookings in the order of their codes, locked after their payments and booths, and these booths besides.

    Raises BookingNotFound, Busy when a payment or a booth changed in between.
    """
    seen = {code: queries.get_booking(code) for code in codes}
    before = {one.id: (one.payment_reference, one.booth_id) for one in seen.values()}
    for reference in sorted(filter(None, (reference for reference, _booth in before.values()))):
        lock_payment(reference)
    wanted = {*booth_ids, *(booth for _reference, booth in before.values())}
    db.session.scalars(select(Booth).where(Booth.id.in_(wanted)).order_by(Booth.id).with_for_update()).all()
    query = select(Booking).where(Booking.id.in_(list(before))).order_by(Booking.id).with_for_update()
    locked = {one.code: one for one in db.session.scalars(query.execution_options(populate_existing=True))}
    if any(before[one.id] != (one.payment_reference, one.booth_id) for one in locked.values()):
        raise Busy
    return [locked[code] for code in codes]


def _fair_of(code: str, by: Actor) -> Fair:
    fair = db.session.get_one(Fair, queries.get_booking(code).fair_id)
    authorize(by, "bookings.manage", permissions.scope_of(fair))
    return fair


def _movable_days(booking: Booking) -> list[BoothDay]:
    """Its live days. Raises BookingNotReady, BookingUnderWay."""
    if booking.state not in _MOVABLE:
        raise BookingNotReady(state=booking.state)
    days = queries.days_of(booking.id, *LIVE_DAY)
    if days[0].day < today():
        raise BookingUnderWay(first_on=days[0].day)
    return days


@dataclass(frozen=True)
class _Plan:
    """The days of a booking as they will stand on a booth, and what they cost the exhibitor less than before."""

    booth: Booth
    rows: Sequence[NewDay]
    back_vnd: int


def _plan(booking: Booking, days: Sequence[BoothDay], booth: Booth, fair: Fair) -> _Plan:
    prices = day_prices(booth.price_vnd, fair_days(fair.opens_on, fair.closes_on))
    rows = _dear_rows(booking, days, prices, fair) if booking.state in _UNPAID else _kept_rows(days, prices)
    return _Plan(booth, rows, sum(map(share_of, days)) - sum(one.price_vnd - one.subsidy_vnd for one in rows))


def _settle_on(booking: Booking, plan: _Plan, fair: Fair, by: Actor, reason: str) -> None:
    """Write the days, released where they were, on the other booth. Raises BoothTaken."""
    before, rows, is_paid = db.session.get_one(Booth, booking.booth_id), plan.rows, booking.state not in _UNPAID
    check_block(plan.booth, db.session.get_one(FairApplication, booking.application_id))
    booking.booth_id = plan.booth.id
    if not is_paid:
        booking.price_vnd, booking.subsidy_vnd = sum(o.price_vnd for o in rows), sum(o.subsidy_vnd for o in rows)
    db.session.flush()
    if taken := put_days(booking, rows):
        raise BoothTaken(booth=plan.booth.code, days=taken)
    note(booking, reason, by, before=before.code, booth=plan.booth.code)
    if is_paid and plan.back_vnd > 0:
        owe(booking, plan.back_vnd, by)
    elif not is_paid and plan.back_vnd:
        call_off(booking, by, "the fee has changed")
    publish(BookingMoved(booking.code, fair.slug, before.code, plan.booth.code, reason))


def _kept_rows(days: Sequence[BoothDay], prices: dict[date, int]) -> list[NewDay]:
    """Paid days: never dearer than they were."""
    rows: list[NewDay] = []
    for old in days:
        price = min(old.price_vnd, prices[old.day])
        rows.append(NewDay(old.day, DayState(old.state), price, min(old.subsidy_vnd, price), _term_of(old)))
    return rows


def _dear_rows(booking: Booking, days: Sequence[BoothDay], prices: dict[date, int], fair: Fair) -> list[NewDay]:
    """Unpaid days: what the new booth costs, with the fair's part of it."""
    areas = areas_of(fair, [booking.producer_id]).get(booking.producer_id, ())
    stars = max((one.stars or 0 for one in days), default=0)
    wanted = [one.day for one in days]
    asked = sum(prices[day] for day in wanted)
    parts = spread(subsidy_of(rules_of(fair).subsidy, asked, areas, stars), prices, wanted)
    return [NewDay(one.day, DayState(one.state), prices[one.day], parts[one.day], _term_of(one)) for one in days]


def _term_of(day: BoothDay) -> Term | None:
    """What covers a day, as it was decided."""
    if day.certificate_id is None or day.certificate_number is None or day.stars is None:
        return None
    return Term(day.certificate_id, day.certificate_number, 0, day.stars, day.day, day.day)
