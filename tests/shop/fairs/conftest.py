"""A fair of three days with two booths, its organizer, and a producer with certified products."""

from dataclasses import dataclass
from datetime import date, timedelta
from types import ModuleType

import pytest

from catalog.certificates.models import Certificate
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.clock import now, today
from core.db import db, transaction
from core.ids import short_code
from shop.fairs import queries
from shop.fairs.models import Booking, BoothDay, Fair, FairApplication, FairApplicationProduct
from shop.fairs.rules import fair_days


@dataclass
class Ground:
    """What the tests of bookings stand on; the fair opens forty days from today."""

    make: ModuleType
    fair: Fair
    organizer: Actor
    producer: Producer

    @property
    def days(self) -> tuple[date, ...]:
        return fair_days(self.fair.opens_on, self.fair.closes_on)

    def product(self, until: int = 300, *, stars: int = 4, certified: bool = True) -> Product:
        """A product of the producer; its certificate ends ``until`` days after the opening."""
        one = self.make.product(producer=self.producer)
        if certified:
            self.certificate(one, until, stars=stars)
        return one

    def certificate(self, product: Product, until: int = 300, *, stars: int = 4) -> Certificate:
        return self.make.certificate(product, stars=stars, valid_until=self.fair.opens_on + timedelta(until))

    def application(
        self, *products: Product, state: str = "accepted", producer: Producer | None = None
    ) -> FairApplication:
        """An application as if it had been sent and decided."""
        with transaction() as session:
            one = FairApplication(
                code=short_code("HS"), fair_id=self.fair.id, producer_id=(producer or self.producer).id, state=state,
                submitted_at=now(), wishes={}, products=[FairApplicationProduct(product_id=p.id) for p in products],
            )  # fmt: skip
            session.add(one)
        return one

    def rows(self, booking: Booking) -> list[tuple[date, str, str | None]]:
        """The booking's live days: day, state, certificate number."""
        db.session.expire_all()
        live = queries.days_of(booking.id, "hold", "paid", "conditional")
        return [(row.day, row.state, row.certificate_number) for row in live]

    def states(self, booking: Booking) -> list[str]:
        """The states of the booking's live days."""
        return [state for _day, state, _number in self.rows(booking)]

    def everything(self, booking: Booking) -> list[BoothDay]:
        """All rows that the booking ever had."""
        db.session.expire_all()
        return queries.days_of(booking.id, "hold", "paid", "conditional", "released")


@pytest.fixture
def ground(make: ModuleType) -> Ground:
    """The common ground."""
    fair = make.fair(booths=2, opens_on=today() + timedelta(days=40))
    organizer = make.actor("fair_organizer", ("fair", fair.slug))
    return Ground(make, fair, organizer, make.producer())
