"""Checkout: a cart becomes an order, in one transaction or not at all.

Locks are taken in one order: cart, certificates (shared), levels of stock. The instant that places the order,
and decides a sale that is paid in person, is read after them; the gate is asked again for that instant, and
the database's triggers ask once more.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Busy, NotFound
from core.events import publish
from core.ids import short_code
from core.skew import check_clocks
from shop.carts.models import Cart
from shop.inventory.holds import hold
from shop.orders import gate
from shop.orders.asked import Checkout, Fulfilment
from shop.orders.basket import Basket, fill
from shop.orders.events import OrderPlaced
from shop.orders.models import Order
from shop.orders.queries import find_by_cart
from shop.orders.refusals import AdultsOnly, CashlessOnly, MethodUnavailable, PriceChanged
from shop.orders.routing import Route, charges_of, find_route
from shop.orders.rules import is_confirmed, reference_of
from shop.orders.snapshot import Placed, write_order
from shop.payments.providers.port import Provider, get_provider
from shop.payments.rules import window_end
from shop.payments.service import Asked, open_payment


def place_order(asked: Checkout, by: Actor) -> Order:
    """Turn a cart into an order with its holds and its payment. The same cart again answers the same order.

    Refuses: NotFound (cart), CartEmpty, the gate's refusals, AdultsOnly, CashlessOnly, MethodUnavailable,
    ProviderUnavailable, OutOfStock, PriceChanged, Busy (midnight passed while waiting), ClockWrong. Nothing is
    written then.
    """
    with transaction():
        cart = _lock_cart(asked.cart)
        earlier = find_by_cart(cart.id)
        if earlier is not None:
            return earlier
        try:
            order = _place(cart, asked, by)
            db.session.flush()
        except IntegrityError as error:
            refusal = gate.refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error
        record("order.placed", f"order:{order.number}", by, total_vnd=order.total_vnd, provider=order.provider)
        publish(OrderPlaced(order.number))
        return order


def quote(token: str, wanted: Fulfilment) -> tuple[Basket, Route]:
    """What a cart would cost now, charges included, and who would serve it. Reads only; refuses as checkout does."""
    cart = db.session.scalar(select(Cart).where(Cart.token == token))
    if cart is None:
        raise NotFound
    at = now()
    basket = fill(cart, local_day(at))
    route = find_route(cart, wanted, basket, at)
    basket.charges = charges_of(basket, route)
    return basket, route


def _place(cart: Cart, asked: Checkout, by: Actor) -> Order:
    check_clocks()
    began = now()
    basket = fill(cart, local_day(began))
    _check_adult(cart, asked, basket)
    route = find_route(cart, asked.fulfilment, basket, began)
    provider = _provider(asked, basket, route)
    number = short_code("DH")
    ends = window_end(began, provider.window_seconds, basket.last_day)
    gate.lock_certificates(basket.certificate_ids)
    hold(route.store.id, basket.wants, reference_of(number), ends, began)
    placed_at = now()
    basket = _judge_again(cart, basket, began, placed_at)
    basket.charges = charges_of(basket, route)
    _check_total(asked.expected_total, basket)
    order = write_order(Placed(cart, asked, basket, route, number, placed_at, provider.is_cash), by)
    cart.closed_at = placed_at
    memo = f"OCOP {number}"
    open_payment(Asked(reference_of(number), provider.name, order.total_vnd, memo, route.payee, ends), by, placed_at)
    return order


def _lock_cart(token: str) -> Cart:
    """The cart, open or closed, locked until the transaction ends."""
    query = select(Cart).where(Cart.token == token).with_for_update()
    cart = db.session.scalar(query.execution_options(populate_existing=True))
    if cart is None:
        raise NotFound
    return cart


def _judge_again(cart: Cart, before: Basket, began: datetime, placed_at: datetime) -> Basket:
    """The gate and the prices once more, behind the locks. Whoever waited past midnight starts again."""
    db.session.expire_all()
    day: date = local_day(placed_at)
    basket = fill(cart, day)
    if day != local_day(began) or not basket.certificate_ids <= before.certificate_ids:
        raise Busy(retry_after=1)
    return basket


def _check_adult(cart: Cart, asked: Checkout, basket: Basket) -> None:
    if basket.alcohol and not (cart.is_adult or asked.is_adult):
        raise AdultsOnly(lines=[{"sku": offer.sku_code, "name": offer.name} for offer in basket.alcohol])


def _provider(asked: Checkout, basket: Basket, route: Route) -> Provider:
    """The way to pay. Wine and spirits sold online take no cash, at the door or at the counter (Law 44/2019)."""
    provider = get_provider(asked.provider, route.payee)
    if provider.is_cash and basket.alcohol:
        raise CashlessOnly(lines=[{"sku": offer.sku_code, "name": offer.name} for offer in basket.alcohol])
    if provider.name == "at_store" and asked.fulfilment.method == "delivery":
        raise MethodUnavailable(provider=provider.name, method="delivery")
    return provider


def _check_total(expected: int, basket: Basket) -> None:
    if not is_confirmed(expected, basket.total_vnd):
        raise PriceChanged(
            expected=expected, total=basket.total_vnd, lines_total=basket.lines_total_vnd,
            charges_total=basket.charges_total_vnd, currency="VND",
        )  # fmt: skip
