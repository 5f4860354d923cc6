"""When goods will be ready: counted in the store's opening hours. Pure: no table, no clock."""

from datetime import date, datetime, time, timedelta

from core.clock import ZONE
from shop.stores.rules import WEEKDAYS, Hours

#: Open hours that a store needs to pack: for the counter, and for the carrier.
PICKUP_HOURS = timedelta(hours=2)
DELIVERY_HOURS = timedelta(hours=8)
#: A store without opening hours in this many days makes no promise.
_HORIZON_DAYS = 21


def ready_by(hours: Hours, decided_at: datetime, method: str) -> datetime | None:
    """By when an order is packed: after two open hours for the counter, eight for a carrier.

    None for a store that states no opening hours (a stall between fairs). The answer is an aware instant.
    """
    left = PICKUP_HOURS if method == "pickup" else DELIVERY_HOURS
    local = decided_at.astimezone(ZONE)
    for ahead in range(_HORIZON_DAYS):
        day = local.date() + timedelta(days=ahead)
        for opens, closes in hours.get(WEEKDAYS[day.weekday()], ()):
            begin, close = max(_at(day, opens), local), _at(day, closes)
            if begin < close:
                if begin + left <= close:
                    return begin + left
                left -= close - begin
    return None


def is_late(promised_at: datetime | None, at: datetime) -> bool:
    """Whether a promise was not kept by an instant."""
    return promised_at is not None and at > promised_at


def _at(day: date, clock: str) -> datetime:
    hour, _colon, minute = clock.partition(":")
    return datetime.combine(day, time(int(hour), int(minute)), ZONE)
