"""A fair of three days with a paid booth, its organizer, its steward and the exhibitor's own people."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from types import ModuleType
from uuid import uuid4

import pytest
from sqlalchemy import select

from catalog.certificates.models import Certificate
from catalog.certificates.service import revoke
from catalog.products.models import Product
from core.accounts.actor import Actor, Grant
from core.clock import now, today
from core.db import db, transaction
from shop.fairdays.arrivals import Told, take_scan
from shop.fairdays.badges import issue_badge
from shop.fairdays.models import FairBadge, FairScan
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.fees import record_payment
from shop.fairs.models import Booking, Fair
from shop.fairs.rules import fair_days
from tests.support.clock import Clock


@dataclass
class Days:
    """What the tests of the days stand on; the fair opens twelve days from today."""

    make: ModuleType
    fair: Fair
    organizer: Actor
    steward: Actor
    exhibitor: Actor
    product: Product
    booking: Booking
    clock: Clock

    def badge(self, name: str = "Chị Mai") -> FairBadge:
        return issue_badge(self.booking.code, name, "Bán hàng", self.exhibitor)

    def told(self, text: str, **more: object) -> Told:
        return Told(**{"uuid": str(uuid4()), "text": text, "scanned_at": now(), **more})  # type: ignore[arg-type]

    def scan(self, text: str, **more: object) -> FairScan:
        return take_scan(self.fair.slug, self.told(text, **more), self.steward)

    def revoke(self, on: date) -> None:
        """The only product of the booking loses its certificate."""
        certificate = db.session.scalars(select(Certificate).where(Certificate.product_id == self.product.id)).one()
        certifier = Actor(None, "x", frozenset({Grant("certifier")}))
        revoke(certifier, certificate.code, decision_number="QĐ 9", ground="Sai hồ sơ", effective_on=on)

    def on_day(self, number: int = 0, hour: int = 8) -> None:
        """Live on a day of the fair, in the morning."""
        self.clock.on(self.fair_days[number], time(hour))

    @property
    def fair_days(self) -> list[date]:
        return list(fair_days(self.fair.opens_on, self.fair.closes_on))

    def another(self, booth: str, *, paid: bool = True) -> Booking:
        """One more booking, of a producer of its own."""
        application = self.make.application(self.fair)
        return booked(self.fair, booth, application.code, self.organizer, paid=paid)


def booked(fair: Fair, booth: str, application: str, by: Actor, *, paid: bool = True) -> Booking:
    """A booth given and, unless told, paid in cash."""
    booking, _is_new = book(fair.slug, booth, Claim(application), by)
    return record_payment(booking.code, "at_store", None, by) if paid else booking


@pytest.fixture
def days(make: ModuleType, clock: Clock) -> Days:
    """The common ground."""
    fair = make.fair(booths=4, opens_on=today() + timedelta(days=12))
    area_id = make.area().id
    with transaction() as session:
        session.get_one(Fair, fair.id).area_id = area_id
    organizer, steward = (make.actor(role, ("fair", fair.slug)) for role in ("fair_organizer", "fair_steward"))
    producer = make.producer()
    product = make.product(producer=producer)
    make.certificate(product, valid_until=fair.closes_on + timedelta(days=200))
    application = make.application(fair, product=product)
    booking = booked(fair, "A01", application.code, organizer)
    exhibitor = make.actor("producer", ("producer", producer.code))
    return Days(make, fair, organizer, steward, exhibitor, product, booking, clock)
