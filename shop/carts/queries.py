"""Reads of carts: the lines as they stand at this instant, each with what is wrong with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from catalog.certificates.queries import standings
from catalog.certificates.rules import Status
from catalog.listings.queries import Offer, offers
from catalog.products.sets import SETS
from core.clock import local_day
from core.db import db, run, table_of
from core.errors import NotFound
from shop.carts.models import Cart, CartCharge, CartLine
from shop.carts.rules import Problem, Wrap, find_problem, line_total, made_up, sum_without_problems
from shop.coupons.queries import find_coupon, terms_of
from shop.coupons.rules import Item, Trouble, judge
from shop.inventory.queries import SkuName, available, sku_names

#: What a shopper is told of a product whose certificate is not open. A certificate that was replaced by one
#: that is not open either has simply run out for her.
_CODES = {
    Status.LAPSED: "certificate.lapsed",
    Status.SUPERSEDED: "certificate.lapsed",
    Status.REVOKED: "certificate.revoked",
    Status.SUSPENDED: "certificate.suspended",
    Status.STOPPED: "product.stopped",
    Status.MISSING: "certificate.missing",
    Status.NOT_YET_VALID: "certificate.missing",
}


@dataclass(frozen=True)
class Line:
    """One line now. ``offer`` is what the catalog offers today; None exactly when the catalog refuses."""

    named: SkuName
    quantity: int
    unit_price_vnd: int
    line_total_vnd: int
    #: Units free in the store that it is judged by, or in the best-stocked one while none is chosen.
    available: int
    problem: Problem | None
    offer: Offer | None
    #: Units free by store id.
    free: Mapping[int, int]

    @property
    def sku_id(self) -> int:
        """The SKU's id."""
        return self.named.sku_id

    @property
    def unit(self) -> str:
        """What the quantity counts: ``piece`` or ``gram``."""
        return self.named.unit


class Contents(NamedTuple):
    """What is in a cart."""

    #: Units by SKU id, in the order in which they were added.
    wanted: dict[int, int]
    #: Whether there are charges beside the lines to ask for.
    has_charges: bool


@dataclass(frozen=True)
class CouponView:
    """A coupon on a cart: what it takes off the lines that can be bought, or its trouble (`coupons.rules.Trouble`)."""

    code: str
    name: str
    discount_vnd: int
    trouble: Trouble | None = None
    #: With a minimum that is not reached: what is missing.
    missing_vnd: int = 0


@dataclass(frozen=True)
class CartView:
    """A cart now. ``total_vnd`` leaves lines with a problem out."""

    cart: Cart
    lines: list[Line]
    total_vnd: int
    #: Ids of stores that have every line which any store has.
    ready_stores: list[int]
    #: The store by which lines are judged; None: by whichever has the most.
    store_id: int | None = None
    #: What is charged beside the lines.
    charges: list[Wrap] = field(default_factory=list[Wrap])
    #: What was typed in as a coupon, and what it does.
    coupon: "CouponView | None" = None

    @property
    def charges_vnd(self) -> int:
        """What the charges come to."""
        return sum(charge.total_vnd for charge in self.charges)

    @property
    def discount_vnd(self) -> int:
        """What the coupon takes off."""
        return self.coupon.discount_vnd if self.coupon else 0

    @property
    def due_vnd(self) -> int:
        """What is to be paid before delivery."""
        return self.total_vnd - self.discount_vnd + self.charges_vnd

    @property
    def sound(self) -> list[Line]:
        """The lines that can be bought."""
        return [line for line in self.lines if line.problem is None]

    @property
    def troubled(self) -> list[Line]:
        """The lines that cannot."""
        return [line for line in self.lines if line.problem is not None]


def get_cart(token: str) -> Cart:
    """A cart by its token, open or ordered. Raises NotFound."""
    cart = find_cart(token)
    if cart is None:
        raise NotFound
    return cart


def find_cart(token: str) -> Cart | None:
    """A cart by its token."""
    return db.session.scalar(select(Cart).where(Cart.token == token))


def find_open_cart_of(user_id: int) -> Cart | None:
    """The open cart of an account; the newest should there be several."""
    query = select(Cart).where(Cart.user_id == user_id, Cart.closed_at.is_(None))
    return db.session.scalar(query.order_by(Cart.updated_at.desc(), Cart.id.desc()).limit(1))


_lines, _charges = table_of(CartLine).c, table_of(CartCharge).c
_has_charges = select(_charges.id).where(_charges.cart_id == bindparam("cart")).exists()
_LINES = (
    select(_lines.sku_id, _lines.quantity, _has_charges.label("has_charges"))
    .where(_lines.cart_id == bindparam("cart"))
    .order_by(_lines.id)
)
_CART_AND_LINES = (
    select(
        Cart, CartLine.sku_id, CartLine.quantity,
        select(CartCharge.id).where(CartCharge.cart_id == Cart.id).exists().label("has_charges"),
    )
    .outerjoin(CartLine, CartLine.cart_id == Cart.id)
    .where(Cart.token == bindparam("token"))
    .order_by(CartLine.id)
)  # fmt: skip
_CHARGES = (
    select(
        _charges.id, _charges.label, _charges.reference, _charges.store_id, _charges.amount_vnd, _charges.quantity,
        _charges.parts,
    )
    .where(_charges.cart_id == bindparam("cart"))
    .order_by(_charges.id)
)  # fmt: skip


def quantities(cart_id: int) -> dict[int, int]:
    """Units wanted by SKU id, in the order in which they were added."""
    return contents(cart_id).wanted


def contents(cart_id: int) -> Contents:
    """What is in a cart."""
    rows = run(_LINES, {"cart": cart_id}).all()
    return Contents({row.sku_id: row.quantity for row in rows}, bool(rows) and bool(rows[0].has_charges))


def find_with_contents(token: str) -> tuple[Cart, Contents] | None:
    """A cart by its token, with what is in it: one statement."""
    rows = db.session.execute(_CART_AND_LINES, {"token": token}).all()
    if not rows:
        return None
    wanted = {row.sku_id: row.quantity for row in rows if row.sku_id is not None}
    return rows[0].Cart, Contents(wanted, bool(wanted) and bool(rows[0].has_charges))


def count_lines(token: str) -> int:
    """How many lines an open cart has: the number beside the menu's basket."""
    query = select(func.count(CartLine.id)).join(Cart, Cart.id == CartLine.cart_id)
    return db.session.scalar(query.where(Cart.token == token, Cart.closed_at.is_(None))) or 0


def view_cart(cart: Cart, at: datetime) -> CartView:
    """A cart as it stands at an instant. A constant number of queries, however many lines."""
    wanted, has_charges = contents(cart.id)
    offered = offers(list(wanted), local_day(at)) if wanted else {}
    return view_lines(cart, at, wanted, offered, has_charges=has_charges)


def view_cart_among(cart: Cart, at: datetime, stores: Collection[int], store_id: int | None) -> CartView:
    """As `view_cart`, by what lies in these stores (ids) only; one of them judges each line (None: the best-stocked).

    For a buyer who has not settled the store yet: the one that the cart names binds nobody.
    """
    wanted, has_charges = contents(cart.id)
    if not wanted:
        return CartView(cart, [], 0, [], store_id)
    stock = _only(available(list(wanted), at), stores)
    return _view(cart, at, wanted, offers(list(wanted), local_day(at)), stock, store_id, has_charges=has_charges)


def view_lines(
    cart: Cart, at: datetime, wanted: Mapping[int, int], offered: Mapping[int, Offer], *, has_charges: bool
) -> CartView:
    """As `view_cart`, for who knows already what is wanted (units by SKU id) and offered."""
    if not wanted:
        return CartView(cart, [], 0, [], cart.store_id)
    stock = available(list(wanted), at)
    return _view(cart, at, wanted, offered, stock, cart.store_id, has_charges=has_charges)


def _view(
    cart: Cart, at: datetime, wanted: Mapping[int, int], offered: Mapping[int, Offer],
    stock: Mapping[int, Mapping[int, int]], store_id: int | None, *, has_charges: bool,
) -> CartView:  # fmt: skip
    on = local_day(at)
    names = {sku: _name_of(offer) for sku, offer in offered.items()}
    if closed := [sku for sku in wanted if sku not in offered]:
        names |= sku_names(closed)
    refused = _refused({sku: names[sku].product_id for sku in closed}, at)
    lines = [
        _line(cart, names[sku], quantity, offered.get(sku), refused.get(sku), stock.get(sku, {}), store_id)
        for sku, quantity in wanted.items()
    ]
    total = sum_without_problems([(line.line_total_vnd, line.problem) for line in lines])
    sound = {line.sku_id: line.quantity for line in lines if line.problem is None}
    coupon = _coupon(cart.coupon_code, lines, on) if cart.coupon_code else None
    charges = charges_of(cart.id, sound) if has_charges else []
    return CartView(cart, lines, total, _ready_stores(lines), store_id, charges, coupon)


def _only(stock: Mapping[int, Mapping[int, int]], stores: Collection[int]) -> dict[int, dict[int, int]]:
    return {sku: {one: units for one, units in free.items() if one in stores} for sku, free in stock.items()}


def _name_of(offer: Offer) -> SkuName:
    """What an offered SKU is called, without asking again."""
    return SkuName(
        offer.sku_id, offer.sku_code, offer.name, offer.label, offer.slug, offer.unit, offer.price_vnd,
        offer.product_id, offer.listing_id, offer.product_code, offer.set_no,
    )  # fmt: skip


def _coupon(code: str, lines: Sequence[Line], on: date) -> CouponView:
    """What the cart's coupon does to the lines that can be bought."""
    coupon = find_coupon(code)
    if coupon is None:
        return CouponView(code, code, 0, Trouble.UNKNOWN)
    items = [
        Item(line.offer.product_id, line.offer.producer_id, SETS[line.offer.set_no].group, line.line_total_vnd)
        for line in lines
        if line.problem is None and line.offer is not None
    ]
    found = judge(terms_of(coupon), items, on)
    missing = coupon.minimum_vnd - found.goods_vnd if found.trouble is Trouble.MINIMUM else 0
    return CouponView(coupon.code, coupon.name, found.total_vnd, found.trouble, missing)


def charges_of(cart_id: int, quantities: Mapping[int, int]) -> list[Wrap]:
    """The charges of a cart, with how many of each its quantities (units by SKU id) make up."""
    wraps = [
        Wrap(
            row.id, row.label, row.reference, row.store_id, row.amount_vnd, row.quantity,
            {int(sku): int(units) for sku, units in row.parts.items()},
        )
        for row in run(_CHARGES, {"cart": cart_id})
    ]  # fmt: skip
    return made_up(wraps, quantities)


def _refused(products: Mapping[int, int], at: datetime) -> dict[int, str]:
    """Why the catalog does not offer SKUs (by id, with their product): the code of its refusal."""
    found = standings(list(set(products.values())), local_day(at)) if products else {}
    return {sku: _CODES.get(found[product].status, "listing.withdrawn") for sku, product in products.items()}


def _line(
    cart: Cart, named: SkuName, quantity: int, offer: Offer | None, refusal: str | None, stock: Mapping[int, int],
    store_id: int | None,
) -> Line:  # fmt: skip
    free = stock.get(store_id, 0) if store_id is not None else max(stock.values(), default=0)
    problem = find_problem(
        refusal=refusal, unit=named.unit, quantity=quantity, available=free,
        is_alcohol=offer is not None and offer.is_alcohol, is_adult=cart.is_adult,
    )  # fmt: skip
    price_vnd = offer.price_vnd if offer is not None else named.price_vnd  # the offer's is the price of this day
    cost = line_total(price_vnd, quantity, named.unit)
    return Line(named, quantity, price_vnd, cost, free, problem, offer, stock)


def _ready_stores(lines: Sequence[Line]) -> list[int]:
    """Stores with every line that any of them has: what the chosen one lacks counts, what is sold out does not."""
    had = [line for line in lines if line.problem is None or line.problem.code == "stock.short"]
    wanted = [line for line in had if max(line.free.values(), default=0) >= line.quantity]
    stores = {store for line in wanted for store in line.free}
    return sorted(store for store in stores if all(line.free.get(store, 0) >= line.quantity for line in wanted))
