"""A shop that takes cards, and the provider's stand-in."""

from collections.abc import Generator
from datetime import date, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.listings.models import Sku
from core.clock import ZONE
from shop.orders.models import Order
from shop.stores.models import Store
from tests.fakes.stripe.server import StandIn
from tests.support.cards import Cards, configured
from tests.support.clock import Clock

DAY = date(2026, 11, 22)
#: The last day of the certificate of what is sold here.
LAST_DAY = date(2026, 11, 30)
NINE = datetime(2026, 11, 22, 9, tzinfo=ZONE)
MIDNIGHT = datetime(2026, 12, 1, tzinfo=ZONE)


@pytest.fixture
def stand_in() -> Generator[StandIn]:
    """The provider, empty."""
    server = StandIn().in_thread()
    yield server
    server.close()


@pytest.fixture
def cards(app: Flask, client: FlaskClient, stand_in: StandIn, clock: Clock) -> Generator[Cards]:
    """The shop takes cards; it is nine in the morning on both sides."""
    with configured(app, stand_in):
        made = Cards(stand_in, client, clock)
        made.live_at(NINE)
        yield made


@pytest.fixture
def store(cards: Cards, make: ModuleType) -> Store:
    """A store."""
    return make.store()


@pytest.fixture
def sku(cards: Cards, make: ModuleType, store: Store) -> Sku:
    """A pack for 120.000 đồng, ten of it in the store, covered until the last day."""
    pack = make.sku(price_vnd=120_000, valid_until=LAST_DAY)
    make.lot(pack, store, on_shelf=10, expires_on=DAY + timedelta(days=90))
    return pack


@pytest.fixture
def order(cards: Cards, sku: Sku, store: Store) -> Order:
    """An order for one of it, to be paid by card."""
    return cards.order(sku, store)
