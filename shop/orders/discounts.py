"""The coupon of a cart: what it takes off each line, its use at placing, and its way back when an order ends unpaid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from catalog.listings.queries import Offer
from catalog.products.sets import SETS
from core.clock import now
from core.errors import Refusal
from core.events import on
from core.money import dong
from shop.carts.models import Cart
from shop.coupons import service as coupons
from shop.coupons.models import Coupon
from shop.coupons.queries import find_coupon, terms_of
from shop.coupons.refusals import REFUSALS, CouponMinimum, CouponUnknown
from shop.coupons.rules import Found, Item, Trouble, customer_of, judge
from shop.orders.asked import Contact
from shop.orders.events import OrderEnded
from shop.orders.rules import reference_of


@dataclass(frozen=True)
class Discount:
    """A coupon as it works on a basket: đồng off each line, in the order of the lines."""

    coupon_id: int
    code: str
    name: str
    shares: Sequence[int]

    @property
    def total_vnd(self) -> int:
        """All shares."""
        return sum(self.shares)


def discount_of(cart: Cart, items: Sequence[Item], day: date) -> Discount | None:
    """What the cart's coupon takes off these lines on a day; None without a coupon.

    Refuses with the coupon's trouble: a buyer who typed a code never pays the full price unasked.
    """
    if cart.coupon_code is None:
        return None
    coupon = find_coupon(cart.coupon_code)
    if coupon is None:
        raise CouponUnknown
    found = judge(terms_of(coupon), items, day)
    if found.trouble is not None:
        raise _refusal(found, coupon)
    return Discount(coupon.id, coupon.code, coupon.name, found.shares)


def take(discount: Discount, number: str, contact: Contact, user_id: int | None, at: datetime, day: date) -> None:
    """Count the use, in the transaction that places the order. Refuses CouponUsedUp, CouponUsedBefore."""
    customer = customer_of(contact.phone)
    use = coupons.Use(discount.coupon_id, reference_of(number), customer, user_id, discount.total_vnd)
    coupons.take(use, day, at)


@on(OrderEnded)
def give_back(event: OrderEnded) -> None:
    """An order that ended before any money came gives its coupon back; one that owes money has used it."""
    if not event.owes_money:
        coupons.give_back(reference_of(event.number), now())


def item_of(offer: Offer, total_vnd: int) -> Item:
    """A line as coupons see it."""
    return Item(offer.product_id, offer.producer_id, SETS[offer.set_no].group, total_vnd)


def _refusal(found: Found, coupon: Coupon) -> Refusal:
    if found.trouble is Trouble.MINIMUM:
        missing = dong(coupon.minimum_vnd - found.goods_vnd)
        words = _("Mua thêm %(missing)s các món được giảm để dùng mã này.", missing=missing)
        return CouponMinimum(words, coupon=coupon.code, minimum=coupon.minimum_vnd, goods=found.goods_vnd)
    return REFUSALS[found.trouble or Trouble.UNKNOWN](coupon=coupon.code)
