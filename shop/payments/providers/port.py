"""What every way to pay must answer, and the list of those there are.

A provider prepares a payment and says how the buyer pays it; it never touches a table. Providers that talk
to another machine do so outside any transaction (an address of our own does the talking: `shop/cards/`).
"""

from dataclasses import dataclass
from typing import Protocol

from shop.payments.refusals import ProviderUnavailable


@dataclass(frozen=True)
class Payee:
    """The legal seller who is paid. The bank fields may be empty: then no transfer is offered."""

    seller_id: int
    name: str
    bank_bin: str | None = None
    bank_account: str | None = None


@dataclass(frozen=True)
class Request:
    """A payment to prepare: `amount_vnd` whole đồng for `reference`, `memo` as the payer should write it."""

    reference: str
    amount_vnd: int
    memo: str
    payee: Payee


@dataclass(frozen=True)
class Started:
    """How the buyer goes on: a text to show as a QR, a page of the provider's, or neither (paid in person)."""

    qr_text: str | None = None
    #: She pays on a page of the provider's, to which an address of ours leads her.
    is_hosted: bool = False


class Provider(Protocol):
    """One way to pay."""

    @property
    def name(self) -> str:
        """The code in API and table."""
        ...

    @property
    def is_cash(self) -> bool:
        """Paid in person, against the goods: the sale is decided at its placement, and alcohol is excluded."""
        ...

    @property
    def window_seconds(self) -> int | None:
        """How long the buyer has to pay; None when paid in person."""
        ...

    def is_offered(self, payee: Payee) -> bool:
        """Whether this seller can be paid this way."""
        ...

    def open(self, request: Request) -> Started:
        """Prepare a payment. Pure: no table, no network."""
        ...


_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Add a way to pay."""
    _providers[provider.name] = provider


def get_provider(name: str, payee: Payee) -> Provider:
    """The way to pay of that name, for that seller; refuses what is not set up (ProviderUnavailable)."""
    provider = _providers.get(name)
    if provider is None or not provider.is_offered(payee):
        raise ProviderUnavailable(provider=name, offered=[one.name for one in offered(payee)])
    return provider


def offered(payee: Payee) -> list[Provider]:
    """Every way in which this seller can be paid."""
    return [provider for provider in _providers.values() if provider.is_offered(payee)]


def is_cash(name: str) -> bool:
    """Whether a provider's name stands for payment in person."""
    provider = _providers.get(name)
    return provider is not None and provider.is_cash
