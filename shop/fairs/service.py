"""Verbs of fairs: make one, show it, let its days turn. Each is one transaction."""

from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from catalog.areas.queries import get_area
from core.accounts.actor import SYSTEM, Actor, Scope
from core.accounts.grants import grant_role
from core.accounts.permissions import authorize, is_allowed
from core.audit import record
from core.clock import today
from core.db import Base, db, dialect_name, transaction
from core.errors import Invalid
from core.text import slugify
from shop.fairs import permissions, queries
from shop.fairs.life.facts import FACTS, refuse_faults
from shop.fairs.models import Fair
from shop.fairs.refusals import (
    FairExists,
    FairNotFound,
    FairNotOpen,
    FairUnregistered,
)
from shop.fairs.rules import (
    RENEWAL_LEAD_DAYS,
    FairState,
)
from shop.stores.models import Seller

#: Words that stand where an address of a fair would.
RESERVED = frozenset({"moi", "doi-ngay"})


@dataclass(frozen=True)
class NewFair:
    """What an organizer says of a fair; empty days of application mean: from today to 15 days before the opening."""

    name: str
    venue: str
    opens_on: date
    closes_on: date
    seller: str | None = None
    slug: str | None = None
    registration_number: str | None = None
    registered_on: date | None = None
    area: str | None = None
    applications_from: date | None = None
    applications_until: date | None = None
    hours_from: str | None = None
    hours_until: str | None = None
    about: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    decide_by: date | None = None
    pay_by: date | None = None
    renew_by: date | None = None
    rules: dict[str, Any] = field(default_factory=dict[str, Any])
    is_draft: bool | None = None
    copied_from: str | None = None


def create_fair(new: NewFair, by: Actor) -> Fair:
    """Make a fair: open at once when it is registered, else (or when asked) a draft. Its maker becomes organizer.

    The seller of its booths is one for whom the organizer already runs a fair (an administrator names any).
    Raises Invalid for days out of order or another seller, FairUnregistered, FairExists, AreaNotFound.
    """
    authorize(by, "fairs.create")
    on = today()
    values = _values_of(new, on)
    refuse_faults(values, on)
    if values["slug"] in RESERVED:
        raise Invalid({"slug": [_("Địa chỉ này dành cho việc khác.")]})
    with transaction():
        values |= {"seller_id": seller_id_of(new.seller, by), "halls": [], "version": 1}
        if not insert_once(Fair, values):
            raise FairExists(slug=values["slug"])
        _make_organizer(values["slug"], by)
        facts = {name: values[name] for name in ("name", "state", "opens_on", "copied_from")}
        record("fair.created", f"fair:{values['slug']}", by, **facts)
        return queries.get_fair(values["slug"])


def open_fair(slug: str, by: Actor) -> Fair:
    """Show a draft to the public. Opening an open fair changes nothing. Raises FairUnregistered, FairNotOpen."""
    with transaction():
        fair = lock_fair(slug, by)
        if fair.state == FairState.OPEN:
            return fair
        if fair.state != FairState.DRAFT:
            raise FairNotOpen(state=fair.state)
        if not fair.registration_number:
            raise FairUnregistered
        fair.state = FairState.OPEN
        record("fair.opened", f"fair:{slug}", by)
        return fair


def lock_fair(slug: str, by: Actor, action: str = "fairs.manage") -> Fair:
    """The fair, locked until the transaction ends, for somebody who may do that to it.

    Raises FairNotFound, Forbidden, or NotFound for another organizer's fair.
    """
    fair = db.session.scalar(select(Fair).where(Fair.slug == slug).with_for_update())
    if fair is None:
        raise FairNotFound
    authorize(by, action, permissions.scope_of(fair))
    return fair


def turn_fairs(on: date) -> int:
    """Open fairs run from their first day and are over after their last; answers how many turned."""
    with transaction() as session:
        turning = select(Fair).where(
            Fair.state.in_((FairState.OPEN, FairState.RUNNING)),
            (Fair.closes_on < on) | ((Fair.opens_on <= on) & (Fair.state == FairState.OPEN)),
        )
        fairs = session.scalars(turning.order_by(Fair.id).with_for_update()).all()
        for fair in fairs:
            fair.state = FairState.OVER if fair.closes_on < on else FairState.RUNNING
        return len(fairs)


def insert_once(model: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row unless a unique key of the table already has it; answers whether it is in."""
    dialect = postgresql if dialect_name() == "postgresql" else sqlite
    statement = dialect.insert(model).values(**values).on_conflict_do_nothing()
    return db.session.execute(statement.returning(*model.__table__.primary_key)).first() is not None


def _values_of(new: NewFair, on: date) -> dict[str, Any]:
    """The row of a new fair, with what holds where nothing was said."""
    values = {one.name: getattr(new, one.name) for one in fields(new) if one.name in FACTS}
    last = max(on, new.opens_on - timedelta(RENEWAL_LEAD_DAYS))
    return values | {
        "slug": new.slug or slugify(new.name), "state": _first_state(new), "copied_from": new.copied_from,
        "area_id": get_area(new.area, on).id if new.area else None,
        "applications_from": new.applications_from or on, "applications_until": new.applications_until or last,
    }  # fmt: skip


def _first_state(new: NewFair) -> FairState:
    if new.is_draft is False and not new.registration_number:
        raise FairUnregistered
    return FairState.DRAFT if new.is_draft or not new.registration_number else FairState.OPEN


def seller_id_of(code: str | None, by: Actor) -> int:
    """The legal seller behind a fair: one of the caller's own, or for an administrator any. Raises Invalid."""
    own = {fair.seller_id for fair in map(queries.find_fair, by.scopes_of("fair")) if fair is not None}
    if code is None and len(own) == 1:
        return own.pop()
    seller = db.session.scalar(select(Seller).where(Seller.code == code))
    any_seller = is_allowed(by, "fairs.create", Scope("fair", ""))
    if seller is None or not (any_seller or seller.id in own):
        raise Invalid({"seller": [_("Cần nêu đúng đơn vị bán của ban tổ chức.")]})
    return seller.id


def _make_organizer(slug: str, by: Actor) -> None:
    """Who makes a fair runs it: an organizer's role at another fair does not reach it."""
    if by.user_id is not None:
        grant_role(by.user_id, "fair_organizer", Scope("fair", slug), SYSTEM)
