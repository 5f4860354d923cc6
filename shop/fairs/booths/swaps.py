"""Exhibitors change booths with each other: proposed by one of them or by the organizer, done when both have agreed.

Where one has paid, both booths must cost the same: no consent makes somebody owe more. A proposal is over after three
days, or when one of the two no longer holds a booth.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize, is_allowed
from core.audit import record
from core.clock import day_start, now
from core.db import db, transaction
from core.errors import NotFound
from core.events import publish
from core.ids import short_code
from shop.fairs import permissions, queries
from shop.fairs.booths.models import BoothSwap
from shop.fairs.booths.moves import swap_places
from shop.fairs.events import SwapAsked, SwapEnded
from shop.fairs.models import Booking, Fair
from shop.fairs.refusals import BookingNotReady, SwapNotFound, SwapOver, SwapStands, SwapUneven
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, BookingState
from shop.fairs.service import insert_once

#: How long the other may think about it.
ANSWER = timedelta(days=3)
_MAY = (BookingState.HOLD, BookingState.OFFERED, BookingState.ACCEPTED, BookingState.PAID)


@dataclass(frozen=True)
class Wish:
    """Whose booking (``first``) would change booths with whose, and words to the other."""

    first: str
    second: str
    note: str | None = None


def ask_swap(wish: Wish, by: Actor) -> BoothSwap:
    """Propose it: the exhibitor of ``first`` agrees by asking, the organizer agrees for nobody.

    Asked again it answers the proposal that stands. Raises SwapUneven, SwapStands when the first waits for another
    answer, BookingNotReady, BookingNotFound, NotFound for who is neither.
    """
    with transaction():
        first, second = queries.get_booking(wish.first), queries.get_booking(wish.second)
        fair = db.session.get_one(Fair, first.fair_id)
        is_organizer = is_allowed(by, "bookings.manage", permissions.scope_of(fair))
        if not is_organizer:
            authorize(by, "bookings.answer", scope_of(db.session.get_one(Producer, first.producer_id)))
        if second.fair_id != first.fair_id or second.id == first.id:
            raise NotFound
        at = now()
        end_swaps(at)
        _check(first, second)
        values = {
            "code": short_code("DG"), "fair_id": fair.id, "first_id": first.id, "second_id": second.id,
            "state": "asked", "asked_by": by.label[:200], "note": wish.note, "asked_at": at,
            "expires_at": min(at + ANSWER, max(at, day_start(fair.opens_on))),
            "first_agreed_at": None if is_organizer else at, "second_agreed_at": None, "ended_at": None,
        }  # fmt: skip
        if not insert_once(BoothSwap, values):
            return _standing(first, second)
        record("swap.asked", f"swap:{values['code']}", by, first=first.code, second=second.code)
        publish(SwapAsked(str(values["code"])))
        return get_swap(str(values["code"]))


def answer_swap(code: str, *, agrees: bool, by: Actor) -> BoothSwap:
    """One of the two says yes or no; with the second yes the booths change in the same transaction.

    A no ends it. What has become impossible meanwhile ends it and says so (SwapOver). The organizer may only end it.
    Raises SwapNotFound, SwapOver, NotFound for who is neither.
    """
    with transaction():
        swap = _lock(code)
        first, second = db.session.get_one(Booking, swap.first_id), db.session.get_one(Booking, swap.second_id)
        sides = [one for one in (first, second) if _speaks_for(by, one)]
        fair = db.session.get_one(Fair, swap.fair_id)
        if not sides and (agrees or not is_allowed(by, "bookings.manage", permissions.scope_of(fair))):
            raise SwapNotFound
        if swap.state == "done" and agrees:
            return swap
        at = now()
        if swap.state != "asked" or swap.expires_at <= at:
            raise SwapOver(state=swap.state)
        if not agrees:
            return _end(swap, "refused", at, by)
        _agree(swap, first in sides, second in sides, at)
        record("swap.agreed", f"swap:{code}", by)
        if swap.first_agreed_at is not None and swap.second_agreed_at is not None:
            _check(first, second)
            swap_places(first.code, second.code, by, "swapped")
            return _end(swap, "done", at, by)
        return swap


def end_swaps(at: datetime) -> int:
    """End proposals whose time is over, or one of whose bookings no longer stands; answers how many."""
    with transaction() as session:
        gone = select(Booking.id).where(Booking.state.not_in(LIVE_BOOKING))
        due = or_(BoothSwap.expires_at <= at, BoothSwap.first_id.in_(gone), BoothSwap.second_id.in_(gone))
        query = select(BoothSwap).where(BoothSwap.state == "asked", due).order_by(BoothSwap.id).with_for_update()
        swaps = session.scalars(query).all()
        for one in swaps:
            _end(one, "over", at, SYSTEM)
        return len(swaps)


def get_swap(code: str) -> BoothSwap:
    """A proposal. Refuses with SwapNotFound."""
    swap = db.session.scalar(select(BoothSwap).where(BoothSwap.code == code))
    if swap is None:
        raise SwapNotFound
    return swap


def list_swaps(booking_id: int) -> list[BoothSwap]:
    """The proposals about a booking, the latest first."""
    about = or_(BoothSwap.first_id == booking_id, BoothSwap.second_id == booking_id)
    return list(db.session.scalars(select(BoothSwap).where(about).order_by(BoothSwap.id.desc()).limit(20)))


def _check(first: Booking, second: Booking) -> None:
    """Whether the two could change now."""
    for one in (first, second):
        if one.state not in _MAY:
            raise BookingNotReady(state=one.state, booking=one.code)
    sums = [sum(day.price_vnd for day in queries.days_of(one.id, *LIVE_DAY)) for one in (first, second)]
    if sums[0] != sums[1] and BookingState.PAID in (first.state, second.state):
        raise SwapUneven(first_vnd=sums[0], second_vnd=sums[1])


def _standing(first: Booking, second: Booking) -> BoothSwap:
    query = select(BoothSwap).where(BoothSwap.first_id == first.id, BoothSwap.state == "asked")
    standing = db.session.scalars(query).one()
    if standing.second_id != second.id:
        raise SwapStands(swap=standing.code)
    return standing


def _speaks_for(by: Actor, booking: Booking) -> bool:
    return is_allowed(by, "bookings.answer", scope_of(db.session.get_one(Producer, booking.producer_id)))


def _agree(swap: BoothSwap, is_first: bool, is_second: bool, at: datetime) -> None:
    if is_first and swap.first_agreed_at is None:
        swap.first_agreed_at = at
    if is_second and swap.second_agreed_at is None:
        swap.second_agreed_at = at


def _lock(code: str) -> BoothSwap:
    query = select(BoothSwap).where(BoothSwap.code == code).with_for_update()
    swap = db.session.scalar(query.execution_options(populate_existing=True))
    if swap is None:
        raise SwapNotFound
    return swap


def _end(swap: BoothSwap, outcome: str, at: datetime, by: Actor) -> BoothSwap:
    swap.state, swap.ended_at = outcome, at
    record(f"swap.{outcome}", f"swap:{swap.code}", by)
    publish(SwapEnded(swap.code, outcome))
    return swap
