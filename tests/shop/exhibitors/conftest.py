"""The ground of the fairs' tests, and people around it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from catalog.producers.models import Producer
from core.accounts.actor import Actor, Grant, Scope
from core.clock import today
from shop.exhibitors.invitations import Guest, address, invite
from shop.fairs.applying.applications import Wanted, apply
from shop.fairs.models import FairApplication
from tests.catalog.documents.conftest import pdf
from tests.shop.fairs.conftest import Ground, ground

__all__ = ["ground", "pdf", "people"]


@dataclass
class People:
    """Accounts that speak for producers, and links."""

    ground: Ground

    def speaker(self, producer: Producer | None = None) -> Actor:
        """An account of a producer."""
        code = (producer or self.ground.producer).code
        user = self.ground.make.user("producer", ("producer", code))
        return Actor(user.id, "Chủ thể", frozenset({Grant("producer", Scope("producer", code))}))

    def applied(self, producer: Producer | None = None, **wishes: object) -> FairApplication:
        """An application that was sent by a producer's own account."""
        maker = producer or self.ground.make.producer()
        product = self.ground.make.product(producer=maker)
        self.ground.certificate(product)
        wanted = Wanted([product.slug], maker.code, dict(wishes))
        return apply(self.ground.fair.slug, wanted, self.speaker(maker))

    def key(self, **more: object) -> str:
        """The key of a new invitation."""
        guest = Guest(until_on=today() + timedelta(30), **more)  # type: ignore[arg-type]
        return address(invite(self.ground.fair.slug, guest, self.ground.organizer)).rsplit("/", 1)[1]


@pytest.fixture
def people(ground: Ground) -> People:
    """Around the common ground."""
    return People(ground)
