"""What fairs do when certificates change or money comes. Each may run twice with the effect of once."""

from catalog.certificates.events import CertificateEnded, CertificateResumed, CertificateVerified
from core.accounts.actor import SYSTEM
from core.clock import today
from core.events import later, on
from shop.fairs import coverage, fees, queries
from shop.payments.events import PaymentSucceeded


@later(CertificateEnded)
def product_ended(event: CertificateEnded) -> None:
    """Take the product off its booths; a booth is lost only when no covered product remains."""
    coverage.look_at_product(event.product_id, today())


@later(CertificateVerified)
def product_verified(event: CertificateVerified) -> None:
    """Restore conditional days that the new certificate covers."""
    coverage.look_at_product(event.product_id, today())


@later(CertificateResumed)
def product_resumed(event: CertificateResumed) -> None:
    """Restore days that were at risk."""
    coverage.look_at_product(event.product_id, today())


@on(PaymentSucceeded)
def fee_came(event: PaymentSucceeded) -> None:
    """Our fees only: look at the certificates as of now, then keep the money or give it back (case F5)."""
    if not event.reference.startswith(fees.PREFIX):
        return
    booking = queries.find_booking_by_payment(event.reference)
    if booking is not None:
        coverage.look_again(booking.code, today(), SYSTEM)
    fees.take(event.reference, event.amount_vnd)
