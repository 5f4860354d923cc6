"""Postponed or called off: every applicant is told, each in a message of her own."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from catalog.mandates.queries import people_of
from catalog.producers.models import Producer
from core.db import db
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.fairs import queries
from shop.fairs.events import CancelTold, MoveTold
from shop.fairs.life import letters as fair_letters
from shop.fairs.life.models import Choice, FairMove
from shop.fairs.life.moving import asked_of
from shop.fairs.models import Booth, Fair, FairApplication

#: Registered by import.
LETTERS = (fair_letters.moved, fair_letters.cancelled)


@later(MoveTold, outside=True)
def mail_move(event: MoveTold) -> None:
    """The latest postponement only: an earlier one that was overtaken is not told any more."""
    move = db.session.get_one(FairMove, event.move)
    application = queries.get_application(event.application)
    fair = db.session.get_one(Fair, application.fair_id)
    if (fair.opens_on, fair.closes_on) != (move.opens_on, move.closes_on) or fair.cancelled_at is not None:
        return
    context = {
        "fair": fair.name, "was_from": move.was_opens_on, "was_until": move.was_closes_on, "opens_on": move.opens_on,
        "closes_on": move.closes_on, "because": move.because, "choose_by": move.choose_by, **_of_booth(event, move),
    }  # fmt: skip
    context.setdefault("url", address_of("fairs.show", slug=fair.slug))
    _send("fair.moved", f"{move.id}:{event.booking or event.application}", application, context)


@later(CancelTold, outside=True)
def mail_end(event: CancelTold) -> None:
    """It does not take place, and what comes back to her."""
    application = queries.get_application(event.application)
    fair = db.session.get_one(Fair, application.fair_id)
    context = {
        "fair": fair.name, "opens_on": fair.opens_on, "closes_on": fair.closes_on, "because": fair.cancelled_because,
        "back_vnd": event.back_vnd, "url": address_of("fairs.show", slug=fair.slug),
    }  # fmt: skip
    _send("fair.cancelled", event.application, application, context)


def _of_booth(event: MoveTold, move: FairMove) -> dict[str, Any]:
    """What the postponement means for her booth; an applicant without one is told the days alone."""
    none = {"booth": None, "days_waiting": 0, "days_dropped": 0}
    if event.booking is None:
        return none
    booking = queries.get_booking(event.booking)
    choice, asked = asked_of([booking.id]).get(booking.id, (None, None))
    if choice is None or asked is None or asked.id != move.id or choice.state != Choice.OPEN:
        return none
    return {
        "booth": db.session.get_one(Booth, booking.booth_id).code, "days_waiting": choice.days_waiting,
        "days_dropped": choice.days_dropped, "url": address_of("fairs.choice", code=booking.code),
    }  # fmt: skip


def _send(kind: str, key: str, application: FairApplication, context: dict[str, Any]) -> None:
    producer = db.session.scalars(select(Producer).where(Producer.id == application.producer_id)).one()
    about = f"application:{application.code}"
    for name, to in list(_recipients(producer)):
        send(Message(to, kind, f"{kind}:{key}:{name}", "vi", context, about))


def _recipients(producer: Producer) -> Iterator[tuple[str, Recipient]]:
    """Every open account of her people, else the telephone on her label."""
    people = [one for one in people_of(producer) if one.email or one.phone]
    for one in people:
        yield str(one.id), Recipient(one.email, one.phone, one.name)
    if not people and producer.phone:
        yield "label", Recipient(phone=producer.phone, name=producer.name)
