"""What stock does when a star begins or ends."""

from catalog.certificates.events import CertificateEnded, CertificateResumed, CertificateVerified
from core.clock import today
from core.events import later, on
from shop.inventory.service import settle_stars


@later(CertificateEnded)
def block_lots(event: CertificateEnded) -> None:
    """Set the product's lots aside, in the eyes of the store; the gate has refused them already."""
    settle_stars([event.product_id], today())


@on(CertificateVerified)
def free_lots(event: CertificateVerified) -> None:
    """Put lots that waited for a renewed star back on sale at once, in the transaction of its verification."""
    settle_stars([event.product_id], today())


@on(CertificateResumed)
def free_lots_again(event: CertificateResumed) -> None:
    """The same when a suspension ends, a term is extended, or a first day has come."""
    settle_stars([event.product_id], today())
