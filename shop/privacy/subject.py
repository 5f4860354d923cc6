"""Whose data: an account, or a contact that was proven by a link sent to it. Nobody sees more than she has proven."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from core.accounts.models import UserAccount
from core.db import db
from shop.orders.models import Order


@dataclass(frozen=True)
class Subject:
    """Exactly one of the two is set. A guest who proved an e-mail sees its orders, not those of a phone in them."""

    user_id: int | None = None
    #: E.164 or lower-cased e-mail.
    contact: str | None = None

    def owns(self) -> ColumnElement[bool]:
        """The condition that picks her orders."""
        if self.user_id is not None:
            return Order.user_id == self.user_id
        return or_(Order.contact_phone == self.contact, Order.contact_email == self.contact)


def orders_of(subject: Subject) -> Sequence[Order]:
    """Her orders with all that hangs on them, newest first."""
    whole = (
        selectinload(Order.lines), selectinload(Order.charges), selectinload(Order.events),
        selectinload(Order.shipments), selectinload(Order.seller), selectinload(Order.store),
    )  # fmt: skip
    return db.session.scalars(select(Order).where(subject.owns()).options(*whole).order_by(Order.id.desc())).all()


def order_ids(subject: Subject) -> list[int]:
    """Ids of her orders."""
    return list(db.session.scalars(select(Order.id).where(subject.owns()).order_by(Order.id)))


def proven_contacts(subject: Subject) -> list[str]:
    """The contact that a link was sent to. An account's are only what somebody typed when she registered."""
    return [subject.contact] if subject.contact else []


def proven_phones(subject: Subject) -> list[str]:
    """The telephone among them."""
    return [one for one in proven_contacts(subject) if one.startswith("+")]


def contacts_of(subject: Subject) -> list[str]:
    """Every phone and e-mail by which she is known: the proven one, or the account's."""
    if subject.user_id is None:
        return [subject.contact] if subject.contact else []
    user = db.session.get_one(UserAccount, subject.user_id)
    return [one for one in (user.phone, user.email) if one]
