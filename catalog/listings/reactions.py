"""What listings do when certificates or products change: count the change and tell it on.

The gate judges by date at every door; these make the index, carts and desks look again. A listing stays as live as
its producer wants it through a lapse or a suspension, and a plain renewal shows it again. A revocation withdraws it:
a person publishes it again under a new recognition (certificate case D4).
"""

from sqlalchemy import select

from catalog.certificates.queries import governing
from catalog.consequences.rules import Happening
from catalog.consequences.service import Case, Timing, consequence
from catalog.listings.events import ListingChanged, ListingWithdrawn
from catalog.listings.models import LIVE, SUBMITTED, Listing
from catalog.listings.queries import find_by_product
from catalog.listings.service import raise_sequence, withdraw
from catalog.photos.events import PhotosChanged
from catalog.products.events import ProductChanged
from core.accounts.actor import SYSTEM
from core.db import db
from core.events import on, publish


@consequence("listing", Happening.LAPSE, Happening.SUSPENSION, timing=Timing.NOW)
def tell_withdrawn(case: Case) -> dict[str, int]:
    """The live listing of a product that nothing covers any more is withdrawn from the index."""
    listing_id = _live(case.product_id)
    if listing_id is None or governing([case.product_id], case.today):
        return {"withdrawn": 0}
    publish(ListingWithdrawn(listing_id, case.product_id, raise_sequence(listing_id)))
    return {"withdrawn": 1}


@consequence("listing", Happening.REVOCATION, timing=Timing.NOW)
def withdraw_revoked(case: Case) -> dict[str, int]:
    """The listing of a product that nothing covers any more is withdrawn, also where its certificate had lapsed."""
    listing = find_by_product(case.product_id)
    if listing is None or listing.state not in (LIVE, SUBMITTED) or governing([case.product_id], case.today):
        return {"withdrawn": 0}
    withdraw(SYSTEM, listing.id, f"certificate.revoked {case.code}", revoked=case.certificate_id)
    return {"withdrawn": 1}


@consequence("listing", Happening.RENEWAL, timing=Timing.NOW)
def tell_renewed(case: Case) -> dict[str, int]:
    """A certificate begins, or governs again."""
    return {"shown": _tell_changed(case.product_id)}


@consequence("listing", Happening.DOWNRATING, timing=Timing.NOW)
def tell_restarred(case: Case) -> dict[str, int]:
    """The product is shown with another star."""
    return {"restarred": _tell_changed(case.product_id)}


@on(ProductChanged)
def tell_product_changed(event: ProductChanged) -> None:
    """Name, set or place of the product changed."""
    _tell_changed(event.product_id)


@on(PhotosChanged)
def tell_photos_changed(event: PhotosChanged) -> None:
    """Shoppers see other photos."""
    _tell_changed(event.product_id)


def _tell_changed(product_id: int) -> int:
    listing_id = _live(product_id)
    if listing_id is None:
        return 0
    publish(ListingChanged(listing_id, product_id, raise_sequence(listing_id)))
    return 1


def _live(product_id: int) -> int | None:
    query = select(Listing.id).where(Listing.product_id == product_id, Listing.state == LIVE)
    return db.session.scalar(query)
