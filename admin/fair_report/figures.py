"""The figures of fairs, each read once: a fixed number of statements, however many fairs, booths and receipts.

Who took part is read from paid booth-days: a day that was used stays paid when later ones fell free. Stars are those of
the certificate as decided then. Money is whole đồng.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from catalog.listings.places import Place, places
from catalog.producers.models import Producer
from core.db import db, in_chunks
from shop.fairdays.models import BoothVisit, FairIncident, FairStall
from shop.fairs.models import Booking, Booth, BoothDay, Fair, FairApplication
from shop.fairs.rules import DayState
from shop.meetings.queries import Figures, figures_of
from shop.payments.models import Payment
from shop.sales.queries import sums_by
from shop.sales.rules import By, Only


@dataclass(frozen=True, slots=True)
class Took:
    """One booking's part in a fair: its booth, paid days, days on which its people came, stars, fee and subsidy."""

    booking_id: int
    producer_id: int
    booth: str
    kind: str
    days: int
    came: int
    stars: int
    fee_vnd: int
    subsidy_vnd: int


@dataclass(frozen=True, slots=True)
class Part:
    """An exhibitor over all of its booths."""

    producer: Producer
    province: Place | None
    place: str
    booths: tuple[str, ...]
    days: int
    came: int
    stars: int
    sold_vnd: int


@dataclass(frozen=True, slots=True)
class Money:
    """Fees of a fair: agreed, paid by the fair, received, promised back, given back."""

    fee_vnd: int
    subsidy_vnd: int
    received_vnd: int
    owed_vnd: int
    returned_vnd: int


@dataclass(frozen=True, slots=True)
class FairFigures:
    """Everything that a report on one fair rests on."""

    fair: Fair
    #: Booths that can be let, by kind; and those of them that were taken on some day.
    offered: Mapping[str, int]
    taken: Mapping[str, int]
    took: Sequence[Took]
    #: By day of the fair: booths taken, exhibitors that came, đồng taken at stalls.
    booths_by_day: Mapping[date, int]
    came_by_day: Mapping[date, int]
    sold_by_day: Mapping[date, int]
    sold_by_producer: Mapping[int, int]
    sold_vnd: int
    applications: Mapping[str, int]
    incidents: int
    money: Money
    meetings: Figures

    @property
    def producers(self) -> set[int]:
        """Ids of everybody who took part."""
        return {one.producer_id for one in self.took}

    @property
    def stars(self) -> dict[int, int]:
        """The most stars that each exhibitor showed."""
        found: dict[int, int] = {}
        for one in self.took:
            found[one.producer_id] = max(found.get(one.producer_id, 0), one.stars)
        return found

    @property
    def booth_days(self) -> tuple[int, int, int]:
        """Booth-days offered, taken, and used: somebody came."""
        days = (self.fair.closes_on - self.fair.opens_on).days + 1
        return sum(self.offered.values()) * days, sum(one.days for one in self.took), sum(one.came for one in self.took)


def figures_for(fairs: Sequence[Fair], until: date | None = None) -> list[FairFigures]:
    """The figures of these fairs in their order; sales and visits up to a day where it is given."""
    ids = [fair.id for fair in fairs]
    took, offered = _took(ids), _offered(ids)
    by_day, came, sold = _booths_by_day(ids), _came(ids, until), _sold(ids, until)
    asked, troubles, money, met = _applications(ids), _incidents(ids), _money(ids), figures_of(ids)
    found: list[FairFigures] = []
    for fair in fairs:
        own = took[fair.id]
        sales = sold[fair.id]
        paid = money.get(fair.id, (0, 0, 0))
        fees = sum(one.fee_vnd for one in own), sum(one.subsidy_vnd for one in own)
        taken = Counter({kind: len({one.booth for one in own if one.kind == kind}) for kind in offered[fair.id]})
        found.append(
            FairFigures(
                fair, offered[fair.id], taken, own, by_day[fair.id], came[fair.id], _added(sales, 0), _added(sales, 1),
                sum(sales.values()), asked[fair.id], troubles[fair.id], Money(*fees, *paid), met[fair.id],
            )
        )  # fmt: skip
    return found


def parts_of(figures: FairFigures) -> list[Part]:
    """Exhibitors by name, with where they come from; one statement and the tree of areas."""
    producers: dict[int, Producer] = {}
    for chunk in in_chunks(figures.producers):
        query = select(Producer).where(Producer.id.in_(chunk))
        producers |= {one.id: one for one in db.session.scalars(query)}
    tree = places()
    found: list[Part] = []
    for producer in sorted(producers.values(), key=lambda one: (one.name_folded, one.id)):
        own = [one for one in figures.took if one.producer_id == producer.id]
        province, unit = tree.province(producer.area_id), tree.locality(producer.area_id)
        names = [one.name for one in (unit, province) if one is not None]
        found.append(
            Part(
                producer, province, ", ".join(dict.fromkeys(names)), tuple(sorted({one.booth for one in own})),
                sum(one.days for one in own), sum(one.came for one in own), figures.stars[producer.id],
                figures.sold_by_producer.get(producer.id, 0),
            )
        )  # fmt: skip
    return found


def _took(ids: Sequence[int]) -> dict[int, list[Took]]:
    came = dict(_rows(select(BoothVisit.booking_id, func.count())
                      .join(Booking, Booking.id == BoothVisit.booking_id)
                      .where(Booking.fair_id.in_(ids)).group_by(BoothVisit.booking_id)))  # fmt: skip
    query = (
        select(
            Booking.fair_id, Booking.id, Booking.producer_id, Booth.code, Booth.kind, func.count(),
            func.coalesce(func.max(BoothDay.stars), 0), func.sum(BoothDay.price_vnd), func.sum(BoothDay.subsidy_vnd),
            Booking.checked_in_on,
        )
        .join(BoothDay, BoothDay.booking_id == Booking.id)
        .join(Booth, Booth.id == Booking.booth_id)
        .where(Booking.fair_id.in_(ids), BoothDay.state == DayState.PAID)
        .group_by(Booking.fair_id, Booking.id, Booking.producer_id, Booth.code, Booth.kind, Booking.checked_in_on)
        .order_by(Booking.fair_id, Booth.code, Booking.id)
    )  # fmt: skip
    found: dict[int, list[Took]] = defaultdict(list)
    for row in _rows(query):
        days_came = max(int(came.get(row[1], 0)), 1 if row[9] else 0)
        found[row[0]].append(
            Took(row[1], row[2], row[3], row[4], row[5], days_came, int(row[6]), int(row[7]), int(row[8]))
        )
    return found


def _offered(ids: Sequence[int]) -> dict[int, Counter[str]]:
    query = select(Booth.fair_id, Booth.kind, func.count()).where(
        Booth.fair_id.in_(ids), Booth.is_on_plan, Booth.use == "exhibitor"
    )
    return _counted(_rows(query.group_by(Booth.fair_id, Booth.kind)))


def _booths_by_day(ids: Sequence[int]) -> dict[int, Counter[date]]:
    query = (
        select(Booking.fair_id, BoothDay.day, func.count())
        .join(BoothDay, BoothDay.booking_id == Booking.id)
        .where(Booking.fair_id.in_(ids), BoothDay.state == DayState.PAID)
    )
    return _counted(_rows(query.group_by(Booking.fair_id, BoothDay.day)))


def _came(ids: Sequence[int], until: date | None) -> dict[int, Counter[date]]:
    query = select(Booking.fair_id, BoothVisit.day, func.count()).join(Booking, Booking.id == BoothVisit.booking_id)
    query = query.where(Booking.fair_id.in_(ids))
    if until is not None:
        query = query.where(BoothVisit.day <= until)
    return _counted(_rows(query.group_by(Booking.fair_id, BoothVisit.day)))


def _sold(ids: Sequence[int], until: date | None) -> dict[int, Counter[tuple[date, int]]]:
    """Đồng taken at the stalls of each fair, by (day, producer): a stall is a store of its fair alone."""
    stores = dict(_rows(select(FairStall.store_id, FairStall.fair_id).where(FairStall.fair_id.in_(ids))))
    found: dict[int, Counter[tuple[date, int]]] = defaultdict(Counter)
    if not stores:
        return found
    for one in sums_by(By.STORE, By.DAY, By.PRODUCER, only=Only(last=until, stores=list(stores))):
        store_id, day, producer_id = one.key
        at = day if isinstance(day, date) else date.fromisoformat(str(day))
        found[stores[store_id]][(at, producer_id)] += one.revenue_vnd
    return found


def _applications(ids: Sequence[int]) -> dict[int, Counter[str]]:
    query = select(FairApplication.fair_id, FairApplication.state, func.count())
    query = query.where(FairApplication.fair_id.in_(ids))
    return _counted(_rows(query.group_by(FairApplication.fair_id, FairApplication.state)))


def _incidents(ids: Sequence[int]) -> Counter[int]:
    query = select(FairIncident.fair_id, func.count()).where(FairIncident.fair_id.in_(ids))
    return Counter({row[0]: row[1] for row in _rows(query.group_by(FairIncident.fair_id))})


def _money(ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Received, promised back, given back. A payment belongs to a booking by its reference, ``bkg:CODE``."""
    query = (
        select(
            Booking.fair_id, func.sum(Payment.captured_vnd), func.sum(Payment.refunding_vnd),
            func.sum(Payment.refunded_vnd),
        )
        .join(Payment, Payment.reference == Booking.payment_reference)
        .where(Booking.fair_id.in_(ids))
    )  # fmt: skip
    rows = _rows(query.group_by(Booking.fair_id))
    return {row[0]: (int(row[1] or 0), int(row[2] or 0), int(row[3] or 0)) for row in rows}


def _rows(query: Any) -> Sequence[Any]:
    return db.session.execute(query).all()


def _counted(rows: Collection[Any]) -> dict[int, Counter[Any]]:
    found: dict[int, Counter[Any]] = defaultdict(Counter)
    for fair_id, key, count in rows:
        found[fair_id][key] = count
    return found


def _added(sales: Mapping[tuple[date, int], int], place: int) -> dict[Any, int]:
    """Sums by day (0) or by producer (1)."""
    found: Counter[Any] = Counter()
    for key, amount in sales.items():
        found[key[place]] += amount
    return dict(found)
