"""What shoppers said, who waits, and two gift baskets: by the verbs, under a past clock, by nobody who lives."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from admin.demo.goods import at
from admin.demo.people import MART, People
from catalog.areas.load import HAI_PHONG
from catalog.listings.models import Listing
from catalog.listings.places import Places, places
from catalog.listings.queries import Offer, offers
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS, Actor, Scope
from core.accounts.contacts import Contact
from core.clock import local_day, now, travel
from core.db import db
from shop.baskets import service as baskets
from shop.baskets.service import Described
from shop.inventory.queries import stocked
from shop.orders.models import Order, OrderEvent
from shop.orders.rules import WITH_BUYER
from shop.reviews import service as reviews
from shop.reviews.queries import bought, list_of_producers
from shop.stores.queries import get_store
from shop.waiting import service as waiting
from shop.waiting.refusals import Buyable

#: Marks, and what such shoppers say; all made up.
SAID = (
    (5, "Hàng đúng như giới thiệu, đóng gói cẩn thận, hạn dùng còn dài. (minh hoạ)"),
    (5, "Biếu bố mẹ, ông bà khen. Sẽ mua lại dịp Tết. (minh hoạ)"),
    (4, "Ngon, thơm. Giá hơi cao so với chợ nhưng yên tâm về nguồn gốc. (minh hoạ)"),
    (4, "Giao nhanh, nhãn rõ ràng. Mong có gói nhỏ hơn. (minh hoạ)"),
    (3, "Tạm được, vị không đậm như lần trước. (minh hoạ)"),
    (2, "Nắp hơi lỏng, chảy ra túi một ít. Cửa hàng có xin lỗi. (minh hoạ)"),
    (5, ""),
)
#: One that waits for a person: it names a telephone.
HELD = (5, "Ai cần mua nhiều thì gọi em 0900 000 000 nhé (minh hoạ)")
ANSWER = "Cảm ơn anh chị đã tin dùng. Hợp tác xã ghi nhận để làm tốt hơn. (minh hoạ)"
#: Name, occasion, words, wrapping in đồng, how many parts.
BASKETS = (
    ("Giỏ quà Tết Hải Phòng", "tet", "Đặc sản Hải Phòng cho ngày Tết, gói giỏ mây. (minh hoạ)", 35_000, 4),
    ("Giỏ quà thăm nhà", "visit", "Gọn nhẹ, dễ mang đi xa, ai dùng cũng hợp. (minh hoạ)", 20_000, 3),
)
MOST_REVIEWS = 24
#: Units in stock, and đồng, of what goes into a basket.
LEAST_UNITS, PRICES = 8, range(40_000, 350_001)


def give_trust(people: People, producer: Producer, today: date, dice: random.Random) -> None:
    """Opinions of the last weeks, an answer, two baskets at the demonstration's store, and some who wait."""
    _review_some(dice)
    _answer_one(people, producer)
    _fill_baskets(people, today)
    _let_some_wait(today)


def _review_some(dice: random.Random) -> None:
    """Some of those who have their goods say what they think, a day or two later."""
    handed_over = select(Order.id, Order.number, Order.token, OrderEvent.at).join(
        OrderEvent, (OrderEvent.order_id == Order.id) & (OrderEvent.action == "hand_over")
    )
    rows = db.session.execute(handed_over.where(Order.state.in_(WITH_BUYER)).order_by(Order.id)).all()
    chosen = sorted(dice.sample(range(len(rows)), min(MOST_REVIEWS, len(rows))))
    for place, index in enumerate(chosen):
        order_id, number, token, got_at = rows[index]
        product = bought(db.session.get_one(Order, order_id))[0].code
        marks, words = HELD if place == 3 else dice.choice(SAID)
        with travel(_soon(got_at, dice)):
            reviews.write(ANONYMOUS, number, token, product=product, marks=marks, words=words)


def _soon(got_at: datetime, dice: random.Random) -> datetime:
    """Some hours after the goods came, never after now."""
    return min(got_at + timedelta(hours=dice.randint(2, 40)), now() - timedelta(minutes=1))


def _answer_one(people: People, producer: Producer) -> None:
    """The demonstration's producer answers the first thing that was said of her goods."""
    said, _total = list_of_producers([producer.code], 1, 1, unanswered=True)
    by = people.acting("producer", "producer", Scope("producer", producer.code))
    for one in said:
        reviews.answer(by, one.review.code, version=one.review.version, words=ANSWER)


def _fill_baskets(people: People, today: date) -> None:
    by, store = people.acting("manager", "store_manager", Scope("store", MART)), get_store(MART)
    pieces = _giftable(store.id)
    with travel(at(today - timedelta(days=2), 9)):
        for name, occasion, words, wrap_vnd, parts in BASKETS:
            chosen, pieces = pieces[:parts], pieces[parts:]
            _fill_basket(by, store.code, Described(name, occasion, words, wrap_vnd), chosen)


def _giftable(store_id: int) -> list[Offer]:
    """What one would give: one pack of a product, at a giver's price, of this province first, its star for long."""
    free, tree = stocked(store_id, now()), places()
    offered = offers([sku for sku, units in free.items() if units >= LEAST_UNITS], local_day(now())).values()
    fit = [one for one in offered if one.unit == "piece" and not one.is_alcohol and one.price_vnd in PRICES]
    found: dict[int, Offer] = {}
    for one in sorted(fit, key=lambda offer: (not _is_of_here(offer, tree), -offer.governing.ends_on.toordinal())):
        found.setdefault(one.product_id, one)
    return list(found.values())


def _is_of_here(offer: Offer, tree: Places) -> bool:
    product = db.session.get_one(Product, offer.product_id)
    province = tree.province(product.area_id or product.producer.area_id)
    return province is not None and province.code == HAI_PHONG


def _fill_basket(by: Actor, store: str, said: Described, chosen: Sequence[Offer]) -> None:
    if len(chosen) < baskets.LEAST_PARTS:
        return
    made = baskets.create(by, store, said)
    parts = [(offer.sku_code, 2 if place == 0 else 1) for place, offer in enumerate(chosen)]
    composed = baskets.compose(by, made.slug, made.version, parts)
    baskets.publish(by, made.slug, composed.version)


def _let_some_wait(today: date) -> None:
    """Nobody's numbers wait for what cannot be bought: two products, several people each."""
    listed = select(Product).join(Listing, Listing.product_id == Product.id).where(Listing.published_at.is_not(None))
    left = 2
    with travel(at(today - timedelta(days=1), 10)):
        for product in db.session.scalars(listed.order_by(Product.id)).all():
            if left and _wait_for(product.slug, people=3 * left):
                left -= 1


def _wait_for(slug: str, people: int) -> bool:
    """So many ask to be told; False when it can be bought."""
    try:
        for number in range(people):
            waiting.note(ANONYMOUS, Contact(phone=f"+8490000001{number:02}"), slug)
    except Buyable:
        return False
    return True
