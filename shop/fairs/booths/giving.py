"""A booking written with its products, days, fee and subsidy: what a hold of the organizer's and an offer share."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select

from catalog.areas.models import Area
from catalog.areas.queries import ancestors
from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.clock import local_day
from core.db import db, run, table_of
from core.ids import short_code
from shop.fairs.applying.joined import check_block
from shop.fairs.booths.rows import NewDay, put_days
from shop.fairs.booths.steps import note
from shop.fairs.booths.subsidies import spread, subsidy_of
from shop.fairs.models import Booking, BookingProduct, Booth, Fair, FairApplication
from shop.fairs.refusals import BoothTaken
from shop.fairs.rulebook import last_renewal_day, rules_of
from shop.fairs.rules import BookingState, DayState, Term, day_prices, fair_days

_PRODUCTS = insert(table_of(BookingProduct))


@dataclass(frozen=True)
class Taking:
    """Everything a new booking is written from; ``covered`` has the term that covers each day that one covers."""

    fair: Fair
    booth: Booth
    application: FairApplication
    days: Sequence[date]
    covered: dict[date, Term]
    #: All terms of the application's products.
    terms: Sequence[Term]
    at: datetime
    state: BookingState
    #: End of the hold or of the offer; None while a hold waits for a certificate.
    expires_at: datetime | None
    #: Codes of the producer's commune and of what it lies in: only for the rule of subsidies.
    areas: Collection[str] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every day is covered."""
        return len(self.covered) == len(self.days)


def areas_of(fair: Fair, producer_ids: Collection[int]) -> dict[int, set[str]]:
    """The codes of where producers are, as the rule of subsidies asks; nothing where the fair has no such rule."""
    return area_codes(producer_ids) if rules_of(fair).subsidy else {}


def area_codes(producer_ids: Collection[int]) -> dict[int, set[str]]:
    """The codes of the commune that each producer stands in, and of what that lies in. One statement."""
    query = select(Producer.id, Area).join(Area, Area.id == Producer.area_id).where(Producer.id.in_(producer_ids))
    return {row[0]: {row[1].code, *(one.code for one in ancestors(row[1]))} for row in db.session.execute(query)}


def write(taking: Taking, by: Actor) -> Booking:
    """Write it, all of the days or none. The caller has the booth's lock; the unique key has the last word.

    Raises BoothTaken naming the days that somebody else has, BoothDelegated for another delegation's block.
    """
    check_block(taking.booth, taking.application)
    prices = day_prices(taking.booth.price_vnd, fair_days(taking.fair.opens_on, taking.fair.closes_on))
    subsidies = _subsidies(taking, prices)
    booking = _booking(taking, prices, sum(subsidies.values()))
    db.session.add(booking)
    db.session.flush()
    _put_products(booking, taking)
    taken = put_days(booking, [
        NewDay(
            day, DayState.HOLD if day in taking.covered else DayState.CONDITIONAL, prices[day], subsidies[day],
            taking.covered.get(day),
        )
        for day in taking.days
    ])  # fmt: skip
    if taken:
        raise BoothTaken(booth=taking.booth.code, days=taken)
    action = "offered" if taking.state == BookingState.OFFERED else "held"
    note(booking, action, by, fair=taking.fair.slug, booth=taking.booth.code, days=list(taking.days))
    return booking


def _booking(taking: Taking, prices: dict[date, int], subsidy_vnd: int) -> Booking:
    application, fair, is_offer = taking.application, taking.fair, taking.state == BookingState.OFFERED
    renew_by = None if taking.is_whole else last_renewal_day(fair, local_day(taking.at))
    return Booking(
        code=short_code("BK"), fair_id=fair.id, booth_id=taking.booth.id, application_id=application.id,
        producer_id=application.producer_id, state=taking.state, refund_due_vnd=0, subsidy_vnd=subsidy_vnd,
        price_vnd=sum(prices[day] for day in taking.days), created_at=taking.at, expires_at=taking.expires_at,
        renew_by=renew_by, offered_at=taking.at if is_offer else None,
    )  # fmt: skip


def _subsidies(taking: Taking, prices: dict[date, int]) -> dict[date, int]:
    stars = max((term.stars for term in taking.covered.values()), default=0)
    asked = sum(prices[day] for day in taking.days)
    return spread(subsidy_of(rules_of(taking.fair).subsidy, asked, taking.areas, stars), prices, taking.days)


def _put_products(booking: Booking, taking: Taking) -> None:
    """The snapshot: each product with the certificate that covers it on the first booked day it can."""
    rows: list[dict[str, object]] = []
    for shown in taking.application.products:
        own = [term for term in taking.terms if term.product_id == shown.product_id]
        term = next((t for day in taking.days for t in own if t.covers(day)), None)
        rows.append({
            "booking_id": booking.id, "product_id": shown.product_id,
            "certificate_id": term.certificate_id if term else None,
            "certificate_number": term.certificate_number if term else None, "stars": term.stars if term else None,
        })  # fmt: skip
    if rows:
        run(_PRODUCTS, rows, flush=False)
