"""The ways to pay, each behind the port of `port.py`."""

from shop.payments.providers import cash, vietqr
from shop.payments.providers.port import register

register(cash.CashOnDelivery())
register(cash.AtStore())
register(vietqr.VietQrTransfer())
