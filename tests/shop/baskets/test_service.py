"""Gift baskets: on sale while the gate covers every part, in the cart whole or not at all; on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.certificates import service as certificates
from catalog.consequences.port import Change, Happening, foresee
from core.accounts.actor import ANONYMOUS
from core.clock import now, today
from core.errors import EditConflict, Invalid, NotFound
from shop.baskets import refusals, service
from shop.baskets.queries import judge, list_open
from shop.baskets.service import Described
from shop.carts import service as carts
from shop.carts.models import CartCharge, CartLine
from shop.carts.queries import get_cart, quantities, view_cart
from shop.carts.refusals import CartFull
from shop.inventory.refusals import OutOfStock
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order, quote
from shop.orders.refusals import AdultsOnly
from tests.shop.baskets.conftest import DAY, LAST, Gift
from tests.support.queries import counted

pytestmark = pytest.mark.long  # what must never break stands in test_guards.py


def held(gift: Gift, token: str) -> dict[int, int]:
    return quantities(get_cart(token).id)


def nothing_written(session: Session) -> bool:
    session.expire_all()
    return not session.scalar(select(func.count(CartLine.id))) and not session.scalar(select(func.count(CartCharge.id)))


def order(gift: Gift, token: str, store: str | None = None):
    contact = Contact("Người mua thử", "+84912345678")
    return place_order(Checkout(token, contact, Fulfilment("pickup", store), "at_store", 10**9), ANONYMOUS)


def test_its_price_is_the_sum_of_its_parts_and_the_wrapping(gift: Gift) -> None:
    shown = gift.shown()
    assert (shown.goods_vnd, shown.total_vnd) == (2 * 120_000 + 90_000 + 200_000, 560_000)
    assert (shown.is_open, shown.stock, shown.grams) == (True, 2, 500)


@pytest.mark.parametrize(("times", "fits"), [(2, True), (3, False)])
def test_all_or_nothing(gift: Gift, session: Session, times: int, fits: bool) -> None:
    token = gift.cart()
    if fits:
        service.put_into_cart(token, gift.slug, times=times)
        return
    with pytest.raises(OutOfStock) as refused:
        service.put_into_cart(token, gift.slug, times=times)
    assert [line["sku"] for line in refused.value.facts["lines"]] == [gift.honey.code]
    assert nothing_written(session)


def test_a_pack_that_stands_in_it_twice_is_summed(gift: Gift) -> None:
    gift.compose((gift.honey.code, 2), (gift.sauce.code, 1), (gift.honey.code, 1))
    assert gift.shown().stock == 1
    token = gift.cart()
    service.put_into_cart(token, gift.slug)
    assert held(gift, token) == {gift.honey.id: 3, gift.sauce.id: 1}
    with pytest.raises(OutOfStock):
        service.put_into_cart(token, gift.slug)


def test_a_full_cart_takes_nothing_of_it(gift: Gift, monkeypatch: pytest.MonkeyPatch, session: Session) -> None:
    monkeypatch.setattr(carts, "MOST_LINES", 2)
    token = gift.cart()
    with pytest.raises(CartFull):
        service.put_into_cart(token, gift.slug)
    assert nothing_written(session)


def test_another_part_of_its_set_stands_in(gift: Gift) -> None:
    near, far = (gift.make.sku(name=f"Mật khác {n}", price_vnd=price) for n, price in ((1, 130_000), (2, 900_000)))
    for one in (near, far):
        gift.make.lot(one, gift.store, on_shelf=5)
    gift.clock.on(LAST + timedelta(days=1))
    part = gift.shown().closed[0]
    assert [offer.sku_code for offer in part.instead] == [near.code, far.code]
    token = gift.cart()
    service.put_into_cart(token, gift.slug, changes={1: near.code})
    assert held(gift, token)[near.id] == 2
    for wrong in ({2: "drop"}, {9: "drop"}, {1: "SKU-NO"}, {1: gift.honey.code}, {1: gift.tea.code}):
        with pytest.raises(Invalid):
            service.put_into_cart(gift.cart(), gift.slug, changes=wrong)


def test_a_revoked_part_hides_it_at_once(gift: Gift) -> None:
    by = gift.make.actor("certifier")
    told = foresee(Change(Happening.REVOCATION, (gift.certificate.product_id,), DAY))
    assert ("basket", "hidden", 1) in [(e.object, e.act, e.count) for e in told]
    certificates.revoke(by, gift.certificate.code, decision_number="9/QĐ", ground="breach", effective_on=None)
    assert list_open(now(), is_adult=False) == []
    with pytest.raises(refusals.BasketClosed):
        service.put_into_cart(gift.cart(), gift.slug)


def test_a_suspended_part_hides_it_while_it_lasts(gift: Gift) -> None:
    by = gift.make.actor("certifier")
    certificates.suspend(by, gift.certificate.code, decision_number="1/QĐ", ground="Kiểm tra")
    assert list_open(now(), is_adult=False) == []
    told = foresee(Change(Happening.RENEWAL, (gift.certificate.product_id,), DAY))
    assert ("basket", "shown", 1) in [(e.object, e.act, e.count) for e in told]
    certificates.lift(by, gift.certificate.code)
    assert [one.basket.slug for one in list_open(now(), is_adult=False)] == [gift.slug]


def test_a_part_with_another_star_stays(gift: Gift) -> None:
    gift.clock.on(date(2026, 11, 25))
    fresh = gift.make.certificate(
        gift.certificate.product, stars=5, valid_from=today(), valid_until=date(2029, 11, 24), verified=False
    )
    certificates.verify(gift.make.actor("certifier"), fresh.code, stars=5, valid_until=date(2029, 11, 24))
    shown = gift.shown()
    assert (shown.is_open, shown.parts[0].offer.governing.stars) == (True, 5)


def test_the_part_that_ends_first_is_named(gift: Gift) -> None:
    shown = gift.shown()
    assert (shown.first_to_end.name, shown.ends_on) == ("Mật ong thử", LAST)


def test_a_season_begins_and_ends_with_its_days(gift: Gift) -> None:
    said = Described("Giỏ quà Tết thử", "tet", "", 0, date(2026, 11, 23), date(2026, 11, 24))
    service.describe(gift.keeper, gift.slug, gift.basket().version, said)
    open_on = []
    for day in (22, 23, 24, 25):
        gift.clock.on(date(2026, 11, day))
        if list_open(now(), is_adult=False):
            open_on.append(day)
    assert open_on == [23, 24]
    with pytest.raises(refusals.BasketClosed) as refused:
        service.put_into_cart(gift.cart(), gift.slug)
    assert refused.value.facts["reason"] == "season"


def test_alcohol_makes_the_whole_basket_for_adults(gift: Gift, session: Session) -> None:
    wine = gift.make.sku(name="Rượu thử", set_no=14)
    gift.make.lot(wine, gift.store, on_shelf=5)
    gift.compose((gift.honey.code, 1), (wine.code, 1))
    assert list_open(now(), is_adult=False) == []
    assert len(list_open(now(), is_adult=True)) == 1
    token = gift.cart()
    with pytest.raises(AdultsOnly):
        service.put_into_cart(token, gift.slug)
    assert nothing_written(session)
    carts.confirm_adult(token)
    service.put_into_cart(token, gift.slug)


def test_a_cart_of_another_store_is_asked_first(gift: Gift) -> None:
    other = gift.make.store()
    token = carts.start_cart(other).token
    with pytest.raises(refusals.OtherStore):
        service.put_into_cart(token, gift.slug)
    service.put_into_cart(token, gift.slug, switch=True)
    assert get_cart(token).store_id == gift.store.id


def test_more_than_an_order_takes_is_refused(gift: Gift) -> None:
    gift.make.lot(gift.honey, gift.store, on_shelf=300)
    gift.compose((gift.honey.code, 20), (gift.sauce.code, 1))
    with pytest.raises(refusals.TooMany):
        service.put_into_cart(gift.cart(), gift.slug, times=5)


def test_another_store_does_not_wrap_it(gift: Gift) -> None:
    token = gift.cart()
    service.put_into_cart(token, gift.slug)
    other = gift.make.store()
    basket, _route = quote(token, Fulfilment("pickup", other.code))
    assert (basket.charges, [wrap.store_id for wrap in basket.wraps]) == ([], [gift.store.id])


def test_wrapping_costs_what_it_costs_now(gift: Gift) -> None:
    token = gift.cart()
    service.put_into_cart(token, gift.slug)
    service.describe(gift.keeper, gift.slug, gift.basket().version, Described("Giỏ quà Tết thử", "tet", "", 45_000))
    assert view_cart(get_cart(token), now()).charges_vnd == 45_000
    service.withdraw(gift.keeper, gift.slug, gift.basket().version)
    view = view_cart(get_cart(token), now())
    assert (view.charges, len(view.lines)) == ([], 3)


def test_carts_that_are_joined_wrap_once(gift: Gift) -> None:
    user = gift.make.user()
    for _ in range(2):
        token = gift.cart()
        service.put_into_cart(token, gift.slug)
        carts.adopt(token, user.id)
    view = view_cart(get_cart(token), now())
    assert [(c.quantity, c.whole) for c in view.charges] == [(1, 1)]
    gift.clock.on(DAY + timedelta(days=100))
    assert carts.forget_carts(now()) == 1


def test_only_its_own_store_composes_it(gift: Gift) -> None:
    version = gift.basket().version
    stranger = gift.make.actor("store_manager", ("store", gift.make.store().code))
    said = Described("Khác", "any")
    for deed in (
        lambda: service.describe(stranger, gift.slug, version, said),
        lambda: service.compose(stranger, gift.slug, version, []),
        lambda: service.publish(stranger, gift.slug, version),
        lambda: service.withdraw(stranger, gift.slug, version),
        lambda: service.create(stranger, gift.store.code, said),
        lambda: service.publish(gift.keeper, "khong-co", version),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(EditConflict):
        service.compose(gift.keeper, gift.slug, version + 1, [(gift.honey.code, 1)])
    with pytest.raises(EditConflict):
        gift.compose((gift.honey.code, 1), (gift.sauce.code, 1))
        service.publish(gift.keeper, gift.slug, version)


def test_what_may_not_be_sold_is_not_published(gift: Gift) -> None:
    bare = gift.make.sku(stars=None, name="Chưa công nhận")
    made = service.create(gift.keeper, gift.store.code, Described("Giỏ quà Tết thử", "tet"))
    assert made.slug != gift.slug
    with pytest.raises(refusals.BasketEmpty):
        service.publish(gift.keeper, made.slug, made.version)
    composed = service.compose(gift.keeper, made.slug, made.version, [(gift.sauce.code, 1), (bare.code, 1)])
    with pytest.raises(refusals.BasketClosed) as refused:
        service.publish(gift.keeper, made.slug, composed.version)
    assert [part["sku"] for part in refused.value.facts["parts"]] == [bare.code]
    with pytest.raises(refusals.BasketNotFound):
        service.put_into_cart(gift.cart(), made.slug)


@pytest.mark.parametrize("parts", [[("SKU-NO", 1)], [("SKU-1", 1)] * 21])
def test_bad_parts_leave_it_as_it_was(gift: Gift, parts: list[tuple[str, int]]) -> None:
    with pytest.raises((Invalid, refusals.BasketFull)):
        gift.compose(*parts)
    assert len(gift.shown().parts) == 3
    with pytest.raises(Invalid):
        service.create(
            gift.keeper, gift.store.code, Described("Ngược", "any", "", 0, date(2026, 12, 2), date(2026, 12, 1))
        )


def test_many_baskets_are_read_in_as_many_statements(gift: Gift) -> None:
    at = now()
    one = counted(lambda: list_open(at, is_adult=True))
    for number in range(3):
        made = service.create(gift.keeper, gift.store.code, Described(f"Giỏ số {number}", "any"))
        composed = service.compose(gift.keeper, made.slug, made.version, [(gift.sauce.code, 1), (gift.tea.code, 100)])
        service.publish(gift.keeper, made.slug, composed.version)
    assert counted(lambda: list_open(at, is_adult=True)) == one
    assert len(judge([gift.basket()], at)) == 1
