"""When goods will be ready: counted in the store's opening hours. Values only: no reads, no clock."""

from datetime import date, datetime, time, timedelta

from core.clock import ZONE
from shop.stores.models import Store
from shop.stores.opening import Calendar, Hours, days_ahead

#: Open hours that a store needs to pack: for the counter, and for the carrier.
PICKUP_HOURS = timedelta(hours=2)
DELIVERY_HOURS = timedelta(hours=8)
#: A store without opening hours in this many days makes no promise.
_HORIZON_DAYS = 21


def ready_by(
    hours: Hours | Calendar, decided_at: datetime, method: str, lasts: timedelta | None = None
) -> datetime | None:
    """By when an order is packed: after two open hours for the counter, eight for a carrier, or as the store says.

    None for a store that is not open in the coming weeks (a stall between fairs). The answer is an aware instant.
    """
    left = (PICKUP_HOURS if method == "pickup" else DELIVERY_HOURS) if lasts is None else lasts
    calendar = hours if isinstance(hours, Calendar) else Calendar(hours)
    local = decided_at.astimezone(ZONE)
    for day, intervals in days_ahead(calendar, local.date(), _HORIZON_DAYS):
        for opens, closes in intervals:
            begin, close = max(_at(day, opens), local), _at(day, closes)
            if begin < close:
                if begin + left <= close:
                    return begin + left
                left -= close - begin
    return None


def promise_of(store: Store, decided_at: datetime, method: str) -> datetime | None:
    """By when this store packs an order, by its hours, its holidays and the time that it says it needs."""
    needed = store.pickup_hours if method == "pickup" else store.delivery_hours
    return ready_by(store.calendar, decided_at, method, timedelta(hours=needed))


def is_late(promised_at: datetime | None, at: datetime) -> bool:
    """Whether a promise was not kept by an instant."""
    return promised_at is not None and at > promised_at


def _at(day: date, clock: str) -> datetime:
    hour, _colon, minute = clock.partition(":")
    if hour == "24":
        return datetime.combine(day + timedelta(days=1), time(), ZONE)
    return datetime.combine(day, time(int(hour), int(minute)), ZONE)
