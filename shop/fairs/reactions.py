"""What fairs do when certificates change or money comes. Each may run twice with the effect of once."""

from catalog.consequences.rules import ENDINGS, Happening
from catalog.consequences.service import Case, consequence
from core.accounts.actor import SYSTEM
from core.clock import today
from core.events import on
from shop.fairs import queries
from shop.fairs.booths import coverage, fees
from shop.payments.events import PaymentSucceeded


@consequence("booking", *ENDINGS, is_ahead=True)
def product_ended(case: Case) -> dict[str, int]:
    """Take the product off its booths; a booth is lost only when no covered product remains."""
    return {"changed": coverage.look_at_product(case.product_id, case.today)}


@consequence("booking", Happening.RENEWAL, is_ahead=True)
def product_renewed(case: Case) -> dict[str, int]:
    """Restore conditional days, and days at risk, that a certificate covers now."""
    return {"changed": coverage.look_at_product(case.product_id, case.today)}


@on(PaymentSucceeded)
def fee_came(event: PaymentSucceeded) -> None:
    """Our fees only: look at the certificates as of now, then keep the money or give it back (case F5)."""
    if not event.reference.startswith(fees.PREFIX):
        return
    booking = queries.find_booking_by_payment(event.reference)
    if booking is not None:
        coverage.look_again(booking.code, today(), SYSTEM)
    fees.take(event.reference, event.amount_vnd)
