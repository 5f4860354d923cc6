"""What certificates do when a product is stopped or freed: the rest of the house hears it as of a suspension.

Listings, carts, orders, lots and booths already know what to do when a product loses its certificate for a time
and gets it back; a stop needs nothing else. Doors judge by date and never wait for this.
"""

from catalog.certificates.events import CertificateEnded, CertificateResumed
from catalog.certificates.queries import governing, standings
from catalog.certificates.rules import Status
from catalog.stops.events import ProductFreed, ProductStopped
from core.clock import local_day, now
from core.events import on, publish


@on(ProductStopped)
def tell_stopped(event: ProductStopped) -> None:
    """A product that a certificate would cover today stands still."""
    standing = standings([event.product_id], local_day(now()))[event.product_id]
    if standing.status is Status.STOPPED and standing.about is not None:
        publish(CertificateEnded(standing.about.certificate_id, event.product_id, event.on, "suspended"))


@on(ProductFreed)
def tell_freed(event: ProductFreed) -> None:
    """It may be sold again, when a certificate covers it and nothing else stops it."""
    today = local_day(now())
    found = governing([event.product_id], today).get(event.product_id)
    if found is not None:
        publish(CertificateResumed(found.certificate_id, event.product_id, today))
