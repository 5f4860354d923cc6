"""Meetings follow their fair: called off with it, moved with it, and without a booth there is no meeting."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from core.clock import local_day, now
from core.db import db, transaction
from shop.fairs.models import Fair
from shop.fairs.rules import FairState
from shop.meetings.models import Buyer, Meeting, MeetingPlan, MeetingSlot
from shop.meetings.queries import days_of
from shop.meetings.rules import MeetingState, Side
from shop.meetings.service import call_off

#: A buyer's person is forgotten so long after the fair.
KEPT = timedelta(days=365)


def look_at(fair_id: int) -> int:
    """Call off what cannot take place: of a cancelled fair everything to come, else meetings of exhibitors without a
    booth on that day. Answers how many. Safe to repeat.
    """
    with transaction() as session:
        at = now()
        fair = session.get_one(Fair, fair_id)
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


def shift(fair_id: int, days: int) -> None:
    """The fair moved by so many days: its slots move with it, the i-th day to the i-th, and everybody keeps her hour.

    The last one first when it moves on, the first one first when it moves back, so that no two share an instant.
    """
    if not days:
        return
    with transaction() as session:
        query = select(MeetingSlot).where(MeetingSlot.fair_id == fair_id)
        order = MeetingSlot.starts_at.desc() if days > 0 else MeetingSlot.starts_at
        by = timedelta(days=days)
        for slot in session.scalars(query.order_by(order).with_for_update()).all():
            values = {"starts_at": slot.starts_at + by, "ends_at": slot.ends_at + by}
            session.execute(update(MeetingSlot).where(MeetingSlot.id == slot.id).values(**values))
        plans = update(MeetingPlan).where(MeetingPlan.fair_id == fair_id)
        until = select(MeetingPlan.register_until).where(MeetingPlan.fair_id == fair_id)
        before = session.scalar(until)
        if before is not None:
            moved = before + by
            session.execute(plans.values(register_until=moved), execution_options={"synchronize_session": "fetch"})


def forget_people(before: timedelta = KEPT) -> int:
    """Empty name, telephone and e-mail of buyers whose fair ended a year ago (Law 91/2025); answers how many."""
    with transaction() as session:
        last = local_day(now() - before)
        over = select(Fair.id).where(Fair.closes_on < last)
        known = Buyer.phone.is_not(None) | Buyer.email.is_not(None) | Buyer.contact_name.is_not(None)
        forget = update(Buyer).where(Buyer.fair_id.in_(over), known).values(phone=None, email=None, contact_name=None)
        return int(session.execute(forget, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]
