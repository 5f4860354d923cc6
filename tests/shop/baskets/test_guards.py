"""What must never break of baskets: all parts or none, hidden with one part, wrapped only whole; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.accounts.actor import ANONYMOUS
from core.clock import now
from core.errors import NotFound
from shop.baskets import refusals, service
from shop.baskets.queries import list_open
from shop.carts import service as carts
from shop.carts.models import CartCharge, CartLine
from shop.carts.queries import get_cart, quantities, view_cart
from shop.inventory.refusals import OutOfStock
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order, quote
from tests.shop.baskets.conftest import LAST, Gift

pytestmark = pytest.mark.daily  # what the database itself decides


def held(gift: Gift, token: str) -> dict[int, int]:
    return quantities(get_cart(token).id)


def nothing_written(session: Session) -> bool:
    session.expire_all()
    return not session.scalar(select(func.count(CartLine.id))) and not session.scalar(select(func.count(CartCharge.id)))


def order(gift: Gift, token: str, store: str | None = None):
    contact = Contact("Người mua thử", "+84912345678")
    return place_order(Checkout(token, contact, Fulfilment("pickup", store), "at_store", 10**9), ANONYMOUS)


def test_all_parts_go_into_the_cart_as_lines_with_the_wrapping(gift: Gift) -> None:
    token = gift.cart()
    service.put_into_cart(token, gift.slug, times=2)
    assert held(gift, token) == {gift.honey.id: 4, gift.sauce.id: 2, gift.tea.id: 1000}
    view = view_cart(get_cart(token), now())
    assert (view.total_vnd, view.charges_vnd, view.cart.store_id) == (2 * 530_000, 60_000, gift.store.id)
    placed = order(gift, token)
    assert [(c.kind, c.amount_vnd, c.vat_bp) for c in placed.charges] == [("gift_wrap", 60_000, 800)]
    assert placed.total_vnd == 2 * 560_000
    assert placed.events[0].data["wraps"][0].startswith("Giỏ quà Tết thử × 2 (2 Mật ong thử")
    assert {line.sku_id for line in placed.lines} == {gift.honey.id, gift.sauce.id, gift.tea.id}


def test_what_the_cart_holds_already_counts(gift: Gift) -> None:
    token = gift.cart()
    service.put_into_cart(token, gift.slug, times=2)
    with pytest.raises(OutOfStock):
        service.put_into_cart(token, gift.slug)
    assert held(gift, token)[gift.honey.id] == 4


def test_one_part_lapses_and_the_basket_is_hidden_at_midnight(gift: Gift) -> None:
    gift.clock.on(LAST)
    assert [one.basket.slug for one in list_open(now(), is_adult=False)] == [gift.slug]
    gift.clock.on(LAST + timedelta(days=1))
    assert list_open(now(), is_adult=False) == []
    shown = gift.shown()
    assert (shown.is_open, [p.named.name for p in shown.closed]) == (False, ["Mật ong thử"])
    token = gift.cart()
    with pytest.raises(refusals.BasketClosed) as refused:
        service.put_into_cart(token, gift.slug)
    assert refused.value.facts["parts"][0]["code"] == "certificate.lapsed"
    assert held(gift, token) == {}
    service.put_into_cart(token, gift.slug, changes={1: "drop"})
    assert held(gift, token) == {gift.sauce.id: 1, gift.tea.id: 500}
    assert view_cart(get_cart(token), now()).charges_vnd == 30_000


def test_a_broken_basket_is_not_wrapped_and_not_charged(gift: Gift) -> None:
    token = gift.cart()
    service.put_into_cart(token, gift.slug)
    carts.set_line(token, gift.honey.code, 1)
    view = view_cart(get_cart(token), now())
    assert (view.charges_vnd, view.charges[0].whole) == (0, 0)
    basket, _route = quote(token, Fulfilment("pickup", gift.store.code))
    assert basket.charges == []
    carts.set_line(token, gift.honey.code, 2)
    assert view_cart(get_cart(token), now()).charges_vnd == 30_000
    carts.remove_charge(token, view.charges[0].id)
    assert view_cart(get_cart(token), now()).charges == []
    with pytest.raises(NotFound):
        carts.remove_charge(gift.cart(), view.charges[0].id)
