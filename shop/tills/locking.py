"""The first lock of everything that a till books: its shift. And who did it."""

from sqlalchemy import bindparam, select

from core.accounts.actor import Actor
from core.db import db
from shop.tills.asked import AskedSale
from shop.tills.cashiers import find_cashier
from shop.tills.here import Here
from shop.tills.models import Till, TillShift
from shop.tills.refusals import NoTill, ShiftNotFound

_SHIFT = (
    select(TillShift, Till.is_active)
    .join(Till, Till.id == TillShift.till_id)
    .where(TillShift.code == bindparam("shift"), TillShift.till_id == bindparam("till"))
    .with_for_update(of=TillShift)
    .execution_options(populate_existing=True)
)


def lock_for_sale(place: Here, code: str) -> TillShift:
    """The shift of this till, open or closed, locked. Raises ShiftNotFound, NoTill for a till out of service."""
    row = db.session.execute(_SHIFT, {"shift": code, "till": place.till_id}).one_or_none()
    if row is None:
        raise ShiftNotFound
    if not row[1]:
        raise NoTill
    return row[0]


def seller_at(place: Here, asked: AskedSale, by: Actor) -> Actor:
    """Who sold it: whoever is signed in, or somebody who was signed in at this till before."""
    if asked.cashier is None or asked.cashier == by.user_id:
        return by
    return find_cashier(place.till_id, asked.cashier) or by
