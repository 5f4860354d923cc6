"""Begin a fair with last year's plan and rules: halls, booths with their prices and services, rules, hours, contact.

Bookings, applications and the registration stay with the old one: each fair is registered for itself (NĐ 81/2018).
What other features keep of a fair joins by `copies`: each is called with the two fairs inside the transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import inspect, select

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import today
from core.db import db, transaction
from shop.fairs import permissions, queries
from shop.fairs.models import Booth, Fair
from shop.fairs.service import NewFair, create_fair
from shop.stores.models import Seller

#: What another feature takes over: ``(old, new) -> None``.
Copy = Callable[[Fair, Fair], None]
_copies: list[Copy] = []


@dataclass(frozen=True)
class Wanted:
    """The new fair's name, first day and address (made from the name where none is said)."""

    name: str
    opens_on: date
    slug: str | None = None


def copies(take: Copy) -> Copy:
    """Register what a feature takes over from one fair to the next; the same function twice is one."""
    if take not in _copies:
        _copies.append(take)
    return take


def copy_fair(slug: str, wanted: Wanted, by: Actor) -> Fair:
    """Make a draft from a fair, as many days long, its deadlines as far before the opening.

    Raises FairNotFound, NotFound for another organizer's fair, FairExists, Invalid for a day that has passed.
    """
    old = queries.get_fair(slug)
    authorize(by, "fairs.manage", permissions.scope_of(old))
    with transaction() as session:
        new = create_fair(_as_new(old, wanted), by)
        new.halls, new.area_id = list(old.halls), old.area_id
        _copy_booths(old, new)
        session.flush()
        for take in _copies:
            take(old, new)
        record("fair.copied", f"fair:{new.slug}", by, copied_from=slug)
        session.flush()
        return new


def _as_new(old: Fair, wanted: Wanted) -> NewFair:
    shift, on = wanted.opens_on - old.opens_on, today()

    def moved(day: date | None) -> date | None:
        return None if day is None else max(day + shift, on)

    return NewFair(
        name=wanted.name, venue=old.venue, opens_on=wanted.opens_on, closes_on=old.closes_on + shift,
        slug=wanted.slug, seller=db.session.get_one(Seller, old.seller_id).code,
        applications_from=moved(old.applications_from),
        applications_until=_before(moved(old.applications_until), wanted.opens_on),
        hours_from=old.hours_from, hours_until=old.hours_until, about=old.about, contact_phone=old.contact_phone,
        contact_email=old.contact_email, decide_by=_before(moved(old.decide_by), wanted.opens_on),
        pay_by=_before(moved(old.pay_by), wanted.opens_on), renew_by=_before(moved(old.renew_by), wanted.opens_on),
        rules=dict(old.rules), is_draft=True, copied_from=old.slug,
    )  # fmt: skip


def _before(day: date | None, opens_on: date) -> date | None:
    """A deadline of a fair that is near stays before its opening."""
    return None if day is None else min(day, opens_on - timedelta(1))


def _copy_booths(old: Fair, new: Fair) -> None:
    """Every booth that stands on the plan, with whatever a booth has; each gets an identity of its own."""
    own = {"id", "fair_id"}
    names = [one.key for one in inspect(Booth).column_attrs if one.key not in own]
    on_plan = select(Booth).where(Booth.fair_id == old.id, Booth.is_on_plan).order_by(Booth.id)
    for booth in db.session.scalars(on_plan).all():
        db.session.add(Booth(fair_id=new.id, **{name: getattr(booth, name) for name in names}))
