"""Everything that stands on one fair, locked in the order of the whole shop: for what changes every booking at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import selectinload

from core.accounts.actor import Actor
from core.clock import now
from core.db import db
from core.errors import Busy
from shop.fairs.booths.rows import free_due, keep_certificates
from shop.fairs.models import Booking, BookingProduct, Booth, BoothDay, Fair
from shop.fairs.queries import get_fair, terms_of
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, DayState, Term, eligible
from shop.fairs.service import lock_fair
from shop.payments.models import Payment


@dataclass(frozen=True)
class Ground:
    """A fair with its booths by id and its live bookings, each with its days (``booking.days``)."""

    fair: Fair
    booths: dict[int, Booth]
    bookings: Sequence[Booking]


def lock_ground(slug: str, by: Actor) -> Ground:
    """Payments, the fair, its booths and its live bookings, locked; holds whose time is over are let go first.

    Raises FairNotFound, NotFound for another organizer's fair, Busy when a payment was asked for in between.
    """
    references = _lock_payments(get_fair(slug).id)
    fair = lock_fair(slug, by)
    booths = _booths(fair.id, is_locked=True)
    free_due(list(booths), now())
    db.session.flush()
    bookings = _bookings(fair.id, is_locked=True)
    if any(one.payment_reference is not None and one.payment_reference not in references for one in bookings):
        raise Busy
    return Ground(fair, booths, bookings)


def see_ground(fair: Fair) -> Ground:
    """The same as it stands now, without locks: to foresee."""
    return Ground(fair, _booths(fair.id), _bookings(fair.id))


def live_days(booking: Booking) -> list[BoothDay]:
    """Its live booth-days, by day."""
    return [one for one in booking.days if one.state in LIVE_DAY]


def coverage_of(ground: Ground, days: Collection[date], stars_min: int, *, keeps: bool) -> dict[int, dict[date, Term]]:
    """By booking: the best certificate for each of these days; a day without any is missing. Two statements.

    ``keeps``: the certificates stay as they are until the transaction ends.
    """
    shown: dict[int, list[int]] = {one.id: [] for one in ground.bookings}
    pairs = select(BookingProduct.booking_id, BookingProduct.product_id)
    for booking_id, product_id in db.session.execute(pairs.where(BookingProduct.booking_id.in_(list(shown)))):
        shown[booking_id].append(product_id)
    product_ids = sorted({one for own in shown.values() for one in own})
    if keeps:
        keep_certificates(product_ids)
    by_product: dict[int, list[Term]] = {}
    for term in terms_of(product_ids):
        by_product.setdefault(term.product_id, []).append(term)
    ordered = sorted(days)
    found: dict[int, dict[date, Term]] = {}
    for booking_id, own in shown.items():
        terms = [term for product_id in own for term in by_product.get(product_id, ())]
        found[booking_id] = {day: best[0] for day, best in eligible(terms, ordered, stars_min).items()}
    return found


@dataclass(frozen=True)
class Moving:
    """A booth-day that gives way to another: on which day, in which state, covered by what. No day: it falls away."""

    row: BoothDay
    day: date | None
    state: DayState
    term: Term | None


def rewrite(moving: Sequence[Moving]) -> None:
    """Release rows and put those that follow them in their place, in two statements; the unique key has the last
    word, and nothing of it stays when it says no.
    """
    gone = [one.row.id for one in moving]
    if gone:
        db.session.execute(update(BoothDay).where(BoothDay.id.in_(gone)).values(state=DayState.RELEASED))
    rows = [_row(one, one.day) for one in moving if one.day is not None]
    if rows:
        db.session.execute(insert(BoothDay), rows)


def _row(one: Moving, day: date) -> dict[str, object]:
    term = one.term
    return {
        "booking_id": one.row.booking_id, "booth_id": one.row.booth_id, "day": day, "state": one.state,
        "price_vnd": one.row.price_vnd, "subsidy_vnd": one.row.subsidy_vnd,
        "certificate_id": term.certificate_id if term else None,
        "certificate_number": term.certificate_number if term else None, "stars": term.stars if term else None,
    }  # fmt: skip


def _lock_payments(fair_id: int) -> set[str]:
    live = Booking.fair_id == fair_id, Booking.state.in_(LIVE_BOOKING), Booking.payment_reference.is_not(None)
    asked = set(db.session.scalars(select(Booking.payment_reference).where(*live)))
    query = select(Payment).where(Payment.reference.in_(asked)).order_by(Payment.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).all()
    return {one for one in asked if one is not None}


def _booths(fair_id: int, *, is_locked: bool = False) -> dict[int, Booth]:
    query = select(Booth).where(Booth.fair_id == fair_id).order_by(Booth.id)
    if is_locked:
        query = query.with_for_update()
    return {one.id: one for one in db.session.scalars(query)}


def _bookings(fair_id: int, *, is_locked: bool = False) -> Sequence[Booking]:
    query = select(Booking).where(Booking.fair_id == fair_id, Booking.state.in_(LIVE_BOOKING)).order_by(Booking.id)
    if is_locked:
        query = query.with_for_update()
    fresh = query.options(selectinload(Booking.days)).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()
