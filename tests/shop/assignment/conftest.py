"""A fair of a few booths side by side, its organizer, and exhibitors who were accepted."""

from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType

import pytest

from core.accounts.actor import Actor, Grant, Scope
from core.clock import now, today
from core.db import transaction
from core.ids import short_code
from shop.fairs.models import Fair, FairApplication, FairApplicationProduct


@dataclass
class Ground:
    """What the tests of assignments stand on; the fair opens forty days from today."""

    make: ModuleType
    fair: Fair
    organizer: Actor

    def exhibitor(
        self, *, stars: int = 4, state: str = "accepted", until: int = 300, **wishes: object
    ) -> FairApplication:
        """An application of a producer with one certified product."""
        producer = self.make.producer()
        product = self.make.product(producer=producer)
        self.make.certificate(product, stars=stars, valid_until=self.fair.opens_on + timedelta(until))
        with transaction() as session:
            one = FairApplication(
                code=short_code("HS"), fair_id=self.fair.id, producer_id=producer.id, state=state, submitted_at=now(),
                wishes=dict(wishes), products=[FairApplicationProduct(product_id=product.id)],
            )  # fmt: skip
            session.add(one)
        return one

    def speaker(self, application: FairApplication) -> Actor:
        """An account that speaks for the application's producer."""
        from catalog.producers.models import Producer
        from core.db import db

        code = db.session.get_one(Producer, application.producer_id).code
        user = self.make.user("producer", ("producer", code))
        return Actor(user.id, "Chủ thể", frozenset({Grant("producer", Scope("producer", code))}))


@pytest.fixture
def ground(make: ModuleType) -> Ground:
    """The common ground: four booths."""
    fair = make.fair(booths=4, opens_on=today() + timedelta(days=40))
    return Ground(make, fair, make.actor("fair_organizer", ("fair", fair.slug)))
