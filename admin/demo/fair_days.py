"""What stands before the days of the demonstration's fair: badges, what booths need, slots for vans, a till."""

from datetime import date, datetime, time, timedelta

from admin.demo.goods import at
from core.accounts.actor import Actor
from core.clock import ZONE, travel
from shop.fairdays.badges import issue_badge, issue_missing
from shop.fairdays.needs import Needs, set_needs, usual
from shop.fairdays.queries import PAID, holders_of
from shop.fairdays.rules import Direction
from shop.fairdays.slots import NewSlots, make_slots, slots_of, take_seat
from shop.fairdays.stalls import open_stall
from shop.fairs.queries import get_fair

_DAY = timedelta(days=1)


def prepare_days(slug: str, organizer: Actor, today: date) -> None:
    """Some booths are ready, the rest still owe an answer, as it is ten days before a fair."""
    fair = get_fair(slug)
    eve = fair.opens_on - _DAY
    with travel(at(today - _DAY, 14)):
        first, last = (datetime.combine(eve, time(hour), ZONE) for hour in (7, 11))
        make_slots(slug, NewSlots(Direction.IN, "Cửa B", first, last, 60, 3), organizer)
        held = holders_of(fair.id, PAID)[:3]
        slots = slots_of(fair.id)
        for number, one in enumerate(held):
            issue_badge(one.booking.code, f"Người thử {number + 1} (minh hoạ)", "Bán hàng", organizer)
            set_needs(one.booking.code, Needs(usual(one).fascia, 800 + 400 * number, fridges=number % 2), 0, organizer)
            take_seat(one.booking.code, slots[number].row.id, (f"15C-000.0{number}", "+84900000000"), organizer)
        issue_missing(slug, 1, organizer)
        if fair.area_id is not None:
            open_stall(slug, None, organizer)
