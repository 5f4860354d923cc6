"""Some weeks of orders, placed, paid, packed and handed over by the verbs under a past clock."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from admin.demo.goods import at
from admin.demo.people import MART, People
from catalog.areas.load import HAI_PHONG
from catalog.areas.queries import list_communes
from catalog.listings.models import Sku
from catalog.listings.queries import Offer, offers
from core.accounts.actor import ANONYMOUS, Actor, Grant, Scope
from core.clock import local_day, now, travel
from core.db import db
from shop.carts.service import set_line, start_cart
from shop.inventory.queries import available
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order, quote
from shop.orders.rules import reference_of
from shop.orders.service import cancel, confirm_transfer, hand_over, pack, ship
from shop.payments.queries import get_payment
from shop.payments.service import BankLine
from shop.stores.models import Store

WEEKS = 4
HOUR, MINUTES = timedelta(hours=1), timedelta(minutes=1)
#: How orders reach their buyers and are paid, with weights.
WAYS = (("pickup", "at_store", 55), ("delivery", "cod", 20), ("pickup", "vietqr", 10), ("delivery", "vietqr", 15))


#: Share of orders that their buyers call off.
CALLED_OFF = 0.06


@dataclass(frozen=True)
class Mart:
    """What orders ask of a store, as plain values: rows would be read again after every checkout."""

    id: int
    code: str
    name: str
    kind: str
    has_delivery: bool


@dataclass(frozen=True)
class Way:
    """How one order goes."""

    method: str
    provider: str
    placed: datetime


@dataclass(frozen=True)
class Market:
    """Everything that orders are drawn from."""

    marts: Sequence[Mart]
    packs: Sequence[int]
    communes: Sequence[str]
    shopper_id: int
    today: date
    dice: random.Random


def open_market(stores: Sequence[Store], people: People, today: date, dice: random.Random) -> Market:
    """What there is to buy, where, and by whom."""
    packs = db.session.scalars(select(Sku.id).order_by(Sku.id)).all()
    communes = [area.code for area in list_communes(HAI_PHONG, today)]
    marts = [Mart(s.id, s.code, s.name, s.kind, s.has_delivery) for s in stores]
    return Market(marts, packs, communes, people.ids["shopper"], today, dice)


def trade_on(day: date, market: Market, latest: datetime) -> int:
    """The orders of one day; nothing happens after `latest`. Answers how many were placed."""
    placed = 0
    for number in range(market.dice.randint(1, 4)):
        moment = at(day, market.dice.randint(8, 19), market.dice.randint(0, 59))
        if moment < latest:
            placed += _buy(moment, number, market, latest)
    return placed


def keep_busy(market: Market, latest: datetime) -> int:
    """Orders of the last hour and a half at the demonstration's own store: its desk has something to do."""
    mart = next(mart for mart in market.marts if mart.code == MART)
    return sum(_buy(latest - minutes * MINUTES, minutes, market, latest, mart) for minutes in (80, 45, 15))


def _buy(moment: datetime, number: int, market: Market, latest: datetime, mart: Mart | None = None) -> bool:
    dice = market.dice
    method, provider = dice.choices([way[:2] for way in WAYS], [way[2] for way in WAYS])[0]
    way = Way(method, provider, moment)
    is_shopper = number == 0 and moment.day % 5 == 0
    buyer = Actor(market.shopper_id, "Người mua (minh hoạ)") if is_shopper else ANONYMOUS
    mart = mart or _mart(method, market)
    known = order_at(way, mart, market, buyer)
    if known is None:
        return False
    number_of, token = known
    if provider != "vietqr" and dice.random() < CALLED_OFF:
        with travel(moment + 20 * MINUTES):
            cancel(number_of, token, buyer, reason="Đổi ý (minh hoạ)")
    else:
        _serve(number_of, mart, way, latest, dice)
    return True


def order_at(way: Way, mart: Mart, market: Market, buyer: Actor) -> tuple[str, str] | None:
    """An order placed in that way at its instant: its number and its key; None when the store has nothing to sell."""
    with travel(way.placed):
        goods = _goods(mart, market)
        if not goods:
            return None
        cart = start_cart(db.session.get_one(Store, mart.id), buyer.user_id)
        for offer, quantity in goods:
            set_line(cart.token, offer.sku_code, quantity)
        wanted = _fulfilment(way.method, mart, market)
        basket, _ = quote(cart.token, wanted)
        customer = market.dice.randint(1, 99)
        asked = Checkout(
            cart=cart.token,
            contact=Contact(f"Khách minh hoạ {customer:02}", f"+849000000{customer:02}"),
            fulfilment=wanted,
            provider=way.provider,
            expected_total=basket.total_vnd,
        )
        order = place_order(asked, buyer)
        return order.number, order.token


def _mart(method: str, market: Market) -> Mart:
    fit = [mart for mart in market.marts if method == "pickup" or mart.has_delivery]
    weights = [8 if mart.code == MART else 5 if mart.kind == "centre" else 1 for mart in fit]
    return market.dice.choices(fit, weights)[0]


def _goods(mart: Mart, market: Market) -> list[tuple[Offer, int]]:
    """One to four packs that the store has, none for adults only (these are not sold for cash)."""
    at_hand = available(market.packs, now(), mart.id)
    sellable = offers(list(at_hand), local_day(now()))
    fit = [
        offer
        for sku_id, offer in sorted(sellable.items())
        if not offer.is_alcohol and at_hand[sku_id].get(mart.id, 0) >= (3000 if offer.unit == "gram" else 4)
    ]
    chosen = market.dice.sample(fit, min(market.dice.randint(1, 4), len(fit)))
    return [(offer, _quantity(offer, market.dice)) for offer in chosen]


def _quantity(offer: Offer, dice: random.Random) -> int:
    return dice.choice((500, 1000, 1500, 2000)) if offer.unit == "gram" else dice.randint(1, 3)


def _fulfilment(method: str, mart: Mart, market: Market) -> Fulfilment:
    if method == "pickup":
        return Fulfilment("pickup", mart.code)
    line = f"Số {market.dice.randint(1, 200)}, đường Minh Hoạ"
    return Fulfilment("delivery", mart.code, line, market.dice.choice(market.communes))


def keeper_of(mart: Mart) -> Actor:
    """Somebody who works in a store."""
    return Actor(None, f"Nhân viên {mart.name}", frozenset({Grant("store_manager", Scope("store", mart.code))}))


def _serve(number: str, mart: Mart, way: Way, latest: datetime, dice: random.Random) -> None:
    """What follows an order, as far as its time has come."""
    keeper = keeper_of(mart)
    if way.provider == "vietqr" and not _pay(number, way.placed + dice.randint(3, 50) * MINUTES, latest, keeper):
        return
    steps = [(2 * HOUR, lambda: pack(number, keeper)), (26 * HOUR, lambda: hand_over(number, keeper))]
    if way.method == "delivery":
        steps.insert(1, (5 * HOUR, lambda: ship(number, keeper, courier="Giao hàng minh hoạ")))
    for after, step in steps:
        if way.placed + after >= latest:
            return
        with travel(way.placed + after):
            step()


def _pay(number: str, moment: datetime, latest: datetime, keeper: Actor) -> bool:
    if moment >= latest:
        return False
    with travel(moment):
        amount = get_payment(reference_of(number)).amount_vnd
        line = BankLine(amount, f"FT{moment:%y%m%d%H%M}{number[-4:]}", moment)
        confirm_transfer(number, line, keeper)
    return True
