"""Clock work of messages: what went long ago is forgotten."""

from datetime import date, timedelta

from sqlalchemy import delete

from core.clock import day_start
from core.db import transaction
from core.messages.models import MessageSent
from core.schedule import nightly

#: Longer than a buyer may complain about an order, and no longer.
KEPT = timedelta(days=365)


@nightly
def forget_sent(today: date) -> int:
    """Drop notes of messages that are more than a year old; answers how many."""
    old = delete(MessageSent).where(MessageSent.first_at < day_start(today) - KEPT)
    with transaction() as session:
        return session.execute(old).rowcount  # pyright: ignore[reportAttributeAccessIssue] a CursorResult
