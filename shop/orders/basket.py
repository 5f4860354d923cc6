"""A cart's lines with what they cost on a day, the coupon's share of each, and the charges beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from catalog.listings.queries import Offer
from catalog.products.sets import SERVICE
from shop.carts.models import Cart
from shop.carts.queries import Contents, charges_of
from shop.carts.rules import Wrap, line_total
from shop.coupons.rules import Item
from shop.orders import gate
from shop.orders.discounts import Discount, discount_of, item_of
from shop.orders.gate import Wanted
from shop.orders.refusals import CartEmpty
from shop.taxes.rules import Vat


@dataclass(frozen=True)
class Charge:
    """Something paid besides products: whole đồng, VAT included."""

    kind: str
    amount_vnd: int
    vat: Vat


@dataclass
class Basket:
    """Lines whose every SKU has an offer that is open on the day it was read for."""

    lines: Sequence[Wanted]
    offers: dict[int, Offer]
    charges: list[Charge] = field(default_factory=list[Charge])
    #: Wrapping that the cart carries, as far as its lines make it up.
    wraps: list[Wrap] = field(default_factory=list[Wrap])
    discount: Discount | None = None

    @property
    def lines_total_vnd(self) -> int:
        """All lines, in đồng."""
        return sum(self.cost(line) for line in self.lines)

    @property
    def discount_total_vnd(self) -> int:
        """What the coupon takes off all lines."""
        return self.discount.total_vnd if self.discount else 0

    @property
    def charges_total_vnd(self) -> int:
        """All charges, in đồng."""
        return sum(charge.amount_vnd for charge in self.charges)

    @property
    def total_vnd(self) -> int:
        """What is paid."""
        return self.lines_total_vnd - self.discount_total_vnd + self.charges_total_vnd

    @property
    def shares(self) -> Sequence[int]:
        """What the coupon takes off each line, in their order."""
        return self.discount.shares if self.discount else (0,) * len(self.lines)

    @property
    def last_day(self) -> date:
        """The last day on which every line is covered."""
        return min(offer.governing.ends_on for offer in self.offers.values())

    @property
    def wants(self) -> dict[int, int]:
        """Units by SKU id."""
        return {line.sku_id: line.quantity for line in self.lines}

    @property
    def certificate_ids(self) -> set[int]:
        """The certificates under which the lines are sold."""
        return {offer.governing.certificate_id for offer in self.offers.values()}

    @property
    def is_services(self) -> bool:
        """Whether all of it are services: vouchers, nothing that could be sent."""
        return all(offer.set_no == SERVICE for offer in self.offers.values())

    @property
    def alcohol(self) -> list[Offer]:
        """The offers that only adults may buy, and only without cash."""
        return [offer for offer in self.offers.values() if offer.is_alcohol]

    @property
    def items(self) -> list[Item]:
        """The lines as coupons see them."""
        return [item_of(self.offers[line.sku_id], self.cost(line)) for line in self.lines]

    def cost(self, line: Wanted) -> int:
        """A line, in đồng."""
        offer = self.offers[line.sku_id]
        return line_total(offer.price_vnd, line.quantity, offer.unit)

    def judge_again(self, on: date) -> "Basket":
        """The same lines as they stand now: offers and prices are read anew. Refuses as `fill`."""
        return Basket(self.lines, gate.judge(self.lines, on), wraps=self.wraps)

    def take_off(self, cart: Cart, on: date) -> None:
        """Let the cart's coupon work. Refuses with its trouble."""
        self.discount = discount_of(cart, self.items, on) if cart.coupon_code else None


def fill(cart: Cart, held: Contents, on: date) -> Basket:
    """Judge each line that a cart holds for a day. Refuses CartEmpty and the gate's refusals."""
    wanted, has_charges = held
    if not wanted:
        raise CartEmpty
    lines = [Wanted(*line) for line in wanted.items()]
    wraps = charges_of(cart.id, wanted) if has_charges else []
    return Basket(lines, gate.judge(lines, on), wraps=[one for one in wraps if one.whole])
