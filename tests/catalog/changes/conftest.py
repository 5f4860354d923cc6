"""People and a live listing for tests of changes."""

from dataclasses import dataclass

import pytest
from flask import Flask

from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.db import db, transaction
from tests import make


@dataclass(frozen=True)
class Stand:
    """A live listing, its pack, its producer's person, and two certifiers."""

    listing_id: int
    code: str
    slug: str
    owner: Actor
    one: Actor
    two: Actor
    scope: tuple[str, str]

    @property
    def listing(self) -> Listing:
        """The listing as it is now."""
        return db.session.get_one(Listing, self.listing_id, populate_existing=True)

    @property
    def pack(self) -> Sku:
        """Its first pack as it is now."""
        return db.session.query(Sku).filter_by(code=self.code).populate_existing().one()


def stand(price_vnd: int = 100_000) -> Stand:
    """Make one."""
    listing = make.listing(price_vnd=price_vnd)
    with transaction():
        listing = db.session.get_one(Listing, listing.id)
        listing.summary, listing.story = "Mật ong rừng.", "Ong hút mật hoa rừng tràm."
    product = db.session.get_one(Product, listing.product_id)
    scope = ("producer", product.producer.code)
    return Stand(
        listing.id, make.pack_of(listing).code, product.slug, make.actor("producer", scope), make.actor("certifier"),
        make.actor("certifier"), scope,
    )  # fmt: skip


@pytest.fixture
def here(app: Flask) -> Stand:
    """A live listing with its people."""
    return stand()
