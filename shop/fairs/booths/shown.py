"""What may be shown on a booth on each of its days: the products of a booking that a certificate covers then."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from catalog.products.models import Product
from core.db import db
from shop.fairs import queries
from shop.fairs.models import Booking, BookingProduct, BoothDay, Fair
from shop.fairs.rulebook import rules_of
from shop.fairs.rules import LIVE_DAY, Term


@dataclass(frozen=True)
class OnShow:
    """A product on one day, under one certificate."""

    product: Product
    certificate_number: str
    stars: int
    ends_on: date


@dataclass(frozen=True)
class ShownDay:
    """A booked day with its products, the most stars first; what nothing covers then is `missing`."""

    day: date
    state: str
    price_vnd: int
    subsidy_vnd: int
    products: Sequence[OnShow] = ()
    missing: Sequence[Product] = field(default_factory=tuple[Product, ...])


@dataclass(frozen=True)
class Run:
    """Days in a row on which the same may be shown, with what they cost together; `day` is the first of them."""

    first_on: date
    last_on: date
    day: ShownDay
    price_vnd: int
    subsidy_vnd: int


def runs_of(days: Sequence[ShownDay]) -> list[Run]:
    """Days gathered into runs, so that a fair of two weeks is one line."""
    runs: list[Run] = []
    for one in days:
        last = runs[-1] if runs else None
        if last and (one.day - last.last_on).days == 1 and _same(last.day, one):
            price, subsidy = last.price_vnd + one.price_vnd, last.subsidy_vnd + one.subsidy_vnd
            runs[-1] = Run(last.first_on, one.day, last.day, price, subsidy)
        else:
            runs.append(Run(one.day, one.day, one, one.price_vnd, one.subsidy_vnd))
    return runs


def _same(one: ShownDay, other: ShownDay) -> bool:
    """Whether the same products stand there under the same certificates."""
    return (one.state, one.products, one.missing) == (other.state, other.products, other.missing)


def list_days(bookings: Sequence[Booking]) -> dict[int, list[ShownDay]]:
    """The live days of bookings by booking id, each with what may be shown on it. A constant number of statements."""
    ids = [one.id for one in bookings]
    shown: dict[int, list[int]] = defaultdict(list)
    pairs = select(BookingProduct.booking_id, BookingProduct.product_id).where(BookingProduct.booking_id.in_(ids))
    for booking_id, product_id in db.session.execute(pairs.order_by(BookingProduct.product_id)):
        shown[booking_id].append(product_id)
    products = queries.names_of((), {one for found in shown.values() for one in found}).products
    terms: dict[int, list[Term]] = defaultdict(list)
    for term in queries.terms_of(list(products)):
        terms[term.product_id].append(term)
    fairs = {one.id: one for one in db.session.scalars(select(Fair).where(Fair.id.in_({b.fair_id for b in bookings})))}
    least = {one.id: rules_of(fairs[one.fair_id]).stars_min for one in bookings}
    live = select(BoothDay).where(BoothDay.booking_id.in_(ids), BoothDay.state.in_(LIVE_DAY)).order_by(BoothDay.day)
    days: dict[int, list[ShownDay]] = {one: [] for one in ids}
    for row in db.session.scalars(live):
        mine = [products[one] for one in shown[row.booking_id]]
        days[row.booking_id].append(_day(row, mine, terms, least[row.booking_id]))
    return days


def _day(row: BoothDay, mine: Sequence[Product], terms: dict[int, list[Term]], stars_min: int) -> ShownDay:
    on_show: list[OnShow] = []
    missing: list[Product] = []
    for product in mine:
        covering = [one for one in terms[product.id] if one.stars >= stars_min and one.covers(row.day)]
        if covering:
            best = max(covering, key=lambda one: (one.stars, one.ends_on, -one.certificate_id))
            on_show.append(OnShow(product, best.certificate_number, best.stars, best.ends_on))
        else:
            missing.append(product)
    on_show.sort(key=lambda one: (-one.stars, one.product.name_folded))
    return ShownDay(row.day, row.state, row.price_vnd, row.subsidy_vnd, tuple(on_show), tuple(missing))
