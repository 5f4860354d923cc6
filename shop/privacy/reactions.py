"""Sends the link that was asked for. It is made here, so that no secret waits in the outbox."""

from sqlalchemy import select

from core.db import db
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.orders.models import Order
from shop.privacy import letters
from shop.privacy.events import LinkAsked
from shop.privacy.links import contact_of, issue

#: Registered by import.
LETTERS = (letters.link,)


@later(LinkAsked, outside=True)
def send_link(event: LinkAsked) -> None:
    """To the order's e-mail, or its phone; to the receipt's phone."""
    contact = contact_of(event.number)
    if contact is None:
        return
    secret, link_id = issue(contact)
    locale = db.session.scalar(select(Order.locale).where(Order.number == event.number))
    to = Recipient(email=contact) if "@" in contact else Recipient(phone=contact)
    context = {"url": address_of("privacy.enter", token=secret)}
    send(Message(to, "privacy.link", f"privacy-link:{link_id}", locale or "vi", context))
