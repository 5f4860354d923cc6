"""Money in person: ``cod`` to the courier at the door, ``at_store`` at the store's counter."""

from dataclasses import dataclass

from shop.payments.providers.port import Payee, Request, Started


@dataclass(frozen=True)
class Cash:
    """Taken when the goods change hands, by whom the name says."""

    name: str
    is_cash: bool = True
    window_seconds: int | None = None

    def is_offered(self, payee: Payee) -> bool:
        """Always."""
        return True

    def open(self, request: Request) -> Started:
        """Nothing to prepare."""
        return Started()
