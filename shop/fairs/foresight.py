"""What a change of certificates would do to fairs: judged by the same rules as the change itself (`rules.eligible`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.consequences.port import foresees
from catalog.consequences.rules import ENDINGS, Change, Effect, Happening
from core.db import db
from shop.fairs.models import Booking, BookingProduct, BoothDay, Fair, FairApplication, FairApplicationProduct
from shop.fairs.queries import admission_of, terms_of
from shop.fairs.rules import (
    LIVE_APPLICATION,
    LIVE_BOOKING,
    LIVE_DAY,
    ApplicationState,
    DayState,
    FairState,
    Term,
    eligible,
    fair_days,
)

_ON_THE_WAY = (FairState.OPEN, FairState.RUNNING)


@dataclass
class Shown:
    """A live booking with its days to come and its products."""

    fair: Fair
    days: dict[date, BoothDay] = field(default_factory=dict[date, BoothDay])
    product_ids: set[int] = field(default_factory=set[int])


@foresees("application")
def applications(change: Change) -> Iterable[Effect]:
    """Applications without a booth that lose a covered day of their fair, or become eligible."""
    found = _applications(change)
    if change.happening is Happening.RENEWAL:
        yield Effect("application", "restored", sum(one.renew_by is not None for one, _fair in found))
    elif change.happening in ENDINGS:
        wanted = {one.id: {product.product_id for product in one.products} for one, _fair in found}
        terms = _terms(wanted.values())
        at_risk = sum(
            bool(_lost(change, fair, _days_of(fair, change.day), wanted[one.id], terms)) for one, fair in found
        )
        yield Effect("application", "at_risk", at_risk)


@foresees("booking")
def bookings(change: Change) -> Iterable[Effect]:
    """Booths that lose days, or only the product, or whose waiting days are covered again."""
    shown = _bookings(change)
    if change.happening is Happening.RENEWAL:
        yield _effect("restored", [[d for d in one.days.values() if d.state == DayState.CONDITIONAL] for one in shown])
    elif change.happening in ENDINGS:
        terms = _terms(one.product_ids for one in shown)
        lost = [_lost_days(change, one, terms) for one in shown]
        yield _effect("released" if change.happening is Happening.REVOCATION else "at_risk", lost)
        kept = sum(not days for days in lost)
        yield Effect("booking", "taken_off", kept)


@foresees("fair")
def fairs(change: Change) -> Iterable[Effect]:
    """Fairs that are on at that day, where the product comes off its booths at once."""
    if change.happening in ENDINGS:
        running = {one.fair.id for one in _bookings(change) if one.fair.opens_on <= change.day <= one.fair.closes_on}
        yield Effect("fair", "taken_off", len(running))


def _effect(act: str, lost: Sequence[Sequence[BoothDay]]) -> Effect:
    """Bookings with such days, how many days, and what those days cost."""
    days = [day for one in lost for day in one]
    return Effect(
        "booking", act, sum(bool(one) for one in lost), units=len(days), money_vnd=sum(d.price_vnd for d in days)
    )


def _lost_days(change: Change, shown: Shown, terms: Mapping[int, list[Term]]) -> list[BoothDay]:
    held = [day for day, row in sorted(shown.days.items()) if row.state != DayState.CONDITIONAL]
    return [shown.days[day] for day in _lost(change, shown.fair, held, shown.product_ids, terms)]


def _lost(
    change: Change, fair: Fair, days: Sequence[date], product_ids: Collection[int], terms: Mapping[int, list[Term]]
) -> list[date]:
    """The days that are covered as things stand, and would not be any more."""
    least = admission_of(fair).stars_min
    now = [term for product in product_ids for term in terms.get(product, ())]
    before, after = eligible(now, days, least), eligible([_cut(change, term) for term in now], days, least)
    if change.happening is Happening.LAPSE:  # that day is known already: whatever is not covered is at risk
        return [day for day in days if day not in after]
    return [day for day in days if day in before and day not in after]


def _cut(change: Change, term: Term) -> Term:
    """The term as the change leaves it; one that begins later is another certificate."""
    if term.product_id not in change.product_ids or term.starts_on > change.day:
        return term
    return replace(term, ends_on=min(term.ends_on, change.day - timedelta(days=1)))


def _terms(product_ids: Iterable[Collection[int]]) -> dict[int, list[Term]]:
    found: dict[int, list[Term]] = defaultdict(list)
    for term in terms_of({one for ids in product_ids for one in ids}):
        found[term.product_id].append(term)
    return found


def _days_of(fair: Fair, first: date) -> list[date]:
    return [day for day in fair_days(fair.opens_on, fair.closes_on) if day >= first]


def _bookings(change: Change) -> list[Shown]:
    """Live bookings that show one of the products on a day to come. Two statements."""
    with_it = select(BookingProduct.booking_id).where(BookingProduct.product_id.in_(change.product_ids))
    query = (
        select(Booking.id, Fair, BoothDay)
        .join(Fair, Fair.id == Booking.fair_id)
        .join(BoothDay, BoothDay.booking_id == Booking.id)
        .where(Booking.id.in_(with_it), Booking.state.in_(LIVE_BOOKING))
        .where(BoothDay.state.in_(LIVE_DAY), BoothDay.day >= change.day)
    )
    found: dict[int, Shown] = {}
    for booking_id, fair, row in db.session.execute(query.order_by(Booking.id, BoothDay.day)):
        found.setdefault(booking_id, Shown(fair)).days[row.day] = row
    products = select(BookingProduct.booking_id, BookingProduct.product_id)
    for booking_id, product_id in db.session.execute(products.where(BookingProduct.booking_id.in_(list(found)))):
        found[booking_id].product_ids.add(product_id)
    return list(found.values())


def _applications(change: Change) -> list[tuple[FairApplication, Fair]]:
    """Live applications with one of the products, without a booth, to fairs that are not over. Two statements."""
    with_it = select(FairApplicationProduct.application_id).where(
        FairApplicationProduct.product_id.in_(change.product_ids)
    )
    placed = select(Booking.application_id).where(Booking.state.in_(LIVE_BOOKING))
    live = [state for state in LIVE_APPLICATION if state is not ApplicationState.DRAFT]
    query = (
        select(FairApplication, Fair)
        .join(Fair, Fair.id == FairApplication.fair_id)
        .where(FairApplication.id.in_(with_it), FairApplication.id.not_in(placed), FairApplication.state.in_(live))
        .where(Fair.closes_on >= change.day, Fair.state.in_(_ON_THE_WAY))
        .options(selectinload(FairApplication.products))
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
