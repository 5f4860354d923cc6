"""Clock work of webhooks: what nobody took is given up, what was told long ago is forgotten."""

from datetime import date, datetime

from sqlalchemy import delete, select, update

from core.clock import day_start
from core.db import transaction
from core.schedule import hourly, nightly
from shop.hooks.models import HookDelivery, HookEndpoint, HookEvent
from shop.hooks.rules import GIVE_UP, KEPT

_BLIND = {"synchronize_session": False}


@hourly
def give_up(at: datetime) -> int:
    """End what waited three days for an endpoint that is switched off."""
    off = select(HookEndpoint.id).where(HookEndpoint.is_active.is_(False))
    old = HookDelivery.state == "waiting", HookDelivery.endpoint_id.in_(off), HookDelivery.due_at <= at - GIVE_UP
    with transaction() as session:
        ended = update(HookDelivery).where(*old).values(state="given_up", ended_at=at)
        return session.execute(ended, execution_options=_BLIND).rowcount  # pyright: ignore[reportAttributeAccessIssue]


@nightly
def forget_told(today: date) -> int:
    """Drop events that were told more than thirty days ago, with their deliveries; answers how many events."""
    old = select(HookEvent.id).where(HookEvent.created_at < day_start(today) - KEPT)
    waits = select(HookDelivery.event_id).where(HookDelivery.state == "waiting")
    with transaction() as session:
        gone = HookDelivery.event_id.in_(old), HookDelivery.event_id.not_in(waits)
        session.execute(delete(HookDelivery).where(*gone), execution_options=_BLIND)
        events = delete(HookEvent).where(HookEvent.id.in_(old), HookEvent.id.not_in(waits))
        return session.execute(events, execution_options=_BLIND).rowcount  # pyright: ignore[reportAttributeAccessIssue]
