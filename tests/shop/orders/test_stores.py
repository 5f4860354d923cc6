"""Checkout over several stores, with coupons, care, limits and old names of places; on both databases."""

from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.areas.models import Area, AreaChange
from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS
from core.clock import today
from core.db import transaction
from core.doctor import examine
from core.errors import Busy, Invalid
from core.text import fold, sort_key
from shop.carts import service as carts
from shop.coupons import refusals as coupon_refusals
from shop.coupons import service as coupons
from shop.coupons.models import Coupon
from shop.inventory.models import StockHold
from shop.inventory.refusals import OutOfStock
from shop.orders import refusals, routing, service
from shop.orders.asked import Checkout, Contact, Fulfilment, InvoiceWish
from shop.orders.checkout import place_order, quote
from shop.orders.limits import MOST_AWAITED, MOST_IN_PERSON
from shop.orders.models import Order, Shipment
from shop.stores.models import Store
from shop.stores.service import open_store

BUYER = Contact("Người mua thử", "+84912345678")


def store_of(make: ModuleType, first: Store, code: str, area: Area | None = None) -> Store:
    """Another store of the same seller."""
    return open_store(
        make.actor("admin"), code=code, name=f"OCOP {code}", kind="mart", seller_id=first.seller_id,
        area_id=(area or make.area()).id, address="Số 2", hours={}, has_pickup=True, has_delivery=True,
    )  # fmt: skip


def cart_of(*wants: tuple[Sku, int], coupon: str | None = None) -> str:
    token = carts.start_cart().token
    for sku, quantity in wants:
        carts.set_line(token, sku.code, quantity)
    if coupon:
        carts.set_coupon(token, coupon)
    return token


def deliver(area: Area) -> Fulfilment:
    return Fulfilment("delivery", None, "Số 5", area.code)


def order(token: str, wanted: Fulfilment, provider: str = "cod", phone: str | None = None, **more: object) -> Order:
    buyer = Contact("Người mua thử", phone) if phone else BUYER
    return place_order(Checkout(token, buyer, wanted, provider, 10**9, **more), ANONYMOUS)  # type: ignore[arg-type]


def coupon(make: ModuleType, code: str = "TET2027", **terms: object) -> Coupon:
    plain = {"name": "Tết", "starts_on": today(), "ends_on": today(), "max_uses": 5, "percent": 10}
    return coupons.create(code, coupons.Wish(**(plain | terms)), make.actor("admin"))  # type: ignore[arg-type]


def sound() -> None:
    assert [line for one in examine() for line in one.breaches if one.invariant.code != "I12"] == []


def test_what_no_store_has_whole_comes_in_parcels_of_one_seller(make: ModuleType, session: Session) -> None:
    first = make.store("gan")
    second = store_of(make, first, "xa")
    honey, tea = make.sku(name="Mật ong"), make.sku(name="Trà")
    make.lot(honey, first, on_shelf=3)
    make.lot(tea, second, on_shelf=3)
    home = make.area("Xã Nhận Hàng")
    placed = order(cart_of((honey, 2), (tea, 1)), deliver(home))
    parcels = session.scalars(select(Shipment).order_by(Shipment.position)).all()
    assert [(one.code, one.store_id, [line.quantity for line in one.lines]) for one in parcels] == [
        (f"{placed.number}-1", first.id, [2]), (f"{placed.number}-2", second.id, [1]),
    ]  # fmt: skip
    assert all(one.weight_grams > 0 for one in parcels)
    assert {one.kind: one.amount_vnd for one in placed.charges} == {"delivery": 40_000}
    assert session.scalar(select(func.count()).select_from(StockHold).where(StockHold.state == "active")) == 2
    assert [one["store"] for one in placed.events[0].data["zones"]] == ["gan", "xa"]
    sound()


def test_two_sellers_are_two_orders(make: ModuleType) -> None:
    honey, tea = make.sku(), make.sku()
    make.lot(honey, make.store(), on_shelf=3)
    make.lot(tea, make.store(), on_shelf=3)
    with pytest.raises(OutOfStock) as refused:
        order(cart_of((honey, 1), (tea, 1)), deliver(make.area("Xã Nhận Hàng")))
    assert len(refused.value.facts["lines"]) == 2


def test_all_stores_or_none(make: ModuleType, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store sold out between looking and locking: nothing is held anywhere, and the buyer is asked to try again."""
    first = make.store()
    second = store_of(make, first, "hai")
    honey, tea = make.sku(), make.sku()
    make.lot(honey, first, on_shelf=1)
    make.lot(tea, second, on_shelf=1)
    token, home = cart_of((honey, 1), (tea, 1)), make.area("Xã Nhận Hàng")
    seen = {first.id: {honey.id: 1}, second.id: {tea.id: 1}}
    with transaction():
        session.execute(
            text("UPDATE stock_level SET held = on_hand WHERE lot_id IN (SELECT id FROM lot WHERE sku_id = :s)"),
            {"s": tea.id},
        )
    monkeypatch.setattr(routing, "_free_by_store", lambda wants, at: seen)
    with pytest.raises(Busy):
        order(token, deliver(home))
    assert session.scalar(select(func.count()).select_from(StockHold)) == 0


@pytest.mark.daily
def test_a_coupon_is_on_every_line_and_counted_once(make: ModuleType, session: Session) -> None:
    one = coupon(make, percent=None, amount_vnd=10_001)
    store, honey, tea = make.store(), make.sku(price_vnd=100_000), make.sku(price_vnd=50_000)
    make.lot(honey, store)
    make.lot(tea, store)
    placed = order(cart_of((honey, 1), (tea, 1), coupon="TET2027"), Fulfilment("pickup", store.code), "at_store")
    assert [line.discount_vnd for line in placed.lines] == [6_667, 3_334]
    assert (placed.coupon_code, placed.discount_total_vnd, placed.total_vnd) == ("TET2027", 10_001, 139_999)
    assert session.scalar(select(Coupon.used).where(Coupon.id == one.id)) == 1
    with pytest.raises(DBAPIError), transaction(), session.begin_nested():
        session.execute(text("UPDATE order_line SET discount_vnd = 0"))
    with pytest.raises(DBAPIError), transaction(), session.begin_nested():
        session.execute(text("UPDATE shop_order SET coupon_code = 'X'"))
    sound()
    service.cancel(placed.number, placed.token, ANONYMOUS)
    assert session.scalar(select(Coupon.used).where(Coupon.id == one.id)) == 0
    sound()


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"starts_on": date(2000, 1, 1), "ends_on": date(2000, 1, 2)}, coupon_refusals.CouponEnded),
        ({"minimum_vnd": 120_001}, coupon_refusals.CouponMinimum),
        ({"groups": ("VI",)}, coupon_refusals.CouponOtherGoods),
    ],
)
def test_a_coupon_that_does_not_work_is_never_passed_over(
    terms: dict[str, object], refusal: type[Exception], make: ModuleType, session: Session
) -> None:
    coupon(make, **terms)
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    token = cart_of((sku, 1), coupon="TET2027")
    with pytest.raises(refusal):
        order(token, Fulfilment("pickup", store.code), "at_store")
    carts.set_coupon(token, None)
    assert order(token, Fulfilment("pickup", store.code), "at_store").total_vnd == 120_000


def test_a_customer_gets_a_coupon_once(make: ModuleType, session: Session) -> None:
    coupon(make)
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    pickup = Fulfilment("pickup", store.code)
    order(cart_of((sku, 1), coupon="TET2027"), pickup, "at_store")
    again = cart_of((sku, 1), coupon="TET2027")
    with pytest.raises(coupon_refusals.CouponUsedBefore):
        order(again, pickup, "at_store")
    order(again, pickup, "at_store", phone="+84987654321")
    assert session.scalar(select(Coupon.used)) == 2


def test_a_fallen_coupon_raises_the_total_and_must_be_confirmed(make: ModuleType) -> None:
    """P19 with a coupon: the sum that was agreed to holds, whatever the coupon has become since."""
    coupon(make, percent=50)
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    token = cart_of((sku, 1), coupon="TET2027")
    seen = quote(token, Fulfilment("pickup", store.code))[0].total_vnd
    assert seen == 60_000
    coupons.change("TET2027", coupons.Wish("Tết", today(), today(), 5, percent=10), 1, make.actor("admin"))
    with pytest.raises(refusals.PriceChanged) as refused:
        place_order(Checkout(token, BUYER, Fulfilment("pickup", store.code), "at_store", seen), ANONYMOUS)
    assert refused.value.facts["total"] == 108_000


def test_goods_that_ask_for_care(make: ModuleType, session: Session) -> None:
    store, jar, ice, tree = make.store(), make.sku(), make.sku(), make.sku(name="Cây cảnh")
    for sku in (jar, ice, tree):
        make.lot(sku, store)
    with transaction():
        session.get_one(Sku, ice.id).is_cold = True
        session.get_one(Sku, tree.id).is_pickup_only = True
    home = make.area("Xã Nhận Hàng")
    basket, _route = quote(cart_of((jar, 1), (ice, 1)), deliver(home))
    assert {one.kind: one.amount_vnd for one in basket.charges} == {"delivery": 20_000, "cold_box": 15_000}
    token = cart_of((jar, 1), (tree, 1))
    with pytest.raises(refusals.PickupOnly) as refused:
        order(token, deliver(home))
    assert [one["name"] for one in refused.value.facts["lines"]] == ["Cây cảnh"]
    assert order(token, Fulfilment("pickup", store.code), "at_store").number


@pytest.mark.parametrize(("provider", "most"), [("vietqr", MOST_AWAITED), ("at_store", MOST_IN_PERSON)])
def test_one_number_does_not_empty_the_shelves(provider: str, most: int, make: ModuleType, session: Session) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=50)
    pickup = Fulfilment("pickup", store.code)
    orders = [order(cart_of((sku, 1)), pickup, provider) for _ in range(most)]
    token = cart_of((sku, 1))
    with pytest.raises(refusals.TooManyOpen) as refused:
        order(token, pickup, provider)
    assert refused.value.facts["limit"] == most
    assert order(cart_of((sku, 1)), pickup, provider, phone="+84987654321").number
    service.cancel(orders[0].number, orders[0].token, ANONYMOUS)
    assert order(token, pickup, provider).number


def test_cash_on_delivery_at_the_counter_is_paid_at_the_counter(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    assert order(cart_of((sku, 1)), Fulfilment("pickup", store.code), "cod").provider == "at_store"


def test_an_invoice_and_an_age_are_kept_as_they_were_told(make: ModuleType, session: Session) -> None:
    store, wine = make.store(), make.sku(set_no=14)
    make.lot(wine, store)
    wish = InvoiceWish("Công ty Thử Nghiệm", "Số 1, Hải Phòng", "ke-toan@example.test", "0100233488")
    token = cart_of((wine, 1))
    carts.confirm_adult(token)
    placed = order(token, Fulfilment("pickup", store.code), "vietqr", consents=("marketing",), invoice=wish)
    assert placed.invoice_wish == {
        "company": "Công ty Thử Nghiệm", "address": "Số 1, Hải Phòng", "email": "ke-toan@example.test",
        "tax_code": "0100233488",
    }  # fmt: skip
    told = {one["purpose"]: (one["version"], one["at"]) for one in placed.consents["items"]}
    assert set(told) == {"marketing", "adult"}
    assert {at for _version, at in told.values()} == {placed.placed_at.isoformat()}


def test_a_code_of_old_leads_to_the_commune_of_today(make: ModuleType, session: Session) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store, on_shelf=5)
    whole, part = make.area("Xã Mới Một"), make.area("Xã Mới Hai")
    gone = date(2025, 6, 30)
    with transaction():
        old = [
            Area(
                code=f"9999{n}", valid_from=date(1900, 1, 1), valid_until=gone, kind="commune", name=f"Xã Cũ {n}",
                name_folded=fold(f"Cũ {n}"), sort_key=sort_key(f"Cũ {n}"), parent_id=whole.parent_id,
            )
            for n in (1, 2)
        ]  # fmt: skip
        session.add_all(old)
        session.flush()
        session.add(AreaChange(old_id=old[0].id, new_id=whole.id, is_default=True))
        session.add_all(AreaChange(old_id=old[1].id, new_id=one.id, is_default=one is whole) for one in (whole, part))
    token = cart_of((sku, 1))
    with pytest.raises(Invalid):
        order(token, Fulfilment("delivery", None, "Số 5", "99992"))
    assert order(token, Fulfilment("delivery", None, "Số 5", "99991")).area_id == whole.id
