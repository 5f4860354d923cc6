"""What is always true of the days of a fair."""

from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import db
from core.doctor import invariant
from shop.fairdays.models import BoothVisit, FairBadge, FairScan, LoadSeat, LoadSlot
from shop.fairdays.rules import MOST_BADGES, Outcome, Settled


@invariant("I95", "every visit at a fair stands on a scan that let her in")
def visits_stand_on_scans() -> Iterable[str]:
    """A visit without an accepted or counted scan of the same booking and day."""
    let_in = (FairScan.outcome == Outcome.ACCEPTED) | (FairScan.settled == Settled.COUNTED)
    query = select(BoothVisit.id).join(FairScan, FairScan.id == BoothVisit.scan_id)
    good = query.where(let_in, FairScan.booking_id == BoothVisit.booking_id, FairScan.day == BoothVisit.day)
    for visit_id in db.session.scalars(select(BoothVisit.id).where(BoothVisit.id.not_in(good))):
        yield f"visit {visit_id} stands on no scan that let anybody in"


@invariant("I96", "no booth has more badges than a booth can have, and a seat at the gate goes the way of its slot")
def badges_within_booth() -> Iterable[str]:
    """More live badges of a booking than there are numbers; a seat whose slot goes the other way."""
    live = select(FairBadge.booking_id).where(FairBadge.revoked_at.is_(None)).group_by(FairBadge.booking_id)
    for booking_id in db.session.scalars(live.having(func.count() > MOST_BADGES)):
        yield f"booking {booking_id} has more than {MOST_BADGES} badges"
    crossed = select(LoadSeat.id).join(LoadSlot, LoadSlot.id == LoadSeat.slot_id)
    for seat_id in db.session.scalars(crossed.where(LoadSlot.direction != LoadSeat.direction)):
        yield f"seat {seat_id} goes another way than its slot"
