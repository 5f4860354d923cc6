"""The public face of a fair: which booths are free, who shows where, and with which products on which days.

Judged by date at every reading, so nothing of a lapsed product is shown while the worker sleeps; a hold whose
time is over counts as free for the same reason.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import or_, select

from catalog.certificates.queries import governing
from catalog.listings.models import Listing
from catalog.listings.places import Place, places
from catalog.listings.queries import Card, cards
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import local_day
from core.db import db
from shop.fairs import queries
from shop.fairs.applying.joined import partners_of
from shop.fairs.models import Booking, BookingProduct, Booth, BoothDay, Fair
from shop.fairs.plans.plan import Drawn, Hall, draw, halls_of, ring_of
from shop.fairs.rules import LIVE_DAY, BookingState, DayState, Term, eligible, fair_days

FREE, PARTLY, HELD, PAID = "free", "partly", "held", "paid"
#: For no exhibitor: a sponsor's, a service's, or nobody's.
CLOSED = "closed"


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
    #: Where the producer is registered, in the tree of today.
    province: Place | None = None
    locality: Place | None = None
    #: Something is shown there that is told to adults only.
    is_hiding: bool = False
    #: The household that shares the booth.
    partner: Producer | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Who shows there: the holder, then who shares the booth."""
        return (self.producer.name,) if self.partner is None else (self.producer.name, self.partner.name)

    @property
    def codes(self) -> tuple[str, ...]:
        """Their codes, in the same order."""
        return (self.producer.code,) if self.partner is None else (self.producer.code, self.partner.code)

    @property
    def place(self) -> str:
        """``Kiến Hưng, Hải Phòng``; '' when it is not known."""
        return ", ".join(one.name for one in (self.locality, self.province) if one is not None)

    @property
    def runs(self) -> list[tuple[date, date]]:
        """Its days gathered: first and last of those in a row."""
        return runs_of(self.days)

    @property
    def stars(self) -> int:
        """The most stars that it shows."""
        return max((shown.stars for shown in self.products), default=0)

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


def for_visitors(directory: Directory, *, is_adult: bool) -> Directory:
    """The same without what visitors are not told: who was offered a booth and has not accepted it yet (the booth
    counts as held), and goods for adults (decision 15) until the visitor says to be one.
    """
    shown = {
        one.booking.id: one if is_adult else _without_alcohol(one)
        for one in directory.exhibitors
        if one.booking.state != BookingState.OFFERED
    }
    views = tuple(
        replace(view, exhibitors=tuple(shown[one.booking.id] for one in view.exhibitors if one.booking.id in shown))
        for view in directory.booths
    )
    return replace(directory, booths=views, exhibitors=tuple(shown.values()))


def runs_of(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in a row as first and last: what a calendar and a reader take in at once."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and (day - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def cards_by_product(product_ids: Collection[int], on: date) -> dict[int, Card]:
    """What of these products the shop sells today, as cards: price and photo beside what a fair shows."""
    query = select(Listing.id).where(Listing.product_id.in_(list(product_ids)))
    return {one.product_id: one for one in cards(db.session.scalars(query).all(), on)}


def _without_alcohol(one: Exhibitor) -> Exhibitor:
    kept = tuple(shown for shown in one.products if not shown.product.product_set.is_alcohol)
    return one if kept == one.products else replace(one, products=kept, is_hiding=True)


def _live_rows(fair: Fair, at: datetime) -> Sequence[BoothDay]:
    unexpired = or_(Booking.expires_at.is_(None), Booking.expires_at > at)
    query = select(BoothDay).join(Booking, Booking.id == BoothDay.booking_id)
    live = Booking.fair_id == fair.id, BoothDay.state.in_(LIVE_DAY), unexpired
    return db.session.scalars(query.where(*live).order_by(BoothDay.booth_id, BoothDay.day)).all()


def _view(booth: Booth, days: Sequence[date], rows: Sequence[BoothDay], exhibitors: Sequence[Exhibitor]) -> BoothView:
    taken = {row.day for row in rows}
    free = tuple(day for day in days if day not in taken) if booth.use == "exhibitor" else ()
    if booth.use != "exhibitor":
        status = CLOSED
    elif not taken:
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
    partners = partners_of({one.application_id for one in bookings})
    homes = {one: _home(names.producers[one].area_id) for one in names.producers}
    found = [
        Exhibitor(
            names.producers[one.producer_id], one, booths[one.booth_id],
            tuple(row.day for row in by_booking[one.id]), shown[one.id],
            all(row.state == DayState.PAID for row in by_booking[one.id]), *homes[one.producer_id],
            partner=partners.get(one.application_id),
        )
        for one in bookings
        if shown[one.id]
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.booth.hall, one.booth.code, one.booking.id))


def _home(area_id: int | None) -> tuple[Place | None, Place | None]:
    """Province and unit of today; the unit only where it is within the province."""
    province, unit = places().province(area_id), places().locality(area_id)
    return province, unit if unit != province else None


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
