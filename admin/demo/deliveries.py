"""Orders on every stretch of their way, for the desk and the buyer's page: packed, sent, failed, back, ready."""

from collections.abc import Callable
from datetime import datetime, timedelta

from admin.demo.people import MART
from admin.demo.trade import Market, Way, keeper_of, order_at
from core.accounts.actor import ANONYMOUS, Actor
from core.clock import travel
from shop.orders import parcels
from shop.orders.collecting import name_collector
from shop.orders.notes import add_note

HOUR = timedelta(hours=1)
#: A step of a story: how long after the order it happens, and what.
Step = tuple[timedelta, Callable[[str, Actor], object]]


def _pack(number: str, by: Actor) -> None:
    parcels.pack(number, by)


def _send(number: str, by: Actor) -> None:
    parcels.ship(number, by, "Giao Hàng Nhanh (GHN)", f"MH{number[-6:]}", carrier="ghn")


def _miss(number: str, by: Actor) -> None:
    parcels.fail(number, by, "away")


def _return(number: str, by: Actor) -> None:
    parcels.take_back(number, by, note="hộp còn nguyên (minh hoạ)")


def _note(number: str, by: Actor) -> None:
    add_note(number, by, "Đã gọi khách hai lần, khách hẹn gọi lại (minh hoạ).")


_SENT: tuple[Step, ...] = ((2 * HOUR, _pack), (5 * HOUR, _send))
#: How long ago each story began, how the goods reach the buyer, and its steps.
STORIES: tuple[tuple[timedelta, str, str, tuple[Step, ...]], ...] = (
    (30 * HOUR, "delivery", "cod", _SENT),
    (54 * HOUR, "delivery", "cod", (*_SENT, (28 * HOUR, _miss), (29 * HOUR, _note))),
    (98 * HOUR, "delivery", "cod", (*_SENT, (28 * HOUR, _miss), (76 * HOUR, _return))),
    (26 * HOUR, "delivery", "cod", ((2 * HOUR, _pack),)),
    (27 * HOUR, "pickup", "at_store", ((2 * HOUR, _pack),)),
)


def show_deliveries(market: Market, latest: datetime) -> int:
    """Play the stories at the demonstration's own store; answers how many orders they made."""
    mart = next(mart for mart in market.marts if mart.code == MART)
    by, told = keeper_of(mart), 0
    for ago, method, provider, steps in STORIES:
        placed = latest - ago
        known = order_at(Way(method, provider, placed), mart, market, ANONYMOUS)
        if known is None:
            continue
        number, token = known
        for after, step in steps:
            with travel(placed + after):
                step(number, by)
        if method == "pickup":
            with travel(placed + 3 * HOUR):
                name_collector(number, token, ANONYMOUS, "Người nhà minh hoạ", "+84900000099")
        told += 1
    return told
