"""What listings say to photos: how a product stands in the shop on a day."""

from datetime import date

from sqlalchemy import select

from catalog.listings.models import Listing
from catalog.listings.queries import find_by_product, open_listings
from catalog.photos.port import Showing, showing_by
from core.db import db


@showing_by
def showing_of(product_id: int, day: date) -> Showing:
    """Open, when its listing is live and a certificate covers the day; closed, when it was open once."""
    of_product = select(Listing.id).where(Listing.product_id == product_id, Listing.id.in_(open_listings(day)))
    if db.session.scalar(of_product) is not None:
        return Showing.OPEN
    listing = find_by_product(product_id)
    return Showing.CLOSED if listing is not None and listing.published_at is not None else Showing.HIDDEN
