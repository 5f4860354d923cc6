"""What settlements tell. ``code`` is the settlement's."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeriodClosed:
    """A period of a seller was closed."""

    seller: str
    period: str


@dataclass(frozen=True)
class SettlementPaid:
    """The producer's money went out."""

    code: str


@dataclass(frozen=True)
class SettlementCarried:
    """Nothing is paid: the balance goes into the next period."""

    code: str
