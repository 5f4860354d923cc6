"""The ways to pay, each behind the port of `port.py`."""

from shop.payments.providers import cash, stripe, vietqr
from shop.payments.providers.port import register

register(cash.Cash("cod"))
register(cash.Cash("at_store"))
register(vietqr.VietQrTransfer())
register(stripe.StripeCard())
