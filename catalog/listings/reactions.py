"""What listings do when certificates or products change: count the change and tell it on.

Nothing is opened or shut here. A listing stays as live as its producer wants it; the gate judges by date at
every door. These only make the index, carts and desks look again.
"""

from sqlalchemy import select

from catalog.certificates.events import CertificateCorrected, CertificateEnded, CertificateResumed, CertificateVerified
from catalog.listings.events import ListingChanged, ListingWithdrawn
from catalog.listings.models import LIVE, Listing
from catalog.listings.service import raise_sequence
from catalog.products.events import ProductChanged
from core.db import db
from core.events import on, publish


@on(CertificateVerified)
def tell_verified(event: CertificateVerified) -> None:
    """A certificate begins: the listing may be sold, now or from its first day on."""
    _tell_changed(event.product_id)


@on(CertificateResumed)
def tell_resumed(event: CertificateResumed) -> None:
    """A certificate governs again."""
    _tell_changed(event.product_id)


@on(CertificateCorrected)
def tell_corrected(event: CertificateCorrected) -> None:
    """Stars or days read otherwise from now on."""
    _tell_changed(event.product_id)


@on(ProductChanged)
def tell_product_changed(event: ProductChanged) -> None:
    """Name, set or place of the product changed."""
    _tell_changed(event.product_id)


@on(CertificateEnded)
def tell_withdrawn(event: CertificateEnded) -> None:
    """The live listing behind it may not be sold from that day on."""
    listing_id = _live(event.product_id)
    if listing_id is not None:
        publish(ListingWithdrawn(listing_id, event.product_id, raise_sequence(listing_id)))


def _tell_changed(product_id: int) -> None:
    listing_id = _live(product_id)
    if listing_id is not None:
        publish(ListingChanged(listing_id, product_id, raise_sequence(listing_id)))


def _live(product_id: int) -> int | None:
    query = select(Listing.id).where(Listing.product_id == product_id, Listing.state == LIVE)
    return db.session.scalar(query)
