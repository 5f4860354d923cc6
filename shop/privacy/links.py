"""How a guest proves that data is hers: a link to the e-mail or phone of an order whose number and phone she knows.

Of a till's receipt it is its code, and the phone to which it was sent.

What she sees afterwards is what that contact owns: whoever ordered with another's telephone number and her own e-mail
sees what belongs to the e-mail.
"""

from datetime import timedelta

from flask import session
from sqlalchemy import select, update

from core.accounts.actor import ANONYMOUS
from core.clock import now
from core.db import db, transaction
from core.events import publish
from core.ids import digest, secret_token
from core.messages.service import can_text
from core.web.ratelimit import caller_address, limit
from shop.orders.models import Order
from shop.orders.queries import find_by_phone
from shop.privacy.events import LinkAsked
from shop.privacy.models import PrivacyLink
from shop.privacy.refusals import LinkOver
from shop.privacy.rules import LINK_LASTS, VISIT_LASTS, Wish
from shop.privacy.service import ask
from shop.privacy.subject import Subject
from shop.tills.models import TillSale

#: Where the browser keeps which visit it is.
VISIT = "privacy_visit"
_TEN_MINUTES, _DAY = timedelta(minutes=10), timedelta(days=1)


def ask_link(number: str, phone: str) -> None:
    """Send a link, if there is such an order or receipt; the same answer, whether or not. Raises RateLimited.

    Who can be reached neither by e-mail nor by SMS gets an open request: somebody calls her.
    """
    limit("privacy-phone", phone, times=5, per=_DAY)
    limit("privacy-address", caller_address(), times=30, per=_TEN_MINUTES)
    if find_by_phone(number, phone) is None and not _is_receipt(number, phone):
        return
    if contact_of(number) is None:
        ask(Subject(contact=phone), Wish.ACCESS, ANONYMOUS, number=number)
        return
    with transaction():
        publish(LinkAsked(number))


def contact_of(number: str) -> str | None:
    """Where a link can be sent to: an order's e-mail, else the phone where there is a gateway; a receipt's phone."""
    order = db.session.scalar(select(Order).where(Order.number == number))
    if order is not None and order.contact_email:
        return order.contact_email
    receipt = select(TillSale.customer_phone).where(TillSale.code == number)
    phone = order.contact_phone if order is not None else db.session.scalar(receipt)
    return phone if phone and can_text() else None


def _is_receipt(code: str, phone: str) -> bool:
    mine = TillSale.code == code, TillSale.customer_phone == phone
    return db.session.scalar(select(TillSale.id).where(*mine)) is not None


def issue(contact: str) -> tuple[str, int]:
    """A new link for a contact: its secret and its number. Made at the moment of sending; only a digest is kept."""
    secret, at = secret_token(), now()
    with transaction() as session_:
        link = PrivacyLink(digest=digest(secret), contact=contact, issued_at=at, expires_at=at + LINK_LASTS)
        session_.add(link)
        session_.flush()
        return secret, link.id


def find_link(secret: str) -> PrivacyLink:
    """A link that can still be opened. Raises LinkOver."""
    link = db.session.query(PrivacyLink).filter_by(digest=digest(secret)).first()
    if link is None or link.opened_at is not None or link.expires_at <= now():
        raise LinkOver
    return link


def open_link(secret: str) -> None:
    """Spend it and begin a visit in this browser: of two at once one wins. Raises LinkOver."""
    link = find_link(secret)
    with transaction():
        at = now()
        mine = PrivacyLink.id == link.id, PrivacyLink.opened_at.is_(None), PrivacyLink.expires_at > at
        spent = update(PrivacyLink).where(*mine).values(opened_at=at, expires_at=at + VISIT_LASTS)
        if not db.session.execute(spent).rowcount:  # type: ignore[attr-defined]
            raise LinkOver
    session[VISIT] = link.digest


def visitor() -> Subject | None:
    """Whose data this browser may see by a link it opened; None when there is none, or its time is over."""
    known = session.get(VISIT)
    link = db.session.query(PrivacyLink).filter_by(digest=known).first() if isinstance(known, str) else None
    if link is None or link.opened_at is None or link.expires_at <= now():
        return None
    return Subject(contact=link.contact)


def leave() -> None:
    """End the visit."""
    session.pop(VISIT, None)
