"""Money in person: to the courier at the door, or at the store's counter."""

from dataclasses import dataclass

from shop.payments.providers.port import Payee, Request, Started


@dataclass(frozen=True)
class CashOnDelivery:
    """The courier takes the money with the goods."""

    name: str = "cod"
    is_cash: bool = True
    window_seconds: int | None = None

    def is_offered(self, payee: Payee) -> bool:
        """Always."""
        return True

    def open(self, request: Request) -> Started:
        """Nothing to prepare."""
        return Started()


@dataclass(frozen=True)
class AtStore:
    """The buyer pays at the counter when she collects."""

    name: str = "at_store"
    is_cash: bool = True
    window_seconds: int | None = None

    def is_offered(self, payee: Payee) -> bool:
        """Always."""
        return True

    def open(self, request: Request) -> Started:
        """Nothing to prepare."""
        return Started()
