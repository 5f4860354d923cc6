"""Meetings follow their fair: called off with it, moved with it, and without a booth there is no meeting."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from shop.fairs.models import Fair
from shop.fairs.rules import PEOPLE_KEPT, FairState
from shop.meetings.events import MeetingBooked
from shop.meetings.models import Buyer, Meeting, MeetingSlot
from shop.meetings.queries import days_of, find_plan
from shop.meetings.rules import MeetingState, Side
from shop.meetings.service import call_off


def look_at(fair_id: int) -> int:
    """Let the meetings of a fair follow it: to its new days, and off where they cannot take place: of a cancelled
    fair everything to come, else meetings of exhibitors without a booth on that day. Answers how many are off.
    Safe to repeat.
    """
    with transaction() as session:
        fair = session.get_one(Fair, fair_id)
        _follow(fair)
        at = now()
        query = (
            select(Meeting, MeetingSlot.starts_at)
            .join(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
            .where(Meeting.fair_id == fair_id, Meeting.state == MeetingState.BOOKED, MeetingSlot.starts_at > at)
        )
        rows = session.execute(query.order_by(Meeting.id).with_for_update(of=Meeting)).all()
        days = days_of(fair_id, {row[0].producer_id for row in rows}, at) if rows else {}
        count = 0
        for meeting, starts_at in rows:
            if fair.state == FairState.CANCELLED:
                call_off(meeting, Side.ORGANIZER, _("Hội chợ đã hủy."))
            elif local_day(starts_at) not in days.get(meeting.producer_id, set()):
                call_off(meeting, Side.ORGANIZER, _("Chủ thể không còn gian hàng ở hội chợ vào ngày hẹn."))
            else:
                continue
            count += 1
        return count


def look_at_all() -> int:
    """The same for every fair with meetings to come: what no event told is found here."""
    coming = (
        select(Meeting.fair_id)
        .join(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .where(Meeting.state == MeetingState.BOOKED, MeetingSlot.starts_at > now())
    )
    return sum(look_at(fair_id) for fair_id in db.session.scalars(coming.distinct()).all())


def _follow(fair: Fair) -> None:
    """The fair has other days than its slots: they move with it, the i-th day to the i-th, everybody keeps her hour
    and is told the new day. Slots begin on the first day of the fair, so their first day says by how much.

    The last one first when it moves on, the first one first when it moves back, so that no two share an instant.
    """
    query = select(MeetingSlot).where(MeetingSlot.fair_id == fair.id).order_by(MeetingSlot.starts_at)
    slots = db.session.scalars(query.with_for_update()).all()
    by = fair.opens_on - local_day(slots[0].starts_at) if slots else timedelta()
    if not by:
        return
    for slot in reversed(slots) if by > timedelta() else slots:
        slot.starts_at, slot.ends_at = slot.starts_at + by, slot.ends_at + by
        db.session.flush()
    plan = find_plan(fair.id)
    if plan is not None:
        plan.register_until = min(plan.register_until + by, fair.closes_on)
    booked = select(Meeting).where(Meeting.fair_id == fair.id, Meeting.state == MeetingState.BOOKED)
    for meeting in db.session.scalars(booked.order_by(Meeting.id).with_for_update()):
        meeting.booked_at = now()
        db.session.flush()
        publish(MeetingBooked(meeting.id, meeting.version))


def forget_people(before: timedelta = PEOPLE_KEPT) -> int:
    """Empty name, telephone and e-mail of buyers whose fair ended a year ago (Law 91/2025); answers how many."""
    with transaction() as session:
        last = local_day(now() - before)
        over = select(Fair.id).where(Fair.closes_on < last)
        known = Buyer.phone.is_not(None) | Buyer.email.is_not(None) | Buyer.contact_name.is_not(None)
        forget = update(Buyer).where(Buyer.fair_id.in_(over), known).values(phone=None, email=None, contact_name=None)
        return int(session.execute(forget, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]
