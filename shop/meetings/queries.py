"""Reading supply and demand: the plan of a fair, its buyers, who shows what, and timetables."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from catalog.producers.models import Producer
from core.clock import local_day
from core.db import db
from core.text import fold
from shop.fairs.directory import Directory, cards_by_product, directory_of, for_visitors
from shop.fairs.models import Booking, BoothDay, Fair
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, BookingState
from shop.meetings.models import Buyer, BuyerNeed, Meeting, MeetingPlan, MeetingSlot, MeetingTable
from shop.meetings.refusals import BuyerNotFound, MeetingNotFound, NoMeetingsHere
from shop.meetings.rules import LIVE, BuyerState, Goods, Match, MeetingState, Need, Proposal, Slot, Stand, propose


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting as timetables show it."""

    meeting: Meeting
    slot: Slot
    table: int
    buyer: Buyer
    producer: Producer


@dataclass(frozen=True, slots=True)
class Grid:
    """Slots and tables of a fair with the live meetings in them."""

    slots: tuple[Slot, ...]
    #: Number of each table by its id.
    tables: dict[int, int]
    live: tuple[Meeting, ...]

    def free_for(self, buyer_id: int, producer_id: int, days: Collection[Any], at: datetime) -> list[Slot]:
        """Slots to come at which both and a table are free, on days of the exhibitor's booth."""
        busy = {one.slot_id for one in self.live if buyer_id == one.buyer_id or producer_id == one.producer_id}
        full = {one.id for one in self.slots if self.seated(one.id) >= len(self.tables)}
        return [
            one for one in self.slots
            if one.starts_at > at and one.id not in busy and one.id not in full and one.day in days
        ]  # fmt: skip

    def seated(self, slot_id: int) -> int:
        """How many tables are taken in a slot."""
        return sum(one.slot_id == slot_id for one in self.live)


def find_plan(fair_id: int) -> MeetingPlan | None:
    """How this fair brings buyers and exhibitors together; None when it does not."""
    return db.session.scalar(select(MeetingPlan).where(MeetingPlan.fair_id == fair_id))


def get_plan(fair_id: int) -> MeetingPlan:
    """As `find_plan`; refuses with NoMeetingsHere."""
    plan = find_plan(fair_id)
    if plan is None:
        raise NoMeetingsHere
    return plan


def get_buyer(code: str, fair_id: int | None = None) -> Buyer:
    """A buyer with her needs. Refuses with BuyerNotFound, also for another fair's."""
    query = select(Buyer).where(Buyer.code == code).options(selectinload(Buyer.needs))
    buyer = db.session.scalar(query)
    if buyer is None or fair_id not in (None, buyer.fair_id):
        raise BuyerNotFound
    return buyer


def get_meeting(code: str) -> Meeting:
    """A meeting. Refuses with MeetingNotFound."""
    meeting = db.session.scalar(select(Meeting).where(Meeting.code == code))
    if meeting is None:
        raise MeetingNotFound
    return meeting


def check_of_fair(code: str, fair_id: int) -> None:
    """Refuse a meeting of another fair with MeetingNotFound: to this desk it does not exist."""
    if get_meeting(code).fair_id != fair_id:
        raise MeetingNotFound


def codes_of(producer_ids: Collection[int]) -> dict[int, str]:
    """Public codes of producers."""
    query = select(Producer.id, Producer.code).where(Producer.id.in_(list(producer_ids)))
    return {row[0]: row[1] for row in db.session.execute(query)}


def meetings_by_buyer(grid: Grid) -> dict[int, int]:
    """How many live meetings each buyer has."""
    return Counter(one.buyer_id for one in grid.live)


def list_buyers(fair_id: int, state: str | None = None) -> Sequence[Buyer]:
    """Buyers of a fair in the order in which they came, with what they look for."""
    query = select(Buyer).where(Buyer.fair_id == fair_id).options(selectinload(Buyer.needs))
    if state:
        query = query.where(Buyer.state == state)
    return db.session.scalars(query.order_by(Buyer.registered_at, Buyer.id)).all()


def grid_of(fair_id: int) -> Grid:
    """Slots, tables and live meetings of a fair: three statements."""
    slots = db.session.scalars(
        select(MeetingSlot).where(MeetingSlot.fair_id == fair_id).order_by(MeetingSlot.starts_at)
    )
    tables = db.session.scalars(
        select(MeetingTable).where(MeetingTable.fair_id == fair_id).order_by(MeetingTable.number)
    )
    live = db.session.scalars(select(Meeting).where(Meeting.fair_id == fair_id, Meeting.state.in_(LIVE)))
    return Grid(
        tuple(Slot(one.id, one.starts_at, one.ends_at) for one in slots), {one.id: one.number for one in tables},
        tuple(live),
    )  # fmt: skip


def timetable(
    fair_id: int, *, buyer_id: int | None = None, producer_ids: Collection[int] | None = None, even_over: bool = False
) -> list[Line]:
    """Meetings of a fair by time and table; of one buyer, or of some exhibitors, where asked. One statement."""
    query = (
        select(Meeting, MeetingSlot, MeetingTable.number, Buyer, Producer)
        .join(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .join(MeetingTable, MeetingTable.id == Meeting.table_id)
        .join(Buyer, Buyer.id == Meeting.buyer_id)
        .join(Producer, Producer.id == Meeting.producer_id)
        .where(Meeting.fair_id == fair_id)
    )
    if buyer_id is not None:
        query = query.where(Meeting.buyer_id == buyer_id)
    if producer_ids is not None:
        query = query.where(Meeting.producer_id.in_(list(producer_ids)))
    if not even_over:
        query = query.where(Meeting.state.in_(LIVE))
    rows = db.session.execute(query.order_by(MeetingSlot.starts_at, MeetingTable.number, Meeting.id))
    return [
        Line(meeting, Slot(slot.id, slot.starts_at, slot.ends_at), number, buyer, producer)
        for meeting, slot, number, buyer, producer in rows
    ]


def days_of(fair_id: int, producer_ids: Collection[int], at: datetime) -> dict[int, set[date]]:
    """The days on which each of these exhibitors has a booth that it accepted. One statement."""
    query = select(Booking.producer_id, BoothDay.day).join(BoothDay, BoothDay.booking_id == Booking.id).where(
        Booking.fair_id == fair_id, Booking.producer_id.in_(list(producer_ids)), BoothDay.state.in_(LIVE_DAY),
        Booking.state.in_(LIVE_BOOKING), Booking.state != BookingState.OFFERED,
        or_(Booking.expires_at.is_(None), Booking.expires_at > at),
    )  # fmt: skip
    found: dict[int, set[date]] = {}
    for producer_id, day in db.session.execute(query):
        found.setdefault(producer_id, set()).add(day)
    return found


def stands_of(fair: Fair, at: datetime) -> list[Stand]:
    """Exhibitors that visitors may know of, with their days and what they may show today, prices beside it."""
    directory = for_visitors(directory_of(fair, at), is_adult=True)
    return stands_in(directory, at)


def stands_in(directory: Directory, at: datetime) -> list[Stand]:
    """As `stands_of`, from a directory that was read: one producer on two booths is one stand."""
    shown = {one.product.id for exhibitor in directory.exhibitors for one in exhibitor.products}
    prices = {key: card.price_vnd for key, card in cards_by_product(shown, local_day(at)).items()}
    found: dict[int, Stand] = {}
    for one in directory.exhibitors:
        goods = tuple(
            Goods(
                p.product.id, p.product.name, p.product.name_folded, p.product.set_no, p.product.product_set.group,
                p.stars, prices.get(p.product.id),
            )
            for p in one.products
        )  # fmt: skip
        had = found.get(one.producer.id, Stand(one.producer.id, one.producer.name, frozenset(), ()))
        joined = {each.product_id: each for each in (*had.goods, *goods)}
        days = had.days | frozenset(one.days)
        found[one.producer.id] = Stand(one.producer.id, one.producer.name, days, tuple(joined.values()))
    return list(found.values())


def needs_of(buyer: Buyer) -> list[Need]:
    """What a buyer looks for, as the rules read it."""
    return [_need(one) for one in buyer.needs]


def _need(one: BuyerNeed) -> Need:
    return Need(one.position, one.set_no, one.group_no, fold(one.wanted), one.price_vnd, one.stars_min)


def proposals_for(buyer: Buyer, stands: Sequence[Stand]) -> list[Proposal]:
    """Exhibitors for a buyer, the best first, each with its reasons."""
    return propose(needs_of(buyer), stands)


def buyers_for(
    producer_ids: Collection[int], buyers: Sequence[Buyer], stands: Sequence[Stand]
) -> list[tuple[Buyer, int, tuple[Match, ...]]]:
    """The other way round: buyers that look for what these exhibitors show, the best first."""
    own = [stand for stand in stands if stand.producer_id in producer_ids]
    found = [
        (buyer, one.producer_id, one.points, one.matches)
        for buyer in buyers if buyer.state == BuyerState.ADMITTED
        for one in proposals_for(buyer, own)
    ]  # fmt: skip
    found.sort(key=lambda row: (-row[2], row[0].company, row[0].id))
    return [(buyer, producer_id, matches) for buyer, producer_id, _points, matches in found]


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the meetings of a fair."""

    buyers: int
    booked: int
    held: int
    missed: int
    cancelled: int
    memoranda: int
    contracts: int
    expected_vnd: int


def figures_of(fair_ids: Collection[int]) -> dict[int, Figures]:
    """The figures of each of these fairs: two statements, however many there are."""
    admitted = select(Buyer.fair_id, func.count()).where(
        Buyer.fair_id.in_(list(fair_ids)), Buyer.state == BuyerState.ADMITTED
    )
    buyers = {row[0]: row[1] for row in db.session.execute(admitted.group_by(Buyer.fair_id))}
    query = select(
        Meeting.fair_id, Meeting.state, Meeting.outcome, func.count(), func.coalesce(func.sum(Meeting.expected_vnd), 0)
    ).where(Meeting.fair_id.in_(list(fair_ids)))
    rows = db.session.execute(query.group_by(Meeting.fair_id, Meeting.state, Meeting.outcome)).all()

    def total(fair_id: int, state: str | None = None, outcome: str | None = None) -> int:
        return sum(
            row[3] for row in rows
            if row[0] == fair_id and state in (None, row[1]) and outcome in (None, row[2])
        )  # fmt: skip

    return {
        one: Figures(
            buyers.get(one, 0), total(one, MeetingState.BOOKED), total(one, MeetingState.HELD),
            total(one, MeetingState.MISSED), total(one, MeetingState.CANCELLED), total(one, outcome="memorandum"),
            total(one, outcome="contract"), sum(int(row[4]) for row in rows if row[0] == one),
        )
        for one in fair_ids
    }  # fmt: skip
