"""What follows: people are told, verified papers apply, conditions end. Nothing is sent inside a transaction."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from catalog.certificates.events import CertificateVerified
from catalog.mandates.queries import people_of
from catalog.producers.models import Producer
from core.accounts.contacts import find_contact
from core.clock import local_day, now
from core.db import db
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.exhibitors import letters, outsiders
from shop.exhibitors.events import FairTold, InvitationSent, OutsiderDecided, OutsiderSent, PartnerAsked
from shop.exhibitors.invitations import address, invited_producer, why_over
from shop.exhibitors.links import About, key_of
from shop.exhibitors.models import FairInvitation, FairMessage, FairOutsider
from shop.fairs.applying.joined import ASKED, FairApplicationPartner
from shop.fairs.events import ApplicationDecided
from shop.fairs.models import Fair, FairApplication
from shop.fairs.queries import get_application

#: Registered by import.
LETTERS = (letters.invitation, letters.partner, letters.decided, letters.outsider, letters.told, letters.news)


@later(InvitationSent, outside=True)
def send_invitation(event: InvitationSent) -> None:
    """The link goes to the contact that was left, or to the people of the producer that is named."""
    one = db.session.scalars(select(FairInvitation).where(FairInvitation.code == event.invitation)).one()
    if one.serial != event.serial or why_over(one, local_day(now())):
        return
    producer = invited_producer(one)
    contact = find_contact(one.contact) if one.contact else None
    to = [("contact", Recipient(contact.email, contact.phone, one.name))] if contact else _people(producer)
    context = _fair(one.fair_id) | {"until_on": one.until_on, "note": one.note, "url": address(one)}
    _send(list(to), "fair.invitation", f"{one.code}:{one.serial}", context, f"invitation:{one.code}")


@later(PartnerAsked, outside=True)
def ask_partner(event: PartnerAsked) -> None:
    """The household hears who asks, with its link."""
    application = get_application(event.application)
    one = db.session.get(FairApplicationPartner, application.id)
    if one is None or one.state != ASKED or one.serial != event.serial:
        return
    holder, asked = db.session.get_one(Producer, application.producer_id), db.session.get(Producer, one.producer_id)
    url = address_of("exhibitors.partner", key=key_of(About.PARTNER, application.code, one.serial))
    context = _fair(application.fair_id) | {"holder": holder.name, "words": one.words, "url": url}
    about = f"application:{application.code}"
    _send(list(_people(asked)), "fair.partner", f"{application.code}:{one.serial}", context, about)


@later(ApplicationDecided, outside=True)
def tell_decision(event: ApplicationDecided) -> None:
    """The applicant hears what was decided; nothing when it was decided anew meanwhile."""
    application = get_application(event.application)
    if application.state != event.decision:
        return
    context = _fair(application.fair_id) | {
        "code": application.code, "decision": event.decision, "note": event.note,
        "renew_by": application.renew_by if event.decision == "accepted" else None, "url": _mine(application),
    }  # fmt: skip
    when = application.decided_at.isoformat() if application.decided_at else ""
    about = f"application:{application.code}"
    _send(list(recipients(application)), "fair.decided", f"{application.code}:{when}", context, about)


@later(CertificateVerified)
def apply_verified(event: CertificateVerified) -> None:
    """The last paper of an exhibitor from outside was verified: it applies."""
    outsiders.apply_verified(event.certificate_id)


@later(OutsiderSent, outside=True)
def confirm_papers(event: OutsiderSent) -> None:
    """The papers arrived: the link by which they can be followed."""
    _tell_outsider(event.outsider, "sent")


@later(OutsiderDecided, outside=True)
def tell_outsider(event: OutsiderDecided) -> None:
    """What became of them."""
    _tell_outsider(event.outsider, event.state)


@later(FairTold, outside=True)
def tell_many(event: FairTold) -> None:
    """One of many gets a message."""
    application = get_application(event.application)
    message = db.session.scalars(select(FairMessage).where(FairMessage.code == event.message)).one()
    producer = db.session.get_one(Producer, application.producer_id)
    stop = address_of("exhibitors.stop_news", key=key_of(About.NEWS, producer.code, 1))
    context = _fair(application.fair_id) | {
        "subject": message.subject, "body": message.body, "url": _mine(application),
        "stop": stop if message.is_advertising else None,
    }  # fmt: skip
    kind = "fair.news" if message.is_advertising else "fair.told"
    key = f"{message.code}:{application.code}"
    _send(list(recipients(application)), kind, key, context, f"application:{application.code}")


def recipients(application: FairApplication) -> Iterator[tuple[str, Recipient]]:
    """Everybody of an applicant: her people's accounts, else what she left with her papers, else her label."""
    producer = db.session.get_one(Producer, application.producer_id)
    found = list(_people(producer, with_label=False))
    left = db.session.scalar(select(FairOutsider).where(FairOutsider.application_id == application.id))
    if not found and left is not None:
        found = [("papers", Recipient(left.email, left.phone, left.contact_name))]
    yield from found or _people(producer)


def _people(producer: Producer | None, *, with_label: bool = True) -> Iterator[tuple[str, Recipient]]:
    if producer is None:
        return
    people = [one for one in people_of(producer) if one.email or one.phone]
    for one in people:
        yield str(one.id), Recipient(one.email, one.phone, one.name)
    if not people and with_label and producer.phone:
        yield "label", Recipient(phone=producer.phone, name=producer.name)


def _tell_outsider(code: str, state: str) -> None:
    one = outsiders.get_outsider(code)
    key = key_of(About.OUTSIDER, one.code, one.serial)
    context = _fair(one.fair_id) | {
        "code": one.code, "state": state, "reason": one.reason, "url": address_of("exhibitors.outsider", key=key),
    }  # fmt: skip
    to = [("papers", Recipient(one.email, one.phone, one.contact_name))]
    _send(to, "fair.outsider", f"{one.code}:{state}", context, f"outsider:{one.code}")


def _fair(fair_id: int) -> dict[str, Any]:
    fair = db.session.get_one(Fair, fair_id)
    return {"fair": fair.name, "opens_on": fair.opens_on, "closes_on": fair.closes_on, "venue": fair.venue}


def _mine(application: FairApplication) -> str:
    return address_of("exhibitors.mine_one", code=application.code)


def _send(to: list[tuple[str, Recipient]], kind: str, key: str, context: dict[str, Any], about: str) -> None:
    for name, recipient in to:
        send(Message(recipient, kind, f"{kind}:{key}:{name}", "vi", context, about))
