"""Verbs of the organizer: hours, tables and slots of a fair's meetings, and a plan for everybody at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import delete, select

from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.errors import EditConflict, Invalid
from core.events import publish
from core.ids import short_code
from shop.fairs import permissions
from shop.fairs.models import Fair
from shop.fairs.queries import get_fair
from shop.fairs.rules import fair_days
from shop.fairs.service import insert_once
from shop.meetings import queries
from shop.meetings.events import MeetingBooked
from shop.meetings.models import Buyer, Meeting, MeetingPlan, MeetingSlot, MeetingTable
from shop.meetings.refusals import MeetingsStand
from shop.meetings.rules import (
    LIVE,
    MOST_SLOTS,
    BuyerState,
    Hours,
    MeetingState,
    Proposal,
    Seat,
    Side,
    arrange,
    slots_of,
)


@dataclass(frozen=True)
class Setting:
    """How a fair's meetings are held; the hours are the same on every day of the fair."""

    is_open: bool
    register_until: date
    place: str
    starts_time: time
    ends_time: time
    slot_minutes: int
    tables: int
    most_each: int = 6
    pause_from: time | None = None
    pause_until: time | None = None

    @property
    def hours(self) -> Hours:
        """As the rules read them."""
        return Hours(self.starts_time, self.ends_time, self.slot_minutes, self.pause_from, self.pause_until)


def set_up(slug: str, new: Setting, version: int | None, by: Actor) -> MeetingPlan:
    """Set hours, slots and tables; what stands and stays keeps its meetings.

    `version` is that of the setting that was read, None where there was none. Raises FairNotFound, Invalid,
    MeetingsStand where a slot or table would go that a meeting uses, EditConflict.
    """
    with transaction() as session:
        fair = get_fair(slug)
        authorize(by, "meetings.manage", permissions.scope_of(fair))
        slots = _check(new, fair)
        session.scalars(select(Fair).where(Fair.id == fair.id).with_for_update(key_share=True)).one()
        plan = queries.find_plan(fair.id)
        if plan is None and version is None:
            plan = MeetingPlan(fair_id=fair.id)
            session.add(plan)
        elif plan is None or version is None:
            raise EditConflict(yours=version, current=plan.version if plan else None)
        else:
            check_version(plan, version)
        for name in ("is_open", "register_until", "place", "starts_time", "ends_time", "pause_from", "pause_until",
                     "slot_minutes", "most_each"):  # fmt: skip
            setattr(plan, name, getattr(new, name))
        _lay_slots(fair.id, slots)
        _lay_tables(fair.id, new.tables)
        session.flush()
        record("meetings.set", f"fair:{slug}", by, tables=new.tables, slots=len(slots), is_open=new.is_open)
        return plan


@dataclass(frozen=True)
class Arranged:
    """A plan of meetings: what would be made, or was."""

    seats: Sequence[Seat]
    buyers: dict[int, Buyer]
    producers: dict[int, Producer]
    grid: queries.Grid


def arrange_all(slug: str, by: Actor, *, dry_run: bool) -> Arranged:
    """Propose meetings for every admitted buyer with her best exhibitors, beside what stands; make them unless
    `dry_run`. The same state gives the same plan.

    Raises FairNotFound, NoMeetingsHere; NotFound for another's fair.
    """
    with transaction():
        at = now()
        fair = get_fair(slug)
        authorize(by, "meetings.manage", permissions.scope_of(fair))
        plan = queries.get_plan(fair.id)
        if not dry_run:
            _lock(fair.id)
        buyers = queries.list_buyers(fair.id, BuyerState.ADMITTED)
        stands = queries.stands_of(fair, at)
        grid = queries.grid_of(fair.id)
        wishes = {one.id: queries.proposals_for(one, stands) for one in buyers}
        seats = _plan(fair, plan, wishes, grid, at)
        if not dry_run:
            for seat in seats:
                _make(fair, seat, at)
            record("meetings.arranged", f"fair:{slug}", by, meetings=len(seats))
        producers = db.session.scalars(select(Producer).where(Producer.id.in_({one.producer_id for one in seats})))
        return Arranged(seats, {one.id: one for one in buyers}, {one.id: one for one in producers}, grid)


def _lock(fair_id: int) -> None:
    """Buyers, then slots, each by id: as `service.book` takes them."""
    buyers = select(Buyer.id).where(Buyer.fair_id == fair_id).order_by(Buyer.id)
    db.session.scalars(buyers.with_for_update(key_share=True)).all()
    slots = select(MeetingSlot.id).where(MeetingSlot.fair_id == fair_id).order_by(MeetingSlot.id)
    db.session.scalars(slots.with_for_update()).all()


def _plan(
    fair: Fair, plan: MeetingPlan, wishes: dict[int, list[Proposal]], grid: queries.Grid, at: datetime
) -> list[Seat]:
    taken = [Seat(one.buyer_id, one.producer_id, one.slot_id, one.table_id) for one in grid.live]
    asked = {one.producer_id for found in wishes.values() for one in found}
    days = queries.days_of(fair.id, asked, at)
    coming = [one for one in grid.slots if one.starts_at > at]
    return arrange(wishes, days, coming, list(grid.tables), taken, plan.most_each)


def _make(fair: Fair, seat: Seat, at: datetime) -> None:
    values = {
        "code": short_code("GG"), "fair_id": fair.id, "buyer_id": seat.buyer_id, "producer_id": seat.producer_id,
        "slot_id": seat.slot_id, "table_id": seat.table_id, "state": MeetingState.BOOKED, "asked_by": Side.ORGANIZER,
        "booked_at": at, "reason": "", "expected_vnd": 0, "result_words": "", "version": 1,
    }  # fmt: skip
    if insert_once(Meeting, values):
        publish(MeetingBooked(queries.get_meeting(str(values["code"])).id, 1))


def _check(new: Setting, fair: Fair) -> list[tuple[datetime, datetime]]:
    errors: dict[str, list[str]] = {}
    if new.starts_time >= new.ends_time:
        errors["ends_time"] = [_("Giờ cuối phải sau giờ đầu.")]
    if (new.pause_from is None) != (new.pause_until is None):
        errors["pause_until"] = [_("Giờ nghỉ cần cả lúc bắt đầu và lúc hết.")]
    elif new.pause_from and new.pause_until and new.pause_from >= new.pause_until:
        errors["pause_until"] = [_("Giờ nghỉ phải hết sau khi bắt đầu.")]
    if new.register_until > fair.closes_on:
        errors["register_until"] = [_("Không thể sau ngày bế mạc.")]
    slots = [] if errors else slots_of(fair_days(fair.opens_on, fair.closes_on), new.hours)
    if not errors and not slots:
        errors["slot_minutes"] = [_("Không có khung giờ nào vừa trong những giờ này.")]
    if len(slots) > MOST_SLOTS:
        errors["slot_minutes"] = [_("Nhiều nhất %(most)d khung giờ cho cả hội chợ.", most=MOST_SLOTS)]
    if errors:
        raise Invalid(errors)
    return slots


def _lay_slots(fair_id: int, wanted: Sequence[tuple[datetime, datetime]]) -> None:
    had = db.session.scalars(select(MeetingSlot).where(MeetingSlot.fair_id == fair_id).with_for_update()).all()
    keep = {(one.starts_at, one.ends_at) for one in had} & set(wanted)
    gone = [one.id for one in had if (one.starts_at, one.ends_at) not in keep]
    _drop(MeetingSlot, gone)
    new = [MeetingSlot(fair_id=fair_id, starts_at=a, ends_at=b) for a, b in wanted if (a, b) not in keep]
    db.session.add_all(new)
    db.session.flush()


def _lay_tables(fair_id: int, count: int) -> None:
    had = db.session.scalars(select(MeetingTable).where(MeetingTable.fair_id == fair_id)).all()
    _drop(MeetingTable, [one.id for one in had if one.number > count])
    numbers = {one.number for one in had}
    db.session.add_all(MeetingTable(fair_id=fair_id, number=n) for n in range(1, count + 1) if n not in numbers)
    db.session.flush()


def _drop(model: type[MeetingSlot] | type[MeetingTable], ids: Sequence[int]) -> None:
    """Take slots or tables away. Raises MeetingsStand; what only called-off meetings used goes with them."""
    if not ids:
        return
    used = Meeting.slot_id if model is MeetingSlot else Meeting.table_id
    standing = select(Meeting.code).where(used.in_(ids), Meeting.state.in_(LIVE)).order_by(Meeting.code)
    codes = db.session.scalars(standing).all()
    if codes:
        raise MeetingsStand(meetings=list(codes))
    db.session.execute(delete(Meeting).where(used.in_(ids)))
    db.session.execute(delete(model).where(model.id.in_(ids)))
