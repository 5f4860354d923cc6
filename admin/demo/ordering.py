"""What the demonstration's store orders: levels of a keeper's own, a request that waits, one that is confirmed, a lot
near its day. All by the verbs.
"""

from datetime import date, datetime, timedelta

from admin.demo.people import MART, People
from catalog.listings.queries import offers
from catalog.producers.models import Producer
from core.accounts.actor import ANONYMOUS, Actor, Scope
from core.clock import travel
from shop.inventory.service import Delivered, receive
from shop.replenish import service
from shop.replenish.queries import Position, list_positions
from shop.replenish.service import LevelWish
from shop.stores.models import Store
from shop.stores.queries import get_store

DAY = timedelta(days=1)
#: Units asked for where nothing is proposed, and of the lot near its day.
SOME, FEW = 12, 5
NOTE = "Cuối tuần có hội chợ, nhờ giao buổi sáng. (minh hoạ)"


def order_goods(people: People, producer: Producer, today: date, latest: datetime) -> None:
    """Levels, two requests, and goods that should be sold soon, at the demonstration's store."""
    store, keeper = get_store(MART), people.acting("manager", "store_manager", Scope("store", MART))
    with travel(latest - 2 * DAY):
        everything = list_positions(store.id, latest - 2 * DAY)
        fit = offers([one.sku.id for one in everything], today + 5 * DAY)  # still certified when it comes
        found = [one for one in everything if one.sku.id in fit and not one.shelf.is_weighed]
    hers = [one for one in found if one.producer.id == producer.id]
    others = [one for one in found if one.producer.id != producer.id]
    with travel(latest - 2 * DAY):
        _set_levels(store, found[:6], keeper)
        _bring_near_its_day(store, others[:1], keeper, today)
        if hers:
            _ask(store, hers[:3], keeper, today)
        if others:
            answered = _ask(
                store, [one for one in others if one.producer.id == others[0].producer.id][:2], keeper, today
            )
            service.confirm(answered, 1, ANONYMOUS, deliver_on=today + 2 * DAY, words="Sáng tôi mang ra. (minh hoạ)")


def _set_levels(store: Store, rows: list[Position], keeper: Actor) -> None:
    """A minimum a little above what lies there for every second pack, so that the list of what runs low has lines."""
    wishes = [
        LevelWish(one.sku.code, max(2, one.free + (number % 2) * 2), max(8, one.free + SOME), 0)
        for number, one in enumerate(rows)
    ]
    service.set_levels(store, wishes, keeper)


def _ask(store: Store, rows: list[Position], keeper: Actor, today: date) -> str:
    wants = {one.sku.code: one.proposal.units or SOME for one in rows}
    made = service.draft(store, rows[0].producer.code, wants, keeper)
    kept = service.edit_draft(made.code, made.version, wants, keeper, wanted_on=today + 3 * DAY, note=NOTE)
    return service.send(kept.code, kept.version, keeper).code


def _bring_near_its_day(store: Store, rows: list[Position], keeper: Actor, today: date) -> None:
    """A few pieces that keep for twelve days more."""
    lines = [
        Delivered(
            one.sku.code, "MH-GAN-HAN", FEW, today - 160 * DAY, today + 12 * DAY, is_consigned=True, unit_cost_vnd=0,
            commission_bp=1_500,
        )
        for one in rows
    ]  # fmt: skip
    if lines:
        receive(store, lines, keeper, note="Hàng gần hạn dùng (minh hoạ)")
