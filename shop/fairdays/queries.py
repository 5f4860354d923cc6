"""Reading the days of a fair: who holds which booth, badges, who came. Lists take a fixed number of statements."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from catalog.producers.models import Producer
from catalog.producers.queries import scope_of as producer_scope
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize, is_allowed
from core.db import db
from shop.fairdays.models import BoothNeed, BoothVisit, FairBadge, FairIncident, FairScan
from shop.fairdays.refusals import BookingNotLive
from shop.fairdays.rules import IncidentState, Outcome
from shop.fairs import permissions
from shop.fairs.applying.joined import partners_of
from shop.fairs.models import Booking, BookingProduct, Booth, BoothDay, Fair
from shop.fairs.queries import admission_of, get_booking, get_fair, terms_of
from shop.fairs.rules import LIVE_BOOKING, LIVE_DAY, BookingState, Term, eligible

PAID = (BookingState.PAID, BookingState.CHECKED_IN)
#: A parameter list that both databases take.
_CHUNK = 900


@dataclass(frozen=True)
class Holder:
    """A live booking with its booth, its exhibitor, and the household that shares the booth."""

    booking: Booking
    booth: Booth
    producer: Producer
    partner: Producer | None = None

    @property
    def name(self) -> str:
        """Both names, as a sign says them."""
        return f"{self.producer.name} · {self.partner.name}" if self.partner else self.producer.name


def fair_for(slug: str, by: Actor, action: str) -> Fair:
    """A fair at which somebody may do it. Raises FairNotFound, and NotFound for another's."""
    fair = get_fair(slug)
    authorize(by, action, permissions.scope_of(fair))
    return fair


def booking_for(code: str, by: Actor, action: str) -> Holder:
    """A booking for its exhibitor and for the organizers of its fair. Raises BookingNotFound, NotFound."""
    booking = get_booking(code)
    fair, producer = db.session.get_one(Fair, booking.fair_id), db.session.get_one(Producer, booking.producer_id)
    authorize(by, action, permissions.scope_of(fair), producer_scope(producer))
    partner = partners_of([booking.application_id]).get(booking.application_id)
    return Holder(booking, db.session.get_one(Booth, booking.booth_id), producer, partner)


def live_booking_for(code: str, by: Actor, action: str) -> Holder:
    """As `booking_for`; raises BookingNotLive for one that was released."""
    held = booking_for(code, by, action)
    if held.booking.state not in LIVE_BOOKING:
        raise BookingNotLive(state=held.booking.state)
    return held


def runs_fair(fair: Fair, by: Actor) -> bool:
    """Whether the caller runs the days of this fair."""
    return is_allowed(by, "fairdays.manage", permissions.scope_of(fair))


def holders_of(fair_id: int, states: Sequence[str] = LIVE_BOOKING) -> list[Holder]:
    """The bookings of a fair in these states, by hall and booth; two statements."""
    query = (
        select(Booking, Booth, Producer)
        .join(Booth, Booth.id == Booking.booth_id)
        .join(Producer, Producer.id == Booking.producer_id)
        .where(Booking.fair_id == fair_id, Booking.state.in_(states))
        .order_by(Booth.hall, Booth.code, Booking.id)
    )
    rows = db.session.execute(query).all()
    partners = partners_of([row[0].application_id for row in rows])
    return [Holder(one, booth, producer, partners.get(one.application_id)) for one, booth, producer in rows]


def bookings_of(producer_ids: Collection[int]) -> list[tuple[Holder, Fair]]:
    """The live bookings of these producers, the coming fairs first."""
    query = (
        select(Booking, Booth, Producer, Fair)
        .join(Booth, Booth.id == Booking.booth_id)
        .join(Producer, Producer.id == Booking.producer_id)
        .join(Fair, Fair.id == Booking.fair_id)
        .where(Booking.producer_id.in_(list(producer_ids)), Booking.state.in_(LIVE_BOOKING))
        .order_by(Fair.opens_on, Booth.code)
    )
    return [(Holder(one, booth, producer), fair) for one, booth, producer, fair in db.session.execute(query)]


def day_states(fair_id: int, day: date) -> dict[int, str]:
    """What each booking's booth is on a day, by the booking's id; a booking without the day is missing."""
    query = select(BoothDay.booking_id, BoothDay.state).join(Booking, Booking.id == BoothDay.booking_id)
    live = query.where(Booking.fair_id == fair_id, BoothDay.day == day, BoothDay.state.in_(LIVE_DAY))
    return {row[0]: row[1] for row in db.session.execute(live)}


def visits_on(fair_id: int, day: date) -> dict[int, datetime]:
    """Who came on a day, by the booking's id, and when first."""
    query = select(BoothVisit.booking_id, BoothVisit.came_at).join(Booking, Booking.id == BoothVisit.booking_id)
    return {
        row[0]: row[1] for row in db.session.execute(query.where(Booking.fair_id == fair_id, BoothVisit.day == day))
    }


def visits_by_day(fair_id: int) -> Counter[date]:
    """How many exhibitors came, by day."""
    query = select(BoothVisit.day, func.count()).join(Booking, Booking.id == BoothVisit.booking_id)
    rows = db.session.execute(query.where(Booking.fair_id == fair_id).group_by(BoothVisit.day))
    return Counter({row[0]: row[1] for row in rows})


def attendance_of(fair_id: int) -> dict[int, int]:
    """On how many days each booking's exhibitor came, by the booking's id: for the report after the fair."""
    query = select(BoothVisit.booking_id, func.count()).join(Booking, Booking.id == BoothVisit.booking_id)
    rows = db.session.execute(query.where(Booking.fair_id == fair_id).group_by(BoothVisit.booking_id))
    return {row[0]: row[1] for row in rows}


def badges_in(fair_id: int, day: date) -> Counter[int]:
    """How many badges of each booking were scanned on a day."""
    query = select(FairScan.booking_id, func.count(FairScan.badge_id.distinct())).where(
        FairScan.fair_id == fair_id, FairScan.day == day, FairScan.outcome == Outcome.ACCEPTED,
        FairScan.badge_id.is_not(None),
    )  # fmt: skip
    rows = db.session.execute(query.group_by(FairScan.booking_id))
    return Counter({booking_id: count for booking_id, count in rows if booking_id is not None})


def badges_of(booking_ids: Collection[int], *, is_live: bool = True) -> dict[int, list[FairBadge]]:
    """The badges of bookings by number, those taken back only where asked for."""
    found: dict[int, list[FairBadge]] = defaultdict(list)
    for some in _chunks(sorted(booking_ids)):
        query = select(FairBadge).where(FairBadge.booking_id.in_(some))
        if is_live:
            query = query.where(FairBadge.revoked_at.is_(None))
        for badge in db.session.scalars(query.order_by(FairBadge.booking_id, FairBadge.number, FairBadge.id)):
            found[badge.booking_id].append(badge)
    return found


def find_badge(code: str) -> FairBadge | None:
    """A badge by its code, taken back ones too."""
    return db.session.scalar(select(FairBadge).where(FairBadge.code == code))


def needs_of(booking_ids: Collection[int]) -> dict[int, BoothNeed]:
    """What was asked of contractors, by the booking's id."""
    found: dict[int, BoothNeed] = {}
    for some in _chunks(sorted(booking_ids)):
        rows = db.session.scalars(select(BoothNeed).where(BoothNeed.booking_id.in_(some)))
        found.update({row.booking_id: row for row in rows})
    return found


def conflicts_of(fair_id: int) -> Sequence[FairScan]:
    """Scans that wait for a person, the oldest first."""
    waiting = FairScan.fair_id == fair_id, FairScan.outcome == Outcome.CONFLICT, FairScan.settled.is_(None)
    return db.session.scalars(select(FairScan).where(*waiting).order_by(FairScan.received_at, FairScan.id)).all()


def incidents_of(fair_id: int, *, is_open: bool = False) -> Sequence[FairIncident]:
    """The incidents of a fair, open ones first, then the latest."""
    query = select(FairIncident).where(FairIncident.fair_id == fair_id)
    if is_open:
        query = query.where(FairIncident.state != IncidentState.CLOSED)
    ordered = query.order_by(FairIncident.state == IncidentState.CLOSED, FairIncident.opened_at.desc(), FairIncident.id)
    return db.session.scalars(ordered.limit(500)).all()


@dataclass(frozen=True)
class OnShow:
    """A product of a booth: the stars under which it may be shown, for each day on which it may."""

    product: Product
    stars_on: Mapping[date, int]

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which it may be shown."""
        return tuple(self.stars_on)

    @property
    def stars(self) -> int:
        """What holds on all of them: the least."""
        return min(self.stars_on.values())


def shown_at(fair: Fair) -> dict[int, list[OnShow]]:
    """What each live booking may show, by its id, judged by the certificates as they stand; five statements.

    A product that covers none of the booking's days is left out.
    """
    of_fair = Booking.fair_id == fair.id, Booking.state.in_(LIVE_BOOKING)
    held: dict[int, list[date]] = defaultdict(list)
    days = select(BoothDay.booking_id, BoothDay.day).join(Booking, Booking.id == BoothDay.booking_id)
    for booking_id, day in db.session.execute(
        days.where(*of_fair, BoothDay.state.in_(LIVE_DAY)).order_by(BoothDay.day)
    ):
        held[booking_id].append(day)
    pairs = select(BookingProduct.booking_id, Product).join(Product, Product.id == BookingProduct.product_id)
    of_booking = pairs.join(Booking, Booking.id == BookingProduct.booking_id).where(*of_fair)
    rows = db.session.execute(of_booking.order_by(Product.name_folded, Product.id)).all()
    terms: dict[int, list[Term]] = defaultdict(list)
    for term in terms_of({product.id for _booking, product in rows}):
        terms[term.product_id].append(term)
    stars_min, found = admission_of(fair).stars_min, defaultdict[int, list[OnShow]](list)
    for booking_id, product in rows:
        covered = eligible(terms[product.id], held[booking_id], stars_min)
        if covered:
            found[booking_id].append(OnShow(product, {day: best[0].stars for day, best in covered.items()}))
    return found


def booths_of(booth_ids: Iterable[int | None]) -> dict[int, Booth]:
    """Booths by id, for lists."""
    wanted = {one for one in booth_ids if one is not None}
    return {one.id: one for one in db.session.scalars(select(Booth).where(Booth.id.in_(wanted)))} if wanted else {}


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]
