"""A store with ten jars of honey and ten bags of tea, and its keeper."""

from types import ModuleType

import pytest

from core.accounts.actor import Actor
from shop.inventory.models import Lot
from shop.stores.models import Store


@pytest.fixture
def shop(make: ModuleType) -> tuple[Store, Lot, Lot, Actor]:
    """A store with ten jars of honey and ten bags of tea, and its keeper."""
    store = make.store()
    honey = make.lot(make.sku(name="Mật ong", price_vnd=100_000), store)
    tea = make.lot(make.sku(name="Trà", price_vnd=50_000), store)
    return store, honey, tea, make.actor("store_manager", ("store", store.code))
