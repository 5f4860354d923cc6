"""Verbs of supply and demand: set up, register, admit, book, move, call off, write down what came of it.

Each is one transaction. Locks are taken in one order: plan, buyer, slots by id, meeting. The slot's lock makes the
choice of a table plain; that nobody is booked twice is decided by the unique keys of `meeting` all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.producers.models import Producer
from catalog.producers.queries import find_producer, scope_of
from core.accounts.actor import Actor
from core.accounts.permissions import authorize, is_allowed
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code
from shop.fairs import permissions
from shop.fairs.models import Fair
from shop.fairs.queries import get_fair, get_public
from shop.fairs.rules import FairState
from shop.fairs.service import insert_once
from shop.meetings.events import BuyerDecided, BuyerRegistered, MeetingBooked, MeetingCancelled
from shop.meetings.models import Buyer, BuyerNeed, Meeting, MeetingSlot, MeetingTable
from shop.meetings.queries import days_of, get_buyer, get_meeting, get_plan
from shop.meetings.refusals import (
    BuyerBusy,
    BuyerKnown,
    BuyerNotReady,
    ExhibitorAbsent,
    ExhibitorBusy,
    MeetingNotBegun,
    MeetingNotFound,
    MeetingStateRefused,
    PairBooked,
    RegistrationClosed,
    SlotFull,
    SlotNotFound,
    SlotPast,
)
from shop.meetings.rules import LIVE, BuyerState, MeetingState, Outcome, Side, free_table

#: The wording of the consent, kept with each buyer.
CONSENT = "buyer-1"


@dataclass(frozen=True)
class Party:
    """Who does something about a meeting; a buyer is known by the address of her page, not by an account."""

    side: Side
    by: Actor
    buyer_id: int | None = None


@dataclass(frozen=True)
class NewNeed:
    """A line of what a buyer looks for."""

    set_no: int | None = None
    group_no: str | None = None
    wanted: str = ""
    quantity: int | None = None
    unit: str = ""
    period: str = "once"
    price_vnd: int | None = None
    stars_min: int = 3


@dataclass(frozen=True)
class NewBuyer:
    """A company that wants to come, its person, and what it looks for."""

    company: str
    kind: str
    place: str
    contact_name: str
    phone: str
    needs: Sequence[NewNeed]
    tax_code: str | None = None
    email: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Wish:
    """A meeting that is asked for."""

    fair: str
    buyer: str
    producer: str
    slot: int


@dataclass(frozen=True)
class Result:
    """What came of a meeting: whether both came, and what they agreed on. Đồng expected in a year."""

    came: bool
    outcome: Outcome = Outcome.NONE
    expected_vnd: int = 0
    words: str = ""


def register(slug: str, new: NewBuyer, by: Actor) -> Buyer:
    """A company registers to buy at a fair; an organizer's own entry is admitted at once and at any time.

    Raises FairNotFound, NoMeetingsHere, RegistrationClosed, BuyerKnown, Invalid without a need.
    """
    is_own = by.is_known and is_allowed(by, "meetings.manage", permissions.scope_of(get_fair(slug)))
    with transaction() as session:
        at, fair = now(), get_fair(slug) if is_own else get_public(slug)
        plan = get_plan(fair.id)
        if not is_own and not takes_buyers(fair, plan.is_open, plan.register_until, local_day(at)):
            raise RegistrationClosed(register_until=plan.register_until)
        if not new.needs:
            raise Invalid({"wanted-1": [_("Cần ít nhất một mặt hàng đang tìm.")]})
        values = {
            "code": short_code("NM"), "fair_id": fair.id, "company": new.company, "tax_code": new.tax_code,
            "kind": new.kind, "place": new.place, "contact_name": new.contact_name, "phone": new.phone,
            "email": new.email, "words": new.words, "state": BuyerState.ADMITTED if is_own else BuyerState.ASKED,
            "locale": str(get_locale() or "vi"), "consent": CONSENT, "registered_at": at,
            "decided_at": at if is_own else None, "version": 1,
        }  # fmt: skip
        if not insert_once(Buyer, values):
            raise BuyerKnown
        buyer = get_buyer(str(values["code"]))
        buyer.needs = [BuyerNeed(position=n, **vars(one)) for n, one in enumerate(new.needs, 1)]
        session.flush()
        record("buyer.registered", f"buyer:{buyer.code}", by, fair=slug, company=new.company)
        publish(BuyerRegistered(buyer.id))
        return buyer


def takes_buyers(fair: Fair, is_open: bool, until: date, on: date) -> bool:
    """Whether the public page takes buyers on a day."""
    return is_open and fair.state in (FairState.OPEN, FairState.RUNNING) and on <= min(until, fair.closes_on)


def decide_buyer(slug: str, code: str, state: BuyerState, by: Actor) -> Buyer:
    """Admit a buyer, or refuse her; a refused one loses her meetings. Twice has the effect of once.

    Raises FairNotFound, BuyerNotFound, BuyerNotReady for one who withdrew, NotFound for another's fair.
    """
    with transaction():
        fair = get_fair(slug)
        authorize(by, "meetings.manage", permissions.scope_of(fair))
        buyer = _lock_buyer(code, fair.id)
        if buyer.state == state:
            return buyer
        if buyer.state == BuyerState.WITHDRAWN:
            raise BuyerNotReady(state=buyer.state)
        buyer.state, buyer.decided_at = state, now()
        if state == BuyerState.REFUSED:
            _cancel_all_of(buyer, Side.ORGANIZER, _("Ban tổ chức không nhận đăng ký của bên mua."))
        record(f"buyer.{state}", f"buyer:{code}", by, fair=slug)
        publish(BuyerDecided(buyer.id, state))
        return buyer


def withdraw_buyer(code: str, by: Actor) -> Buyer:
    """The buyer does not come: her meetings are called off, the exhibitors told. Twice has the effect of once."""
    with transaction():
        buyer = _lock_buyer(code)
        if buyer.state != BuyerState.WITHDRAWN:
            buyer.state, buyer.decided_at = BuyerState.WITHDRAWN, now()
            _cancel_all_of(buyer, Side.BUYER, _("Bên mua không đến hội chợ."))
            record("buyer.withdrawn", f"buyer:{code}", by)
        return buyer


def book(wish: Wish, party: Party) -> Meeting:
    """An appointment of a buyer with an exhibitor in a slot, at the first free table.

    Raises FairNotFound, BuyerNotFound, BuyerNotReady, SlotNotFound, SlotPast, ExhibitorAbsent, BuyerBusy,
    ExhibitorBusy, SlotFull, PairBooked; NotFound for another's.
    """
    with transaction():
        fair = get_fair(wish.fair)
        buyer, producer = _lock_buyer(wish.buyer, fair.id), _producer(wish.producer)
        _check_party(party, fair, buyer.id, producer)
        if buyer.state != BuyerState.ADMITTED:
            raise BuyerNotReady(state=buyer.state)
        slot = _lock_slots(fair.id, [wish.slot])[0]
        at = now()
        _check_slot(fair, slot, producer, at)
        table = _table_for(slot, buyer.id)
        values = {
            "code": short_code("GG"), "fair_id": fair.id, "buyer_id": buyer.id, "producer_id": producer.id,
            "slot_id": slot.id, "table_id": table, "state": MeetingState.BOOKED, "asked_by": party.side,
            "booked_at": at, "reason": "", "expected_vnd": 0, "result_words": "", "version": 1,
        }  # fmt: skip
        if not insert_once(Meeting, values):
            raise _why_not(slot, buyer.id, producer.id)
        meeting = get_meeting(str(values["code"]))
        record("meeting.booked", f"meeting:{meeting.code}", party.by, fair=fair.slug, side=party.side)
        publish(MeetingBooked(meeting.id, meeting.version))
        return meeting


def move(code: str, slot_id: int, version: int, party: Party) -> Meeting:
    """The same two at another time. Raises what `book` raises, MeetingStateRefused, EditConflict."""
    with transaction() as session:
        seen = get_meeting(code)
        fair = session.get_one(Fair, seen.fair_id)
        producer = session.get_one(Producer, seen.producer_id)
        _check_party(party, fair, seen.buyer_id, producer)
        slots = _lock_slots(fair.id, [seen.slot_id, slot_id])
        meeting = _lock_meeting(code)
        check_version(meeting, version)
        _check_booked(meeting)
        slot = next(one for one in slots if one.id == slot_id)
        _check_slot(fair, slot, producer, now())
        if slot.id == meeting.slot_id:
            return meeting
        taken = _live_in(slot.id)
        if any(meeting.buyer_id == one.buyer_id or meeting.producer_id == one.producer_id for one in taken):
            raise _why_not(slot, meeting.buyer_id, meeting.producer_id)
        meeting.slot_id, meeting.table_id = slot.id, _table_for(slot, meeting.buyer_id)
        session.flush()
        record("meeting.moved", f"meeting:{code}", party.by, starts_at=slot.starts_at.isoformat())
        publish(MeetingBooked(meeting.id, meeting.version))
        return meeting


def cancel(code: str, reason: str, party: Party) -> Meeting:
    """Call an appointment off; the other side is told why. Twice has the effect of once.

    Raises MeetingNotFound, MeetingStateRefused for one that is over.
    """
    with transaction():
        seen = get_meeting(code)
        fair, producer = db.session.get_one(Fair, seen.fair_id), db.session.get_one(Producer, seen.producer_id)
        _check_party(party, fair, seen.buyer_id, producer)
        meeting = _lock_meeting(code)
        if meeting.state != MeetingState.CANCELLED:
            _check_booked(meeting)
            call_off(meeting, party.side, reason)
            record("meeting.cancelled", f"meeting:{code}", party.by, side=party.side, reason=reason)
        return meeting


def call_off(meeting: Meeting, side: Side, reason: str) -> None:
    """Inside a transaction: the meeting is off, both sides are told."""
    meeting.state, meeting.ended_at, meeting.ended_by, meeting.reason = MeetingState.CANCELLED, now(), side, reason
    db.session.flush()
    publish(MeetingCancelled(meeting.id))


def record_result(code: str, result: Result, version: int, party: Party) -> Meeting:
    """Write down what came of a meeting; may be put right later. The exhibitor or the organizer does it.

    Raises MeetingNotFound, MeetingNotBegun, MeetingStateRefused for one that was called off, EditConflict.
    """
    with transaction() as session:
        seen = get_meeting(code)
        fair, producer = session.get_one(Fair, seen.fair_id), session.get_one(Producer, seen.producer_id)
        if party.side == Side.BUYER:
            raise MeetingNotFound
        _check_party(party, fair, seen.buyer_id, producer)
        meeting = _lock_meeting(code)
        check_version(meeting, version)
        if meeting.state == MeetingState.CANCELLED:
            raise MeetingStateRefused(state=meeting.state)
        slot = session.get_one(MeetingSlot, meeting.slot_id)
        if now() < slot.starts_at:
            raise MeetingNotBegun(starts_at=slot.starts_at)
        meeting.state = MeetingState.HELD if result.came else MeetingState.MISSED
        meeting.outcome = result.outcome if result.came else None
        meeting.expected_vnd = result.expected_vnd if result.came else 0
        meeting.result_words = result.words
        meeting.recorded_at, meeting.recorded_by = now(), party.by.label
        session.flush()
        record("meeting.recorded", f"meeting:{code}", party.by, state=meeting.state, outcome=meeting.outcome,
               expected_vnd=meeting.expected_vnd)  # fmt: skip
        return meeting


def _check_party(party: Party, fair: Fair, buyer_id: int, producer: Producer) -> None:
    if party.side == Side.ORGANIZER:
        authorize(party.by, "meetings.manage", permissions.scope_of(fair))
    elif party.side == Side.EXHIBITOR:
        authorize(party.by, "meetings.own", scope_of(producer))
    elif party.buyer_id != buyer_id:
        raise MeetingNotFound


def _check_slot(fair: Fair, slot: MeetingSlot, producer: Producer, at: datetime) -> None:
    if slot.starts_at <= at or fair.state not in (FairState.OPEN, FairState.RUNNING):
        raise SlotPast(starts_at=slot.starts_at)
    days = days_of(fair.id, [producer.id], at).get(producer.id, set())
    if local_day(slot.starts_at) not in days:
        raise ExhibitorAbsent(days=sorted(days))


def _check_booked(meeting: Meeting) -> None:
    if meeting.state != MeetingState.BOOKED:
        raise MeetingStateRefused(state=meeting.state)


def _producer(code: str) -> Producer:
    found = find_producer(code)
    if found is None:
        raise Invalid({"producer": [_("Không có chủ thể này ở hội chợ.")]})
    return found


def _table_for(slot: MeetingSlot, buyer_id: int) -> int:
    """The buyer's table of her other meetings where it is free, else the first free one. Raises SlotFull."""
    tables = select(MeetingTable.id).where(MeetingTable.fair_id == slot.fair_id).order_by(MeetingTable.number)
    used = {one.table_id for one in _live_in(slot.id)}
    own = select(Meeting.table_id).where(Meeting.buyer_id == buyer_id, Meeting.state.in_(LIVE)).order_by(Meeting.id)
    found = free_table(db.session.scalars(tables).all(), used, db.session.scalar(own.limit(1)))
    if found is None:
        raise SlotFull(starts_at=slot.starts_at)
    return found


def _why_not(slot: MeetingSlot, buyer_id: int, producer_id: int) -> Exception:
    """Why the unique keys said no."""
    for one in _live_in(slot.id):
        if one.buyer_id == buyer_id and one.producer_id != producer_id:
            return BuyerBusy(starts_at=slot.starts_at)
        if one.producer_id == producer_id and one.buyer_id != buyer_id:
            return ExhibitorBusy(starts_at=slot.starts_at)
    pair = select(Meeting.code).where(
        Meeting.buyer_id == buyer_id, Meeting.producer_id == producer_id, Meeting.state.in_(LIVE)
    )
    code = db.session.scalar(pair.limit(1))
    return PairBooked(meeting=code) if code else SlotFull(starts_at=slot.starts_at)


def _live_in(slot_id: int) -> Sequence[Meeting]:
    return db.session.scalars(select(Meeting).where(Meeting.slot_id == slot_id, Meeting.state.in_(LIVE))).all()


def _lock_buyer(code: str, fair_id: int | None = None) -> Buyer:
    buyer = get_buyer(code, fair_id)
    query = select(Buyer).where(Buyer.id == buyer.id).options(selectinload(Buyer.needs)).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _lock_slots(fair_id: int, ids: Sequence[int]) -> Sequence[MeetingSlot]:
    query = select(MeetingSlot).where(MeetingSlot.fair_id == fair_id, MeetingSlot.id.in_(set(ids)))
    found = db.session.scalars(query.order_by(MeetingSlot.id).with_for_update()).all()
    if len(found) != len(set(ids)):
        raise SlotNotFound
    return found


def _lock_meeting(code: str) -> Meeting:
    query = select(Meeting).where(Meeting.code == code).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _cancel_all_of(buyer: Buyer, side: Side, reason: str) -> None:
    query = select(Meeting).where(Meeting.buyer_id == buyer.id, Meeting.state == MeetingState.BOOKED)
    for meeting in db.session.scalars(query.order_by(Meeting.id).with_for_update()):
        call_off(meeting, side, reason)
