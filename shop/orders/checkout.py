"""Checkout: a cart becomes an order, in one transaction or not at all.

Locks are taken in one order: cart, the buyer's own, certificates (shared), levels of stock over all stores, the
coupon. The instant that places the order, and decides a sale that is paid in person, is read after those of stock;
the gate is asked again for that instant, and the database's triggers ask once more.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError

from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Busy, NotFound
from core.events import publish
from core.ids import short_code
from core.skew import check_clocks
from core.web.links import path_of
from shop.carts.models import Cart
from shop.carts.queries import contents, find_cart, find_with_contents
from shop.carts.refusals import CartClosed
from shop.inventory.holds import hold_all
from shop.inventory.refusals import OutOfStock
from shop.orders import gate
from shop.orders.asked import Checkout, Fulfilment
from shop.orders.basket import Basket, fill
from shop.orders.discounts import take
from shop.orders.events import OrderPlaced
from shop.orders.limits import check_open
from shop.orders.models import Order
from shop.orders.queries import find_by_cart
from shop.orders.refusals import AdultsOnly, CashlessOnly, MethodUnavailable, PriceChanged
from shop.orders.routing import Route, charges_of, find_route
from shop.orders.rules import is_confirmed, reference_of
from shop.orders.snapshot import Placed, write_order
from shop.payments.models import Payment
from shop.payments.providers.port import Provider, get_provider
from shop.payments.rules import window_end
from shop.payments.service import Asked, open_payment

#: Locks a cart that is open and closes it at once: what refuses the order afterwards undoes that too.
_CLOSED = (
    update(Cart)
    .where(Cart.token == bindparam("asked"), Cart.closed_at.is_(None))
    .values(closed_at=bindparam("at"))
    .returning(Cart)
    .execution_options(populate_existing=True, synchronize_session=False)
)


@dataclass(frozen=True)
class Bought:
    """An order with its payment; None for an order that was there before: whoever wants its payment reads it."""

    order: Order
    payment: Payment | None = None


def place_order(asked: Checkout, by: Actor) -> Order:
    """As `buy`, for who needs the order only."""
    return buy(asked, by).order


def buy(asked: Checkout, by: Actor) -> Bought:
    """Turn a cart into an order with its holds and its payment. The same cart again answers the same order.

    Refuses: NotFound (cart), CartEmpty, the gate's refusals, AdultsOnly, CashlessOnly, MethodUnavailable,
    ProviderUnavailable, PickupOnly, TooManyOpen, OutOfStock, the coupon's refusals, PriceChanged, Busy (midnight
    passed while waiting, or another buyer was faster at one of several stores), ClockWrong. Nothing is written then.
    """
    with transaction():
        cart = db.session.scalar(_CLOSED, {"asked": asked.cart, "at": now()})
        if cart is None:
            return Bought(_ordered(asked.cart))
        try:
            bought = _place(cart, asked, by)
            db.session.flush()
        except IntegrityError as error:
            refusal = gate.refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error
        order = bought.order
        record("order.placed", f"order:{order.number}", by, total_vnd=order.total_vnd, provider=order.provider)
        publish(OrderPlaced(order.number))
        return bought


def quote(token: str, wanted: Fulfilment) -> tuple[Basket, Route]:
    """What a cart would cost now, charges included, and who would serve it. Reads only; refuses as checkout does."""
    found = find_with_contents(token)
    if found is None:
        raise NotFound
    cart, held = found
    at = now()
    basket = fill(cart, held, local_day(at))
    basket.take_off(cart, local_day(at))
    route = find_route(cart, wanted, basket, at)
    basket.charges = charges_of(basket, route, local_day(at))
    return basket, route


def _place(cart: Cart, asked: Checkout, by: Actor) -> Bought:
    check_clocks()
    began = now()
    basket = fill(cart, contents(cart.id), local_day(began))
    _check_adult(cart, asked, basket)
    route = find_route(cart, asked.fulfilment, basket, began)
    provider = _provider(asked, basket, route)
    user_id = cart.user_id or by.user_id
    check_open(asked.contact.phone, user_id, is_cash=provider.is_cash)
    number = short_code("DH")
    ends = window_end(began, provider.window_seconds, basket.last_day)
    gate.lock_certificates(basket.certificate_ids)
    _hold(route, number, ends, began)
    placed_at = now()
    day = local_day(placed_at)
    basket = _judge_again(basket, began, day)
    basket.take_off(cart, day)
    basket.charges = charges_of(basket, route, day)
    _check_total(asked.expected_total, basket)
    if basket.discount:
        take(basket.discount, number, asked.contact, user_id, placed_at, day)
    order = write_order(Placed(cart, asked, basket, route, number, placed_at, provider), by)
    back_to = path_of("orders.show", number=number, token=order.token)
    money = Asked(
        reference_of(number), provider.name, order.total_vnd, f"OCOP {number}", route.payee, ends, back_to=back_to
    )
    return Bought(order, open_payment(money, by, placed_at))


def _hold(route: Route, number: str, ends: datetime | None, at: datetime) -> None:
    """Hold everything, or nothing. Where somebody was faster at one of several stores, another sharing may do."""
    try:
        hold_all(route.wants, reference_of(number), ends, at)
    except OutOfStock as short:
        if len(route.parts) > 1:
            raise Busy(retry_after=1) from short
        raise


def _ordered(token: str) -> Order:
    """The order that a closed cart has become. Raises NotFound, CartClosed for one that ended otherwise."""
    cart = find_cart(token)
    if cart is None:
        raise NotFound
    order = find_by_cart(cart.id)
    if order is None:
        raise CartClosed
    return order


def _judge_again(before: Basket, began: datetime, day: date) -> Basket:
    """The gate and the prices once more, behind the locks. Whoever waited past midnight starts again."""
    basket = before.judge_again(day)
    if day != local_day(began) or not basket.certificate_ids <= before.certificate_ids:
        raise Busy(retry_after=1)
    return basket


def _check_adult(cart: Cart, asked: Checkout, basket: Basket) -> None:
    if basket.alcohol and not (cart.is_adult or asked.is_adult):
        raise AdultsOnly(lines=[{"sku": offer.sku_code, "name": offer.name} for offer in basket.alcohol])


def _provider(asked: Checkout, basket: Basket, route: Route) -> Provider:
    """The way to pay. Wine and spirits sold online take no cash, at the door or at the counter (Law 44/2019)."""
    is_pickup = asked.fulfilment.method == "pickup"
    # Nobody stands at a door when the buyer comes herself: cash on delivery then is cash at the counter.
    name = "at_store" if asked.provider == "cod" and is_pickup else asked.provider
    provider = get_provider(name, route.payee)
    if provider.is_cash and basket.alcohol:
        raise CashlessOnly(lines=[{"sku": offer.sku_code, "name": offer.name} for offer in basket.alcohol])
    if provider.name == "at_store" and not is_pickup:
        raise MethodUnavailable(provider=provider.name, method="delivery")
    return provider


def _check_total(expected: int, basket: Basket) -> None:
    if not is_confirmed(expected, basket.total_vnd):
        raise PriceChanged(
            expected=expected, total=basket.total_vnd, lines_total=basket.lines_total_vnd,
            charges_total=basket.charges_total_vnd, discount_total=basket.discount_total_vnd, currency="VND",
        )  # fmt: skip
