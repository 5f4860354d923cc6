"""Reading endpoints and deliveries."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from core.accounts.actor import Actor
from core.db import db
from shop.hooks.models import HookDelivery, HookEndpoint

#: Everywhere, or in which scopes, somebody may keep endpoints.
KINDS = ("store", "seller", "producer")


def list_endpoints(actor: Actor) -> Sequence[HookEndpoint]:
    """The endpoints of the caller's scopes; all of them for whoever holds the right everywhere."""
    query = select(HookEndpoint).order_by(HookEndpoint.is_active.desc(), HookEndpoint.id)
    if not any(grant.scope is None and grant.role == "admin" for grant in actor.grants) and actor.via != "system":
        mine = [(HookEndpoint.scope_type == kind) & HookEndpoint.scope_id.in_(actor.scopes_of(kind)) for kind in KINDS]
        query = query.where(or_(*mine))
    return db.session.scalars(query).all()


def list_deliveries(endpoint_id: int, page: int, per_page: int) -> tuple[Sequence[HookDelivery], int]:
    """A page of what was sent to an endpoint, newest first, with the whole number."""
    where = HookDelivery.endpoint_id == endpoint_id
    total = db.session.scalar(select(func.count()).select_from(HookDelivery).where(where)) or 0
    query = select(HookDelivery).where(where).order_by(HookDelivery.id.desc())
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total
