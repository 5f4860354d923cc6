"""Buyers and exhibitors are told; a booth that is lost takes its meetings with it."""

from collections.abc import Iterator
from typing import Any

from catalog.mandates.queries import people_of
from catalog.producers.models import Producer
from core.db import db
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.fairs.events import BoothReleased, FairCancelled, FairMoved
from shop.fairs.models import Fair
from shop.fairs.queries import find_fair
from shop.meetings import letters, watching
from shop.meetings.events import BuyerDecided, BuyerRegistered, MeetingBooked, MeetingCancelled
from shop.meetings.links import key_of
from shop.meetings.models import Buyer, Meeting, MeetingPlan, MeetingSlot, MeetingTable
from shop.meetings.queries import find_plan
from shop.meetings.rules import BuyerState, MeetingState, Side

#: Registered by import.
LETTERS = (letters.registered, letters.decided, letters.booked, letters.cancelled)


@later(BuyerRegistered, outside=True)
def mail_registration(event: BuyerRegistered) -> None:
    """The buyer gets the address of her page."""
    buyer = db.session.get_one(Buyer, event.buyer_id)
    if buyer.state != BuyerState.WITHDRAWN:
        _tell_buyer(buyer, "buyer.registered", f"buyer-registered:{buyer.code}", {})


@later(BuyerDecided, outside=True)
def mail_decision(event: BuyerDecided) -> None:
    """Admitted or refused, as it stands now."""
    buyer = db.session.get_one(Buyer, event.buyer_id)
    if buyer.state == event.state:
        context = {"is_admitted": buyer.state == BuyerState.ADMITTED}
        _tell_buyer(buyer, "buyer.decided", f"buyer-{event.state}:{buyer.code}:{buyer.decided_at}", context)


@later(MeetingBooked, outside=True)
def mail_meeting(event: MeetingBooked) -> None:
    """Both sides, unless it was called off or moved again meanwhile."""
    meeting = db.session.get_one(Meeting, event.meeting_id)
    if meeting.state == MeetingState.BOOKED and meeting.version == event.version:
        _tell_both(meeting, "meeting.booked", f"meeting-booked:{meeting.code}:{event.version}")


@later(MeetingCancelled, outside=True)
def mail_cancellation(event: MeetingCancelled) -> None:
    """Both sides, with the reason; whoever called it off knows."""
    meeting = db.session.get_one(Meeting, event.meeting_id)
    _tell_both(meeting, "meeting.cancelled", f"meeting-cancelled:{meeting.code}", but=meeting.ended_by)


def fair_changed(event: BoothReleased | FairMoved | FairCancelled) -> None:
    """An exhibitor without a booth on a day meets nobody on it; a fair that moves takes its meetings along."""
    fair = find_fair(event.fair)
    if fair is not None:
        watching.look_at(fair.id)


for _event in (BoothReleased, FairMoved, FairCancelled):
    later(_event)(fair_changed)


def _tell_both(meeting: Meeting, kind: str, key: str, but: str | None = None) -> None:
    fair, buyer = db.session.get_one(Fair, meeting.fair_id), db.session.get_one(Buyer, meeting.buyer_id)
    producer = db.session.get_one(Producer, meeting.producer_id)
    context = _context(meeting, fair)
    if but != Side.BUYER:
        _tell_buyer(buyer, kind, f"{key}:buyer", {**context, "other": producer.name})
    if but != Side.EXHIBITOR:
        url = address_of("meetings.own", slug=fair.slug)
        for name, to in list(_people(producer)):
            told = {**context, "other": buyer.company, "url": url}
            send(Message(to, kind, f"{key}:{name}", "vi", told, f"meeting:{meeting.code}"))


def _tell_buyer(buyer: Buyer, kind: str, key: str, context: dict[str, Any]) -> None:
    if not (buyer.email or buyer.phone):
        return
    fair = db.session.get_one(Fair, buyer.fair_id)
    url = address_of("meetings.buyer", key=key_of(buyer.code))
    told = {"fair": fair.name, "company": buyer.company, "url": url, **context}
    to = Recipient(buyer.email, buyer.phone, buyer.contact_name or "")
    send(Message(to, kind, key, buyer.locale, told, f"buyer:{buyer.code}"))


def _context(meeting: Meeting, fair: Fair) -> dict[str, Any]:
    slot = db.session.get_one(MeetingSlot, meeting.slot_id)
    plan: MeetingPlan | None = find_plan(fair.id)
    return {
        "fair": fair.name, "starts_at": slot.starts_at, "place": plan.place if plan else fair.venue,
        "table": db.session.get_one(MeetingTable, meeting.table_id).number, "reason": meeting.reason,
    }  # fmt: skip


def _people(producer: Producer) -> Iterator[tuple[str, Recipient]]:
    people = [one for one in people_of(producer) if one.email or one.phone]
    for one in people:
        yield str(one.id), Recipient(one.email, one.phone, one.name)
    if not people and producer.phone:
        yield "label", Recipient(phone=producer.phone, name=producer.name)
