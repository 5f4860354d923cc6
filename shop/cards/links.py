"""Addresses around a card payment. All are ours; only the start page sends the buyer to the provider."""

from core.web.links import address_of, path_of
from shop.payments.models import Payment
from shop.payments.rules import Status


def redirect_url(payment: Payment) -> str | None:
    """Where the buyer goes to pay, while she can; None for what is not paid by card, or no longer."""
    if payment.token is None or payment.status != Status.PENDING:
        return None
    return address_of("cards.start", token=payment.token)


def start_path(payment: Payment) -> str | None:
    """The same within this shop: for redirects of ours."""
    if payment.token is None or payment.status != Status.PENDING:
        return None
    return path_of("cards.start", token=payment.token)


def success_url(token: str) -> str:
    """Where the provider sends her when she has paid."""
    return address_of("cards.done", token=token)


def cancel_url(token: str) -> str:
    """Where the provider sends her when she would rather not."""
    return address_of("cards.done", token=token, thoi=1)
