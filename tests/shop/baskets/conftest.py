"""A basket of three parts at one store on 22/11/2026: honey (its star ends on 30/11), fish sauce, tea by weight."""

from dataclasses import dataclass
from datetime import date
from types import ModuleType

import pytest

from catalog.certificates.knowledge import remember
from catalog.certificates.models import Certificate
from catalog.listings.models import Listing, Sku
from core.accounts.actor import SYSTEM, Actor
from core.clock import now
from core.db import db, transaction
from shop.baskets import service
from shop.baskets.models import GiftBasket
from shop.baskets.queries import Shown, get_shown
from shop.baskets.service import Described
from shop.carts.service import start_cart
from shop.stores.models import Store
from tests.support.clock import Clock

DAY, LAST = date(2026, 11, 22), date(2026, 11, 30)


@dataclass
class Gift:
    """What is in the basket, and who made it."""

    make: ModuleType
    clock: Clock
    store: Store
    keeper: Actor
    honey: Sku
    sauce: Sku
    tea: Sku
    certificate: Certificate
    slug: str = ""

    def basket(self) -> GiftBasket:
        return db.session.query(GiftBasket).filter_by(slug=self.slug).one()

    def compose(self, *parts: tuple[str, int]) -> GiftBasket:
        return service.compose(self.keeper, self.slug, self.basket().version, parts)

    def shown(self) -> Shown:
        db.session.expire_all()
        return get_shown(self.slug, now())

    def cart(self) -> str:
        return start_cart().token


def build(make: ModuleType, clock: Clock) -> Gift:
    """The same outside a fixture, for races."""
    clock.on(DAY)
    store = make.store()
    product = make.product("Mật ong thử")
    certificate = make.certificate(product, valid_from=date(2023, 12, 1), valid_until=LAST)
    listing: Listing = make.listing(product, price_vnd=120_000)
    with transaction():
        remember(certificate, "verified", SYSTEM, certificate.verified_at)
    honey = make.pack_of(listing)
    sauce = make.sku(name="Nước mắm thử", price_vnd=90_000, set_no=4)
    tea = make.sku(name="Trà thử", price_vnd=400_000, unit="gram", set_no=11)
    for sku, units in ((honey, 5), (sauce, 5), (tea, 2_000)):
        make.lot(sku, store, on_shelf=units)
    keeper = make.actor("store_manager", ("store", store.code))
    gift = Gift(make, clock, store, keeper, honey, sauce, tea, certificate)
    made = service.create(keeper, store.code, Described("Giỏ quà Tết thử", "tet", "Quà quê.", 30_000))
    gift.slug = made.slug
    gift.compose((honey.code, 2), (sauce.code, 1), (tea.code, 500))
    service.publish(keeper, made.slug, gift.basket().version)
    return gift


@pytest.fixture
def gift(make: ModuleType, clock: Clock) -> Gift:
    return build(make, clock)
