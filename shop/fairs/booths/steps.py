"""One line of a booking's history, for its page, together with the entry of the trail."""

from typing import Any

from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import db
from shop.fairs.booths.models import BookingStep
from shop.fairs.models import Booking


def note(booking: Booking, action: str, by: Actor, **data: Any) -> None:
    """Keep that ``action`` happened to a (stored) booking, with booth codes, days, đồng or reasons."""
    told = {key: _plain(value) for key, value in data.items() if value is not None}
    db.session.add(
        BookingStep(
            booking_id=booking.id, at=now(), action=action, state=booking.state, actor=by.label[:200], data=told
        )
    )
    record(f"booking.{action}", f"booking:{booking.code}", by, **told)


def _plain(value: Any) -> Any:
    """Days as ISO dates, lists of them too: what JSON can hold."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return value.isoformat() if hasattr(value, "isoformat") else value
