"""The public face of a fair: which booths are free, who shows where, and with which products on which days.

Judged by date at every reading, so nothing of a lapsed product is shown while the worker sleeps; a hold whose
time is over counts as free for the same reason.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from catalog.certificates.queries import governing
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import local_day
from core.db import db
from shop.fairs import queries
from shop.fairs.models import Booking, BookingProduct, Booth, BoothDay, Fair
from shop.fairs.plan import Drawn, Hall, draw, halls_of, ring_of
from shop.fairs.rules import LIVE_DAY, DayState, Term, eligible, fair_days

FREE, PARTLY, HELD, PAID = "free", "partly", "held", "paid"


@dataclass(frozen=True)
class Shown:
    """A product on a booth: the stars and the days on which it may be shown."""

    product: Product
    stars: int
    days: tuple[date, ...]


@dataclass(frozen=True)
class Exhibitor:
    """A producer on a booth. ``is_confirmed`` once the fee is paid for every day."""

    producer: Producer
    booking: Booking
    booth: Booth
    days: tuple[date, ...]
    products: tuple[Shown, ...]
    is_confirmed: bool

    @property
    def groups(self) -> tuple[str, ...]:
        """Roman numbers of the groups it shows."""
        return tuple(sorted({shown.product.product_set.group for shown in self.products}))


@dataclass(frozen=True)
class BoothView:
    """A booth of the plan with what visitors may know: free, partly (some days), held or paid; and who shows there."""

    booth: Booth
    status: str
    free_days: tuple[date, ...]
    exhibitors: tuple[Exhibitor, ...]

    @property
    def drawn(self) -> Drawn:
        """The booth as SVG data."""
        return draw(self.booth.code, self.booth.hall, ring_of(self.booth.polygon))


@dataclass(frozen=True)
class Directory:
    """Everything the page and the API of one fair show."""

    fair: Fair
    halls: tuple[Hall, ...]
    days: tuple[date, ...]
    booths: tuple[BoothView, ...]
    exhibitors: tuple[Exhibitor, ...]


def directory_of(fair: Fair, at: datetime) -> Directory:
    """Read one fair as of an instant."""
    days = fair_days(fair.opens_on, fair.closes_on)
    rows = _live_rows(fair, at)
    by_booth: dict[int, list[BoothDay]] = defaultdict(list)
    for row in rows:
        by_booth[row.booth_id].append(row)
    booths = queries.list_booths(fair.id)
    exhibitors = _exhibitors(fair, rows, local_day(at))
    at_booth: dict[int, list[Exhibitor]] = defaultdict(list)
    for one in exhibitors:
        at_booth[one.booth.id].append(one)
    views = tuple(_view(booth, days, by_booth[booth.id], at_booth[booth.id]) for booth in booths)
    return Directory(fair, halls_of(fair.halls), days, views, tuple(exhibitors))


def _live_rows(fair: Fair, at: datetime) -> Sequence[BoothDay]:
    unexpired = or_(Booking.expires_at.is_(None), Booking.expires_at > at)
    query = select(BoothDay).join(Booking, Booking.id == BoothDay.booking_id)
    live = Booking.fair_id == fair.id, BoothDay.state.in_(LIVE_DAY), unexpired
    return db.session.scalars(query.where(*live).order_by(BoothDay.booth_id, BoothDay.day)).all()


def _view(booth: Booth, days: Sequence[date], rows: Sequence[BoothDay], exhibitors: Sequence[Exhibitor]) -> BoothView:
    taken = {row.day for row in rows}
    free = tuple(day for day in days if day not in taken)
    if not taken:
        status = FREE
    elif free:
        status = PARTLY
    else:
        status = PAID if all(row.state == DayState.PAID for row in rows) else HELD
    return BoothView(booth, status, free, tuple(exhibitors))


def _exhibitors(fair: Fair, rows: Sequence[BoothDay], on: date) -> list[Exhibitor]:
    by_booking: dict[int, list[BoothDay]] = defaultdict(list)
    for row in rows:
        by_booking[row.booking_id].append(row)
    if not by_booking:
        return []
    shown = _products_shown(fair, by_booking, on)
    bookings = db.session.scalars(select(Booking).where(Booking.id.in_(list(by_booking)))).all()
    names = queries.names_of({one.producer_id for one in bookings}, ())
    booths = {one.id: one for one in db.session.scalars(select(Booth).where(Booth.fair_id == fair.id))}
    found = [
        Exhibitor(
            names.producers[one.producer_id], one, booths[one.booth_id],
            tuple(row.day for row in by_booking[one.id]), shown[one.id],
            all(row.state == DayState.PAID for row in by_booking[one.id]),
        )
        for one in bookings
        if shown[one.id]
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.booth.hall, one.booth.code, one.booking.id))


def _products_shown(fair: Fair, rows: Mapping[int, Sequence[BoothDay]], on: date) -> dict[int, tuple[Shown, ...]]:
    """By booking: its products that may be sold today, with the booked days on which each is covered."""
    query = select(BookingProduct.booking_id, BookingProduct.product_id)
    pairs = db.session.execute(query.where(BookingProduct.booking_id.in_(list(rows)))).all()
    product_ids = {product_id for _booking, product_id in pairs}
    open_now = governing(product_ids, on)
    products = queries.names_of((), product_ids).products
    terms: dict[int, list[Term]] = defaultdict(list)
    for term in queries.terms_of(list(open_now)):
        terms[term.product_id].append(term)
    found: dict[int, list[Shown]] = {booking_id: [] for booking_id in rows}
    stars_min = queries.admission_of(fair).stars_min
    for booking_id, product_id in sorted(pairs, key=lambda pair: (pair[0], products[pair[1]].name_folded)):
        covered = eligible(terms[product_id], [row.day for row in rows[booking_id]], stars_min)
        if covered:
            found[booking_id].append(Shown(products[product_id], open_now[product_id].stars, tuple(covered)))
    return {booking_id: tuple(shown) for booking_id, shown in found.items()}
