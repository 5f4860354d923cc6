"""Reading fairs: the public directory and plan, and what verbs decide on."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from catalog.certificates.models import PAUSE, SPAN, Certificate
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from shop.fairs.models import Booking, BookingProduct, Booth, BoothDay, Fair, FairApplication
from shop.fairs.refusals import ApplicationNotFound, BookingNotFound, FairNotFound
from shop.fairs.rules import LIVE_APPLICATION, LIVE_BOOKING, LIVE_DAY, Admission, FairState, Term

_HIDDEN = (FairState.DRAFT,)


def find_fair(slug: str) -> Fair | None:
    """The fair of that address, drafts included."""
    return db.session.scalar(select(Fair).where(Fair.slug == slug))


def get_fair(slug: str) -> Fair:
    """As `find_fair`; refuses with FairNotFound."""
    fair = find_fair(slug)
    if fair is None:
        raise FairNotFound
    return fair


def get_public(slug: str) -> Fair:
    """A fair that the public may see. Refuses with FairNotFound."""
    fair = get_fair(slug)
    if fair.state in _HIDDEN:
        raise FairNotFound
    return fair


def list_all() -> Sequence[Fair]:
    """Every fair, the latest first."""
    return db.session.scalars(select(Fair).order_by(Fair.opens_on.desc(), Fair.id)).all()


def list_public(on: date, page: int, per_page: int) -> tuple[Sequence[Fair], int]:
    """A page of public fairs and how many there are: those to come and running first, by opening; then past ones."""
    shown = Fair.state.not_in(_HIDDEN)
    total = db.session.scalar(select(func.count()).select_from(Fair).where(shown)) or 0
    query = select(Fair).where(shown).order_by(Fair.closes_on < on, Fair.opens_on, Fair.id)
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def admission_of(fair: Fair) -> Admission:
    """The fair's rules of stars and groups."""
    return Admission(int(fair.rules.get("stars_min", 3)), frozenset(fair.rules.get("groups", ())))


def list_booths(fair_id: int) -> Sequence[Booth]:
    """The booths of the present plan, by hall and number."""
    query = select(Booth).where(Booth.fair_id == fair_id, Booth.is_on_plan)
    return db.session.scalars(query.order_by(Booth.hall, Booth.code)).all()


def count_booths(fair_ids: Collection[int]) -> dict[int, int]:
    """How many booths the present plan of each of these fairs has."""
    query = select(Booth.fair_id, func.count()).where(Booth.fair_id.in_(list(fair_ids)), Booth.is_on_plan)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Booth.fair_id))}


def find_booth(fair_id: int, code: str) -> Booth | None:
    """A booth of the present plan."""
    return db.session.scalar(select(Booth).where(Booth.fair_id == fair_id, Booth.code == code, Booth.is_on_plan))


def held_booth_codes(fair_id: int) -> set[str]:
    """Numbers of booths that somebody holds on any day of the fair."""
    query = (
        select(Booth.code)
        .join(BoothDay, BoothDay.booth_id == Booth.id)
        .where(Booth.fair_id == fair_id, BoothDay.state.in_(LIVE_DAY))
    )
    return set(db.session.scalars(query.distinct()))


def get_application(code: str) -> FairApplication:
    """An application by its code. Refuses with ApplicationNotFound."""
    query = select(FairApplication).where(FairApplication.code == code)
    application = db.session.scalar(query.options(selectinload(FairApplication.products)))
    if application is None:
        raise ApplicationNotFound
    return application


def find_live_application(fair_id: int, producer_id: int) -> FairApplication | None:
    """The one live application of a producer to a fair."""
    return db.session.scalar(
        select(FairApplication).where(
            FairApplication.fair_id == fair_id, FairApplication.producer_id == producer_id,
            FairApplication.state.in_(LIVE_APPLICATION),
        )
    )  # fmt: skip


def list_applications(
    fair_id: int, producer_ids: Collection[int] | None = None, state: str | None = None
) -> Sequence[FairApplication]:
    """Applications to a fair in the order they came; `producer_ids` narrows to those producers."""
    query = select(FairApplication).where(FairApplication.fair_id == fair_id)
    if producer_ids is not None:
        query = query.where(FairApplication.producer_id.in_(producer_ids))
    if state is not None:
        query = query.where(FairApplication.state == state)
    with_products = selectinload(FairApplication.products)
    ordered = query.options(with_products).order_by(FairApplication.submitted_at, FairApplication.id)
    return db.session.scalars(ordered).all()


def get_booking(code: str) -> Booking:
    """A booking by its code. Refuses with BookingNotFound."""
    booking = db.session.scalar(select(Booking).where(Booking.code == code))
    if booking is None:
        raise BookingNotFound
    return booking


def find_booking_by_payment(reference: str) -> Booking | None:
    """The booking that a payment's reference belongs to now."""
    return db.session.scalar(select(Booking).where(Booking.payment_reference == reference))


def live_bookings_of_booth(booth_id: int) -> Sequence[Booking]:
    """Who holds a booth, on whichever days, the first first."""
    query = select(Booking).where(Booking.booth_id == booth_id, Booking.state.in_(LIVE_BOOKING))
    return db.session.scalars(query.order_by(Booking.id)).all()


def holds_booth(application_id: int) -> bool:
    """Whether an application has a live booking."""
    live = Booking.application_id == application_id, Booking.state.in_(LIVE_BOOKING)
    return db.session.scalar(select(Booking.id).where(*live).limit(1)) is not None


def list_bookings(fair_id: int) -> Sequence[Booking]:
    """Every live booking of a fair with its days."""
    query = select(Booking).where(Booking.fair_id == fair_id, Booking.state.in_(LIVE_BOOKING))
    return db.session.scalars(query.options(selectinload(Booking.days)).order_by(Booking.id)).all()


def days_of(booking_id: int, *states: str) -> list[BoothDay]:
    """The booth-days of a booking in these states, by day."""
    query = select(BoothDay).where(BoothDay.booking_id == booking_id, BoothDay.state.in_(states))
    return list(db.session.scalars(query.order_by(BoothDay.day)))


def product_ids_of(booking_id: int) -> list[int]:
    """The products of a booking."""
    query = select(BookingProduct.product_id).where(BookingProduct.booking_id == booking_id)
    return list(db.session.scalars(query.order_by(BookingProduct.product_id)))


def bookings_to_look_at(today: date, product_id: int | None = None) -> list[str]:
    """Codes of live bookings with days from today on, or with conditional days; of one product or of all."""
    query = (
        select(Booking.code)
        .join(BoothDay, BoothDay.booking_id == Booking.id)
        .where(Booking.state.in_(LIVE_BOOKING), BoothDay.state.in_(LIVE_DAY))
        .where((BoothDay.day >= today) | (BoothDay.state == "conditional"))
    )
    if product_id is not None:
        shown = select(BookingProduct.booking_id).where(BookingProduct.product_id == product_id)
        query = query.where(Booking.id.in_(shown))
    return list(db.session.scalars(query.group_by(Booking.code, Booking.id).order_by(Booking.id)))


def terms_of(product_ids: Collection[int]) -> list[Term]:
    """Every term of these products that governs at least a day, with its suspensions."""
    query = (
        select(Certificate.id, Certificate.decision_number, SPAN)
        .join(SPAN, SPAN.c.certificate_id == Certificate.id)
        .where(SPAN.c.product_id.in_(list(product_ids)), SPAN.c.starts_on <= SPAN.c.ends_on)
    )
    rows = db.session.execute(query.order_by(Certificate.id)).all()
    pauses = _pauses([row.certificate_id for row in rows])
    return [
        Term(
            row.certificate_id, row.decision_number, row.product_id, row.stars, row.starts_on, row.ends_on,
            tuple(pauses[row.certificate_id]),
        )
        for row in rows
    ]  # fmt: skip


def revoked_among(certificate_ids: Collection[int]) -> set[int]:
    """Which of these certificates were revoked, whenever it takes effect."""
    query = select(Certificate.id).where(Certificate.id.in_(list(certificate_ids)), Certificate.revoked_on.is_not(None))
    return set(db.session.scalars(query))


def _pauses(certificate_ids: Collection[int]) -> dict[int, list[tuple[date, date | None]]]:
    """Days on which they sell nothing: suspensions, and stops of their products."""
    query = select(PAUSE).where(PAUSE.c.certificate_id.in_(list(certificate_ids)))
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for row in db.session.execute(query.order_by(PAUSE.c.certificate_id, PAUSE.c.from_on)):
        found[row.certificate_id].append((row.from_on, row.until_on))
    return found


@dataclass(frozen=True)
class Names:
    """Producers and products by id, for lists."""

    producers: dict[int, Producer]
    products: dict[int, Product]


def names_of(producer_ids: Collection[int], product_ids: Collection[int]) -> Names:
    """Load what a list names, in two statements."""
    producers = db.session.scalars(select(Producer).where(Producer.id.in_(list(producer_ids))))
    products = db.session.scalars(select(Product).where(Product.id.in_(list(product_ids))))
    return Names({one.id: one for one in producers}, {one.id: one for one in products})
